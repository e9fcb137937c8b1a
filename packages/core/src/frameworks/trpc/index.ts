/**
 * tRPC. A procedure is made by a builder, to which middleware is added step by step, and called by its path through the
 * routers. Everything is known by where it comes from: `initTRPC…create()`, or `router()` of version 9.
 */
import type { Guard } from "../../trace/entry.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import {
  bothOf,
  enterProcedures,
  escapeAll,
  expectInput,
  handledBy,
  inputOf,
  put,
  routerOf,
} from "../procedures.js";
import { addToOldRouter, emptyOldRouter } from "./old-routers.js";
import { contextOptions, options } from "./roles.js";
import { dataOf, guardsIn, library, valueOf, type TrpcData } from "./values.js";

export const trpc: LibraryModel = {
  name: library,
  packages: ["@trpc/server"],

  callExternal(external, call, tracer) {
    const [name = "", method] = external.path;
    switch (name) {
      case "initTRPC":
        return initialize(method ?? "");
      case "experimental_standaloneMiddleware":
        return valueOf({ type: "standalone" });
      case "router":
        return emptyOldRouter;
      case "lazy":
        return call.arguments[0] ? loadedBy(call.arguments[0], tracer) : null;
      default:
        serve(call, tracer);
        return null;
    }
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type !== "root") return null;
    return property === "procedure"
      ? valueOf({ type: "builder", guards: [], input: null })
      : valueOf({ type: "method", method: property });
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data && callOn(data, method, call, tracer);
  },

  callValue(callee, call, tracer) {
    const data = dataOf(callee);
    return data?.type === "method" ? callOn({ type: "root" }, data.method, call, tracer) : null;
  },

  entriesIn(file, _module, tracer) {
    enterProcedures(library, file, tracer);
  },
};

function initialize(method: string): Value {
  return valueOf(method === "create" ? { type: "root" } : { type: "initializer" });
}

function callOn(data: TrpcData, method: string, call: Call, tracer: Tracer): Value | null {
  switch (data.type) {
    case "initializer":
      return initialize(method);
    case "root":
      return callOnRoot(method, call, tracer);
    case "standalone":
      return method === "create" ? middlewareOf(call, tracer) : null;
    case "middleware":
      return method === "unstable_pipe"
        ? valueOf({ ...data, guards: [...data.guards, ...added(call, tracer)] })
        : null;
    case "builder":
      return callOnBuilder(data, method, call, tracer);
    case "old-router":
      return addToOldRouter(data, method, call, tracer);
    default:
      return null;
  }
}

function callOnRoot(method: string, call: Call, tracer: Tracer): Value | null {
  switch (method) {
    case "middleware":
      return middlewareOf(call, tracer);
    case "router":
    case "mergeRouters": {
      const router = routerOf(library, []);
      for (const held of call.arguments) put(held, "", router, tracer);
      return valueOf(router);
    }
    default:
      return null;
  }
}

function callOnBuilder(
  data: TrpcData & { type: "builder" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  switch (method) {
    case "use":
    case "concat":
    case "unstable_concat": {
      const other = dataOf(call.arguments[0]);
      const input = other?.type === "builder" && other.input ? bothOf(data.input, other.input) : data.input;
      return valueOf({ ...data, input, guards: [...data.guards, ...added(call, tracer)] });
    }
    case "query":
    case "mutation":
    case "subscription":
      return handled(data, call, tracer);
    case "input":
      escapeAll(call, tracer);
      return valueOf({ ...data, input: bothOf(data.input, inputOf(call.arguments[0], tracer)) });
    case "output":
    case "meta":
    case "errors":
    case "experimental_caller":
      escapeAll(call, tracer);
      return valueOf(data);
    default:
      return null;
  }
}

function handled(data: TrpcData & { type: "builder" }, call: Call, tracer: Tracer): Value | null {
  const [handler] = call.arguments;
  if (!handler) return null;
  const made = { framework: library, site: call.site, parameters: [options], guards: data.guards };
  const procedure = handledBy(handler, made, tracer);
  expectInput(handler, data.input, tracer);
  escapeAll(call, tracer);
  return valueOf(procedure);
}

function middlewareOf(call: Call, tracer: Tracer): Value {
  return valueOf({ type: "middleware", guards: added(call, tracer) });
}

function added(call: Call, tracer: Tracer): readonly Guard[] {
  escapeAll(call, tracer);
  return guardsIn(call.arguments[0]);
}

/** `() => import("./invoices.js")` loads the one thing that the module exports. */
function loadedBy(load: Value, tracer: Tracer): Value {
  const loaded = tracer.invoke(load, []);
  if (loaded.kind !== "module") return loaded;
  const exported = tracer.moduleOf(loaded.file)?.exports.filter((one) => one.kind !== "star") ?? [];
  return exported.length === 1 ? tracer.exportOf(loaded.file, exported[0]!.name) : loaded;
}

/** `createNextApiHandler({ router, createContext })`, and so on for every kind of server. */
function serve(call: Call, tracer: Tracer): void {
  for (const argument of call.arguments) {
    if (argument.kind !== "object") continue;
    const createContext = tracer.memberOf(argument, "createContext");
    const served = routerOf(
      library,
      createContext.kind === "function"
        ? [
            {
              function: createContext,
              parameters: [contextOptions],
              continues: "returns",
              givesContext: true,
            },
          ]
        : [],
    );
    put(tracer.memberOf(argument, "router"), "", served, tracer);
  }
}
