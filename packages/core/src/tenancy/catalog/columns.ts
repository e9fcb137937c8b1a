/** Columns come, go and change, in a table and in those that inherit from it. */
import type { ColumnChange, SchemaChange } from "./changes.js";
import { quoted, tell, type Applying } from "./applying.js";
import { dropForeignKey, foreignKeysWith } from "./foreign-keys.js";
import { removeKeysWith } from "./keys.js";
import { findColumn, fold, type Standing, type StandingColumn, type StandingTable } from "./standing.js";

type ChangeOf<Kind extends SchemaChange["kind"]> = Extract<SchemaChange, { kind: Kind }>;

export function standingColumn(change: ColumnChange): StandingColumn {
  const { name, type, nullable, isNullUnsaid, defaulted } = change;
  return { name, type, nullable, ...(isNullUnsaid && { isNullUnsaid }), defaulted, origin: null };
}

export function addColumn(applying: Applying, table: StandingTable, change: ChangeOf<"add-column">): void {
  const { standing } = applying;
  if (findColumn(standing, table, change.column.name)) {
    if (change.ifNotExists) return;
    tell(
      applying,
      "add a column that is already there",
      `Migration adds column "${change.column.name}" to table ${quoted(table)}, which already has it.`,
    );
    return;
  }
  for (const one of withHeirs(table)) {
    const name = fold(standing, change.column.name);
    if (!one.columns.has(name)) one.columns.set(name, standingColumn(change.column));
  }
}

export function dropColumn(applying: Applying, table: StandingTable, change: ChangeOf<"drop-column">): void {
  const { standing } = applying;
  if (!findColumn(standing, table, change.column)) {
    if (!change.ifExists) missingColumn(applying, table, "drops", change.column);
    return;
  }
  for (const one of withHeirs(table)) {
    const column = findColumn(standing, one, change.column);
    if (!column) continue;
    for (const key of foreignKeysWith(one, column)) dropForeignKey(standing, key);
    removeKeysWith(standing, one, column);
    one.columns.delete(fold(standing, change.column));
  }
}

export function renameColumn(
  applying: Applying,
  table: StandingTable,
  change: Pick<ChangeOf<"rename-column">, "column" | "to">,
): void {
  const { standing } = applying;
  if (!findColumn(standing, table, change.column)) {
    missingColumn(applying, table, "renames", change.column);
    return;
  }
  if (fold(standing, change.column) !== fold(standing, change.to) && findColumn(standing, table, change.to)) {
    tell(
      applying,
      "give a column the name of another",
      `Migration renames column "${change.column}" of table ${quoted(table)} to "${change.to}", which is another column's name.`,
    );
    return;
  }
  for (const one of withHeirs(table)) rename(standing, one, change.column, change.to);
}

/** In place, so that the columns keep their order. */
function rename(standing: Standing, table: StandingTable, name: string, to: string): void {
  const column = findColumn(standing, table, name);
  if (!column) return;
  column.name = to;
  table.columns = new Map([...table.columns.values()].map((one) => [fold(standing, one.name), one]));
}

export function alterColumn(
  applying: Applying,
  table: StandingTable,
  change: ChangeOf<"alter-column">,
): void {
  const { standing } = applying;
  if (!findColumn(standing, table, change.column)) {
    missingColumn(applying, table, "changes", change.column);
    return;
  }
  for (const one of withHeirs(table)) {
    const column = findColumn(standing, one, change.column);
    if (!column) continue;
    column.type = change.type ?? column.type;
    column.nullable = change.nullable ?? column.nullable;
    if (change.nullable !== null) delete column.isNullUnsaid;
    column.defaulted = change.defaulted ?? column.defaulted;
  }
  const isPrimary = (column: StandingColumn) =>
    table.keys.some((key) => key.kind === "primary" && key.columns.includes(column));
  const column = findColumn(standing, table, change.column)!;
  if (isPrimary(column)) column.nullable = false;
  if (change.name !== null && change.name !== change.column)
    renameColumn(applying, table, { column: change.column, to: change.name });
}

/** A column of a table whose columns can't be read may well be there. */
function missingColumn(applying: Applying, table: StandingTable, verb: string, column: string): void {
  if (!table.readable) return;
  tell(
    applying,
    "change columns that are not there",
    `Migration ${verb} column "${column}" of table ${quoted(table)}, which has no such column.`,
  );
}

/** The table, its partitions and what inherits from it, each once. */
export function withHeirs(table: StandingTable): ReadonlySet<StandingTable> {
  const all = new Set([table]);
  for (const one of all) for (const heir of one.heirs) all.add(heir);
  return all;
}
