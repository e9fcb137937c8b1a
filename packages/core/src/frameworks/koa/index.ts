/** Koa and its routers. Middleware runs in the order in which it was added; a router's only if one of its routes is asked for. */
import {
  isUndefined,
  never,
  type ExternalValue,
  type LibraryValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
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
import { isPathArgument, pathsIn } from "../url-paths.js";
import { rolesForParameter, rolesOf } from "./roles.js";

const library = "koa";

const framework: StackFramework = {
  name: library,
  parametersToContinue: 2,
  parametersForErrors: null,
  isWildcardOptional: false,
  ignoresCase: true,
  rolesOf,
  rolesForParameter,
};

const application: NewStack = {
  framework,
  isRouter: false,
  passesThrough: true,
  seesOuterParameters: true,
  prefix: "",
};
const mounted: NewStack = { ...application, isRouter: true };

function routerWith(prefix: string): NewStack {
  return { ...application, isRouter: true, passesThrough: false, prefix };
}

export const koa: LibraryModel = {
  name: library,
  packages: [library, "@koa/router", "koa-router", "koa-mount", "koa-compose"],

  typed(external, _typeArguments, tracer) {
    if (!isWhole(external)) return null;
    return isRouter(external)
      ? valueOf(cameIn(routerWith(""), tracer))
      : external.package === library
        ? valueOf(cameIn(application, tracer))
        : null;
  },

  construct(external, call, tracer) {
    return made(external, call, tracer);
  },

  callExternal(external, call, tracer) {
    if (external.package === "koa-compose") return call.arguments[0] ?? null;
    return external.package === "koa-mount" ? mount(call, tracer) : made(external, call, tracer);
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" && receiver.library === library ? receiver.data : null;
    return data === null ? null : callOn(data as StackData, method, call, tracer);
  },

  // Nothing but a context is asked to throw, or to assert, with the status of an answer: https://koajs.com/#ctx-throw-status-msg-properties-
  recognize(_path, method, { arguments: [first, second] }, tracer) {
    if (method === "throw" && isErrorStatus(first)) return never;
    if (method === "assert" && first && isErrorStatus(second)) tracer.assume(first);
    return null;
  },

  entriesIn(file, _module, tracer) {
    enterRoutes(framework, file, tracer);
  },
};

/** What a package is, and not something that it has besides: `Koa`, and not `Koa.Context`. */
function isWhole({ path }: ExternalValue): boolean {
  return path.every((name) => ["default", "Application", "Router"].includes(name));
}

function isRouter({ package: name }: ExternalValue): boolean {
  return name === "@koa/router" || name === "koa-router";
}

/** Both do without `new`. */
function made(external: ExternalValue, call: Call, tracer: Tracer): Value | null {
  if (!isWhole(external)) return null;
  if (external.package === library) return valueOf(madeAt(call.site, application, tracer));
  if (!isRouter(external)) return null;
  const [options] = call.arguments;
  const prefix = options?.kind === "object" ? tracer.memberOf(options, "prefix") : undefined;
  const isGiven = prefix !== undefined && prefix.kind !== "unknown" && !isUndefined(prefix);
  return valueOf(madeAt(call.site, routerWith(isGiven ? pathsIn(prefix)[0]! : ""), tracer));
}

/** `mount("/api", application)`: https://github.com/koajs/mount */
function mount(call: Call, tracer: Tracer): Value {
  const stack = madeAt(call.site, mounted, tracer);
  const hasPath = isPathArgument(call);
  const paths = hasPath ? pathsIn(call.arguments[0]) : ["/"];
  const items = itemsIn(hasPath ? call.arguments.slice(1) : call.arguments);
  add(
    stack,
    { kind: "middleware", site: call.site, methods: [], paths, isPrefix: true, items },
    call,
    tracer,
  );
  return valueOf(stack);
}

/** https://github.com/koajs/router */
const verbs = ["get", "post", "put", "patch", "delete", "del", "head", "options", "link", "unlink", "all"];

function callOn(data: StackData, method: string, call: Call, tracer: Tracer): Value | null {
  const { stack } = data;
  const [first, second, ...others] = call.arguments;
  const note = (
    kind: Layer["kind"],
    methods: readonly string[],
    paths: readonly string[],
    given: readonly Value[],
  ): Value => {
    const isPrefix = kind === "middleware";
    add(
      stack,
      { kind, site: ownSite(call, data), methods, paths, isPrefix, items: itemsIn(given) },
      call,
      tracer,
    );
    return valueOf(stack, call.site);
  };
  if (method === "use") {
    const hasPath = stack.isRouter && isPathArgument(call);
    return note("middleware", [], hasPath ? pathsIn(first) : ["/"], call.arguments.slice(hasPath ? 1 : 0));
  }
  // What routes requests is the router, as far as applications are concerned.
  if (method === "routes" || method === "middleware") return valueOf(stack);
  if (!stack.isRouter || !first) return null;
  if (verbs.includes(method)) {
    // `router.get("invoice", "/invoices/:id", …)` gives the route a name.
    const isNamed = isText(first) && isText(second);
    const verb = method === "del" ? "DELETE" : method.toUpperCase();
    const given = isNamed || second === undefined ? others : [second, ...others];
    return note("route", [verb], pathsIn(isNamed ? second : first), given);
  }
  switch (method) {
    case "register":
      return note(
        "route",
        pathsIn(second).map((one) => one.toUpperCase()),
        pathsIn(first),
        others.slice(0, 1),
      );
    case "param":
      return note("parameter", [], pathsIn(first), second ? [second] : []);
    case "prefix":
      stack.prefix = pathsIn(first)[0] ?? "";
      return valueOf(stack, call.site);
    default:
      return null;
  }
}

function isText(value: Value | undefined): boolean {
  return value?.kind === "text" || (value?.kind === "literal" && typeof value.value === "string");
}

function isErrorStatus(value: Value | undefined): boolean {
  return (
    value?.kind === "literal" && typeof value.value === "number" && value.value >= 400 && value.value < 600
  );
}

function valueOf(stack: Stack, after: Site | null = null): LibraryValue {
  const data: StackData = { stack, after };
  return { kind: "library", library, type: stack.isRouter ? "router" : "application", data };
}
