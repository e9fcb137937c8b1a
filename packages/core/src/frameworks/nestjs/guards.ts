/** What runs before a handler and may keep it from running. */
import type { Guard, Role } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import type { ClassId, FunctionId, Module, Statement } from "../../lower/module.js";
import { forEachExpressionIn } from "../../lower/visit.js";
import type { FunctionValue, Value } from "../../trace/value.js";
import { findDecorator, lineageOf } from "./decorators.js";
import { contextOf, type Decorated } from "./metadata.js";
import { next, nothing, reply, request, token, user } from "./roles.js";
import { runsFor, type Route } from "./routes.js";
import { serviceOf, type AppliedMiddleware, type Strategy } from "./service.js";
import { dataOf, type Decorator, type NestData } from "./values.js";

/** `@UseGuards(JwtGuard, new RolesGuard("admin"), AuthGuard("jwt"))` */
export function guardsIn(decorators: readonly Decorator[]): readonly Value[] {
  return decorators
    .filter((one) => findDecorator([one], "@nestjs/common", "UseGuards"))
    .flatMap((one) => one.arguments);
}

export function middlewareFor(route: Route, tracer: Tracer): readonly AppliedMiddleware[] {
  return serviceOf(tracer).middleware.filter((one) => runsFor(one, route, tracer));
}

/** What runs before a handler that is decorated so. */
export function guardsBefore(
  decorated: Decorated,
  values: readonly Value[],
  middleware: readonly AppliedMiddleware[],
  tracer: Tracer,
): readonly Guard[] {
  const context = contextOf(decorated, tracer);
  const applied = middleware.flatMap((one) => one.applied);
  const isKnown = isPrincipalKnown(values, applied, tracer);
  return [
    ...applied
      .flatMap((value) => (value.kind === "function" ? [value] : findMethod(value, "use", tracer)))
      .map((fn): Guard => ({ function: fn, parameters: [request, reply, next], continues: "next" })),
    ...values.flatMap((value) => guardsOf(value, context, isKnown, tracer)),
  ];
}

function guardsOf(value: Value, context: Role, isKnown: boolean, tracer: Tracer): readonly Guard[] {
  const data = dataOf(value);
  if (data?.type === "passport-guard") return guardsOfStrategies(data.strategies, tracer);
  const [own] = findMethod(value, "canActivate", tracer);
  const from = own && isKnown ? asksPassportAt(value, own, tracer) : null;
  if (own)
    return [
      {
        function: own,
        parameters: [context],
        continues: "true",
        ...(from !== null && { principal: { name: user.name, from } }),
      },
    ];
  // One that decides by itself may let pass without asking its strategy; any other asks it, then `handleRequest`.
  const base = baseOf(value, tracer);
  if (base?.type !== "passport-guard") return [];
  const parameters = [nothing, user, nothing, context];
  return [
    ...guardsOfStrategies(base.strategies, tracer),
    ...findMethod(value, "handleRequest", tracer).map((fn): Guard => ({
      function: fn,
      parameters,
      continues: "returns",
    })),
  ];
}

/** All that may say who is asking is seen, and each guard of passport's decides whether it asks. */
function isPrincipalKnown(guards: readonly Value[], applied: readonly Value[], tracer: Tracer): boolean {
  const isDeciding = (value: Value): boolean => {
    const isOwn = findMethod(value, "canActivate", tracer).length > 0;
    return isOwn && !(value.kind === "instance" && value.as);
  };
  const mayAuthenticate = (value: Value): boolean => {
    if (value.kind === "function" || findMethod(value, "use", tracer).length > 0) return false;
    const text =
      value.kind === "external" ? value.path.join(".") : value.kind === "symbolic" ? value.text : "";
    return text === "" || ofWhoIsAsking.test(text);
  };
  return guards.every(isDeciding) && !applied.some(mayAuthenticate);
}

/** `passport.session()`, `clerkMiddleware()` */
const ofWhoIsAsking =
  /auth|session|passport|clerk|jwt|token|user|principal|identity|login|oidc|sso|keycloak/i;

/** Where `super.canActivate(context)` is first called, if nothing but the method itself does. */
function asksPassportAt(value: Value, own: FunctionValue, tracer: Tracer): number | null {
  if (value.kind !== "class" && value.kind !== "instance") return null;
  const { owners, base } = lineageOf({ kind: "class", file: value.file, class: value.class }, tracer);
  if (!base || dataOf(base)?.type !== "passport-guard") return null;
  let first: number | null = null;
  for (const {
    module,
    value: { file, class: id },
  } of owners)
    for (const [index, fn] of module.functions.entries()) {
      if (classAround(module, index) !== id) continue;
      const at = firstAskIn(fn.body);
      if (at === null) continue;
      if (file !== own.file || index !== own.function) return null;
      first = at;
    }
  return first;
}

function classAround({ functions }: Module, id: FunctionId): ClassId | null {
  for (let at: FunctionId | null = id; at !== null; at = functions[at]!.parent)
    if (functions[at]!.class !== null) return functions[at]!.class;
  return null;
}

/** Each entry point's guards are asked for over and over. */
const firstAsks = new WeakMap<readonly Statement[], number | null>();

function firstAskIn(body: readonly Statement[]): number | null {
  const known = firstAsks.get(body);
  if (known !== undefined) return known;
  let first: number | null = null;
  forEachExpressionIn(body, (one) => {
    if (one.kind === "member" && one.object.kind === "super" && one.property === "canActivate")
      first = Math.min(first ?? one.start, one.start);
  });
  firstAsks.set(body, first);
  return first;
}

function baseOf(value: Value, tracer: Tracer): NestData | null {
  if (value.kind !== "class" && value.kind !== "instance") return null;
  const { base } = lineageOf({ kind: "class", file: value.file, class: value.class }, tracer);
  return base && dataOf(base);
}

/** Of several strategies any one suffices, so that none of them is known to have run. */
function guardsOfStrategies(names: readonly string[], tracer: Tracer): readonly Guard[] {
  const [name, ...others] = names;
  const found = serviceOf(tracer).strategies.filter((one) => one.name === name);
  if (others.length > 0 || found.length !== 1) return [];
  return findMethod(found[0]!.class, "validate", tracer).map((fn) => ({
    function: fn,
    parameters: parametersOf(found[0]!),
    continues: "true",
  }));
}

function parametersOf({ name, takesRequest }: Strategy): readonly Role[] {
  const given =
    name === "local"
      ? ["username", "password"].map((field): Role => {
          const text = "the body";
          return { kind: "request", name: `request.body.${field}`, text };
        })
      : [token, token, token];
  return takesRequest ? [request, ...given] : given;
}

function findMethod(value: Value, name: string, tracer: Tracer): readonly FunctionValue[] {
  const instance: Value = value.kind === "class" ? { ...value, kind: "instance", arguments: null } : value;
  if (instance.kind !== "instance") return [];
  const method = tracer.memberOf(instance, name);
  return method.kind === "function" ? [method] : [];
}
