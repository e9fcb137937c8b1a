/** What each method adds to an application: https://hono.dev/docs/api/routing */
import type { TypeIn } from "../../link/program.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { add, itemsIn, madeAt, ownSite, type Layer } from "../stacks.js";
import { isPathArgument, joined, pathsIn } from "../url-paths.js";
import { newStack, valueOf, type Application, type HonoData } from "./values.js";

export function callOn(data: HonoData, method: string, call: Call, tracer: Tracer): Value | null {
  return data.type === "factory"
    ? callOnFactory(method, call, tracer)
    : callOnApplication(data, method, call, tracer);
}

/** https://hono.dev/docs/helpers/factory */
function callOnFactory(method: string, call: Call, tracer: Tracer): Value | null {
  switch (method) {
    case "createMiddleware":
      return call.arguments[0] ?? null;
    case "createHandlers":
      return { kind: "array", elements: call.arguments, rest: null };
    case "createApp":
      return valueOf(madeAt(call.site, newStack, tracer));
    default:
      return null;
  }
}

const verbs = ["get", "post", "put", "delete", "patch", "options", "all"];

function callOnApplication(data: Application, method: string, call: Call, tracer: Tracer): Value | null {
  const { stack, base, path, env } = data;
  const [first, second, ...others] = call.arguments;
  const note = (
    kind: Layer["kind"],
    methods: readonly string[],
    paths: readonly string[],
    given: readonly Value[],
    isPrefix = false,
  ): Value => {
    for (const one of given) expectVariables(one, env, tracer);
    const below = paths.map((one) => joined(base, one));
    add(
      stack,
      { kind, site: ownSite(call, data), methods, paths: below, isPrefix, items: itemsIn(given) },
      call,
      tracer,
    );
    return valueOf(stack, { base, path: paths.at(-1) ?? path, after: call.site, env });
  };
  const hasPath = isPathArgument(call);
  const rest = hasPath ? call.arguments.slice(1) : call.arguments;
  if (verbs.includes(method))
    return note("route", [method.toUpperCase()], hasPath ? pathsIn(first) : [path], rest);
  switch (method) {
    case "use":
      return note("middleware", [], hasPath ? pathsIn(first) : ["*"], rest);
    case "on":
      return note(
        "route",
        pathsIn(first).map((one) => one.toUpperCase()),
        pathsIn(second),
        others,
      );
    case "route":
      return second ? note("middleware", [], pathsIn(first), [second], true) : null;
    case "basePath":
      return valueOf(stack, { base: joined(base, ...pathsIn(first)), path, env });
    case "openapi": {
      if (!first || !second) return null;
      const described = ["method", "path", "middleware"].map((name) => tracer.memberOf(first, name));
      const [verb, where, before] = described as [Value, Value, Value];
      const paths = pathsIn(where).map((one) => one.replace(/\{(\w+)\}/g, ":$1"));
      const methods = pathsIn(verb).map((one) => one.toUpperCase());
      return note("route", methods, paths, before.kind === "literal" ? [second] : [before, second]);
    }
    default:
      return null;
  }
}

/**
 * `new Hono<{ Variables: { services: { cache: Cache } } }>()`: clients that requests find in their context, by
 * `context.get("services").cache` or `context.var.services.cache`, and those of the worker's environment, by `context.env.EXPORTS`.
 * https://hono.dev/docs/api/context#set-get, https://hono.dev/docs/api/context#env
 */
function expectVariables(handler: Value, env: TypeIn | null, tracer: Tracer): void {
  const membersOf = (type: TypeIn) => [...(tracer.membersOf(tracer.typeOf(type)) ?? [])];
  const expect = (paths: readonly (readonly string[])[], type: TypeIn, depth: number): void => {
    const declared = tracer.typeOf(type);
    const { kind } = declared;
    const isGlobal = declared.kind === "node" && declared.in.node.kind === "reference";
    if (kind === "external" || isGlobal) for (const path of paths) tracer.expect(handler, 0, path, type);
    // What the service's own classes do is theirs to say.
    else if (depth > 0 && (kind === "node" || kind === "interface"))
      for (const [name, member] of membersOf(type))
        if (member.type)
          expect(
            paths.map((path) => [...path, name]),
            member.type,
            depth - 1,
          );
  };
  const membersIn = (part: string) => {
    const type = env && membersOf(env).find(([name]) => name === part)?.[1].type;
    return type ? membersOf(type) : [];
  };
  for (const [name, { type }] of membersIn("Variables"))
    if (type) expect([[`get(${name})`], ["var", name]], type, 2);
  for (const [name, { type }] of membersIn("Bindings")) if (type) expect([["env", name]], type, 0);
}
