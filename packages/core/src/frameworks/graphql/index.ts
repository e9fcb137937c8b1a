/**
 * GraphQL: maps of resolvers that are handed to a schema or a server, and the fields of Pothos' builder. Who else calls a
 * property `resolve` is not looked at.
 */
import type { LibraryModel } from "../../trace/library.js";
import { unknown } from "../../trace/value.js";
import { defineField, defineFields } from "./builder.js";
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
  ],

  construct(external, call, tracer) {
    if (external.package === "@pothos/core") return valueOf({ type: "builder" });
    const [options] = call.arguments;
    if (options && external.path.at(-1) === "ApolloServer")
      enterResolvers(tracer.memberOf(options, "resolvers"), call.site, tracer);
    return null;
  },

  callExternal(external, { arguments: [first, ...others], site }, tracer) {
    switch (external.path.at(-1)) {
      case "makeExecutableSchema":
      case "createSchema":
        enterResolvers(first ? tracer.memberOf(first, "resolvers") : unknown, site, tracer);
        return null;
      case "buildSubgraphSchema":
        for (const part of first?.kind === "array" ? first.elements : first ? [first] : [])
          enterResolvers(tracer.memberOf(part, "resolvers"), site, tracer);
        return null;
      case "mergeResolvers":
        return first && others.length === 0 ? first : null;
      default:
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
