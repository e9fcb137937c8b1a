/** Routers of version 9: `router().middleware(…).query("byId", { resolve }).merge("lines.", lines)`. */
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import {
  escapeAll,
  expectInput,
  inputOf,
  noteProcedure,
  put,
  routerOf,
  type Procedure,
} from "../procedures.js";
import { options } from "./roles.js";
import { dataOf, guardsIn, library, valueOf, type OldRouter } from "./values.js";

export const emptyOldRouter = valueOf({ type: "old-router", guards: [], held: [] });

export function addToOldRouter(data: OldRouter, method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  if (second) expectDefined(second, tracer);
  escapeAll(call, tracer);
  switch (method) {
    case "middleware":
      return valueOf({ ...data, guards: [...data.guards, ...guardsIn(first)] });
    case "query":
    case "mutation":
    case "subscription":
      return second ? withProcedure(data, textIn(first), second, call, tracer) : null;
    case "merge":
      return second ? withRouter(data, textIn(first), second, tracer) : withRouter(data, "", first, tracer);
    case "transformer":
    case "formatError":
    case "interop":
      return valueOf(data);
    default:
      return null;
  }
}

/** `{ input: schema, resolve }` */
function expectDefined(definition: Value, tracer: Tracer): void {
  if (definition.kind !== "object") return;
  const input = inputOf(tracer.memberOf(definition, "input"), tracer);
  expectInput(tracer.memberOf(definition, "resolve"), input, tracer);
}

function withProcedure(data: OldRouter, name: string, definition: Value, call: Call, tracer: Tracer): Value {
  const handler = tracer.memberOf(definition, "resolve");
  const procedure: Procedure = {
    type: "procedure",
    framework: library,
    site: call.site,
    handler,
    parameters: [options],
    guards: data.guards,
    route: null,
    name,
    places: [],
  };
  noteProcedure(procedure, tracer);
  return valueOf({ ...data, held: [...data.held, { name, value: valueOf(procedure) }] });
}

/** What runs by the time a router is merged in runs before its procedures as well. */
function withRouter(data: OldRouter, prefix: string, other: Value | undefined, tracer: Tracer): Value {
  const merged = dataOf(other);
  if (merged?.type !== "old-router") return valueOf(data);
  const router = routerOf(library, data.guards);
  for (const one of merged.held) put(one.value, `${prefix}${one.name}`.replace(/\.$/, ""), router, tracer);
  return valueOf({ ...data, held: [...data.held, { name: "", value: valueOf(router) }] });
}

function textIn(value: Value | undefined): string {
  return value?.kind === "literal" ? String(value.value) : "";
}
