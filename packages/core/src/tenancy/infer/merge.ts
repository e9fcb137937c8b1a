/**
 * Several schemas may speak of the same table: types beside migrations, two `Database` interfaces, a Prisma schema and the
 * SQL made from it. Here they become one table that knows what each of them said. Code says what a table is called, the
 * database says what its keys are, what may be null and which rows a role sees.
 */
import { normalized } from "../names.js";
import type { ForeignKey, RawTable, SchemaSource } from "../schemas/source.js";
import type { TableColumn, TenancyProblem } from "../tenancy.js";
import { findContradictions } from "./contradictions.js";

export function mergeSources(sources: readonly SchemaSource[]): {
  tables: readonly RawTable[];
  problems: readonly TenancyProblem[];
} {
  const tables = new Map<string, Merging>();
  for (const source of inOrder(sources)) {
    for (const table of source.tables) {
      const key = [table.name, ...table.aliases].map(normalized).find((name) => tables.has(name));
      const known = key === undefined ? undefined : tables.get(key);
      if (!known) tables.set(normalized(table.name), { table, enforced: source.speaksFor !== "code" });
      else tables.set(key!, united(known, table, source));
    }
  }
  return {
    tables: Array.from(tables.values(), ({ table }) => table),
    problems: [...sources.flatMap((source) => source.problems), ...findContradictions(sources)],
  };
}

interface Merging {
  readonly table: RawTable;
  /** What it says of keys and nullability comes from a source that speaks for the database. */
  readonly enforced: boolean;
}

/** What the code calls a table comes first, so that the model speaks the code's language. */
function inOrder(sources: readonly SchemaSource[]): readonly SchemaSource[] {
  const rank = { code: 0, both: 1, database: 2 };
  return [...sources].sort((one, other) => rank[one.speaksFor] - rank[other.speaksFor]);
}

function united(known: Merging, other: RawTable, source: SchemaSource): Merging {
  const one = known.table;
  const knows = source.speaksFor !== "code";
  /** The other source is the first that knows what the database enforces. */
  const decides = knows && !known.enforced;
  const columns = new Map(one.columns.map((column) => [normalized(column.name), column]));
  for (const column of other.columns) {
    const key = keyOf(column, columns);
    const mine = columns.get(key);
    columns.set(key, mine ? unitedColumn(mine, column, decides, knows === known.enforced) : column);
  }
  const merged = [...columns.values()];
  const nameOf = columnNames(merged);
  const keyed = decides && other.primaryKey.length > 0 ? other : one.primaryKey.length > 0 ? one : other;
  return {
    enforced: known.enforced || knows,
    table: {
      name: one.name,
      aliases: distinct([...one.aliases, ...other.aliases, ...(other.name === one.name ? [] : [other.name])]),
      columns: merged,
      readable: one.readable || other.readable,
      primaryKey: keyed.primaryKey.map(nameOf),
      unique: distinctBy(
        [...one.unique, ...other.unique].map((set) => set.map(nameOf)),
        (set) => [...set].sort().join(),
      ),
      foreignKeys: distinctBy(
        [...one.foreignKeys, ...other.foreignKeys].map((key): ForeignKey => ({
          ...key,
          columns: key.columns.map(nameOf),
        })),
        (key) => `${normalized(key.table)} ${key.columns.join()}`,
      ),
      relations: distinctBy([...one.relations, ...other.relations], (relation) => relation.field),
      view: mergedView(one.view, other.view),
      partitionOf: one.partitionOf ?? other.partitionOf,
      rowSecurity: one.rowSecurity ?? other.rowSecurity,
      source: one.source.split(", ").includes(other.source) ? one.source : `${one.source}, ${other.source}`,
      file: one.file ?? other.file,
      line: one.file === null ? other.line : one.line,
      madeAt: one.madeAt ?? other.madeAt ?? placeMade(other, source),
    },
  };
}

/** A copy is a copy, whichever of them says so. */
function mergedView(one: RawTable["view"], other: RawTable["view"]): RawTable["view"] {
  const view = one ?? other;
  return view && other?.isMaterialized ? { ...view, isMaterialized: true } : view;
}

function placeMade({ file, line }: RawTable, { speaksFor }: SchemaSource): RawTable["madeAt"] {
  return speaksFor === "database" && file !== null && line !== null ? { file, line } : null;
}

/** Under which key a column is known, if not under its own name then under another spelling. */
function keyOf(column: TableColumn, known: ReadonlyMap<string, TableColumn>): string {
  const names = [column.name, ...column.aliases].map(normalized);
  return names.find((name) => known.has(name)) ?? names[0]!;
}

function unitedColumn(
  one: TableColumn,
  other: TableColumn,
  otherDecides: boolean,
  equals: boolean,
): TableColumn {
  const nullable = equals ? one.nullable || other.nullable : otherDecides ? other.nullable : one.nullable;
  // Where both count, one that says so is enough.
  const saying = equals ? [one, other].filter((each) => each.nullable) : [otherDecides ? other : one];
  const isNullUnsaid = nullable && saying.every((each) => each.isNullUnsaid);
  return {
    name: one.name,
    ...(isNullUnsaid && { isNullUnsaid }),
    aliases: distinct([...one.aliases, ...other.aliases, ...(other.name === one.name ? [] : [other.name])]),
    nullable,
    type: one.type,
    defaulted: one.defaulted || other.defaulted,
  };
}

function columnNames(columns: readonly TableColumn[]): (name: string) => string {
  const byName = new Map(
    columns.flatMap((column) =>
      [...column.aliases, column.name].map((name) => [normalized(name), column.name] as const),
    ),
  );
  return (name) => byName.get(normalized(name)) ?? name;
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
