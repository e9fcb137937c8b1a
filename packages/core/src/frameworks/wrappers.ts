/**
 * Wrappers that only hand errors on: `(handler) => (request, response, next) => Promise.resolve(handler(request, response,
 * next)).catch(next)`. What they were given is the handler; the wrapper's own function would be that of every route.
 */
import type { Expression, Pattern, Statement } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import type { Role } from "../trace/entry.js";
import type { Call, Tracer } from "../trace/library.js";
import type { Frame, FunctionValue, Value } from "../trace/value.js";

export interface Handler {
  readonly handler: FunctionValue;
  readonly parameters: readonly Role[];
}

/** Wrappers around wrappers are followed this far. */
const deepest = 4;

export function unwrapped(
  handler: FunctionValue,
  parameters: readonly Role[],
  tracer: Tracer,
  depth = deepest,
): Handler {
  const module = tracer.moduleOf(handler.file);
  const fn = module?.functions[handler.function];
  if (!module || !fn || !handler.closure || depth === 0) return { handler, parameters };
  const names = fn.parameters.map(({ pattern }) => bindingOf(pattern));
  let inner: { readonly value: FunctionValue; readonly arguments: readonly Expression[] } | null = null;
  let doesMore = false;
  const body = triedIn(fn.body);
  forEachExpressionIn(body, (expression) => {
    if (expression.kind === "conditional" || expression.kind === "logical") doesMore = true;
    if (expression.kind !== "call") return;
    const { callee } = expression;
    const captured = callee.kind === "name" ? capturedBy(handler.closure, callee.binding) : null;
    if (captured?.kind === "function" && inner === null)
      inner = { value: captured, arguments: expression.arguments };
    else if (!handsOn(callee, names)) doesMore = true;
  });
  const called = inner as { readonly value: FunctionValue; readonly arguments: readonly Expression[] } | null;
  if (called === null || doesMore || body.some(({ kind }) => kind === "if")) return { handler, parameters };
  const given = called.arguments.map((argument) => {
    const at = argument.kind === "name" ? names.indexOf(argument.binding) : -1;
    return at === -1 || argument.kind !== "name" || argument.binding === null
      ? null
      : (parameters[at] ?? null);
  });
  const roles = given.filter((role) => role !== null);
  return roles.length === given.length
    ? unwrapped(called.value, roles, tracer, depth - 1)
    : { handler, parameters };
}

/** What a wrapper does about errors comes afterwards. */
function triedIn(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((one) =>
    one.kind === "try" ? triedIn(one.block) : one.kind === "block" ? triedIn(one.body) : [one],
  );
}

function bindingOf(pattern: Pattern): number | null {
  return pattern.kind === "binding" ? pattern.binding : null;
}

/** What a variable of the functions around it holds; those of the module are not a wrapper's. */
function capturedBy(closure: Frame | null, binding: number | null): Value | null {
  if (binding === null) return null;
  for (let frame = closure; frame?.parent; frame = frame.parent) {
    const value = frame.values.get(binding);
    if (value !== undefined) return value;
  }
  return null;
}

/** `Promise.resolve(…)`, `.then(…)`, `.catch(…)`, `next(error)` */
function handsOn(callee: Expression, parameters: readonly (number | null)[]): boolean {
  if (callee.kind === "name") return callee.binding !== null && parameters.includes(callee.binding);
  if (callee.kind !== "member") return false;
  return (
    ["catch", "then"].includes(callee.property) || (callee.property === "resolve" && isPromise(callee.object))
  );
}

function isPromise(expression: Expression): boolean {
  return expression.kind === "name" && expression.name === "Promise" && expression.binding === null;
}

/**
 * A call's arguments, with handlers that are taken from an object which a function made of another: `wrap(controller).list` is
 * the controller's, as far as we see.
 */
export function withHandlersOf(call: Call, tracer: Tracer): Call {
  const { site, written, spread } = call;
  if (spread || written.length !== call.arguments.length) return call;
  const seen = call.arguments.map((value, index) =>
    value.kind === "unknown" || value.kind === "symbolic"
      ? (methodBehind(written[index]!, site.file, tracer) ?? value)
      : value,
  );
  return { ...call, arguments: seen };
}

function methodBehind(written: Expression, file: string, tracer: Tracer): FunctionValue | null {
  if (written.kind !== "member" || written.object.kind !== "name") return null;
  const made = initializerOf(written.object.binding, file, tracer);
  for (const argument of made?.kind === "call" ? made.arguments : []) {
    const given = tracer.evaluateIn(file, argument);
    const method = given.kind === "function" ? null : tracer.memberOf(given, written.property);
    if (method?.kind === "function") return method;
  }
  return null;
}

/** What a variable at the top of a file is set to. */
function initializerOf(binding: number | null, file: string, tracer: Tracer): Expression | null {
  for (const statement of tracer.moduleOf(file)?.functions[0]?.body ?? [])
    for (const { pattern, initializer } of statement.kind === "variables" ? statement.declarations : [])
      if (pattern.kind === "binding" && pattern.binding === binding) return initializer;
  return null;
}
