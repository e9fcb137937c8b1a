/** Maps of resolvers: `{ Query: { invoices: (parent, args, context) => … } }`. */
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import type { Site, Value } from "../../trace/value.js";
import { contextsFor } from "./contexts.js";
import { args, context, nothing, parent } from "./roles.js";
import { library } from "./values.js";

export function enterResolvers(resolvers: Value, site: Site, tracer: Tracer): void {
  for (const option of optionsOf(resolvers)) {
    if (option.kind === "array") for (const element of option.elements) enterResolvers(element, site, tracer);
    if (option.kind !== "object") continue;
    for (const [type, { value: fields }] of option.fields)
      for (const [field, { value }] of fields.kind === "object" ? fields.fields : [])
        enterField(nameOf(type, field), value, site, tracer);
  }
}

/** Subscriptions are `{ subscribe, resolve }`: both get the arguments. */
function enterField(name: string, value: Value, site: Site, tracer: Tracer): void {
  if (value.kind !== "object") return enterResolver(name, value, false, site, tracer);
  for (const part of ["subscribe", "resolve"])
    if (value.fields.has(part)) enterResolver(name, tracer.memberOf(value, part), false, site, tracer);
}

export function enterResolver(
  name: string,
  resolve: Value,
  isQuery: boolean,
  site: Site,
  tracer: Tracer,
): void {
  for (const handler of optionsOf(resolve)) {
    if (handler.kind !== "function") continue;
    tracer.enter({
      name,
      kind: "graphql",
      framework: library,
      site,
      handler,
      parameters: isQuery ? [nothing, parent, args, context] : [parent, args, context],
      before: () => contextsFor(site, tracer),
      isDetached: false,
    });
    tracer.escape(handler, site);
  }
}

export function nameOf(type: string, field: string): string {
  const isRoot = type === "Query" || type === "Mutation" || type === "Subscription";
  return isRoot ? `${type.toLowerCase()} ${field}` : `field ${type}.${field}`;
}
