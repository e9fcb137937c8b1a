/** What a statement compares and writes, exchanged for something else: the values that a prepared statement is given when it runs. */
import {
  never,
  type Operand,
  type Predicate,
  type Resource,
  type Selection,
  type WrittenRow,
} from "./predicate.js";

/** `isListed`: it is one of a list, in which several may stand for it. Nothing is equal to one that is exchanged for none. */
export type Exchange = (operand: Operand, isListed: boolean) => readonly Operand[];

/** Statements are nested as deep as somebody likes; what lies deeper stays as it is. */
const deepest = 60;

export function exchangedIn(selection: Selection, exchange: Exchange, depth = 0): Selection {
  if (depth > deepest) return selection;
  const inner = (one: Selection): Selection => exchangedIn(one, exchange, depth + 1);
  return {
    ...selection,
    where: exchangedUnder(selection.where, exchange, depth + 1),
    resources: selection.resources.map((resource) => exchangedOn(resource, exchange, depth + 1)),
    nested: selection.nested.map(inner),
    arms: selection.arms.map(inner),
  };
}

export function exchangedOn(resource: Resource, exchange: Exchange, depth = 0): Resource {
  return {
    ...resource,
    on: exchangedUnder(resource.on, exchange, depth + 1),
    query: resource.query && exchangedIn(resource.query, exchange, depth + 1),
  };
}

export function exchangedUnder(predicate: Predicate, exchange: Exchange, depth = 0): Predicate {
  if (depth > deepest) return predicate;
  const inner = (one: Predicate): Predicate => exchangedUnder(one, exchange, depth + 1);
  switch (predicate.kind) {
    case "and":
    case "or":
      return { ...predicate, terms: predicate.terms.map(inner) };
    case "not":
      return { ...predicate, term: inner(predicate.term) };
    case "choice":
      return { ...predicate, arms: predicate.arms.map(inner) };
    case "eq": {
      const [operand] = exchange(predicate.operand, false);
      return operand ? { ...predicate, operand } : never;
    }
    case "in":
      return { ...predicate, operands: predicate.operands.flatMap((operand) => exchange(operand, true)) };
    case "exists":
    case "inQuery":
      return { ...predicate, query: exchangedIn(predicate.query, exchange, depth + 1) };
    default:
      return predicate;
  }
}

export function exchangedRows(rows: readonly WrittenRow[], exchange: Exchange): readonly WrittenRow[] {
  return rows.map((row) => ({
    ...row,
    columns: new Map(
      [...row.columns].map(([name, value]) => {
        const [operand = value.operand] = exchange(value.operand, false);
        return [name, { ...value, operand }];
      }),
    ),
  }));
}
