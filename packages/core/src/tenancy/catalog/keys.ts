/** Primary keys, unique constraints and indexes of a table, and the names by which later migrations speak of them. */
import type { ConstraintChange, SchemaChange } from "./changes.js";
import { quoted, tell, type Applying } from "./applying.js";
import { defaultName, type NamedThing } from "./default-names.js";
import { addForeignKey, dropForeignKey, findForeignKey, unknownColumn } from "./foreign-keys.js";
import {
  findColumn,
  fold,
  type Standing,
  type StandingColumn,
  type StandingIndex,
  type StandingTable,
} from "./standing.js";

export function addConstraint(applying: Applying, table: StandingTable, change: ConstraintChange): void {
  const { standing } = applying;
  switch (change.kind) {
    case "check":
      table.checks.add(change.name ?? defaultNameIn(standing, table, "check", []));
      return;
    case "using-index":
      addKeyOfIndex(applying, table, change);
      return;
    case "foreign-key": {
      const columns = columnsNamed(applying, table, change.columns, "a foreign key");
      if (!columns) return;
      const name = change.name ?? defaultNameIn(standing, table, change.kind, columns);
      addForeignKey(applying, table, name, columns, change);
      return;
    }
    case "unique":
    case "primary-key": {
      const isPrimary = change.kind === "primary-key";
      const columns = columnsNamed(
        applying,
        table,
        change.columns,
        isPrimary ? "the primary key" : "a unique constraint",
      );
      if (!columns) return;
      const name = change.name ?? defaultNameIn(standing, table, change.kind, columns);
      addKey(applying, table, isPrimary ? "primary" : "unique", name, columns);
      return;
    }
  }
}

function addKey(
  applying: Applying,
  table: StandingTable,
  kind: "primary" | "unique",
  name: string,
  columns: readonly StandingColumn[],
): void {
  if (kind === "primary") {
    if (table.keys.some((key) => key.kind === "primary")) {
      tell(
        applying,
        "add a second primary key",
        `Migration adds a second primary key to table ${quoted(table)}.`,
      );
      return;
    }
    for (const column of columns) column.nullable = false;
  }
  table.keys.push({ kind, name, columns });
  noteIndex(applying.standing, table, name);
}

function addKeyOfIndex(
  applying: Applying,
  table: StandingTable,
  change: Extract<ConstraintChange, { kind: "using-index" }>,
): void {
  const index = findIndexOf(applying.standing, table, change.index);
  if (!index) {
    tell(
      applying,
      "make a constraint of an index that is not there",
      `Migration makes a constraint of index "${change.index}" of table ${quoted(table)}, which no migration before it created.`,
    );
    return;
  }
  removeIndex(applying.standing, table, index);
  const columns = index.columns.filter((column) => column !== null);
  addKey(applying, table, change.primary ? "primary" : "unique", change.name ?? index.name, columns);
}

/** Null, and told, when a column is not there. */
function columnsNamed(
  applying: Applying,
  table: StandingTable,
  names: readonly string[],
  what: string,
): readonly StandingColumn[] | null {
  const columns = names.map((name) => findColumn(applying.standing, table, name));
  const missing = names.find((_name, index) => !columns[index]);
  if (missing !== undefined && table.readable) {
    tell(
      applying,
      "name columns that are not there",
      `Migration puts column "${missing}" into ${what} of table ${quoted(table)}, which has no such column.`,
    );
    return null;
  }
  return columns.map((column, index) => column ?? unknownColumn(names[index]!));
}

export function createIndex(
  applying: Applying,
  table: StandingTable,
  change: Extract<SchemaChange, { kind: "create-index" }>,
): void {
  const { standing } = applying;
  const columns = change.columns.map((name) =>
    name === null ? null : (findColumn(standing, table, name) ?? unknownColumn(name)),
  );
  const missing = change.columns.find((name) => name !== null && !findColumn(standing, table, name));
  if (missing !== undefined && change.unique && table.readable) {
    tell(
      applying,
      "name columns that are not there",
      `Migration makes a unique index on column "${missing}" of table ${quoted(table)}, which has no such column.`,
    );
    return;
  }
  const name = change.name ?? defaultNameIn(standing, table, "index", columns);
  if (findIndexOf(standing, table, name)) return;
  table.indexes.push({ name, columns, unique: change.unique, partial: change.partial });
  noteIndex(standing, table, name);
}

function findIndexOf(standing: Standing, table: StandingTable, name: string): StandingIndex | undefined {
  return table.indexes.find((index) => fold(standing, index.name) === fold(standing, name));
}

/** An index is changed without naming its table. A key has one of its own name. */
export function findTableWithIndex(
  standing: Standing,
  name: string,
): { readonly table: StandingTable; readonly name: string } | undefined {
  for (const spelling of [name, name.slice(name.lastIndexOf(".") + 1)]) {
    for (const table of standing.indexes.get(fold(standing, spelling)) ?? []) {
      const isKey = table.keys.some((key) => fold(standing, key.name) === fold(standing, spelling));
      if (isKey || findIndexOf(standing, table, spelling)) return { table, name: spelling };
    }
  }
  return undefined;
}

function removeIndex(standing: Standing, table: StandingTable, index: StandingIndex): void {
  table.indexes = table.indexes.filter((other) => other !== index);
  standing.indexes.get(fold(standing, index.name))?.delete(table);
}

function renameIndex(standing: Standing, table: StandingTable, index: StandingIndex, to: string): void {
  standing.indexes.get(fold(standing, index.name))?.delete(table);
  index.name = to;
  noteIndex(standing, table, to);
}

function noteIndex(standing: Standing, table: StandingTable, name: string): void {
  const tables = standing.indexes.get(fold(standing, name));
  if (tables) tables.add(table);
  else standing.indexes.set(fold(standing, name), new Set([table]));
}

export function dropConstraint(
  applying: Applying,
  table: StandingTable,
  change: Extract<SchemaChange, { kind: "drop-constraint" }>,
): void {
  const { standing } = applying;
  if (removeNamed(standing, table, change.name) || change.ifExists) return;
  tell(
    applying,
    "drop a constraint that is not there",
    change.name === null
      ? `Migration drops the primary key of table ${quoted(table)}, which has none.`
      : `Migration drops constraint "${change.name}" of table ${quoted(table)}, which no migration before it created.`,
  );
}

/** A constraint of that name, or, as MySQL makes no difference, an index. */
export function removeNamed(standing: Standing, table: StandingTable, name: string | null): boolean {
  const key = table.keys.find((one) =>
    name === null ? one.kind === "primary" : fold(standing, one.name) === fold(standing, name),
  );
  if (key) {
    table.keys = table.keys.filter((other) => other !== key);
    return true;
  }
  if (name === null) return false;
  const foreign = findForeignKey(standing, table, name);
  if (foreign) {
    dropForeignKey(standing, foreign);
    return true;
  }
  const index = findIndexOf(standing, table, name);
  if (index) {
    removeIndex(standing, table, index);
    return true;
  }
  return table.checks.delete(name) || isCheckName(table, name);
}

/** PostgreSQL names a check after the column in it, and a required column's constraint likewise; both say nothing about rows. */
function isCheckName(table: StandingTable, name: string): boolean {
  return /_not_null\d*$/.test(name) || (table.checks.size > 0 && /_check\d*$/.test(name));
}

/** True when something of that name was there. */
export function renameConstraint(
  standing: Standing,
  table: StandingTable,
  name: string,
  to: string,
): boolean {
  const same = (other: { name: string }) => fold(standing, other.name) === fold(standing, name);
  const key = table.keys.find(same) ?? [...table.foreignKeys].find(same);
  if (key) {
    key.name = to;
    noteIndex(standing, table, to);
    return true;
  }
  const index = table.indexes.find(same);
  if (index) {
    renameIndex(standing, table, index, to);
    return true;
  }
  if (table.checks.delete(name) || isCheckName(table, name)) {
    table.checks.add(to);
    return true;
  }
  return false;
}

function hasName(standing: Standing, table: StandingTable, name: string): boolean {
  const same = (other: { name: string }) => fold(standing, other.name) === fold(standing, name);
  return (
    table.keys.some(same) ||
    table.indexes.some(same) ||
    table.checks.has(name) ||
    [...table.foreignKeys].some(same)
  );
}

function defaultNameIn(
  standing: Standing,
  table: StandingTable,
  thing: NamedThing,
  columns: readonly (StandingColumn | null)[],
): string {
  return defaultName(standing.dialect, {
    thing,
    table: table.name,
    columns: columns.map((column) => column?.name ?? null),
    isTaken: (name) => hasName(standing, table, name),
  });
}

/** What holds a column goes with it. */
export function removeKeysWith(standing: Standing, table: StandingTable, column: StandingColumn): void {
  table.keys = table.keys.filter((key) => !key.columns.includes(column));
  for (const index of table.indexes) if (index.columns.includes(column)) removeIndex(standing, table, index);
}
