/** The values that the texts of a builder name, whether they are given before the text, with it, or after it. */
import type { Operand, Predicate } from "../../constraint/predicate.js";
import { isPerhapsAbsent, optionsOf, withoutAbsence } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { clausesOf, isNothing, type Clause, type QueryValue, type Value } from "../../trace/value.js";
import { laterName, replacedIn, replacedInSelection, type Replace } from "./texts.js";

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
  const named = new Map([...(query.named ?? []), ...added]);
  const clauses = clausesOf(query);
  const replace = replacing(added);
  const replaced = clauses.map((clause) => inClause(clause, replace));
  if (replaced.every((clause, index) => clause === clauses[index])) return { ...query, named };
  let head: QueryValue["head"] | null = null;
  for (const clause of replaced) head = { previous: head, length: head ? head.length + 1 : 0, clause };
  return { ...query, named, head: head ?? query.head };
}

function replacing(added: ReadonlyMap<string, Value>): Replace {
  const valueFor = (operand: Operand): Value | null => {
    const name = laterName(operand.value);
    return name === null ? null : (added.get(name) ?? null);
  };
  return (predicate): Predicate => {
    switch (predicate.kind) {
      case "eq": {
        const value = valueFor(predicate.operand);
        if (!value) return predicate;
        // Bound as NULL, which nothing is equal to.
        if (isNothing(value)) return { kind: "false" };
        return { ...predicate, operand: operandOf(isPerhapsAbsent(value) ? withoutAbsence(value) : value) };
      }
      case "in": {
        if (!predicate.operands.some((operand) => valueFor(operand))) return predicate;
        const operands = predicate.operands.flatMap((operand): readonly Operand[] => {
          const value = valueFor(operand);
          return value ? operandsOf(value) : [operand];
        });
        return { ...predicate, operands };
      }
      default:
        return predicate;
    }
  };
}

function inClause(clause: Clause, replace: Replace): Clause {
  switch (clause.kind) {
    case "filter":
      return isWaiting(clause.predicate)
        ? {
            ...clause,
            predicate: replacedIn(clause.predicate, replace),
            ...(clause.loose && { loose: clause.loose.map((one) => replacedIn(one, replace)) }),
          }
        : clause;
    case "resource":
      return isWaiting(clause.resource.on)
        ? { ...clause, resource: { ...clause.resource, on: replacedIn(clause.resource.on, replace) } }
        : clause;
    case "nested":
      return { ...clause, selection: replacedInSelection(clause.selection, replace) };
    case "choice": {
      const arms = clause.arms.map((arm) => arm.map((one) => inClause(one, replace)));
      return arms.every((arm, index) => arm.every((one, at) => one === clause.arms[index]![at]))
        ? clause
        : { ...clause, arms };
    }
    default:
      return clause;
  }
}

function isWaiting(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms.some(isWaiting);
    case "not":
      return isWaiting(predicate.term);
    case "choice":
      return predicate.arms.some(isWaiting);
    case "eq":
      return laterName(predicate.operand.value) !== null;
    case "in":
      return predicate.operands.some((operand) => laterName(operand.value) !== null);
    case "exists":
    case "inQuery":
      return true;
    default:
      return false;
  }
}
