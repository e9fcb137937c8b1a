/**
 * One algebra for every library's filter. A library lowers its `where` to a `Predicate`; nothing behind this file knows
 * which library it came from.
 */

/** A column as the query names it. `table` is the alias it is qualified with, or null when it is not. */
export interface Column {
  readonly table: string | null;
  readonly name: string;
}

/**
 * What a column is compared with. `value` identifies it (two operands with the same `value` are the same at run time),
 * `origin` says where it came from.
 */
export interface Operand {
  readonly value: string;
  readonly origin: OriginKind;
  /** May be `undefined` when the query runs; what that does is for the library to say. */
  readonly absent: boolean;
  /** Falls back to a constant (`?? ""`), which everyone without a tenant then shares. */
  readonly fallback: boolean;
  /** One of a list that holds nobody knows how many: that a row has one of them says nothing of the others. */
  readonly isOneOfMany?: true;
  /** Shown to people: `organizationId`, `rule.id`. */
  readonly text: string;
  /** When the value was read from a row: the query that fetched it, and the column. */
  readonly row: { readonly access: string; readonly column: string } | null;
  /** The value itself, for whoever asks where it came from. */
  readonly source?: object;
}

/** Where a value comes from (closed; design, section 3). */
export type OriginKind = "principal" | "request" | "row" | "job" | "constant" | "parameter" | "unknown";

/** What the tracer knows to hold, by a key for each fact; nothing here looks into it. */
export type Known = ReadonlyMap<string, unknown>;

export type Predicate =
  | { readonly kind: "true" }
  | { readonly kind: "false" }
  | { readonly kind: "and"; readonly terms: readonly Predicate[] }
  | { readonly kind: "or"; readonly terms: readonly Predicate[] }
  | { readonly kind: "not"; readonly term: Predicate }
  | { readonly kind: "eq"; readonly column: Column; readonly operand: Operand }
  /** `column in (…)`. An empty list matches nothing. */
  | { readonly kind: "in"; readonly column: Column; readonly operands: readonly Operand[] }
  | { readonly kind: "isNull"; readonly column: Column }
  | { readonly kind: "eqColumn"; readonly left: Column; readonly right: Column }
  /** True when the sub-query returns a row; its columns may name the outer query's tables. */
  | { readonly kind: "exists"; readonly query: Selection }
  /** `column in (select … )`: the sub-query's one output column is `output`. */
  | {
      readonly kind: "inQuery";
      readonly column: Column;
      readonly query: Selection;
      readonly output: Column | null;
    }
  /**
   * The program decides which arm is the filter: a branch taken or not, an `undefined` that is dropped (then one arm is
   * `true`). `reason` is shown to people: `when "organizationId" is absent`. `given`: what is known to hold where it is the arm
   * at this place, for whoever asks about values.
   */
  | {
      readonly kind: "choice";
      readonly arms: readonly Predicate[];
      readonly reason: string;
      readonly given?: readonly Known[];
    }
  /** A filter that does not help us: a comparison, a function, raw SQL. It never binds anything, negated or not. */
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** The SQL text, where it is one; parameters are `?`. */ readonly raw?: string;
      /** `column < operand`, and no more than that. */
      readonly before?: { readonly column: Column; readonly operand: Operand };
    };

/** A table as it stands in one statement. */
export interface Resource {
  /** The table's name as the code writes it, without schema; null for a derived table (then `query` is set). */
  readonly table: string | null;
  /** The name by which columns are qualified: the alias, or the table's name. */
  readonly alias: string;
  readonly join: "from" | "inner" | "left" | "right" | "full" | "cross";
  /** What the join says, `true` for `from`. */
  readonly on: Predicate;
  /** A sub-query or CTE in the place of a table. */
  readonly query: Selection | null;
  /** For derived tables: which output column is which inner column. `*` maps every name to the table with that alias. */
  readonly outputs: ReadonlyMap<string, Column> | null;
}

/** The part of a statement that decides which rows are reached. */
export interface Selection {
  /** Identifies the place in the code (file and offset), so that every sub-query is judged as a path of its own. */
  readonly site: string;
  readonly resources: readonly Resource[];
  readonly where: Predicate;
  /** Selections that are computed beside the rows (sub-queries in the select list), correlated or not. */
  readonly nested: readonly Selection[];
  /** UNION and friends: every arm must be constrained. */
  readonly arms: readonly Selection[];
  /** Output columns, by name, as far as known; null when unknown or everything. */
  readonly outputs: ReadonlyMap<string, Column> | null;
}

/**
 * Whether something spread in later may replace a value: an object we know nothing of (`known` to be foreign, such as a
 * request's body), or one from code that we do not follow (`elsewhere`), which may be harmless.
 */
export type Overwriting = false | "known" | "elsewhere";

/** The values an insert writes. */
export interface WrittenRow {
  /** By column name as the code writes it. */
  readonly columns: ReadonlyMap<string, WrittenValue>;
  /** Spread or computed keys: columns we cannot name may be written as well (null: none). */
  readonly open: string | null;
  /** Of columns that say whose the row is: what an object that is written whole may put there. */
  readonly brought?: ReadonlyMap<string, Operand>;
}

export interface WrittenValue {
  readonly operand: Operand;
  /** On some paths the column is not set. */
  readonly sometimes: boolean;
  /** A later spread of an unknown object may replace it. */
  readonly overwritable: Overwriting;
}

/** Rows of another table that the same statement writes, through a relation for one. */
export interface RowsBeside {
  readonly table: string;
  /** The resource that they are in the statement, where what ties them to it is known. */
  readonly alias: string;
  readonly rows: readonly WrittenRow[];
  /** They are new, or were there already. */
  readonly isNew: boolean;
}

export const always: Predicate = { kind: "true" };
export const never: Predicate = { kind: "false" };

/** Conjunction, flattened; `true` terms vanish. */
export function and(terms: readonly Predicate[]): Predicate {
  const flat = terms
    .flatMap((term) => (term.kind === "and" ? term.terms : [term]))
    .filter((term) => term.kind !== "true");
  if (flat.length === 0) return always;
  return flat.length === 1 ? flat[0]! : { kind: "and", terms: flat };
}

/** A condition; where it is an `or` that is written without brackets, its arms. */
export interface Written {
  readonly predicate: Predicate;
  readonly loose?: readonly Predicate[] | null;
}

/**
 * Conditions with `and` between them, as they are written: `a and b or c and d` is `(a and b) or (c and d)`. Builders put no
 * brackets around SQL that they are given.
 */
export function andAsWritten(terms: readonly Written[]): Predicate {
  return asWritten(terms).predicate;
}

/** The same, where something may stand before or behind it. */
export function asWritten(terms: readonly Written[]): Written {
  const arms: Predicate[] = [];
  let current: Predicate[] = [];
  for (const { predicate, loose } of terms) {
    if (!loose || loose.length < 2) {
      current.push(predicate);
      continue;
    }
    arms.push(and([...current, loose[0]!]), ...loose.slice(1, -1));
    current = [loose.at(-1)!];
  }
  if (arms.length === 0) return { predicate: and(current), loose: null };
  const loose = [...arms, and(current)];
  return { predicate: or(loose), loose };
}

/** Where one of several conditions stands without brackets: the first and the last arm of each, and between them what stands in all. */
export function looseOf(
  all: readonly Written[],
  choose: (arms: readonly Predicate[]) => Predicate,
): readonly Predicate[] | null {
  if (!all.some(({ loose }) => loose)) return null;
  const parts = all.map(({ predicate, loose }) => loose ?? [predicate, never]);
  const ends = (index: number): Predicate => choose(parts.map((part) => part.at(index)!));
  return [ends(0), or(parts.flatMap((part) => part.slice(1, -1))), ends(-1)];
}

/** Disjunction, flattened; `false` terms vanish. An empty `or` matches nothing. */
export function or(terms: readonly Predicate[]): Predicate {
  const flat = terms
    .flatMap((term) => (term.kind === "or" ? term.terms : [term]))
    .filter((term) => term.kind !== "false");
  if (flat.length === 0) return never;
  return flat.length === 1 ? flat[0]! : { kind: "or", terms: flat };
}

/** A comparison that binds nothing: `column < value`. */
export function before(column: Column, operand: Operand): Predicate {
  return { kind: "unknown", reason: "a comparison", before: { column, operand } };
}

export function not(term: Predicate): Predicate {
  return { kind: "not", term };
}

/** A filter that is there on some runs only. */
export function sometimes(term: Predicate, reason: string): Predicate {
  return { kind: "choice", arms: [term, always], reason };
}
