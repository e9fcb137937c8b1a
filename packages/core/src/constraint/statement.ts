/**
 * From a selection to the formulas the solver works on: names resolved, negations pushed down to where they bind nothing,
 * and for every table, at whatever depth, the formulas that hold when one of its rows plays a part.
 */
import type { Facts } from "./facts.js";
import {
  allOf,
  anyOf,
  everything,
  nothing,
  type All,
  type Formula,
  type Place,
  type PlacedColumn,
  type Row,
  type Scope,
  type Visible,
} from "./formula.js";
import type { Column, Known, Predicate, Resource, Selection } from "./predicate.js";
import { findPlacedColumn, linkDerivedColumns, type Names } from "./resolve.js";
import { selectionsIn, selectionsUnder } from "./selections.js";

export interface Statement {
  readonly targets: readonly Target[];
  /** Tables that stand too deep to be looked at. */
  readonly abandoned: readonly Abandoned[];
}

/** A table to be judged, and what holds when one of its rows plays a part. */
export interface Target {
  readonly place: Place;
  readonly given: readonly Formula[];
}

export interface Abandoned {
  readonly site: string;
  readonly resource: Resource;
}

/** Far beyond what people write, and well within the stack. */
const maximumDepth = 200;
/** A CTE that is used twice by another that is used twice, and so on, doubles every time. */
const maximumPlaces = 300;

export function statementOf(selection: Selection, facts: Facts): Statement {
  const draft: Draft = { facts, names: { columns: 0, derived: [] }, places: 0, targets: [], abandoned: [] };
  addSelection(draft, selection, { outer: null, given: [], depth: 0 }, null);
  linkDerivedColumns(draft.names);
  return draft;
}

interface Draft extends Statement {
  readonly facts: Facts;
  readonly names: Names;
  places: number;
  readonly targets: Target[];
  readonly abandoned: Abandoned[];
}

/** Where a selection stands. */
interface Surroundings {
  readonly outer: Visible | null;
  readonly given: readonly Formula[];
  readonly depth: number;
}

/** Where a predicate stands. `given` holds whenever it matters what the predicate says. */
interface Context {
  readonly visible: Visible;
  readonly given: readonly Formula[];
  readonly depth: number;
}

function addSelection(
  draft: Draft,
  selection: Selection,
  around: Surroundings,
  as: Place | null,
): readonly Row[] {
  return alternativesOf(selection).map((arm) => addScope(draft, arm, around, as));
}

/** The selections whose rows a selection returns: itself and the arms of its union. */
function alternativesOf(selection: Selection): readonly Selection[] {
  const alternatives: Selection[] = [];
  const pending = [selection];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const isOnlyUnion = next.resources.length === 0 && next.arms.length > 0;
    if (!isOnlyUnion) alternatives.push(next);
    pending.push(...next.arms.toReversed());
  }
  return alternatives;
}

function addScope(draft: Draft, selection: Selection, around: Surroundings, as: Place | null): Row {
  const scope: Scope = {
    selection,
    outer: around.outer,
    places: [],
    last: Infinity,
    ambiguous: new Set(),
    where: everything,
  };
  const row: Row = { kind: "row", scope, as };
  if (around.depth > maximumDepth || draft.places > maximumPlaces) {
    draft.abandoned.push(...tablesIn([selection]));
    return row;
  }
  const given = [...around.given, row];
  const depth = around.depth + 1;

  // All places first: a predicate may name any of them, and a lateral sub-query those beside it, if it says which.
  for (const resource of selection.resources) addPlace(draft, scope, resource);
  for (const place of scope.places) {
    const present: Formula = { kind: "present", place };
    if (place.resource.query !== null) {
      const around = { outer: { ...scope, last: -1 }, given: [...given, present], depth };
      place.rows = { kind: "any", terms: addSelection(draft, place.resource.query, around, place) };
    } else {
      draft.targets.push({ place, given: [...given, present] });
    }
    const matching = place.index === 0 ? [present] : [present, prefix(scope, place.index - 1)];
    const visible = { ...scope, last: place.index };
    place.on = formulaOf(draft, place.resource.on, false, { visible, given: [...given, ...matching], depth });
  }
  scope.where = formulaOf(draft, selection.where, false, { visible: scope, given, depth });
  for (const nested of selection.nested) addSelection(draft, nested, { outer: scope, given, depth }, null);
  return row;
}

function tablesIn(selections: readonly Selection[]): readonly Abandoned[] {
  return selections.flatMap(selectionsIn).flatMap(({ site, resources }) => {
    const tables = resources.filter((resource) => resource.query === null);
    return tables.map((resource) => ({ site, resource }));
  });
}

function addPlace(draft: Draft, scope: Scope, resource: Resource): void {
  const table = resource.table === null ? null : draft.facts.findTable(resource.table);
  const index = scope.places.length;
  scope.places.push({
    id: draft.places++,
    scope,
    index,
    resource,
    table,
    columns: new Map(),
    keyValues: new Set(),
    on: everything,
    rows: null,
  });
}

function prefix(scope: Scope, index: number): Formula {
  return { kind: "prefix", scope, index };
}

/**
 * What follows when the predicate, or its negation, is TRUE. In SQL's logic a WHERE keeps a row only when it is TRUE, and
 * both De Morgan's laws and `not not p` hold, so negations can be pushed down; at the bottom `not (a = b)` says
 * nothing about which tenant it is.
 */
function formulaOf(draft: Draft, predicate: Predicate, isNegated: boolean, context: Context): Formula {
  const { term, negated } = withoutNot(predicate, isNegated);
  if (context.depth > maximumDepth) {
    draft.abandoned.push(...tablesIn(selectionsUnder(term)));
    return everything;
  }
  switch (term.kind) {
    case "and":
    case "or":
      return junctionOf(draft, term, negated, { ...context, depth: context.depth + 1 });
    case "choice":
      return {
        kind: "choice",
        reason: term.reason,
        terms: term.arms.map((arm, index) =>
          armOf(draft, arm, negated, { ...context, depth: context.depth + 1 }, term.given?.[index]),
        ),
      };
    case "exists":
      return rowOf(draft, term.query, negated, null, context);
    case "inQuery":
      return rowOf(
        draft,
        term.query,
        negated,
        { column: columnIn(draft, context, term.column), output: term.output },
        context,
      );
    case "true":
      return negated ? nothing : everything;
    case "false":
      return negated ? everything : nothing;
    case "eq":
    case "in":
      return negated ? everything : boundBy(draft, term, context);
    case "isNull": {
      const column = columnIn(draft, context, term.column);
      return negated || column === null ? everything : { kind: "null", column };
    }
    case "eqColumn":
      return negated
        ? everything
        : sameColumns(columnIn(draft, context, term.left), columnIn(draft, context, term.right));
    case "unknown":
      return everything;
  }
}

function junctionOf(draft: Draft, junction: Predicate, isNegated: boolean, context: Context): Formula {
  const isAll = (junction.kind === "and") !== isNegated;
  const terms = flattened(junction, isNegated, isAll);
  if (!isAll) return anyOf(terms.map(({ term, negated }) => armOf(draft, term, negated, context)));
  return allOf(terms.map(({ term, negated }) => formulaOf(draft, term, negated, context)));
}

/** When a sub-query in one arm matters, that arm is the one that holds. */
function armOf(
  draft: Draft,
  predicate: Predicate,
  isNegated: boolean,
  context: Context,
  known?: Known,
): Formula {
  const arm: All = { kind: "all", terms: known && known.size > 0 ? [{ kind: "given", known }] : [] };
  const formula = formulaOf(draft, predicate, isNegated, { ...context, given: [...context.given, arm] });
  const isPlain =
    formula.kind !== "all" && formula.kind !== "any" && formula.kind !== "choice" && formula.kind !== "row";
  if (isPlain && arm.terms.length === 0) return formula;
  if (formula !== everything) arm.terms.push(formula);
  return arm;
}

/** `exists (…)` and `column in (…)`: there is a row, and its output is the column. Negated, it says nothing about the outer rows. */
function rowOf(
  draft: Draft,
  query: Selection,
  isNegated: boolean,
  membership: { readonly column: PlacedColumn | null; readonly output: Column | null } | null,
  context: Context,
): Formula {
  const rows = alternativesOf(query).map((arm) => {
    const match: All = { kind: "all", terms: [] };
    const given = isNegated ? context.given : [...context.given, match];
    const row = addScope(draft, arm, { outer: context.visible, given, depth: context.depth + 1 }, null);
    match.terms.push(row);
    const output = membership === null ? null : arm === query ? membership.output : onlyOutputOf(arm);
    if (membership !== null && output !== null) {
      match.terms.push(sameColumns(membership.column, findPlacedColumn(row.scope, output, draft.names)));
    }
    return match;
  });
  return isNegated ? everything : anyOf(rows);
}

function onlyOutputOf(selection: Selection): Column | null {
  return selection.outputs?.size === 1 ? [...selection.outputs.values()][0]! : null;
}

function boundBy(draft: Draft, term: Predicate & { kind: "eq" | "in" }, context: Context): Formula {
  const operands = term.kind === "eq" ? [term.operand] : term.operands;
  if (operands.length === 0) return nothing;
  const column = columnIn(draft, context, term.column);
  if (column === null) return everything;
  if (column.facts?.level) for (const { value } of operands) column.place.keyValues.add(value);
  return { kind: "bound", column, operands, exactly: term.kind === "eq" };
}

function sameColumns(left: PlacedColumn | null, right: PlacedColumn | null): Formula {
  if (left === null || right === null) return everything;
  left.isJoined = true;
  right.isJoined = true;
  return { kind: "same", left, right };
}

function columnIn(draft: Draft, context: Context, column: Column): PlacedColumn | null {
  return findPlacedColumn(context.visible, column, draft.names);
}

interface Signed {
  readonly term: Exclude<Predicate, { kind: "not" }>;
  readonly negated: boolean;
}

/** The terms of nested junctions of one kind, in order, without recursion: chains of thousands are built by loops. */
function flattened(junction: Predicate, isNegated: boolean, isAll: boolean): readonly Signed[] {
  const terms: Signed[] = [];
  const pending: { readonly term: Predicate; readonly negated: boolean }[] = [
    { term: junction, negated: isNegated },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { term, negated } = withoutNot(next.term, next.negated);
    if ((term.kind === "and" || term.kind === "or") && ((term.kind === "and") !== negated) === isAll) {
      for (const inner of term.terms.toReversed()) pending.push({ term: inner, negated });
    } else {
      terms.push({ term, negated });
    }
  }
  return terms;
}

function withoutNot(predicate: Predicate, isNegated: boolean): Signed {
  let term = predicate;
  let negated = isNegated;
  while (term.kind === "not") {
    term = term.term;
    negated = !negated;
  }
  return { term, negated };
}
