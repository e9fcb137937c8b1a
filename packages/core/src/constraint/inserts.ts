/** Whose row an insert or upsert writes. */
import type { ColumnFacts, TableFacts } from "./facts.js";
import type { Operand, WrittenRow, WrittenValue } from "./predicate.js";

export interface WrittenBinding {
  /**
   * `tenant`: the tenant key is among the values. `bootstrap`: the row is a new tenant, which cannot belong to one yet, or
   * one that another row will hold.
   * `owner`, `reference`: of a child table, which has no key of its own: the user or the row it belongs to. `unknown`: the
   * values come from where we cannot look. `none`: the row is written without saying whose it is.
   */
  readonly status: "tenant" | "bootstrap" | "owner" | "reference" | "unknown" | "none";
  /** Why it is `unknown`, or `none` although a key is written. Shown to people. */
  readonly reason: string | null;
  /** The columns that say whose row it is, on every path. */
  readonly evidence: readonly WrittenColumn[];
  /** The same columns, where they are written on some paths only. */
  readonly sometimes: readonly WrittenColumn[];
  /** Every id or name of another tenant row among the values, certain or not; each is a use of that row. */
  readonly references: readonly WrittenColumn[];
  /** Columns that say whose row it is and that nobody names: an object that is written whole may have them. */
  readonly brought: readonly WrittenColumn[];
}

export interface WrittenColumn {
  readonly column: string;
  /** Of a tenant key. */
  readonly level: string | null;
  /** The table whose row it names, if it does. */
  readonly refersTo: string | null;
  readonly operand: Operand;
}

export function bindWritten(row: WrittenRow, table: TableFacts): WrittenBinding {
  const written = writtenColumns(row, table);
  const references = written.flatMap((one) => {
    if (one.facts.reference !== null && !isOwnId(one.facts, table)) return [asColumn(one)];
    return one.facts.names === null ? [] : [{ ...asColumn(one), refersTo: one.facts.names }];
  });
  const used = { references, brought: broughtColumns(row, table) };
  const answers = sortsThatTell(table).map((sort) => answerOf(sort, written));
  const answer =
    answers.find(({ evidence }) => evidence.length > 0) ?? answers.find(({ reason }) => reason !== null);

  if (answer !== undefined) return { ...answer, ...used };
  if (table.isHeld || (table.rootLevel !== null && table.keys.length === 0))
    return { ...unsaid, status: "bootstrap", ...used };
  if (row.open !== null) return { ...unsaid, status: "unknown", reason: row.open, ...used };
  return { ...unsaid, ...used };
}

type Answer = Omit<WrittenBinding, "references" | "brought">;

const unsaid: Answer = {
  status: "none",
  reason: null,
  evidence: [],
  sometimes: [],
};

interface Written {
  readonly facts: ColumnFacts;
  readonly value: WrittenValue;
}

function writtenColumns(row: WrittenRow, table: TableFacts): readonly Written[] {
  return [...row.columns].flatMap(([name, value]) => {
    const facts = table.findColumn(name);
    return facts === null ? [] : [{ facts, value }];
  });
}

function broughtColumns(row: WrittenRow, table: TableFacts): readonly WrittenColumn[] {
  return [...(row.brought ?? [])].flatMap(([name, operand]) => {
    const facts = table.findColumn(name);
    return facts === null ? [] : [columnWith(facts, operand)];
  });
}

interface Sort {
  readonly status: "tenant" | "owner" | "reference";
  isOf(facts: ColumnFacts): boolean;
}

/** A table with a tenant key is told by that alone: a reference beside it may lead into another tenant. */
function sortsThatTell(table: TableFacts): readonly Sort[] {
  if (table.keys.length > 0) return [{ status: "tenant", isOf: (facts) => isKey(facts, table) }];
  if (table.rootLevel !== null) return [];
  return [
    { status: "reference", isOf: (facts) => facts.reference !== null && !isOwnId(facts, table) },
    { status: "owner", isOf: (facts) => facts.isOwner },
  ];
}

function answerOf({ status, isOf }: Sort, written: readonly Written[]): Answer {
  const telling = written.filter(({ facts }) => isOf(facts));
  const lasting = telling.filter(({ value }) => !value.overwritable);
  const evidence = lasting.filter(({ value }) => !value.sometimes).map(asColumn);
  if (evidence.length > 0) return { status, reason: null, evidence, sometimes: [] };

  const sometimes = lasting.map(asColumn);
  const overwritten = telling.find(({ value }) => value.overwritable);
  const reason =
    overwritten === undefined ? null : `a later spread can overwrite "${overwritten.facts.name}"`;
  if (overwritten?.value.overwritable === "elsewhere" && sometimes.length === 0)
    return {
      ...unsaid,
      status: "unknown",
      reason: `what is spread in after "${overwritten.facts.name}" is built elsewhere`,
    };
  const missing = sometimes[0] === undefined ? null : `"${sometimes[0].column}" is not always written`;
  return { ...unsaid, sometimes, reason: missing ?? reason };
}

function isKey(facts: ColumnFacts, table: TableFacts): boolean {
  return table.keys.some((key) => key.column === facts.name);
}

function isOwnId(facts: ColumnFacts, table: TableFacts): boolean {
  return facts.reference?.table === table.name && facts.reference.target === facts.name;
}

function asColumn({ facts, value }: Written): WrittenColumn {
  return columnWith(facts, value.operand);
}

function columnWith({ name, level, reference }: ColumnFacts, operand: Operand): WrittenColumn {
  return { column: name, level, refersTo: reference?.table ?? null, operand };
}
