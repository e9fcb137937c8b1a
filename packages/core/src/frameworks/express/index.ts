/**
 * Express, and routers of its own kind. Middleware runs in the order in which it was added, for paths that begin as its own:
 * https://expressjs.com/en/guide/using-middleware.html
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Site, Value } from "../../trace/value.js";
import { isPathArgument, pathsIn } from "../url-paths.js";
import { enterRoutes } from "../stack-routes.js";
import {
  add,
  cameIn,
  itemsIn,
  madeAt,
  ownSite,
  type Layer,
  type NewStack,
  type Stack,
  type StackData,
  type StackFramework,
} from "../stacks.js";
import { withHandlersOf } from "../wrappers.js";
import { rolesForParameter, rolesOf } from "./roles.js";

const library = "express";

const framework: StackFramework = {
  name: library,
  parametersToContinue: 3,
  parametersForErrors: 4,
  isWildcardOptional: false,
  ignoresCase: true,
  rolesOf,
  rolesForParameter,
};

interface ExpressData extends StackData {
  /** Of `router.route(paths)`; null for the router itself. */
  readonly paths: readonly string[] | null;
}

export const express: LibraryModel = {
  name: library,
  packages: [library, "express-serve-static-core", "express-async-handler"],

  typed(external, _typeArguments, tracer) {
    const isRouter = routerTypes.includes(external.path.at(-1) ?? "");
    return isRouter || applicationTypes.includes(external.path.at(-1) ?? "")
      ? valueOf(cameIn(newStack(isRouter, false), tracer))
      : null;
  },

  callExternal(external, call, tracer) {
    if (external.package === "express-async-handler") return call.arguments[0] ?? null;
    const name = external.path.at(-1) ?? "default";
    if (name === "default" || name === "express")
      return valueOf(madeAt(call.site, newStack(false, false), tracer));
    return name === "Router" ? routerMadeBy(call, tracer) : null;
  },

  // `new Router()` is what calling it gives.
  construct(external, call, tracer) {
    return external.path.at(-1) === "Router" ? routerMadeBy(call, tracer) : null;
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data && callOn(data, method, withHandlersOf(call, tracer), tracer);
  },

  entriesIn(file, _module, tracer) {
    enterRoutes(framework, file, tracer);
  },
};

const applicationTypes = ["Express", "Application", "Core"];
const routerTypes = ["Router", "IRouter"];

/** https://expressjs.com/en/5x/api.html#routing-methods */
const methods =
  "get post put patch delete head options trace connect copy link lock merge mkcol move purge propfind proppatch report search subscribe unlink unlock unsubscribe".split(
    " ",
  );

function callOn(data: ExpressData, method: string, call: Call, tracer: Tracer): Value | null {
  const { stack, paths: ofRoute } = data;
  const [first, ...others] = call.arguments;
  const note = (
    layer: Pick<Layer, "kind" | "methods" | "paths" | "isPrefix">,
    given: readonly Value[],
  ): Value => {
    add(stack, { ...layer, site: ownSite(call, data), items: itemsIn(given) }, call, tracer);
    return valueOf(stack, ofRoute, call.site);
  };
  const verb = method === "all" ? "ALL" : method === "del" ? "DELETE" : method.toUpperCase();
  const isVerb = method === "all" || method === "del" || methods.includes(method);
  if (ofRoute !== null)
    return isVerb
      ? note({ kind: "route", methods: [verb], paths: ofRoute, isPrefix: false }, call.arguments)
      : null;
  // `app.get("trust proxy")` reads a setting.
  if (isVerb && first && others.length > 0)
    return note({ kind: "route", methods: [verb], paths: pathsIn(first), isPrefix: false }, others);
  switch (method) {
    case "use": {
      const hasPath = isPathArgument(call);
      const paths = hasPath ? pathsIn(first) : ["/"];
      return note(
        { kind: "middleware", methods: [], paths, isPrefix: true },
        hasPath ? others : call.arguments,
      );
    }
    case "route":
      return first ? valueOf(stack, pathsIn(first), call.site) : null;
    case "param":
      return note({ kind: "parameter", methods: [], paths: pathsIn(first), isPrefix: false }, others);
    default:
      return null;
  }
}

function routerMadeBy(call: Call, tracer: Tracer): Value {
  const [options] = call.arguments;
  const merges = options?.kind === "object" ? tracer.memberOf(options, "mergeParams") : null;
  const isMerging = merges?.kind === "literal" && merges.value === true;
  return valueOf(madeAt(call.site, newStack(true, isMerging), tracer));
}

function newStack(isRouter: boolean, seesOuterParameters: boolean): NewStack {
  return { framework, isRouter, passesThrough: true, seesOuterParameters, prefix: "" };
}

function valueOf(
  stack: Stack,
  paths: readonly string[] | null = null,
  after: Site | null = null,
): LibraryValue {
  const data: ExpressData = { stack, paths, after };
  return { kind: "library", library, type: paths ? "route" : "router", data };
}

function dataOf(value: LibraryValue): ExpressData | null {
  return value.library === library ? (value.data as ExpressData) : null;
}
