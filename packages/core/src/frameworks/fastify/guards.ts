/** Hooks, and which of them run before a route's handler. https://fastify.dev/docs/latest/Reference/Hooks/ */
import { optionsOf } from "../../trace/choice.js";
import type { Guard, Role } from "../../trace/entry.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { FunctionValue, Value } from "../../trace/value.js";
import { conditionsAt } from "./conditions.js";
import { next, payload, reply, request } from "./roles.js";
import { findDecoration, hooksFor, stages, type Scope, type Stage } from "./scope.js";
import { serviceOf } from "./service.js";
import { dataOf, symbolic, valueOf, type InstanceData } from "./values.js";

/** `fastify.addHook("onRequest", authenticate)` */
export function addHook(instance: InstanceData, call: Call, tracer: Tracer): void {
  const [name, value] = call.arguments;
  if (!name || !value) return;
  for (const option of optionsOf(name)) {
    const stage = stages.find((one) => option.kind === "literal" && option.value === one);
    if (!stage) continue;
    instance.scope.hooks.push({
      stage,
      value,
      order: serviceOf(tracer).hooks++,
      conditions: conditionsAt(call.site, instance, tracer),
    });
  }
}

/** The instance's hooks of each stage, then those that the route itself names. */
export function guardsBefore(
  scope: Scope,
  conditions: readonly string[],
  ofRoute: (stage: Stage) => Value,
  tracer: Tracer,
): readonly Guard[] {
  return stages.flatMap((stage) => [
    ...hooksFor(scope, stage)
      .filter((hook) => hook.conditions.every((condition) => conditions.includes(condition)))
      .flatMap((hook) => guardsIn(hook.value, stage, scope, tracer)),
    ...guardsIn(ofRoute(stage), stage, scope, tracer),
  ]);
}

/** What may be one of several, or nothing, is none that is known to run. */
function guardsIn(value: Value, stage: Stage, scope: Scope, tracer: Tracer): readonly Guard[] {
  if (value.kind === "function") return [guardOf(value, stage, tracer)];
  if (value.kind === "array") return value.elements.flatMap((one) => guardsIn(one, stage, scope, tracer));
  const data = dataOf(value);
  if (data?.type === "auth")
    return serviceOf(tracer).packages.has("@fastify/auth")
      ? data.all.flatMap((one) => guardsIn(one, stage, scope, tracer))
      : [];
  const decoration = findDecorated(value, scope, tracer);
  return decoration && decoration !== value ? guardsIn(decoration, stage, scope, tracer) : [];
}

function guardOf(value: FunctionValue, stage: Stage, tracer: Tracer): Guard {
  const given: readonly Role[] = stage === "preParsing" ? [request, reply, payload] : [request, reply];
  const count = tracer.moduleOf(value.file)?.functions[value.function]?.parameters.length ?? 0;
  // A function that takes a callback is waited for until it calls it.
  return count > given.length
    ? { function: value, parameters: [...given, next], continues: "next" }
    : { function: value, parameters: given, continues: "returns" };
}

const decorationPrefix = "decoration:";

/** What an instance may be decorated with by somebody who was not met yet. */
export function decorationNamed(name: string): Value {
  return symbolic(`${decorationPrefix}${name}`, name);
}

function findDecorated(value: Value, scope: Scope, tracer: Tracer): Value | null {
  if (value.kind !== "symbolic" || !value.id.startsWith(decorationPrefix)) return null;
  const name = value.id.slice(decorationPrefix.length);
  const own = findDecoration(scope, name);
  if (own) return own;
  const everywhere = tracer.choose(serviceOf(tracer).decorations.get(name) ?? [], "the decoration");
  return everywhere.kind === "choice" ? null : everywhere;
}

/**
 * `fastify.auth([one, other])` is content with any of them, `{ relation: "and" }` wants all; an array inside of the array
 * is meant the other way. https://github.com/fastify/fastify-auth#usage
 */
export function authOf(call: Call, tracer: Tracer): Value | null {
  const [list, options] = call.arguments;
  if (list?.kind !== "array") return null;
  const relation = options?.kind === "object" ? tracer.memberOf(options, "relation") : null;
  const wantsAll = relation?.kind === "literal" && relation.value === "and";
  return valueOf({ type: "auth", all: sureOf(list, wantsAll) });
}

function sureOf(list: Value, wantsAll: boolean): readonly Value[] {
  if (list.kind !== "array") return [list];
  if (list.rest !== null && !wantsAll) return [];
  if (!wantsAll && list.elements.length !== 1) return [];
  return list.elements.flatMap((one) => sureOf(one, !wantsAll));
}
