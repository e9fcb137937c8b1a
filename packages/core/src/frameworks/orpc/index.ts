/**
 * oRPC. Procedures are made by `os`, or by `implement(contract)`, and put into plain objects, which are routers where a
 * handler of requests is given them.
 */
import type { LibraryModel } from "../../trace/library.js";
import { enterProcedures, put, routerOf } from "../procedures.js";
import { callOn, implementing, loadedBy } from "./builder.js";
import { dataOf, emptyBuilder, library, valueOf } from "./values.js";

export const orpc: LibraryModel = {
  name: library,
  packages: ["@orpc/server", "@orpc/openapi", "@orpc/contract"],

  construct(external, call, tracer) {
    // `RPCHandler`, `OpenAPIHandler`, for every kind of server.
    const [router] = call.arguments;
    if (router && external.path.at(-1)?.endsWith("Handler")) put(router, "", routerOf(library, []), tracer);
    return null;
  },

  callExternal(external, call, tracer) {
    const [name = "", method = ""] = external.path;
    const [first] = call.arguments;
    switch (name) {
      case "os":
        return callOn(emptyBuilder, method, call, tracer);
      case "oc":
        return callOn({ type: "contract", route: null, input: null }, method, call, tracer);
      case "implement":
        return first ? implementing(first) : null;
      case "lazy":
        return first ? loadedBy(first, tracer) : null;
      case "oo":
        // `oo.spec(middleware, …)` says something of it for the documentation.
        return method === "spec" ? (first ?? null) : null;
      default:
        return null;
    }
  },

  member(receiver, property, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type !== "builder" || data.implements === null) return null;
    const { contract, path } = data.implements;
    return valueOf({
      ...data,
      implements: { contract: tracer.memberOf(contract, property), path: [...path, property] },
    });
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data && callOn(data, method, call, tracer);
  },

  entriesIn(file, _module, tracer) {
    enterProcedures(library, file, tracer);
  },
};
