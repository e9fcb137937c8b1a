/**
 * How each table of a statement is tied to a tenant. This is the whole question of `no-unscoped-query`: the values it is
 * tied to are for others to judge.
 */
import {
  strengthOf,
  type Binding,
  type Evidence,
  type Sometimes,
  type Way,
  type WayApart,
} from "./binding.js";
import { explore, tellApart, type IsConjoined, type Outcome } from "./explore.js";
import type { Facts } from "./facts.js";
import type { Choice, Formula } from "./formula.js";
import type { Resource, Selection } from "./predicate.js";
import { statementOf, type Abandoned, type Target } from "./statement.js";

/**
 * One binding for each table that the selection names, at whatever depth. A table inside a sub-query that is used more
 * than once (a CTE) has one binding, which holds for all uses.
 */
export function bind(
  selection: Selection,
  facts: Facts,
  /** Tells ways apart also beside a tenant that is bound in any case. */
  isToldInFull = false,
): readonly Binding[] {
  const { targets, abandoned } = statementOf(selection, facts);
  const judged = targets.map((target) => bindingOf(target, facts, abandoned.length > 0, isToldInFull));
  return mergedUses([...judged, ...abandoned.map(notLookedAt)]);
}

function bindingOf(target: Target, facts: Facts, isIncomplete: boolean, isToldInFull: boolean): Binding {
  const { scope, resource } = target.place;
  const onAllPaths = explore(target, facts, isNeverConjoined);
  const isWeak = strengthOf(onAllPaths.status) < strengthOf("parent");
  return {
    site: scope.selection.site,
    resource,
    status: onAllPaths.status,
    evidence: weakestEvidence(onAllPaths.ways),
    ways: onAllPaths.ways,
    apart: tellApart(target, facts, isToldInFull),
    sometimes: isWeak ? findSometimes(target, onAllPaths, facts) : null,
    tooComplex: onAllPaths.tooComplex || (isIncomplete && isWeak),
    ambiguous: [...scope.ambiguous].sort(),
  };
}

const isNeverConjoined: IsConjoined = () => false;

/** The constraint that is there when the program takes the right arm of every choice. */
function findSometimes(target: Target, onAllPaths: Outcome, facts: Facts): Sometimes | null {
  const onSomePath = explore(target, facts, () => true);
  const { status, ways } = onSomePath;
  if (status === "none" || strengthOf(status) <= strengthOf(onAllPaths.status)) return null;
  return { status, reason: reasonOf(target, onSomePath, facts), evidence: weakestEvidence(ways), ways };
}

/**
 * The one condition that decides, if it is one; all of them otherwise. What the program decides once stands in the statement as
 * often as brackets that are left out repeat it, so that conditions are told apart by what is said of them.
 */
function reasonOf(target: Target, onSomePath: Outcome, facts: Facts): string {
  const reasons = [...new Set(choicesIn(target.given).map((choice) => choice.reason))];
  if (reasons.length < 2) return reasons.join();
  const decisive = reasons.find((reason) => {
    const outcome = explore(target, facts, (choice) => choice.reason === reason);
    return strengthOf(outcome.status) >= strengthOf(onSomePath.status);
  });
  return decisive ?? reasons.join(" or ");
}

/** In the order in which the statement has them. */
function choicesIn(given: readonly Formula[]): readonly Choice[] {
  const choices: Choice[] = [];
  const seen = new Set<Formula>();
  const pending = given.toReversed();
  for (let formula = pending.pop(); formula !== undefined; formula = pending.pop()) {
    if (seen.has(formula)) continue;
    seen.add(formula);
    if (formula.kind === "choice") choices.push(formula);
    if ("terms" in formula) pending.push(...formula.terms.toReversed());
    if (formula.kind === "row") {
      const { places, where } = formula.scope;
      pending.push(
        where,
        ...places.flatMap((place) => (place.rows === null ? [place.on] : [place.on, place.rows])),
      );
    }
  }
  return choices;
}

function weakestEvidence(ways: readonly Way[]): Evidence | null {
  return ways[0]?.[0] ?? null;
}

function notLookedAt({ site, resource }: Abandoned): Binding {
  return {
    site,
    resource,
    status: "none",
    evidence: null,
    ways: [[]],
    apart: [],
    sometimes: null,
    tooComplex: true,
    ambiguous: [],
  };
}

function mergedUses(bindings: readonly Binding[]): readonly Binding[] {
  const merged: Binding[] = [];
  const places = new Map<Resource, Map<string, number>>();
  for (const binding of bindings) {
    const sites = places.get(binding.resource) ?? new Map<string, number>();
    places.set(binding.resource, sites);
    const index = sites.get(binding.site);
    if (index === undefined) sites.set(binding.site, merged.push(binding) - 1);
    else merged[index] = weaker(merged[index]!, binding);
  }
  return merged;
}

function weaker(a: Binding, b: Binding): Binding {
  const [weak, strong] = strengthOf(b.status) < strengthOf(a.status) ? [b, a] : [a, b];
  return {
    ...weak,
    ways: [...weak.ways, ...strong.ways],
    apart: a.apart.length > 0 || b.apart.length > 0 ? [...apartOf(a), ...apartOf(b)] : [],
    tooComplex: a.tooComplex || b.tooComplex,
  };
}

function apartOf({ apart, ways }: Binding): readonly WayApart[] {
  return apart.length > 0 ? apart : ways.map((way) => ({ way, known: [] }));
}
