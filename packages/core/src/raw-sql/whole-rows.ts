/** Rows that are written as whole objects: `INSERT INTO invoices SET ?`, `` sql`insert into invoices ${sql(row)}` ``. */
import type { WrittenRow } from "../constraint/predicate.js";
import { child, children, isNode, text, type Node } from "../sql/tree.js";
import type { Value } from "../trace/value.js";
import type { Reading } from "./reading.js";
import { quotedPart, type Slot, type SqlText } from "./text.js";

/** Stands for the columns, whichever they are; no column is called so. */
const anyColumn = "(the columns of a row)";

/** `(a, b) VALUES (…)` of an object, or of a list of them. */
export function insertedRows(rows: Value): SqlText {
  return [` (${quotedPart(anyColumn)}) values (`, slotOf(rows), ") "];
}

/** `a = …, b = …` of an object. */
export function assignedRow(row: Value): SqlText {
  return [` ${quotedPart(anyColumn)} = `, slotOf(row), " "];
}

function slotOf(value: Value): Slot {
  return { kind: "row", value };
}

/** What is inserted; null where the columns are named. */
export function findInserted(
  reading: Reading,
  table: string | null,
  source: Node,
): readonly WrittenRow[] | null {
  const lists = children(child(source, "SelectStmt"), "valuesLists").map((list) =>
    children(child(list, "List"), "items"),
  );
  const rows = lists.map(([item]) => item && rowsIn(reading, table, item, true));
  return rows.length > 0 && rows.every((row) => row) ? rows.flatMap((row) => row ?? []) : null;
}

/** What an update sets besides the columns that it names. */
export function assignedIn(
  reading: Reading,
  table: string | null,
  targets: readonly Node[],
): readonly WrittenRow[] {
  return targets.flatMap((target) =>
    text(target, "name") === anyColumn ? (rowsIn(reading, table, child(target, "val"), false) ?? []) : [],
  );
}

function rowsIn(
  reading: Reading,
  table: string | null,
  node: Node,
  isNew: boolean,
): readonly WrittenRow[] | null {
  const parameter = node["ParamRef"];
  const slot = isNode(parameter) ? reading.slotOf(Number(parameter["number"] ?? 0)) : null;
  return slot?.kind === "row" ? reading.rowsOf(slot.value, table, isNew) : null;
}
