/**
 * A statement with its names resolved and its negations gone: what the solver works on. All scopes of a statement share
 * one set of places and columns, so a sub-query's formula can stand beside the outer query's.
 */
import type { ColumnFacts, TableFacts } from "./facts.js";
import type { Known as KnownHere, Operand, Resource, Selection } from "./predicate.js";

/** The places that a predicate may name. */
export interface Visible {
  readonly outer: Visible | null;
  readonly places: readonly Place[];
  /**
   * The index of the last place that a column without a table can mean. An ON does not see what is joined after it, a
   * derived table nothing beside it.
   */
  readonly last: number;
  readonly ambiguous: Set<string>;
}

/** One FROM clause with its WHERE. */
export interface Scope extends Visible {
  readonly selection: Selection;
  readonly places: Place[];
  where: Formula;
}

/** A resource as it stands in a scope. */
export interface Place {
  readonly id: number;
  readonly scope: Scope;
  /** Among the scope's places; joins associate to the left. */
  readonly index: number;
  readonly resource: Resource;
  readonly table: TableFacts | null;
  /** By normalised name; only those that the statement mentions. */
  readonly columns: Map<string, PlacedColumn>;
  /** The values that its tenant keys are compared with, wherever that stands. */
  readonly keyValues: Set<string>;
  on: Formula;
  /** Of a derived table: its row is one of these, one for each arm of its query. */
  rows: Rows | null;
}

export interface PlacedColumn {
  readonly id: number;
  readonly place: Place;
  readonly name: string;
  readonly facts: ColumnFacts | null;
  /** For a derived table: the column behind it, in each arm of the query where it is known. */
  readonly sources: Map<Scope, PlacedColumn>;
  /** It is equated with another column somewhere, so what binds it may bind another. */
  isJoined: boolean;
}

export type Formula = All | Any | Choice | Row | Atom;

export interface All {
  readonly kind: "all";
  readonly terms: Formula[];
}

export interface Any {
  readonly kind: "any";
  readonly terms: readonly Formula[];
}

export interface Rows extends Any {
  readonly terms: readonly Row[];
}

/** The program decides which term is the filter. */
export interface Choice {
  readonly kind: "choice";
  readonly terms: readonly Formula[];
  readonly reason: string;
}

/** A row of the scope is there: its tables are joined, its WHERE is true. `as`: it is a row of this derived table. */
export interface Row {
  readonly kind: "row";
  readonly scope: Scope;
  readonly as: Place | null;
}

export type Atom =
  | { readonly kind: "nothing" }
  /** The program has come this way, and knows what holds there. */
  | { readonly kind: "given"; readonly known: KnownHere }
  /** The column is one of the operands; `exactly` when it is written as an equality. */
  | {
      readonly kind: "bound";
      readonly column: PlacedColumn;
      readonly operands: readonly Operand[];
      readonly exactly: boolean;
    }
  | { readonly kind: "null"; readonly column: PlacedColumn }
  | { readonly kind: "same"; readonly left: PlacedColumn; readonly right: PlacedColumn }
  /** The place holds a row, not the NULLs of an outer join. */
  | { readonly kind: "present"; readonly place: Place }
  /** Some place up to `index` holds a row. */
  | { readonly kind: "prefix"; readonly scope: Scope; readonly index: number };

/** What is known when nothing is. */
export const everything: Formula = { kind: "all", terms: [] };
export const nothing: Formula = { kind: "nothing" };

export function allOf(terms: readonly Formula[]): Formula {
  if (terms.some((term) => term.kind === "nothing")) return nothing;
  const telling = terms.filter((term) => !isEverything(term));
  return telling.length === 1 ? telling[0]! : { kind: "all", terms: telling };
}

export function anyOf(terms: readonly Formula[]): Formula {
  const possible = withEqualitiesMerged(terms.filter((term) => term.kind !== "nothing"));
  if (possible.length === 0) return nothing;
  if (possible.some(isEverything)) return everything;
  return possible.length === 1 ? possible[0]! : { kind: "any", terms: possible };
}

function isEverything(formula: Formula): boolean {
  return formula.kind === "all" && formula.terms.length === 0;
}

/** `id = 1 or id = 2 or …` is one list, however long; as disjuncts a few hundred would be too many. */
function withEqualitiesMerged(terms: readonly Formula[]): readonly Formula[] {
  const operands = new Map<PlacedColumn, Operand[]>();
  for (const term of terms) {
    if (term.kind === "bound")
      operands.set(term.column, [...(operands.get(term.column) ?? []), ...term.operands]);
  }
  const merged: Formula[] = terms.filter((term) => term.kind !== "bound");
  for (const [column, all] of operands) {
    const single = terms.find(
      (term) => term.kind === "bound" && term.column === column && term.operands.length === all.length,
    );
    merged.push(single ?? { kind: "bound", column, operands: all, exactly: false });
  }
  return merged;
}
