/** Finding the selections inside selections. */
import type { Predicate, Selection } from "./predicate.js";

/** A selection and every one inside it. */
export function selectionsIn(selection: Selection): readonly Selection[] {
  return [
    selection,
    ...[...selection.nested, ...selection.arms].flatMap(selectionsIn),
    ...selection.resources.flatMap((resource) => [
      ...(resource.query ? selectionsIn(resource.query) : []),
      ...selectionsUnder(resource.on).flatMap(selectionsIn),
    ]),
    ...selectionsUnder(selection.where).flatMap(selectionsIn),
  ];
}

/** The sub-queries that a predicate asks, without those inside them. */
export function selectionsUnder(predicate: Predicate): readonly Selection[] {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms.flatMap(selectionsUnder);
    case "not":
      return selectionsUnder(predicate.term);
    case "choice":
      return predicate.arms.flatMap(selectionsUnder);
    case "exists":
    case "inQuery":
      return [predicate.query];
    default:
      return [];
  }
}
