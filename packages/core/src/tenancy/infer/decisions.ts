/**
 * What the configuration says about the model, held against the schemas: every table and column it names must be there.
 */
import {
  placeOfOption,
  type Configuration,
  type ConfigurationError,
  type LevelConfiguration,
  type TableConfiguration,
} from "../config.js";
import { joined } from "../config-shape.js";
import type { TableDecision } from "./classes.js";
import type { DecidedLevel, Level, LevelDecisions } from "./levels.js";
import { findNearest, normalized, withoutSchema } from "../names.js";
import type { LinkedTable, Schema } from "./references.js";
import type { RawTable } from "../schemas/source.js";
import type { TableColumn, TenantKey } from "../tenancy.js";

export interface Decisions {
  readonly levels: LevelDecisions;
  /** Needs the levels, because a key names a tenant of one of them. */
  tables(levels: readonly Level[]): {
    decisions: ReadonlyMap<string, TableDecision>;
    errors: readonly ConfigurationError[];
  };
  readonly errors: readonly ConfigurationError[];
}

export interface DecidedUsers {
  /** The table's name in the model; null when the users are kept elsewhere. */
  readonly table: string | null;
  readonly columns: readonly string[];
}

/** Before the tables are linked, because links depend on who the users are. */
export function decideUsers(
  configuration: Configuration,
  tables: readonly RawTable[],
): { readonly users: DecidedUsers | null; readonly errors: readonly ConfigurationError[] } {
  const errors: ConfigurationError[] = [];
  const { users } = configuration;
  if (users === null) return { users: null, errors };
  const fail = (path: string, message: string) =>
    errors.push({ path, message: `${placeOfOption(configuration, path)}: ${path} ${message}` });
  const root = findLevelTable("users", users, { tables }, fail);
  checkColumns("users", users, { tables }, fail);
  return { users: { table: root?.name ?? null, columns: users.columns }, errors };
}

export function decide(configuration: Configuration, schema: Schema): Decisions {
  const errors: ConfigurationError[] = [];
  const fail = (path: string, message: string) =>
    errors.push({ path, message: `${placeOfOption(configuration, path)}: ${path} ${message}` });

  const configured = new Map<LinkedTable, [string, TableConfiguration]>();
  for (const [name, table] of Object.entries(configuration.tables)) {
    const found = findRaw(schema, name);
    if (!found)
      fail(joined("tables", name), `is no table of any schema here.${suggestion(name, tableNames(schema))}`);
    else configured.set(found, [name, table]);
  }

  const levels = configuration.levels && decidedLevels(configuration.levels, schema, fail);
  const classed = [...configured].filter(([, [, table]]) => table.class !== null);
  return {
    levels: {
      levels,
      roots: new Set(classed.filter(([, [, table]]) => table.class === "root").map(([table]) => table.name)),
      others: new Set(classed.filter(([, [, table]]) => table.class !== "root").map(([table]) => table.name)),
    },
    errors,
    tables: (found) => decideTables(configured, found, schema, configuration),
  };
}

function decidedLevels(
  given: NonNullable<Configuration["levels"]>,
  schema: Schema,
  fail: (path: string, message: string) => void,
): readonly DecidedLevel[] {
  return Object.entries(given).map(([name, level]): DecidedLevel => {
    const path = joined("levels", name);
    const root = findLevelTable(path, level, schema, fail);
    checkColumns(path, level, schema, fail);
    return { name, root, columns: level.columns };
  });
}

function findLevelTable<Named extends RawTable>(
  path: string,
  { table }: LevelConfiguration,
  schema: { readonly tables: readonly Named[] },
  fail: (path: string, message: string) => void,
): Named | null {
  if (table === null) return null;
  const found = findRaw(schema, table);
  if (!found) {
    const who = path === "users" ? "users" : "tenants";
    fail(
      `${path}.table`,
      `is "${table}", which is no table of any schema here.${suggestion(table, tableNames(schema))} Leave it out if the ${who} are kept elsewhere.`,
    );
  }
  return found;
}

function checkColumns(
  path: string,
  { columns }: LevelConfiguration,
  { tables }: { readonly tables: readonly RawTable[] },
  fail: (path: string, message: string) => void,
): void {
  for (const [index, column] of columns.entries()) {
    if (tables.some((table) => findRawColumn(table, column))) continue;
    const known = [...new Set(tables.flatMap((table) => table.columns.map(({ name }) => name)))];
    fail(
      `${path}.columns[${index}]`,
      `is "${column}", but no table has such a column.${suggestion(column, known)}`,
    );
  }
}

function decideTables(
  configured: ReadonlyMap<LinkedTable, [string, TableConfiguration]>,
  levels: readonly Level[],
  schema: Schema,
  configuration: Configuration,
) {
  const errors: ConfigurationError[] = [];
  const decisions = new Map<string, TableDecision>();
  for (const [table, [name, given]] of configured) {
    const fail = (option: string, message: string) => {
      const path = joined("tables", name) + option;
      errors.push({ path, message: `${placeOfOption(configuration, path)}: ${path} ${message}` });
    };
    const keys =
      given.key === null ? null : given.key.flatMap((column) => keyFrom(column, table, levels, fail));
    const parent = given.parent === null ? null : parentFrom(given.parent, table, schema, fail);
    const root = levels.some((level) => level.root?.name === table.name);
    const inferredKeys = levels.some((level) => level.keys.has(table.name));
    if (given.class === "tenant" && !given.key && !inferredKeys) {
      fail(
        ".class",
        `is "tenant", but no column of the table names a tenant. Add "key" with the column that does.`,
      );
    } else if (given.class === "root" && !root) {
      fail(".class", `is "root", but "levels" does not name this table. Add it there.`);
    } else if (given.class !== "root" && given.class !== null && root) {
      fail(
        ".class",
        `is "${given.class}", but "levels" says that its rows are tenants. Remove one of the two.`,
      );
    } else if (!(given.parent && !parent) && !(given.key && keys!.length < given.key.length)) {
      decisions.set(table.name, { class: given.class, keys, parent });
    }
  }
  return { decisions, errors };
}

function keyFrom(
  column: string,
  table: LinkedTable,
  levels: readonly Level[],
  fail: (path: string, message: string) => void,
): readonly TenantKey[] {
  const found = findRawColumn(table, column);
  if (!found) {
    fail(
      ".key",
      `is "${column}", but the table has no such column.\n${columnsOf(table)}${suggestion(column, columnNames(table))}`,
    );
    return [];
  }
  const level = levelOfKey(found, table, levels);
  if (!level) {
    const names = levels.map(({ name }) => `"${name}"`).join(", ");
    fail(
      ".key",
      `is "${column}", and it is not clear which level's tenants that names (${names || "there is none"}). Add the column to "levels.<name>.columns".`,
    );
    return [];
  }
  const { name, nullable, isNullUnsaid } = found;
  return [{ column: name, level: level.name, nullable, ...(isNullUnsaid && { isNullUnsaid }) }];
}

function levelOfKey(column: TableColumn, table: LinkedTable, levels: readonly Level[]): Level | null {
  const link = table.links.find((candidate) => candidate.column === column.name);
  const spellings = [column.name, ...column.aliases].map(normalized);
  return (
    levels.find((level) => level.keys.get(table.name)?.includes(column.name)) ??
    levels.find((level) => level.table === link?.table) ??
    levels.find((level) => level.columns.some((name) => spellings.includes(normalized(name)))) ??
    (levels.length === 1 ? levels[0]! : null)
  );
}

function parentFrom(
  given: NonNullable<TableConfiguration["parent"]>,
  table: LinkedTable,
  schema: Schema,
  fail: (path: string, message: string) => void,
): TableDecision["parent"] {
  const parent = findRaw(schema, given.table);
  const column = findRawColumn(table, given.column);
  if (!parent)
    fail(
      ".parent.table",
      `is "${given.table}", which is no table of any schema here.${suggestion(given.table, tableNames(schema))}`,
    );
  if (!column)
    fail(
      ".parent.column",
      `is "${given.column}", but the table has no such column.\n${columnsOf(table)}${suggestion(given.column, columnNames(table))}`,
    );
  if (!parent || !column) return null;
  const link = table.links.find(
    (candidate) => candidate.column === column.name && candidate.table === parent.name,
  );
  const target = link?.target ?? (parent.primaryKey.length === 1 ? parent.primaryKey[0]! : "id");
  return { column: column.name, table: parent.name, target, source: link?.source ?? "name" };
}

function findRaw<Named extends RawTable>(
  schema: { readonly tables: readonly Named[] },
  name: string,
): Named | null {
  const wanted = normalized(name);
  return (
    schema.tables.find((table) => table.name === name) ??
    schema.tables.find((table) =>
      [table.name, ...table.aliases].some((spelling) => normalized(spelling) === wanted),
    ) ??
    schema.tables.find((table) => normalized(withoutSchema(table.name)) === wanted) ??
    null
  );
}

function findRawColumn(table: RawTable, name: string): TableColumn | null {
  const wanted = normalized(name);
  return (
    table.columns.find((column) =>
      [column.name, ...column.aliases].some((spelling) => normalized(spelling) === wanted),
    ) ?? null
  );
}

function tableNames(schema: { readonly tables: readonly RawTable[] }): readonly string[] {
  return schema.tables.flatMap((table) => [table.name, ...table.aliases]);
}

function columnNames(table: LinkedTable): readonly string[] {
  return table.columns.map((column) => column.name);
}

function columnsOf(table: LinkedTable): string {
  const names = columnNames(table);
  const shown = names.slice(0, 20).join(", ");
  return `Columns: ${names.length > 20 ? `${shown} and ${names.length - 20} more` : shown || "none"}.`;
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = findNearest(name, known);
  return nearest === null ? "" : ` Did you mean "${nearest}"?`;
}
