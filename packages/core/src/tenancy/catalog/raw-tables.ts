/** What stands at the end, in the words in which every reader of schemas hands over its tables. */
import { rawTable, type ForeignKey, type RawTable } from "../schemas/source.js";
import type { TableColumn } from "../tenancy.js";
import { rowSecurityOf } from "./policies.js";
import {
  columnNames,
  fullName,
  schemaName,
  type Standing,
  type StandingColumn,
  type StandingForeignKey,
  type StandingTable,
  writtenName,
} from "./standing.js";
import { sourceOf } from "./views.js";

export function rawTables(standing: Standing, source: string): readonly RawTable[] {
  const tables = [...standing.tables.values()];
  const ownerOf = new Map<StandingColumn, StandingTable>();
  for (const table of tables) for (const column of table.columns.values()) ownerOf.set(column, table);
  return tables.map((table) => {
    const primaryKey = primaryKeyOf(table);
    return rawTable({
      name: fullName(table),
      source,
      columns: [...table.columns.values()].map(tableColumn),
      readable: table.readable,
      primaryKey,
      unique: uniqueSetsOf(table, primaryKey),
      foreignKeys: table.view ? foreignKeysOfView(standing, table, ownerOf) : foreignKeysOf(standing, table),
      view: table.view && {
        reads: readsOf(standing, table.view),
        securityInvoker: table.view.securityInvoker,
        ...(table.view.isMaterialized && { isMaterialized: true }),
      },
      partitionOf: table.partitionOf && fullName(table.partitionOf),
      rowSecurity: rowSecurityOf(standing, table),
      file: table.file,
      line: table.line,
    });
  });
}

function tableColumn(column: StandingColumn): TableColumn {
  const { type, nullable, isNullUnsaid, defaulted } = sourceOf(column);
  const isUnsaid = nullable && isNullUnsaid;
  return {
    name: column.name,
    aliases: [],
    nullable,
    ...(isUnsaid && { isNullUnsaid }),
    type,
    defaulted,
  };
}

/** A partition has the keys of its table. */
function primaryKeyOf(table: StandingTable): readonly string[] {
  for (const one of lineOf(table)) {
    const key = one.keys.find(({ kind }) => kind === "primary");
    const columns = key && columnNames(key.columns);
    if (columns && hasColumns(table, columns)) return columns;
  }
  return [];
}

function uniqueSetsOf(table: StandingTable, primaryKey: readonly string[]): readonly (readonly string[])[] {
  const sets = lineOf(table).flatMap((one) => [
    ...one.keys.map(({ columns }) => columnNames(columns)),
    ...one.indexes.flatMap(({ unique, partial, columns }) =>
      unique && !partial && columns.every((column) => column !== null) ? [columnNames(columns)] : [],
    ),
  ]);
  return distinctBy(sets, sorted).filter(
    (set) => sorted(set) !== sorted(primaryKey) && hasColumns(table, set),
  );
}

const furthestParent = 20;

/** The table, and those that it is a partition of. */
function lineOf(table: StandingTable): readonly StandingTable[] {
  const line = [table];
  for (let one = table.partitionOf; one && line.length < furthestParent; one = one.partitionOf)
    line.push(one);
  return line;
}

/** Not so where a partition went its own way: it was taken out of its table, and then changed. */
function hasColumns(table: StandingTable, names: readonly string[]): boolean {
  const own = new Set(columnNames([...table.columns.values()]));
  return !table.readable || names.every((name) => own.has(name));
}

function foreignKeysOf(standing: Standing, table: StandingTable): readonly ForeignKey[] {
  const keys = lineOf(table)
    .flatMap((one) => [...one.foreignKeys])
    .filter(({ columns }) => hasColumns(table, columnNames(columns)));
  return distinctForeignKeys(keys.flatMap((key) => foreignKey(standing, key, columnNames(key.columns))));
}

/** None when the table that it points at was dropped. One that no migration ever made is somebody else's, and named. */
function foreignKey(
  standing: Standing,
  key: StandingForeignKey,
  columns: readonly string[],
): readonly ForeignKey[] {
  if (key.target) {
    const targets = key.targets ? columnNames(key.targets) : primaryKeyOf(key.target);
    const isComplete = targets.length === columns.length;
    return [{ columns, table: fullName(key.target), targets: isComplete ? targets : [] }];
  }
  if (key.awaits === null || standing.everStood.has(key.awaits)) return [];
  const { schema, name } = key.written;
  const table = fullName({ schema: schema === null ? "" : schemaName(standing, schema), name });
  return [{ columns, table, targets: key.writtenTargets }];
}

/** The foreign keys of the columns that it repeats, where it repeats all of the key. */
function foreignKeysOfView(
  standing: Standing,
  view: StandingTable,
  ownerOf: ReadonlyMap<StandingColumn, StandingTable>,
): readonly ForeignKey[] {
  const names = new Map<StandingColumn, string>();
  for (const column of view.columns.values()) {
    const source = sourceOf(column);
    if (!names.has(source)) names.set(source, column.name);
  }
  const owners = new Set([...names.keys()].map((column) => ownerOf.get(column)));
  const keys = [...owners].flatMap((owner) => (owner && owner !== view ? [...owner.foreignKeys] : []));
  return distinctForeignKeys(
    keys.flatMap((key) => {
      const columns = key.columns.flatMap((column) => names.get(column) ?? []);
      return columns.length === key.columns.length ? foreignKey(standing, key, columns) : [];
    }),
  );
}

function readsOf(standing: Standing, view: NonNullable<StandingTable["view"]>): readonly string[] {
  const isBound = view.bound?.length === view.reads.length;
  const names = isBound ? view.bound!.map(fullName) : view.reads.map(writtenName);
  return distinctBy(names, (name) => name);
}

function distinctForeignKeys(keys: readonly ForeignKey[]): readonly ForeignKey[] {
  return distinctBy(keys, ({ columns, table, targets }) => JSON.stringify([columns, table, targets]));
}

function sorted(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}

function distinctBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [keyOf(value), value] as const).reverse()).values()].reverse();
}
