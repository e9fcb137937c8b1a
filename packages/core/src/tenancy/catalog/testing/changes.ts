/** Changes written as briefly as their SQL, for tests. Every change stands on a line of its own, counted from 1. */
import type { MigrationFile } from "../catalog.js";
import {
  changesVersion,
  type ColumnChange,
  type ConstraintChange,
  type SchemaChange,
  type SqlDialect,
  type TableName,
} from "../changes.js";

type Unplaced<Change> = Change extends { line: number } ? Omit<Change, "line"> : never;
export type AnyChange = Unplaced<SchemaChange>;

export function migration(
  file: string,
  changes: readonly AnyChange[],
  dialect: SqlDialect | null = "postgresql",
): MigrationFile {
  const placed = changes.map((change, index) => ({ ...change, line: index + 1 }) as SchemaChange);
  return { file, kind: "sql", text: { version: changesVersion, dialect, changes: placed, unread: [] } };
}

/** `app.users`, `users`. */
export function name(written: string): TableName {
  const [first, second] = written.split(".");
  return second === undefined ? { schema: null, name: first! } : { schema: first!, name: second };
}

/** `id uuid`, `note text null`, `id serial default`. */
function column(written: string): ColumnChange {
  const [columnName, type = "text", ...options] = written.split(" ");
  return {
    name: columnName!,
    type,
    nullable: options.includes("null"),
    defaulted: options.includes("default"),
  };
}

type CreateTable = Extract<AnyChange, { kind: "create-table" }>;

export function createTable(
  table: string,
  columns: readonly string[],
  constraints: readonly ConstraintChange[] = [],
  more: Partial<CreateTable> = {},
): CreateTable {
  return {
    kind: "create-table",
    table: name(table),
    ifNotExists: false,
    columns: columns.map(column),
    constraints,
    inherits: [],
    partitionOf: null,
    like: [],
    fromQuery: false,
    temporary: false,
    ...more,
  };
}

export function primaryKey(...columns: string[]): ConstraintChange {
  return { kind: "primary-key", name: null, columns };
}

export function unique(...columns: string[]): ConstraintChange {
  return { kind: "unique", name: null, columns };
}

/** Of one column. */
export function foreignKey(from: string, table: string, target?: string): ConstraintChange {
  const targets = target === undefined ? [] : [target];
  return { kind: "foreign-key", name: null, columns: [from], table: name(table), targets };
}

export function addConstraint(table: string, constraint: ConstraintChange): AnyChange {
  return { kind: "add-constraint", table: name(table), constraint };
}

export function dropConstraint(table: string, constraint: string | null, ifExists = false): AnyChange {
  return { kind: "drop-constraint", table: name(table), name: constraint, ifExists };
}

export function dropTable(table: string, ifExists = false): AnyChange {
  return { kind: "drop-table", table: name(table), ifExists };
}

export function renameTable(table: string, to: string): AnyChange {
  return { kind: "rename-table", table: name(table), to, ifExists: false };
}

export function addColumn(table: string, written: string, ifNotExists = false): AnyChange {
  return { kind: "add-column", table: name(table), column: column(written), ifNotExists };
}

export function dropColumn(table: string, dropped: string, ifExists = false): AnyChange {
  return { kind: "drop-column", table: name(table), column: dropped, ifExists };
}

export function renameColumn(table: string, from: string, to: string): AnyChange {
  return { kind: "rename-column", table: name(table), column: from, to };
}

type CreateIndex = Extract<AnyChange, { kind: "create-index" }>;

export function uniqueIndex(
  index: string,
  table: string,
  columns: readonly (string | null)[],
  more: Partial<CreateIndex> = {},
): CreateIndex {
  return {
    kind: "create-index",
    table: name(table),
    name: index,
    columns,
    unique: true,
    partial: false,
    ...more,
  };
}
