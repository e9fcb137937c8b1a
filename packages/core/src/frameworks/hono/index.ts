/** Hono, and what is built on its applications. Middleware runs in the order in which it was added, for the paths it was added for. */
import type { LibraryModel } from "../../trace/library.js";
import { enterRoutes } from "../stack-routes.js";
import { cameIn, madeAt } from "../stacks.js";
import { callOn } from "./application.js";
import { cookieIn } from "./cookies.js";
import { dataOf, factory, framework, library, newStack, valueOf } from "./values.js";

export const hono: LibraryModel = {
  name: library,
  packages: [library, "@hono/zod-openapi"],

  typed(external, [env = null], tracer) {
    return isApplication(external.path) ? valueOf(cameIn(newStack, tracer), { env }) : null;
  },

  construct(external, call, tracer) {
    const [env = null] = call.typeArguments;
    if (isApplication(external.path)) return valueOf(madeAt(call.site, newStack, tracer), { env });
    return external.path.at(-1) === "Factory" ? factory : null;
  },

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    if (handingOn.includes(name)) return call.arguments[0] ?? null;
    switch (name) {
      case "createFactory":
        return factory;
      // https://hono.dev/docs/middleware/builtin/combine
      case "every":
        return { kind: "array", elements: call.arguments, rest: null };
      case "getCookie":
      case "getSignedCookie":
        return cookieIn(name, call, tracer);
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data && callOn(data, method, call, tracer);
  },

  entriesIn(file, _module, tracer) {
    enterRoutes(framework, file, tracer);
  },
};

/** They give what they are given, with better types: https://github.com/honojs/middleware/tree/main/packages/zod-openapi */
const handingOn = ["createMiddleware", "createRoute", "$"];

function isApplication(path: readonly string[]): boolean {
  return path.at(-1) === "Hono" || path.at(-1) === "OpenAPIHono";
}
