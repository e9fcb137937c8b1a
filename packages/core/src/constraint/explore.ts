/**
 * Boolean logic: a row can be reached through any disjunct, so the weakest decides. Disjunctions are expanded one at a
 * time and only as far as they can change the answer, since a conjunct can only add evidence.
 */
import { strengthOf, type Evidence, type Status, type Way, type WayApart } from "./binding.js";
import { evidenceOf, meansTenant } from "./evidence.js";
import type { Facts } from "./facts.js";
import type { Any, Choice, Formula, PlacedColumn } from "./formula.js";
import { whatFollows, type Known } from "./known.js";
import type { Target } from "./statement.js";

export interface Outcome {
  readonly status: Status;
  readonly ways: readonly Way[];
  readonly tooComplex: boolean;
}

export type IsConjoined = (choice: Choice) => boolean;

const maximumDisjuncts = 512;
/** Looking ahead costs a step for each arm; this many keep one table within a tenth of a second. */
const maximumSteps = 4_096;

export function explore(target: Target, facts: Facts, isConjoined: IsConjoined): Outcome {
  const search: Search = { target, facts, isConjoined, ways: [], weakest: null, disjuncts: 0, steps: 0 };
  const stack: Node[] = [];
  const root = nodeOf(search, target.given);
  if (root !== null) stack.push(root);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (++search.disjuncts > maximumDisjuncts || search.steps > maximumSteps) {
      return { status: "none", ways: [[]], tooComplex: true };
    }
    const open = isDecided(search, node)
      ? []
      : node.known.open.filter((formula) => canHelp(formula, isConjoined));
    if (open.length === 0) {
      addWay(search, node);
      if (search.weakest === "none") break;
    } else {
      stack.push(...bestExpansion(search, node, open).toReversed());
    }
  }
  return { status: search.weakest ?? "nobody", ways: distinct(search.ways), tooComplex: false };
}

/** More ways than this are one and the same to whoever reads on. */
const mostApart = 64;

/**
 * Every choice of which something is known is decided, as far as it bears on the table. `inFull`: also beside a tenant that is
 * bound in any case, since whether that one can be believed may hang on what is known.
 */
export function tellApart(target: Target, facts: Facts, inFull: boolean): readonly WayApart[] {
  const search: Search = {
    target,
    facts,
    isConjoined: () => false,
    ways: [],
    weakest: null,
    disjuncts: 0,
    steps: 0,
  };
  const apart: WayApart[] = [];
  const root = nodeOf(search, target.given);
  const stack = root === null || !root.known.open.some(isTold) ? [] : [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (++search.disjuncts > maximumDisjuncts || search.steps > maximumSteps || apart.length > mostApart)
      return [];
    const isBound = node.strength >= strengthOf("tenant");
    const open = node.known.open.filter((formula) =>
      isBound ? inFull && isTold(formula) : isTold(formula) || canHelp(formula, search.isConjoined),
    );
    if (open.length === 0) apart.push({ way: node.way, known: node.known.conditions });
    else stack.push(...bestExpansion(search, node, open).toReversed());
  }
  return apart.some(({ known }) => known.length > 0) ? apart : [];
}

/** Something is known of its arms, and one of them at least ties something to something. */
function isTold(formula: Formula): boolean {
  return (
    formula.kind === "choice" &&
    formula.terms.some((term) => term.kind === "all" && term.terms.some(({ kind }) => kind === "given")) &&
    formula.terms.some((term) => hasTie(term))
  );
}

function hasTie(formula: Formula): boolean {
  if (formula.kind === "bound")
    return isTelling(formula.column) || meansTenant(formula.column, formula.operands);
  if (formula.kind === "null") return isTelling(formula.column);
  if (formula.kind === "row" || formula.kind === "same") return true;
  return "terms" in formula && formula.terms.some(hasTie);
}

interface Search {
  readonly target: Target;
  readonly facts: Facts;
  readonly isConjoined: IsConjoined;
  readonly ways: Way[];
  weakest: Status | null;
  disjuncts: number;
  steps: number;
}

interface Node {
  readonly given: readonly Formula[];
  readonly known: Known;
  readonly way: Way;
  readonly strength: number;
}

/** Null when no row satisfies it. */
function nodeOf(search: Search, given: readonly Formula[]): Node | null {
  search.steps++;
  const known = whatFollows(given, search.isConjoined);
  if (known.isImpossible) return null;
  const way = evidenceOf(search.target.place, known, search.facts);
  return { given, known, way, strength: strengthOf(statusOf(way)) };
}

function statusOf(way: Way): Status {
  return way[0]?.status ?? "none";
}

/** More conjuncts cannot make it weaker, and it is as strong as can be or no weaker than what we have found elsewhere. */
function isDecided(search: Search, node: Node): boolean {
  const weakest = search.weakest === null ? Infinity : strengthOf(search.weakest);
  return node.strength >= Math.min(weakest, strengthOf("tenant"));
}

function addWay(search: Search, node: Node): void {
  search.ways.push(node.way);
  const status = statusOf(node.way);
  if (search.weakest === null || node.strength < strengthOf(search.weakest)) search.weakest = status;
}

/** The disjunction whose weakest arm is strongest; most often it settles the matter at once. */
function bestExpansion(search: Search, node: Node, open: readonly (Any | Choice)[]): readonly Node[] {
  let best: readonly Node[] = [];
  let bestStrength = -1;
  for (const disjunction of open) {
    const arms = disjunction.terms.flatMap((arm) => nodeOf(search, [...node.given, arm]) ?? []);
    const strength = Math.min(...arms.map((arm) => arm.strength));
    if (strength > bestStrength) [best, bestStrength] = [arms, strength];
    if (strength >= strengthOf("tenant") || search.steps > maximumSteps) break;
  }
  return best;
}

/** A disjunction with an arm that can tie nothing to anything leaves us where we are. */
function canHelp(formula: Formula, isConjoined: IsConjoined): boolean {
  switch (formula.kind) {
    case "any":
      return formula.terms.every((term) => canHelp(term, isConjoined));
    case "choice": {
      const helps = (term: Formula): boolean => canHelp(term, isConjoined);
      return isConjoined(formula) ? formula.terms.some(helps) : formula.terms.every(helps);
    }
    case "all":
      return formula.terms.some((term) => canHelp(term, isConjoined));
    case "bound":
      return isTelling(formula.column) || meansTenant(formula.column, formula.operands);
    case "null":
      return isTelling(formula.column);
    default:
      return true;
  }
}

function isTelling({ place, facts, isJoined }: PlacedColumn): boolean {
  const isKey =
    facts !== null && (facts.level !== null || facts.reference !== null || facts.isOwner || facts.isSecret);
  return isKey || isJoined || place.resource.query !== null || place.scope.places.some(isOuterJoined);
}

function isOuterJoined({ resource }: { readonly resource: { readonly join: string } }): boolean {
  return resource.join === "left" || resource.join === "right" || resource.join === "full";
}

/** Many disjuncts say the same about one table. Weakest first. */
function distinct(ways: readonly Way[]): readonly Way[] {
  const byText = new Map(ways.map((way) => [way.map(textOf).join("\n"), way]));
  return [...byText.values()].sort((a, b) => strengthOf(statusOf(a)) - strengthOf(statusOf(b)));
}

function textOf({ status, column, operands, through }: Evidence): string {
  const path = through.map((step) => `${step.column} ${step.resource.alias}.${step.target}`);
  const values = operands.map(({ value, isOneOfMany }) => (isOneOfMany ? `one of ${value}` : value));
  return [status, column, ...values, ...path].join(" ");
}
