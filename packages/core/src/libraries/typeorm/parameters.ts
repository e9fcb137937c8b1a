/** The values that the texts of a builder name, whether they are given before the text, with it, or after it. */
import { isPerhapsAbsent, optionsOf, withoutAbsence } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { withOperands } from "../../trace/query.js";
import { isNothing, type QueryValue, type Value } from "../../trace/value.js";
import { laterName } from "./texts.js";

/** `{ organizationId }`, as it is given with a text or by `setParameters`. */
export function valuesNamedIn(tracer: Tracer, given: Value | undefined): ReadonlyMap<string, Value> {
  const named = new Map<string, Value>();
  for (const option of given ? optionsOf(given) : []) {
    if (option.kind !== "object" && option.kind !== "symbolic") continue;
    for (const [name, { value }] of tracer.fieldsOf(option).fields)
      if (!named.has(name)) named.set(name, value);
  }
  return named;
}

/** The query with these values; what waits for one of them has it now. */
export function withValues(query: QueryValue, added: ReadonlyMap<string, Value>): QueryValue {
  if (added.size === 0) return query;
  let isWaiting = false;
  const filled = withOperands(query, (operand, isListed) => {
    const name = laterName(operand.value);
    const value = name === null ? undefined : added.get(name);
    if (!value) return [operand];
    isWaiting = true;
    if (isListed) return operandsOf(value);
    // Bound as NULL, which nothing is equal to.
    return isNothing(value) ? [] : [operandOf(isPerhapsAbsent(value) ? withoutAbsence(value) : value)];
  });
  // Where nothing waited, it is the chain of clauses that it was: others share its beginning.
  return { ...(isWaiting ? filled : query), named: new Map([...(query.named ?? []), ...added]) };
}
