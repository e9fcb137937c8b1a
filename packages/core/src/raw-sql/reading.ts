/** What a statement is read with: where it stands, what its parameters are, and which names are in sight. */
import type { Column, Operand, Predicate, Selection, WrittenRow } from "../constraint/predicate.js";
import { operandOf } from "../trace/operand.js";
import type { Value } from "../trace/value.js";
import type { Grammar } from "./parse.js";
import type { ReadStatement } from "./statement.js";
import type { Slot } from "./text.js";

export interface Reading {
  /** The path that everything in it is judged as. */
  readonly site: string;
  /** Of the statement: those inside of it are paths of their own. */
  readonly number: number;
  siteOf(number: number): string;
  readonly grammar: Grammar;
  readonly state: { statements: number; depth: number; isMisplaced: boolean };
  /** What a parameter stands for; null where nobody says. */
  slotOf(parameter: number): Slot | null;
  /** Some table's column of this name says whose a row is. */
  isTenantKey(column: string): boolean;
  /** What a list holds; null where the value is none. */
  elementOf(value: Value): Value | null;
  /** The rows that are made of an object, or of a list of them, in this table. */
  rowsOf(value: Value, table: string | null, isNew: boolean): readonly WrittenRow[];
  /** Why it is not known what it does. */
  readonly problems: Set<string>;
  /** Values that may be SQL, and that nobody knows here. */
  readonly open: Value[];
  /** Statements inside of others, which are paths of their own: `WITH deleted AS (DELETE …) …`, what an INSERT selects. */
  readonly inner: ReadStatement[];
}

/** Reads a statement inside of another. */
export function readingInside(reading: Reading): Reading {
  reading.state.statements += 1;
  const number = reading.state.statements;
  return { ...reading, number, site: reading.siteOf(number) };
}

/** Names in sight. */
export interface Scope {
  readonly outer: Scope | null;
  readonly commonTables: ReadonlyMap<string, Derived>;
  /** Columns that are values which the statement is given, by alias: `VALUES`, `unnest($1)`, `SELECT $1 AS id`. */
  readonly given: Map<string, GivenColumns>;
  /** Selections that are computed beside the rows. */
  readonly nested: Selection[];
}

export type GivenColumns = ReadonlyMap<string, readonly Operand[]>;

/** A query in the place of a table. */
export interface Derived {
  readonly selection: Selection;
  readonly given: GivenColumns;
}

export function scopeIn(outer: Scope | null, commonTables?: ReadonlyMap<string, Derived>): Scope {
  return {
    outer,
    commonTables: commonTables ?? outer?.commonTables ?? new Map(),
    given: new Map(),
    nested: [],
  };
}

/** Nobody writes deeper ones by hand, and the stack is not endless. */
const deepest = 250;

/** What `read` gives, or `otherwise` where it stands too deep. */
export function deeper<T>(reading: Reading, read: () => T, otherwise: T): T {
  if (reading.state.depth >= deepest) {
    reading.problems.add("it is nested too deeply to be read");
    return otherwise;
  }
  reading.state.depth += 1;
  const result = read();
  reading.state.depth -= 1;
  return result;
}

/** `'${id}'`, `"${column}"`: between quotes a parameter is none, and what is there is nothing that the author meant. */
export function noteParametersIn(reading: Reading, quoted: string): void {
  for (const [, parameter] of quoted.matchAll(/\$(1\d{5})/g)) {
    if (reading.slotOf(Number(parameter))?.kind === "condition") reading.state.isMisplaced = true;
    else reading.problems.add("a value stands between quotes, where it is none");
  }
}

export const noColumns: GivenColumns = new Map();

/** Without a table: `SELECT 1`, the rows of a function. */
export function emptySelection(site: string): Selection {
  return { site, resources: [], where: { kind: "true" }, nested: [], arms: [], outputs: null };
}

/** A column that is none of a table's: whatever is asked of it, nothing follows. */
export function computedColumn(name: string): Column {
  return { table: "(computed)", name };
}

export function isComputed({ table }: Column): boolean {
  return table === "(computed)";
}

export function unread(reason: string, raw?: string): Predicate {
  return { kind: "unknown", reason, ...(raw !== undefined && { raw }) };
}

/** Put into SQL without anybody knowing what it says. */
export function openProblem(value: Value, isSpliced: boolean): string {
  const { text, origin } = operandOf(value);
  const named = text === "" || text === "a value" ? "a part of its SQL" : `"${text}", a part of its SQL,`;
  if (!isSpliced) return `${named} is put together where we cannot follow`;
  const whose = origin === "request" ? ", which a request sends" : "";
  return text === "" || text === "a value"
    ? "its text is put together where we cannot follow"
    : `its text is put together with "${text}"${whose}`;
}
