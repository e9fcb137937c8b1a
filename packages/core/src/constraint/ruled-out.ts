/** Leaving out of a statement what the program cannot decide for, where it stands: arms of a choice that what is known rules out. */
import type { Known, Predicate, Resource, Selection } from "./predicate.js";

export type IsRuledOut = (given: Known) => boolean;

/** Statements are nested as deep as somebody likes; what lies deeper stays as it is. */
const deepest = 60;

/** The selection itself where nothing is ruled out. */
export function withoutRuledOut(selection: Selection, isRuledOut: IsRuledOut): Selection {
  return ofSelection(selection, isRuledOut, 0);
}

function ofSelection(selection: Selection, isRuledOut: IsRuledOut, depth: number): Selection {
  if (depth > deepest) return selection;
  const inner = (one: Selection): Selection => ofSelection(one, isRuledOut, depth + 1);
  const where = ofPredicate(selection.where, isRuledOut, depth + 1);
  const resources = each(selection.resources, (resource): Resource => {
    const on = ofPredicate(resource.on, isRuledOut, depth + 1);
    const query = resource.query && inner(resource.query);
    return on === resource.on && query === resource.query ? resource : { ...resource, on, query };
  });
  const nested = each(selection.nested, inner);
  const arms = each(selection.arms, inner);
  const isSame =
    where === selection.where &&
    resources === selection.resources &&
    nested === selection.nested &&
    arms === selection.arms;
  return isSame ? selection : { ...selection, where, resources, nested, arms };
}

function ofPredicate(predicate: Predicate, isRuledOut: IsRuledOut, depth: number): Predicate {
  if (depth > deepest) return predicate;
  const inner = (one: Predicate): Predicate => ofPredicate(one, isRuledOut, depth + 1);
  switch (predicate.kind) {
    case "and":
    case "or": {
      const terms = each(predicate.terms, inner);
      return terms === predicate.terms ? predicate : { ...predicate, terms };
    }
    case "not": {
      const term = inner(predicate.term);
      return term === predicate.term ? predicate : { ...predicate, term };
    }
    case "choice":
      return ofChoice(predicate, isRuledOut, inner);
    case "exists":
    case "inQuery": {
      const query = ofSelection(predicate.query, isRuledOut, depth + 1);
      return query === predicate.query ? predicate : { ...predicate, query };
    }
    default:
      return predicate;
  }
}

function ofChoice(
  choice: Predicate & { kind: "choice" },
  isRuledOut: IsRuledOut,
  inner: (one: Predicate) => Predicate,
): Predicate {
  const { given } = choice;
  const isLeft = choice.arms.map((_, index) => !given?.[index] || !isRuledOut(given[index]));
  const [only, ...others] = choice.arms.filter((_, index) => isLeft[index]);
  if (only && others.length === 0) return inner(only);
  // Where nothing is left, we have one of them wrong.
  if (!only || isLeft.every(Boolean)) {
    const arms = each(choice.arms, inner);
    return arms === choice.arms ? choice : { ...choice, arms };
  }
  return {
    ...choice,
    arms: [only, ...others].map(inner),
    ...(given && { given: given.filter((_, index) => isLeft[index]) }),
  };
}

function each<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((one, index) => one === list[index]) ? list : changed;
}
