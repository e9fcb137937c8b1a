/** INSERT, UPDATE, DELETE: which rows are reached, and what is written into them. */
import {
  always,
  type Column,
  type Operand,
  type Predicate,
  type Resource,
  type Selection,
  type WrittenRow,
  type WrittenValue,
} from "../constraint/predicate.js";
import { child, children, isNode, kindOf, text, type Node } from "../sql/tree.js";
import type { Conflict } from "../trace/library.js";
import { operandOf } from "../trace/operand.js";
import { commonTablesOf } from "./common-tables.js";
import { conditionOf } from "./conditions.js";
import {
  emptySelection,
  isComputed,
  noColumns,
  readingInside,
  scopeIn,
  type Derived,
  type Reading,
  type Scope,
} from "./reading.js";
import { columnsOf, selectOf } from "./select.js";
import { addSource, tableOf } from "./sources.js";
import { reads, readsTables, type ReadStatement } from "./statement.js";
import { nestedIn } from "./sub-queries.js";
import { nameOfTable } from "./tables.js";
import { termOf, type Term } from "./terms.js";
import { assignedIn, findInserted } from "./whole-rows.js";

/** A statement that writes, inside of another; null for what is none. */
export function writingOf(around: Reading, outer: Scope | null, node: Node): ReadStatement | null {
  return writes(kindOf(node)) ? writingHere(readingInside(around), outer, node) : null;
}

function writes(kind: string): boolean {
  return kind === "InsertStmt" || kind === "UpdateStmt" || kind === "DeleteStmt";
}

export function writingHere(reading: Reading, outer: Scope | null, node: Node): ReadStatement | null {
  const kind = kindOf(node);
  const body = child(node, kind);
  const scope = scopeIn(outer, commonTablesOf(reading, outer, child(body, "withClause")));
  switch (kind) {
    case "InsertStmt":
      return insert(reading, scope, body);
    case "UpdateStmt":
      return change(reading, scope, body, "update", "fromClause");
    case "DeleteStmt":
      return change(reading, scope, body, "delete", "usingClause");
    default:
      return null;
  }
}

function change(
  reading: Reading,
  scope: Scope,
  body: Node,
  operation: "update" | "delete",
  others: string,
): ReadStatement {
  const target: Resource = { ...tableOf(reading, scope, child(body, "relation")), join: "from", on: always };
  const resources = [target];
  for (const node of children(body, others)) addSource(reading, scope, resources, node, "cross");
  const where = isNode(body["whereClause"]) ? conditionOf(reading, scope, body["whereClause"]) : always;
  const targets = children(body, "targetList").map((each) => child(each, "ResTarget"));
  scope.nested.push(...nestedIn(reading, scope, ...targets.map((one) => one["val"]), returning(body)));
  const updated = updatedRows(reading, scope, child(body, "relation"), targets);
  return {
    ...reads(reading.number, {
      site: reading.site,
      resources,
      where,
      nested: scope.nested,
      arms: [],
      outputs: outputsOf(reading, scope, body),
    }),
    operation,
    updated,
  };
}

function updatedRows(
  reading: Reading,
  scope: Scope,
  range: Node,
  targets: readonly Node[],
): readonly WrittenRow[] {
  const columns = writtenColumns(reading, scope, targets);
  const named = columns.size > 0 ? [{ columns, open: null }] : [];
  return [...named, ...assignedIn(reading, nameOfTable(range), targets)];
}

/** What a column is set to, where that is a value that the statement is given. */
function writtenColumns(
  reading: Reading,
  scope: Scope,
  targets: readonly Node[],
): ReadonlyMap<string, WrittenValue> {
  const columns = new Map<string, WrittenValue>();
  for (const target of targets) {
    const name = text(target, "name");
    const value = assignedTo(child(target, "val"));
    const found = value ? termOf(reading, scope, value) : null;
    if (name !== null && found?.kind === "given" && found.operands.length === 1)
      columns.set(name, writtenValue(found.operands[0]!));
  }
  return columns;
}

/** `SET (a, b) = ($1, $2)` */
function assignedTo(value: Node): Node | null {
  const assigned = value["MultiAssignRef"];
  if (!isNode(assigned)) return value;
  const row = children(child(child(assigned, "source"), "RowExpr"), "args");
  return row[Number(assigned["colno"] ?? 0) - 1] ?? null;
}

function writtenValue(operand: Operand): WrittenValue {
  return { operand, sometimes: false, overwritable: false };
}

function returning(body: Node): readonly Node[] {
  const clause = child(body, "returningClause");
  return [...children(clause, "exprs"), ...children(body, "returningList")];
}

function outputsOf(reading: Reading, scope: Scope, body: Node): Selection["outputs"] {
  const targets = returning(body).map((each) => child(each, "ResTarget"));
  return columnsOf(reading, scope, targets).outputs;
}

// ------------------------------------------------------------------------------------------------------------ INSERT

function insert(reading: Reading, scope: Scope, body: Node): ReadStatement {
  const range = child(body, "relation");
  const target: Resource = { ...tableOf(reading, scopeIn(null), range), join: "from", on: always };
  const names = children(body, "cols").map((each) => text(child(each, "ResTarget"), "name") ?? "");
  const source = child(body, "selectStmt");
  const written = findInserted(reading, nameOfTable(range), source) ?? rowsOf(reading, scope, names, source);
  const rowScope = scopeIn(scope);
  const clause = child(body, "onConflictClause");
  const conflict = conflictOf(reading, rowScope, clause);
  const targets = children(clause, "targetList").map((each) => child(each, "ResTarget"));
  const updated = updatedRows(reading, rowScope, range, targets);
  rowScope.nested.push(...nestedIn(reading, rowScope, ...targets.map((one) => one["val"]), returning(body)));
  return {
    number: reading.number,
    operation: conflict?.updates ? "upsert" : "insert",
    selection: {
      ...emptySelection(reading.site),
      resources: [target],
      nested: [...scope.nested, ...rowScope.nested],
      outputs: outputsOf(reading, rowScope, body),
    },
    target: target.query === null ? nameOfTable(range) : null,
    written,
    updated,
    conflict,
  };
}

function conflictOf(reading: Reading, scope: Scope, clause: Node): Conflict | null {
  if (!("action" in clause)) return null;
  const infer = child(clause, "infer");
  const elements = children(infer, "indexElems").map((each) => text(child(each, "IndexElem"), "name"));
  const isNamed = elements.length > 0 && elements.every((name) => name !== null);
  return {
    columns: isNamed ? elements : null,
    updates: text(clause, "action") === "ONCONFLICT_UPDATE",
    where: isNode(clause["whereClause"]) ? conditionOf(reading, scope, clause["whereClause"]) : always,
  };
}

/** More rows than that are told apart by nobody. */
const mostRows = 200;

function rowsOf(
  reading: Reading,
  scope: Scope,
  names: readonly string[],
  source: Node,
): readonly WrittenRow[] {
  const select = child(source, "SelectStmt");
  // `DEFAULT VALUES`
  if (!isNode(source["SelectStmt"])) return [{ columns: new Map(), open: null }];
  const open = names.length === 0 ? "it does not name the columns that it writes" : null;
  if (!Array.isArray(select["valuesLists"])) return [selectedRow(reading, scope, names, source, open)];
  const inner = scopeIn(scope, commonTablesOf(reading, scope, child(select, "withClause")));
  scope.nested.push(...nestedIn(reading, inner, select["valuesLists"]));
  const rows = children(select, "valuesLists").map((list): WrittenRow => {
    const items = children(child(list, "List"), "items");
    const columns = new Map<string, WrittenValue>();
    names.forEach((name, place) => {
      const item = items[place];
      if (item && !("SetToDefault" in item))
        columns.set(name, writtenValue(writtenOperand(termOf(reading, inner, item))));
    });
    return { columns, open };
  });
  return rows.slice(0, mostRows);
}

function writtenOperand(term: Term): Operand {
  switch (term.kind) {
    case "given":
      return term.operands[0] ?? unknownOperand();
    case "null":
      return operandOf({ kind: "literal", value: null });
    case "query":
      return term.output === null ? unknownOperand() : readOperand(term.selection, term.output, "a column");
    default:
      return unknownOperand();
  }
}

/** What an INSERT selects is a query of its own; what stands in its rows is as good as those it read it from. */
function selectedRow(
  around: Reading,
  scope: Scope,
  names: readonly string[],
  source: Node,
  open: string | null,
): WrittenRow {
  const reading = readingInside(around);
  const { selection, given } = selectOf(reading, scope, source);
  if (readsTables(selection)) reading.inner.push(reads(reading.number, selection));
  const columns = new Map<string, WrittenValue>();
  const outputs = selection.outputs ? [...selection.outputs] : [];
  if (selection.outputs === null || selection.outputs.has("*") || selection.arms.length > 0)
    return { columns, open: open ?? "the rows come from a query" };
  names.forEach((name, place) => {
    const [output, column] = outputs[place] ?? [];
    if (output === undefined || column === undefined) return;
    const operand = given.get(output)?.[0] ?? readOperand(selection, column, output);
    columns.set(name, writtenValue(operand));
  });
  return { columns, open };
}

function unknownOperand(): Operand {
  return operandOf({ kind: "unknown" });
}

/** A column of a query's rows: what it is compared with there, or else what was read. */
function readOperand(selection: Selection, column: Column, output: string): Operand {
  if (isComputed(column)) return unknownOperand();
  const compared = comparedIn(selection.where, column);
  if (compared) return compared;
  const { site } = selection;
  return operandOf({
    kind: "symbolic",
    id: `row:${site}@.${output}`,
    origin: "row",
    text: output,
    absent: false,
    type: null,
    row: { access: site, context: "", column: output },
  });
}

function comparedIn(where: Predicate, column: Column): Operand | null {
  for (const term of where.kind === "and" ? where.terms : [where])
    if (term.kind === "eq" && term.column.name === column.name && term.column.table === column.table)
      return term.operand;
  return null;
}

/** The rows that a statement returns, for whoever reads them on. */
export function returnedBy(reading: Reading, scope: Scope, node: Node, statement: ReadStatement): Derived {
  if (statement.target === null) return { selection: statement.selection, given: noColumns };
  const [row, ...others] = statement.written ?? [];
  const given = new Map<string, readonly Operand[]>();
  const outputs = statement.selection.outputs;
  for (const [name, column] of outputs ?? []) {
    const value = others.length === 0 ? row?.columns.get(column.name) : undefined;
    if (value) given.set(name, [value.operand]);
  }
  return {
    selection: { ...emptySelection(reading.site), outputs: outputs?.has("*") ? null : outputs },
    given,
  };
}
