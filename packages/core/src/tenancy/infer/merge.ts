/**
 * Several schemas may speak of the same table: two `Database` interfaces, types beside a Prisma schema. Here they become
 * one table that knows what each of them said.
 */
import { normalized } from "../names.js";
import type { RawTable, SchemaSource } from "../schemas/source.js";
import type { TableColumn, TenancyProblem } from "../tenancy.js";

export function mergeSources(sources: readonly SchemaSource[]): {
  tables: readonly RawTable[];
  problems: readonly TenancyProblem[];
} {
  const problems = sources.flatMap((source) => source.problems);
  const tables: RawTable[] = [];
  const byName = new Map<string, number>();
  for (const table of sources.flatMap((source) => source.tables)) {
    const index = byName.get(normalized(table.name));
    if (index === undefined) {
      byName.set(normalized(table.name), tables.length);
      tables.push(table);
    } else {
      tables[index] = united(tables[index]!, table, problems);
    }
  }
  return { tables, problems };
}

function united(one: RawTable, other: RawTable, problems: TenancyProblem[]): RawTable {
  const columns = new Map(one.columns.map((column) => [normalized(column.name), column]));
  const differing: string[] = [];
  for (const column of other.columns) {
    const key = normalized(column.name);
    const known = columns.get(key);
    if (known && one.source === other.source && known.nullable !== column.nullable)
      differing.push(column.name);
    columns.set(key, known ? unitedColumn(known, column) : column);
  }
  if (differing.length > 0) {
    problems.push({
      file: other.file,
      line: other.line,
      message: `Table "${other.name}" is also declared at ${placeOf(one)}, and the two disagree on whether ${listed(differing)} may be null. It is taken as nullable.`,
    });
  }
  return {
    name: one.name,
    aliases: distinct([...one.aliases, ...other.aliases, ...(other.name === one.name ? [] : [other.name])]),
    columns: [...columns.values()],
    readable: one.readable || other.readable,
    primaryKey: one.primaryKey.length > 0 ? one.primaryKey : other.primaryKey,
    unique: distinctBy([...one.unique, ...other.unique], (set) => set.map(normalized).sort().join()),
    foreignKeys: distinctBy(
      [...one.foreignKeys, ...other.foreignKeys],
      (key) => `${normalized(key.table)} ${key.columns.map(normalized).join()}`,
    ),
    relations: distinctBy([...one.relations, ...other.relations], (relation) => relation.field),
    view: one.view ?? other.view,
    partitionOf: one.partitionOf ?? other.partitionOf,
    rowSecurity: one.rowSecurity ?? other.rowSecurity,
    source: one.source === other.source ? one.source : `${one.source}, ${other.source}`,
    file: one.file ?? other.file,
    line: one.file ? one.line : other.line,
  };
}

function unitedColumn(one: TableColumn, other: TableColumn): TableColumn {
  return {
    name: one.name,
    aliases: distinct([...one.aliases, ...other.aliases, ...(other.name === one.name ? [] : [other.name])]),
    nullable: one.nullable || other.nullable,
    type: one.type,
    defaulted: one.defaulted || other.defaulted,
  };
}

function placeOf(table: RawTable): string {
  return table.file === null
    ? `the ${table.source}`
    : table.line === null
      ? table.file
      : `${table.file}:${table.line}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length
    ? `${shown.join(", ")} and ${names.length - shown.length} more`
    : shown.join(", ");
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function distinctBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (!seen.has(key)) seen.set(key, value);
  }
  return [...seen.values()];
}
