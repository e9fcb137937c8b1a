/** What runs before a handler and may keep it from running. */
import type { Guard, Role } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import type { ClassValue, FunctionValue, InstanceValue, Value } from "../../trace/value.js";
import { findDecorator, lineageOf } from "./decorators.js";
import { executionContext, next, nothing, reply, request, token, user } from "./roles.js";
import { runsFor, type Route } from "./routes.js";
import { serviceOf, type Strategy } from "./service.js";
import { dataOf, type Decorator } from "./values.js";

export function globalGuards(tracer: Tracer): readonly Guard[] {
  return serviceOf(tracer).guards.flatMap((value) => guardsOf(value, tracer));
}

/** `@UseGuards(JwtGuard, new RolesGuard("admin"), AuthGuard("jwt"))` */
export function guardsOfDecorators(decorators: readonly Decorator[], tracer: Tracer): readonly Guard[] {
  return decorators
    .filter((one) => findDecorator([one], "@nestjs/common", "UseGuards"))
    .flatMap((one) => one.arguments)
    .flatMap((value) => guardsOf(value, tracer));
}

export function middlewareFor(route: Route, tracer: Tracer): readonly Guard[] {
  return serviceOf(tracer)
    .middleware.filter((one) => runsFor(one, route, tracer))
    .flatMap((one) => one.applied)
    .flatMap((value) => (value.kind === "function" ? [value] : findMethod(value, "use", tracer)))
    .map((fn) => ({ function: fn, parameters: [request, reply, next], continues: "next" }));
}

function guardsOf(value: Value, tracer: Tracer): readonly Guard[] {
  const data = dataOf(value);
  if (data?.type === "passport-guard") return guardsOfStrategies(data.strategies, tracer);
  const [own] = findMethod(value, "canActivate", tracer);
  if (own) return [{ function: own, parameters: [executionContext], continues: "true" }];
  // One that decides by itself may let pass without asking its strategy; any other asks it, then `handleRequest`.
  const base = value.kind === "class" || value.kind === "instance" ? baseOf(value, tracer) : null;
  if (base?.type !== "passport-guard") return [];
  const parameters = [nothing, user, nothing, executionContext];
  return [
    ...guardsOfStrategies(base.strategies, tracer),
    ...findMethod(value, "handleRequest", tracer).map((fn): Guard => ({
      function: fn,
      parameters,
      continues: "returns",
    })),
  ];
}

function baseOf({ file, class: id }: ClassValue | InstanceValue, tracer: Tracer) {
  const { base } = lineageOf({ kind: "class", file, class: id }, tracer);
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
