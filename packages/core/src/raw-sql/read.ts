/** From one text to what its statements do. */
import { always, type Resource, type Selection, type WrittenRow } from "../constraint/predicate.js";
import { child, children, isNode, kindOf, text, type Node } from "../sql/tree.js";
import type { Value } from "../trace/value.js";
import { openIn } from "./conjuncts.js";
import { noteCall, noteCalls } from "./functions.js";
import { emptySelection, openProblem, readingInside, scopeIn, type Reading } from "./reading.js";
import { nameOfDialect, parse, type Grammar, type Parsed } from "./parse.js";
import { queryOf } from "./select.js";
import { tableOf } from "./sources.js";
import { reads, readsTables, type ReadStatement } from "./statement.js";
import type { OpenSlot, Slot } from "./text.js";
import { firstParameter } from "./variants.js";
import { writingHere } from "./writing.js";

export interface ReadText {
  readonly statements: readonly ReadStatement[];
  /** Why it is not known what it does. */
  readonly problems: readonly string[];
  /** A value that is SQL, or may be, and that nobody knows here. */
  readonly open: readonly Value[];
  /** No database would run it. */
  readonly isRefused: boolean;
  /** A condition that the program chooses stands where there is none. */
  readonly isMisplaced: boolean;
  /** What is not known are names, and it reaches no rows whatever they are. */
  readonly isDefinition?: boolean;
}

export const nothing: ReadText = {
  statements: [],
  problems: [],
  open: [],
  isRefused: false,
  isMisplaced: false,
};

export interface ReadingOptions {
  readonly grammar: Grammar;
  /** Where the statement, or one inside of it, stands. */
  siteOf(number: number): string;
  elementOf(value: Value): Value | null;
  /** Some table's column of this name says whose a row is. */
  isTenantKey(column: string): boolean;
  /** The rows that are made of an object, or of a list of them, in this table. */
  rowsOf(value: Value, table: string | null, isNew: boolean): readonly WrittenRow[];
  /** What the text numbers itself: `$1`. */
  readonly parameters: readonly Value[];
}

export function readText(options: ReadingOptions, sql: string, slots: readonly Slot[]): ReadText {
  const open = openIn(slots);
  if (open.length > 0) return unknownParts(open);
  const parsed = parse(options.grammar, sql);
  if (!parsed.ok) return refused(sql, parsed, slots);
  const reading = newReading(options, slots);
  const statements = parsed.statements.flatMap((node, index) => {
    const own = index === 0 ? reading : readingInside(reading);
    const statement = statementOf(own, node);
    return statement ? [statement] : [];
  });
  return {
    statements: [...statements, ...reading.inner].map(withTables),
    problems: [...reading.problems],
    open: reading.open,
    isRefused: false,
    isMisplaced: reading.state.isMisplaced,
  };
}

export function unknownParts(open: readonly OpenSlot[]): ReadText {
  return {
    ...nothing,
    problems: open.map((slot) => openProblem(slot.value, slot.isSpliced)),
    open: open.map((slot) => slot.value),
  };
}

export function newReading(options: ReadingOptions, slots: readonly Slot[]): Reading {
  return {
    site: options.siteOf(0),
    number: 0,
    grammar: options.grammar,
    siteOf: (number) => options.siteOf(number),
    state: { statements: 0, depth: 0, isMisplaced: false },
    slotOf: (parameter) => {
      if (parameter >= firstParameter) return slots[parameter - firstParameter] ?? null;
      const value = options.parameters[parameter - 1];
      return value ? { kind: "value", value } : null;
    },
    elementOf: (value) => options.elementOf(value),
    rowsOf: (value, table, isNew) => options.rowsOf(value, table, isNew),
    isTenantKey: (column) => options.isTenantKey(column),
    problems: new Set(),
    open: [],
    inner: [],
  };
}

/** A value where no value can stand, or with nothing behind it that could follow one, is SQL, or a name. */
function refused(
  sql: string,
  { message, offset, dialect, isRefused }: Parsed & { readonly ok: false },
  slots: readonly Slot[],
): ReadText {
  if (!isRefused) return { ...nothing, problems: [`${message}, in ${nameOfDialect(dialect)}, is not read`] };
  const before = /\$(\d+)\s*$/.exec(sql.slice(0, offset));
  const parameter = /(?:at or near "|found: )\$(\d+)"?$/.exec(message)?.[1] ?? before?.[1];
  const slot = parameter === undefined ? undefined : slots[Number(parameter) - firstParameter];
  if (slot?.kind === "value")
    return { ...nothing, problems: [openProblem(slot.value, false)], open: [slot.value] };
  const problems = [`${nameOfDialect(dialect)}'s grammar refuses it: ${shown(message)}`];
  return { ...nothing, problems, isRefused: slot === undefined, isMisplaced: slot?.kind === "condition" };
}

/** Our own numbers say nothing to anybody. */
function shown(message: string): string {
  return message.replace(/\$1\d{5}/g, "?");
}

/** Null for what reaches no rows: settings, transactions, locks, definitions of tables. */
function statementOf(reading: Reading, node: Node): ReadStatement | null {
  const kind = kindOf(node);
  const body = child(node, kind);
  switch (kind) {
    case "SelectStmt": {
      if (!Array.isArray(body["fromClause"])) noteCalls(reading, children(body, "targetList"));
      const { selection, given } = queryOf(reading, null, body);
      const statement = reads(reading.number, selection);
      return isMadeOfParameters(selection) ? { ...statement, given } : statement;
    }
    case "InsertStmt":
    case "UpdateStmt":
    case "DeleteStmt":
      return writingHere(reading, null, node);
    case "TruncateStmt":
      return emptied(reading, children(body, "relations"));
    case "ExplainStmt":
    case "PrepareStmt":
    case "DeclareCursorStmt":
    case "CreateTableAsStmt":
      return isNode(body["query"]) ? statementOf(reading, body["query"]) : null;
    case "CopyStmt":
      return copied(reading, body);
    case "CallStmt":
      noteCall(reading, child(body, "funccall"));
      return null;
    case "DoStmt":
    case "ExecuteStmt":
    case "MergeStmt":
      reading.problems.add(unreadKinds[kind]);
      return null;
    default:
      return null;
  }
}

const unreadKinds = {
  DoStmt: "what a block of code does is not read",
  ExecuteStmt: "it runs a statement that was prepared elsewhere",
  MergeStmt: "MERGE is not read",
} as const;

/** Whatever its conditions look at, its rows are those of functions and lists. */
function isMadeOfParameters({ resources, arms }: Selection): boolean {
  return (
    resources.length > 0 &&
    arms.length === 0 &&
    resources.every(({ table, query }) => table === null && query?.resources.length === 0)
  );
}

/** Of a statement on no table of anybody's there is nothing to say. */
function withTables(statement: ReadStatement): ReadStatement {
  const { selection } = statement;
  return readsTables(selection) ? statement : { ...statement, selection: emptySelection(selection.site) };
}

/** TRUNCATE deletes all rows of each. */
function emptied(reading: Reading, relations: readonly Node[]): ReadStatement {
  const scope = scopeIn(null);
  const resources = relations.map((each, index): Resource => ({
    ...tableOf(reading, scope, child(each, "RangeVar")),
    join: index === 0 ? "from" : "cross",
    on: always,
  }));
  return {
    ...reads(reading.number, { ...emptySelection(reading.site), resources }),
    operation: "delete",
  };
}

function copied(reading: Reading, body: Node): ReadStatement | null {
  if (isNode(body["query"])) return statementOf(reading, body["query"]);
  const range = child(body, "relation");
  if (text(range, "relname") === null) return null;
  const table: Resource = { ...tableOf(reading, scopeIn(null), range), join: "from", on: always };
  const selection = { ...emptySelection(reading.site), resources: [table] };
  if (body["is_from"] !== true) return reads(reading.number, selection);
  return {
    ...reads(reading.number, selection),
    operation: "insert",
    target: table.table,
    written: [{ columns: new Map(), open: "the rows come from a stream" }],
  };
}
