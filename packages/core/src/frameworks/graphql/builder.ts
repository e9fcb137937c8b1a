/** Pothos: `builder.queryField("invoices", (t) => t.field({ resolve: (parent, args, context) => … }))`. */
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type Value } from "../../trace/value.js";
import { enterResolver, nameOf } from "./resolvers.js";
import { dataOf, valueOf } from "./values.js";

const fieldBuilder = valueOf({ type: "field-builder" });

const rootOf: Readonly<Record<string, string>> = {
  query: "Query",
  mutation: "Mutation",
  subscription: "Subscription",
};

export function defineFields(method: string, call: Call, tracer: Tracer): void {
  const [, root, sort] = /^(query|mutation|subscription)(Type|Field|Fields)$/.exec(method) ?? [];
  const [first = unknown, second = unknown] = call.arguments;
  if (root !== undefined && sort === "Field")
    return enterFields(rootOf[root]!, [[textOf(first), tracer.invoke(second, [fieldBuilder])]], call, tracer);
  if (root !== undefined && sort === "Fields")
    return enterListed(rootOf[root]!, tracer.invoke(first, [fieldBuilder]), call, tracer);
  if (root !== undefined) return enterType(rootOf[root]!, first, call, tracer);
  const type = textOf(first);
  if (/(?:^o|O)bjectField$/.test(method)) {
    const list = call.arguments[2] ?? unknown;
    return enterFields(type, [[textOf(second), tracer.invoke(list, [fieldBuilder])]], call, tracer);
  }
  if (/(?:^o|O)bjectFields$/.test(method))
    return enterListed(type, tracer.invoke(second, [fieldBuilder]), call, tracer);
  // `objectType`, `prismaObject`, `prismaNode`, `interfaceType`, …
  if (/(?:Type|Object|Node)$/.test(method)) enterType(type, second, call, tracer);
}

/** `t.field({ resolve })`, `t.string({ resolve })`, `t.prismaField({ resolve: (query, parent, args) => … })` */
export function defineField(method: string, call: Call, tracer: Tracer): Value | null {
  const options = call.arguments.find((one) => one.kind === "object" && one.fields.has("resolve"));
  if (!options) return null;
  const isQuery = /^(?:prisma|drizzle)/.test(method);
  return valueOf({ type: "field", resolve: tracer.memberOf(options, "resolve"), isQuery });
}

function enterType(type: string, options: Value, call: Call, tracer: Tracer): void {
  if (options.kind === "object")
    enterListed(type, tracer.invoke(tracer.memberOf(options, "fields"), [fieldBuilder]), call, tracer);
}

function enterListed(type: string, listed: Value, call: Call, tracer: Tracer): void {
  for (const option of optionsOf(listed))
    if (option.kind === "object")
      enterFields(
        type,
        [...option.fields].map(([name, { value }]) => [name, value] as const),
        call,
        tracer,
      );
}

function enterFields(
  type: string,
  fields: readonly (readonly [string, Value])[],
  { site }: Call,
  tracer: Tracer,
): void {
  for (const [name, field] of fields) {
    const data = dataOf(field);
    if (data?.type === "field") enterResolver(nameOf(type, name), data.resolve, data.isQuery, site, tracer);
  }
}

function textOf(value: Value): string {
  return value.kind === "literal" && typeof value.value === "string" ? value.value : "";
}
