/** Handlers of a controller that was wrapped as a whole. */
import type { Expression } from "../lower/module.js";
import type { Call, Tracer } from "../trace/library.js";
import type { FunctionValue } from "../trace/value.js";

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
