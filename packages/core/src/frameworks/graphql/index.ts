/**
 * GraphQL: maps of resolvers that are handed to a schema or a server, and the fields of Pothos' builder. Who else calls a
 * property `resolve` is not looked at.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { siteKey, unknown, type Value } from "../../trace/value.js";
import { defineField, defineFields } from "./builder.js";
import { noteContext, placesIn } from "./contexts.js";
import { enterResolvers } from "./resolvers.js";
import { dataOf, library, valueOf } from "./values.js";

export const graphql: LibraryModel = {
  name: library,
  packages: [
    "@apollo/server",
    "@apollo/subgraph",
    "apollo-server",
    "apollo-server-core",
    "apollo-server-express",
    "apollo-server-fastify",
    "apollo-server-koa",
    "apollo-server-micro",
    "graphql-tools",
    "@graphql-tools/schema",
    "@graphql-tools/merge",
    "graphql-yoga",
    "@graphql-yoga/node",
    "mercurius",
    "@pothos/core",
    "@as-integrations/aws-lambda",
    "@as-integrations/express4",
    "@as-integrations/express5",
    "@as-integrations/fastify",
    "@as-integrations/h3",
    "@as-integrations/hapi",
    "@as-integrations/koa",
    "@as-integrations/next",
  ],

  construct(external, call, tracer) {
    if (external.package === "@pothos/core") return valueOf({ type: "builder" });
    return external.path.at(-1) === "ApolloServer" ? serve(call, tracer) : null;
  },

  callExternal(external, call, tracer) {
    const [first, ...others] = call.arguments;
    const { site } = call;
    switch (external.path.at(-1)) {
      case "makeExecutableSchema":
      case "createSchema":
        enterResolvers(first ? tracer.memberOf(first, "resolvers") : unknown, site, tracer);
        return valueOf({ type: "schema", places: [siteKey(site)] });
      case "buildSubgraphSchema":
        for (const part of first?.kind === "array" ? first.elements : first ? [first] : [])
          enterResolvers(tracer.memberOf(part, "resolvers"), site, tracer);
        return valueOf({ type: "schema", places: [siteKey(site)] });
      case "mergeResolvers":
        return first && others.length === 0 ? first : null;
      default:
        serve(call, tracer);
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type === "builder") {
      defineFields(method, call, tracer);
      return null;
    }
    return data?.type === "field-builder" ? defineField(method, call, tracer) : null;
  },
};

/** `new ApolloServer({ resolvers, context })`, `createYoga({ schema, context })`, `startStandaloneServer(server, { context })` */
function serve({ arguments: given, site }: Call, tracer: Tracer): Value {
  const options = given.filter((one) => one.kind === "object");
  for (const one of options) enterResolvers(tracer.memberOf(one, "resolvers"), site, tracer);
  const places = given.flatMap((one) => placesIn(one, tracer));
  const own = options.some((one) => one.fields.has("resolvers")) ? [siteKey(site)] : [];
  for (const one of options) noteContext(one, [...own, ...places], tracer);
  return valueOf({ type: "schema", places: [...own, ...places] });
}
