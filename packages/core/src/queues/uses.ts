/** What a processor does with what it is given, where that tells which version of its library it is written for. */
import { forEachExpressionIn } from "../lower/visit.js";
import type { Tracer } from "../trace/library.js";
import type { FunctionValue } from "../trace/value.js";

/** It asks its first parameter for one of these: `job.data`. */
export function usesAsOne(
  { file, function: id }: FunctionValue,
  tracer: Tracer,
  properties: readonly string[],
): boolean {
  const fn = tracer.moduleOf(file)?.functions[id];
  const pattern = fn?.parameters[0]?.pattern;
  if (!fn || !pattern) return false;
  if (pattern.kind === "object")
    return pattern.properties.some(({ key }) => typeof key === "string" && properties.includes(key));
  if (pattern.kind !== "binding") return false;
  let found = false;
  forEachExpressionIn(fn.body, (expression) => {
    if (expression.kind !== "member" || !properties.includes(expression.property)) return;
    let object = expression.object;
    while (object.kind === "cast") object = object.expression;
    found ||= object.kind === "name" && object.binding === pattern.binding;
  });
  return found;
}
