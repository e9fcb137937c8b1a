/** What each method adds to `os`, to an implementer and to a procedure. */
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
  type Route,
} from "../procedures.js";
import { guardsAdded, guardsIn, mapped } from "./middleware.js";
import { options } from "./roles.js";
import { dataOf, emptyBuilder, library, valueOf, type Builder, type OrpcData } from "./values.js";

export function callOn(data: OrpcData, method: string, call: Call, tracer: Tracer): Value | null {
  if (data.type === "builder" && method === "handler" && call.arguments[0])
    expectInput(call.arguments[0], data.input ?? contractOf(data)?.input ?? null, tracer);
  escapeAll(call, tracer);
  switch (data.type) {
    case "builder":
      return callOnBuilder(data, method, call, tracer);
    case "middleware":
      return callOnMiddleware(data, method, call, tracer);
    case "procedure":
      return callOnProcedure(data, method, call, tracer);
    case "contract":
      return callOnContract(data, method, call, tracer);
    case "router":
      return null;
  }
}

function callOnBuilder(data: Builder, method: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  switch (method) {
    case "$context":
      return valueOf({ ...data, guards: [] });
    case "$config":
    case "$meta":
    case "meta":
    case "errors":
    case "output":
    case "tag":
      return valueOf(data);
    case "$input":
    case "input":
      return valueOf({ ...data, input: inputOf(first, tracer) });
    case "$route":
    case "route":
      return valueOf({ ...data, route: routeIn(first, data.route, tracer) });
    case "prefix":
      return valueOf({ ...data, prefix: `${data.prefix}${textIn(first) ?? ""}` });
    case "use":
      return valueOf({ ...data, guards: [...data.guards, ...guardsAdded(call, tracer)] });
    case "middleware":
      return valueOf({ type: "middleware", guards: guardsIn(first) });
    case "handler":
      return first ? handled(data, first, call, tracer) : null;
    case "router":
      return first ? holding(data, first, tracer) : null;
    case "lazy":
      return first ? holding(data, loadedBy(first, tracer), tracer) : null;
    default:
      return null;
  }
}

function callOnMiddleware(
  data: OrpcData & { type: "middleware" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first] = call.arguments;
  if (method === "concat")
    return valueOf({ ...data, guards: [...data.guards, ...guardsAdded(call, tracer)] });
  return method === "mapInput" && first
    ? valueOf({ ...data, guards: mapped(data.guards, first, call.site, tracer) })
    : null;
}

function callOnProcedure(data: Procedure, method: string, call: Call, tracer: Tracer): Value | null {
  switch (method) {
    case "use":
      return changed(data, { guards: [...data.guards, ...guardsAdded(call, tracer)] }, tracer);
    case "route":
      return changed(data, { route: routeIn(call.arguments[0], data.route, tracer) }, tracer);
    case "errors":
    case "meta":
    case "callable":
    case "actionable":
      return valueOf(data);
    default:
      return null;
  }
}

function callOnContract(
  data: OrpcData & { type: "contract" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (method === "router") return call.arguments[0] ?? null;
  if (method === "input") return valueOf({ ...data, input: inputOf(call.arguments[0], tracer) });
  return method === "route" || method === "$route"
    ? valueOf({ ...data, route: routeIn(call.arguments[0], data.route, tracer) })
    : valueOf(data);
}

function contractOf({ implements: implemented }: Builder): (OrpcData & { type: "contract" }) | null {
  const contract = dataOf(implemented?.contract);
  return contract?.type === "contract" ? contract : null;
}

function handled(data: Builder, handler: Value, call: Call, tracer: Tracer): Value {
  const procedure: Procedure = {
    type: "procedure",
    framework: library,
    site: call.site,
    handler,
    parameters: [options],
    guards: data.guards,
    route: data.route ?? contractOf(data)?.route ?? null,
    name: data.implements ? data.implements.path.join(".") : null,
    places: [],
  };
  noteProcedure(procedure, tracer);
  return valueOf(procedure);
}

function changed(
  procedure: Procedure,
  change: Partial<Pick<Procedure, "guards" | "route">>,
  tracer: Tracer,
): Value {
  const other: Procedure = { ...procedure, ...change, changes: procedure, places: [] };
  noteProcedure(other, tracer);
  return valueOf(other);
}

function holding(data: Builder, held: Value, tracer: Tracer): Value {
  const router = routerOf(library, data.guards, data.prefix);
  put(held, "", router, tracer);
  return valueOf(router);
}

/** `() => import("./invoices.js")` loads what the module exports by default. */
export function loadedBy(load: Value, tracer: Tracer): Value {
  const loaded = tracer.invoke(load, []);
  return loaded.kind === "module" ? tracer.memberOf(loaded, "default") : loaded;
}

/** `{ path: "/invoices/{id}" }` alone is a POST. */
function routeIn(value: Value | undefined, known: Route | null, tracer: Tracer): Route | null {
  if (value?.kind !== "object") return known;
  const path = textIn(tracer.memberOf(value, "path")) ?? known?.path;
  if (path === undefined) return known;
  const method = textIn(tracer.memberOf(value, "method")) ?? known?.method ?? "POST";
  return { method, path: path.replace(/\{\+?(\w+)\}/g, ":$1") };
}

function textIn(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

export function implementing(contract: Value): Value {
  return valueOf({ ...emptyBuilder, implements: { contract, path: [] } });
}
