/**
 * What stands in the database while migrations are applied. Keys hold their columns and foreign keys their tables as
 * objects, not as names, so a rename needs to be told in one place only.
 */
import type { PolicyChange, PolicyValue, SqlDialect, TableName, ViewColumn } from "./changes.js";

export interface Standing {
  readonly dialect: SqlDialect | null;
  /** Tables and views, by schema and name. */
  readonly tables: Map<string, StandingTable>;
  readonly temporary: Set<StandingTable>;
  /** Names that stood at some time, and schemas that had a table. */
  readonly everStood: Set<string>;
  readonly schemas: Set<string>;
  /** Who has an index of that name. */
  readonly indexes: Map<string, Set<StandingTable>>;
  /** Foreign keys to tables that do not stand, by the name that they wait for. */
  readonly awaiting: Map<string, Set<StandingForeignKey>>;
  /** What a function returns, by schema and name in lower case. */
  readonly functions: Map<string, PolicyValue>;
  /** Schemas in which unqualified names are looked up; the default one is "". */
  path: readonly string[];
}

export interface StandingTable {
  schema: string;
  name: string;
  /** By folded name, in order. */
  columns: Map<string, StandingColumn>;
  /** False when the statement that made it does not say its columns. */
  readable: boolean;
  keys: StandingKey[];
  readonly foreignKeys: Set<StandingForeignKey>;
  /** Names of checks, so that dropping one is no surprise. */
  checks: Set<string>;
  indexes: StandingIndex[];
  /** Foreign keys elsewhere, and here, that point at this table. */
  readonly referencedBy: Set<StandingForeignKey>;
  /** Partitions, and tables that inherit from this one: a change of its columns is theirs too. */
  readonly heirs: Set<StandingTable>;
  partitionOf: StandingTable | null;
  view: StandingView | null;
  rowSecurity: { enabled: boolean; forced: boolean; policies: Map<string, StandingPolicy> };
  readonly file: string;
  readonly line: number;
}

export interface StandingColumn {
  name: string;
  type: string;
  nullable: boolean;
  isNullUnsaid?: true;
  defaulted: boolean;
  /** Of a view's column: the one it repeats. */
  origin: StandingColumn | null;
}

export interface StandingKey {
  readonly kind: "primary" | "unique";
  name: string;
  readonly columns: readonly StandingColumn[];
}

export interface StandingForeignKey {
  readonly owner: StandingTable;
  name: string;
  readonly columns: readonly StandingColumn[];
  /** Null while no such table stands. */
  target: StandingTable | null;
  /** Null for the primary key over there. */
  targets: readonly StandingColumn[] | null;
  /** As the migration wrote it, and the schemas in which it was to be found. */
  readonly written: TableName;
  readonly writtenTargets: readonly string[];
  readonly path: readonly string[];
  /** Under which name it waits for its table. */
  awaits: string | null;
  readonly file: string;
  readonly line: number;
}

export interface StandingIndex {
  name: string;
  /** Null for an expression. */
  readonly columns: readonly (StandingColumn | null)[];
  readonly unique: boolean;
  readonly partial: boolean;
}

export interface StandingView {
  readonly reads: readonly TableName[];
  readonly path: readonly string[];
  /** Null for `SELECT *`. */
  readonly columns: readonly ViewColumn[] | null;
  readonly securityInvoker: boolean;
  /** Its rows are a copy, made with the rights of whoever refreshes it. */
  readonly isMaterialized?: true;
  /** The tables it reads, once they are found. */
  bound: readonly StandingTable[] | null;
}

export type StandingPolicy = PolicyChange & { readonly file: string; readonly line: number };

export function emptyStanding(dialect: SqlDialect | null): Standing {
  return {
    dialect,
    tables: new Map(),
    temporary: new Set(),
    everStood: new Set(),
    schemas: new Set(),
    indexes: new Map(),
    awaiting: new Map(),
    functions: new Map(),
    path: [""],
  };
}

/** Where temporary tables are kept; they hide others of the same name until the session ends. */
export const temporarySchema = "pg_temp";

export function findTable(
  standing: Standing,
  written: TableName,
  path: readonly string[] = standing.path,
): StandingTable | undefined {
  if (written.schema !== null)
    return standing.tables.get(keyOf(standing, schemaName(standing, written.schema), written.name));
  for (const schema of [temporarySchema, ...path]) {
    const table = standing.tables.get(keyOf(standing, schema, written.name));
    if (table) return table;
  }
  return undefined;
}

/** Where a statement makes a table of this name. */
export function placeFor(
  standing: Standing,
  written: TableName,
  path: readonly string[] = standing.path,
): { readonly schema: string; readonly name: string; readonly key: string } {
  const schema = written.schema === null ? (path[0] ?? "") : schemaName(standing, written.schema);
  return { schema, name: written.name, key: keyOf(standing, schema, written.name) };
}

export function keyOf(standing: Standing, schema: string, name: string): string {
  return `${fold(standing, schema)}\n${fold(standing, name)}`;
}

export function keyOfTable(standing: Standing, table: StandingTable): string {
  return keyOf(standing, table.schema, table.name);
}

/** MySQL and SQLite find names in whatever case they are written. */
export function fold(standing: Standing, name: string): string {
  return standing.dialect === "mysql" || standing.dialect === "sqlite" ? name.toLowerCase() : name;
}

const defaultSchemas: ReadonlySet<string> = new Set(["public", "dbo"]);

/** The default schema has no name here, so that its tables are called as the code calls them. */
export function schemaName(standing: Standing, written: string): string {
  if (defaultSchemas.has(written)) return "";
  if (standing.dialect === "sqlite" && written === "main") return "";
  if (standing.dialect === "clickhouse" && written === "default") return "";
  return written;
}

export function fullName({ schema, name }: { schema: string; name: string }): string {
  return schema === "" ? name : `${schema}.${name}`;
}

export function writtenName({ schema, name }: TableName): string {
  return schema === null ? name : `${schema}.${name}`;
}

export function findColumn(
  standing: Standing,
  table: StandingTable,
  name: string,
): StandingColumn | undefined {
  return table.columns.get(fold(standing, name));
}

export function columnNames(columns: readonly StandingColumn[]): readonly string[] {
  return columns.map((column) => column.name);
}
