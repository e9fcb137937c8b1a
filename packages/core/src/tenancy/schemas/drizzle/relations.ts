/**
 * What a schema says of its rows beyond the database: `relations(table, …)` and `defineRelations(schema, …)`. Projects that
 * keep no foreign keys say only here which columns are equal.
 */
import type { Relation } from "../../tenancy.js";
import type { ForeignKey } from "../source.js";
import { columnsAmong, tableOf, type Reading, type ReadTable } from "./reading.js";
import {
  chainOf,
  elementsOf,
  library,
  pathInDrizzle,
  propertyOf,
  textOf,
  type CallValue,
  type Value,
} from "./value.js";

export interface Connection {
  readonly from: ReadTable;
  readonly field: string;
  readonly to: ReadTable;
  readonly list: boolean;
  /** Equal columns here and there; empty when this end does not say. */
  readonly columns: readonly string[];
  readonly targets: readonly string[];
  /** What both ends are called, where two tables are connected more than once. */
  readonly name: string | null;
}

export function readConnections(calls: readonly CallValue[], reading: Reading): readonly Connection[] {
  const written = calls.flatMap((call) =>
    pathInDrizzle(call.callee)?.at(-1) === "relations"
      ? connectionsOfTable(call, reading)
      : connectionsOfSchema(call, reading),
  );
  return completed(written);
}

const helpers = library("relations()");

/** `relations(users, ({ one, many }) => ({ … }))` */
function connectionsOfTable(call: CallValue, reading: Reading): readonly Connection[] {
  const [named, fn] = call.arguments;
  const from = named && tableOf(named, reading);
  const fields = fn && reading.evaluator.apply(fn, [helpers]);
  if (!from || fields?.kind !== "object") return [];
  return [...fields.properties].flatMap(([field, value]): Connection[] => {
    const path = value.kind === "call" ? pathInDrizzle(value.callee) : null;
    if (value.kind !== "call" || path?.[0] !== "relations()") return [];
    const [target, options] = value.arguments;
    const to = target && tableOf(target, reading);
    if (!to) return [];
    return [
      {
        from,
        field,
        to,
        list: path[1] === "many",
        ...equal(propertyOf(options, "fields"), propertyOf(options, "references"), from, to, reading),
        name: textOf(propertyOf(options, "relationName")),
      },
    ];
  });
}

/** `defineRelations(schema, (r) => ({ users: { posts: r.many.posts({ from: r.users.id, to: r.posts.userId }) } }))` */
function connectionsOfSchema(call: CallValue, reading: Reading): readonly Connection[] {
  const [schema, fn] = call.arguments;
  const tables = schema ? tablesOfSchema(schema, reading) : new Map<string, ReadTable>();
  // In the function, `r.users` is the table itself, beside `r.one` and `r.many`.
  const properties = new Map<string, Value>([...tables].map(([name, table]) => [name, table.call]));
  for (const name of ["one", "many"]) properties.set(name, library("defineRelations()", name));
  const given: Value = { kind: "object", properties, complete: true };
  const all = fn && reading.evaluator.apply(fn, [given]);
  if (all?.kind !== "object") return [];
  return [...all.properties].flatMap(([name, fields]) => {
    const from = tables.get(name);
    if (!from || fields.kind !== "object") return [];
    return [...fields.properties].flatMap(([field, value]): Connection[] => {
      const path = value.kind === "call" ? pathInDrizzle(value.callee) : null;
      if (value.kind !== "call" || path?.[0] !== "defineRelations()") return [];
      const to = tables.get(path[2] ?? "");
      const [options] = value.arguments;
      if (!to) return [];
      return [
        {
          from,
          field,
          to,
          list: path[1] === "many",
          ...equal(propertyOf(options, "from"), propertyOf(options, "to"), from, to, reading),
          name: textOf(propertyOf(options, "alias")),
        },
      ];
    });
  });
}

function tablesOfSchema(schema: Value, reading: Reading): ReadonlyMap<string, ReadTable> {
  const names =
    schema.kind === "module"
      ? reading.evaluator.exportNames(schema.file)
      : schema.kind === "object"
        ? [...schema.properties.keys()]
        : [];
  return new Map(
    names.flatMap((name) => {
      const table = tableOf(reading.evaluator.member(schema, name), reading);
      return table ? [[name, table] as const] : [];
    }),
  );
}

/** Nothing when they go through a third table, or are no columns of these two. */
function equal(
  here: Value | undefined,
  there: Value | undefined,
  from: ReadTable,
  to: ReadTable,
  reading: Reading,
): Pick<Connection, "columns" | "targets"> {
  const one = columnsAmong(partsOf(here), reading);
  const other = columnsAmong(partsOf(there), reading);
  const fits = one?.table === from.title && other?.table === to.title;
  return fits && one.columns.length === other.columns.length
    ? { columns: one.columns, targets: other.columns }
    : { columns: [], targets: [] };
}

function partsOf(value: Value | undefined): readonly Value[] {
  if (!value) return [];
  const parts = value.kind === "list" ? elementsOf(value) : [value];
  return parts.some((part) => chainOf(part).steps.some(({ name }) => name === "through")) ? [] : parts;
}

/** `many(members)` says no columns: they stand at the other end, which is the only one or has the same name. */
function completed(connections: readonly Connection[]): readonly Connection[] {
  const byPair = new Map<string, Connection[]>();
  const pair = (from: ReadTable, to: ReadTable, name: string | null) =>
    JSON.stringify([from.title, to.title, name]);
  for (const each of connections) {
    if (each.columns.length === 0) continue;
    const key = pair(each.from, each.to, each.name);
    const known = byPair.get(key);
    if (known) known.push(each);
    else byPair.set(key, [each]);
  }
  return connections.map((each) => {
    if (each.columns.length > 0) return each;
    const [end, ...more] = byPair.get(pair(each.to, each.from, each.name)) ?? [];
    return end && more.length === 0 ? { ...each, columns: end.targets, targets: end.columns } : each;
  });
}

export function relationOf({ field, to, list, columns, targets }: Connection): Relation {
  return { field, table: to.title, list, columns, targets };
}

interface KeyedTable {
  readonly primaryKey: readonly string[];
  readonly unique: readonly (readonly string[])[];
}

/**
 * The foreign key that equal columns amount to, and the table that has it: columns that are no key of their own refer to
 * those that are. Where both are, the one called `id` is referred to.
 */
export function foreignKeyOf(
  connection: Connection,
  keysOf: (table: ReadTable) => KeyedTable,
): { table: ReadTable; key: ForeignKey } | null {
  const { from, to, columns, targets } = connection;
  if (columns.length === 0) return null;
  const as = (table: ReadTable, own: readonly string[], other: ReadTable, theirs: readonly string[]) => ({
    table,
    key: { columns: own, table: other.title, targets: theirs },
  });
  const ownIsKey = isKey(columns, keysOf(from));
  const theirsIsKey = isKey(targets, keysOf(to));
  const isTurned = ownIsKey === theirsIsKey ? isId(columns) && !isId(targets) : ownIsKey;
  return isTurned ? as(to, targets, from, columns) : as(from, columns, to, targets);
}

function isKey(columns: readonly string[], { primaryKey, unique }: KeyedTable): boolean {
  const wanted = [...columns].sort().join();
  return [primaryKey, ...unique].some((set) => [...set].sort().join() === wanted);
}

function isId(columns: readonly string[]): boolean {
  return columns.length === 1 && columns[0] === "id";
}
