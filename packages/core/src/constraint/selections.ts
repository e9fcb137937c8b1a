/** Finding the selections inside selections; without recursion, since nobody limits how deep a statement is nested. */
import type { Predicate, Selection } from "./predicate.js";

/** A selection and every one inside it, each once however often it is used. */
export function selectionsIn(selection: Selection): readonly Selection[] {
  const found = new Set<Selection>();
  const pending = [selection];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    pending.push(...directlyIn(next).toReversed());
  }
  return [...found];
}

/** The sub-queries that a predicate asks, without those inside them. */
export function selectionsUnder(predicate: Predicate): readonly Selection[] {
  const found: Selection[] = [];
  const pending = [predicate];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    switch (next.kind) {
      case "and":
      case "or":
        pending.push(...next.terms.toReversed());
        break;
      case "not":
        pending.push(next.term);
        break;
      case "choice":
        pending.push(...next.arms.toReversed());
        break;
      case "exists":
      case "inQuery":
        found.push(next.query);
        break;
    }
  }
  return found;
}

function directlyIn({ nested, arms, resources, where }: Selection): readonly Selection[] {
  return [
    ...nested,
    ...arms,
    ...resources.flatMap(({ query, on }) => [...(query === null ? [] : [query]), ...selectionsUnder(on)]),
    ...selectionsUnder(where),
  ];
}
