/**
 * Drizzle's tables are values of the program: `export const users = pgTable("users", { id: uuid("id").primaryKey() })`. They
 * are found by where the functions that make them come from, and read through helpers, spreads and barrels.
 */
import type { Program } from "../../../link/program.js";
import type { TenancyProblem } from "../../tenancy.js";
import { rawTable, type ForeignKey, type RawTable, type SchemaSource } from "../source.js";
import { extrasOf, readConstraints, type Constraints } from "./constraints.js";
import { findDatabases } from "./databases.js";
import { createEvaluator } from "./evaluate.js";
import { findLinkedTable, readRowSecurity } from "./policies.js";
import { lineOf, problemAt, tableOf, type Reading, type ReadTable } from "./reading.js";
import { foreignKeyOf, readConnections, relationOf, type Connection } from "./relations.js";
import type { CallValue } from "./value.js";
import { readView } from "./views.js";
import { findCalls, type Made } from "./walk.js";

const drizzleKind = "drizzle schema";

/** `isRead` leaves out files whose tables are none of the service's: tests. */
export function readDrizzle(
  program: Program,
  isRead: (file: string) => boolean = () => true,
): readonly SchemaSource[] {
  const evaluator = createEvaluator(program);
  const found = findCalls(program, isRead, evaluator);
  if (found.makers.length === 0) return [];
  const databases = findDatabases(program, isRead, evaluator);
  const reading: Reading = { program, evaluator, casingOf: databases.casingOf, tables: new Map() };

  const tables = readTables(found.makers, reading);
  const views = found.makers.flatMap(({ value }) => readView(value, drizzleKind, reading) ?? []);
  const policies = linkedPolicies(found.policies, reading);
  const extras = new Map(tables.map(({ table }) => [table, extrasOf(table, reading)]));
  const keys = new Map(
    tables.map(({ table }) => [table, readConstraints(table, extras.get(table) ?? [], reading)]),
  );
  const connections = readConnections(found.relations, reading);
  const implied = impliedKeys(connections, keys);

  const sources = new Map<
    string,
    { dialect: string | null; tables: RawTable[]; problems: TenancyProblem[] }
  >();
  const sourceOf = (file: string, dialect: string | null) => {
    const key = `${databases.directoryOf(file)}\0${dialect ?? ""}`;
    const source = sources.get(key) ?? { dialect, tables: [], problems: [] };
    sources.set(key, source);
    return source;
  };
  for (const named of tables) {
    const { table } = named;
    const constraints = keys.get(table)!;
    const source = sourceOf(table.call.file, table.dialect);
    source.problems.push(...problemsOf(table, constraints, program));
    source.tables.push({
      ...rawTableOf(named, constraints, program),
      foreignKeys: [...constraints.foreignKeys, ...(implied.get(table) ?? [])],
      relations: connections.filter(({ from }) => from === table).map(relationOf),
      rowSecurity: readRowSecurity(table, extras.get(table) ?? [], policies.get(table) ?? [], reading),
    });
  }
  for (const view of views) sourceOf(view.file, view.dialect).tables.push(view.table);
  return Array.from(sources.values(), (source) => ({
    kind: drizzleKind,
    speaksFor: "both",
    ...source,
    complete: source.problems.length === 0,
  }));
}

interface NamedTable {
  readonly table: ReadTable;
  /** The variables that hold it. */
  readonly variables: readonly string[];
}

function readTables(makers: readonly Made[], reading: Reading): readonly NamedTable[] {
  const found = new Map<ReadTable, string[]>();
  const outside = new Set<string>();
  for (const made of [...makers].sort(
    (one, other) => Number(one.isInFunction) - Number(other.isInFunction),
  )) {
    const table = tableOf(made.value, reading);
    if (!table) continue;
    const place = `${table.call.file}\0${table.call.start}`;
    // A function that makes tables is read where it is called; by itself it knows none of its parameters.
    if (made.isInFunction && (outside.has(place) || table.said === null)) continue;
    if (!made.isInFunction) outside.add(place);
    const variables = found.get(table) ?? [];
    if (made.variable !== null) variables.push(made.variable);
    found.set(table, variables);
  }
  return Array.from(found, ([table, variables]) => ({ table, variables }));
}

function rawTableOf({ table, variables }: NamedTable, constraints: Constraints, program: Program): RawTable {
  const enforcesKey = table.dialect !== "sqlite";
  return rawTable({
    name: table.title,
    source: drizzleKind,
    aliases: [...new Set(variables)].filter((name) => name !== table.title),
    columns: table.list.map(({ name, aliases, nullable, type, defaulted }) => ({
      name,
      aliases,
      nullable: nullable && !(enforcesKey && constraints.primaryKey.includes(name)),
      type,
      defaulted,
    })),
    readable: table.columns.kind === "object",
    primaryKey: constraints.primaryKey,
    unique: constraints.unique,
    file: table.call.file,
    line: lineOf(program, table.call.file, table.call.start),
  });
}

/** Foreign keys that only relations speak of, by the table that has them. */
function impliedKeys(
  connections: readonly Connection[],
  keys: ReadonlyMap<ReadTable, Constraints>,
): ReadonlyMap<ReadTable, readonly ForeignKey[]> {
  const none = { primaryKey: [], unique: [] };
  const implied = new Map<ReadTable, ForeignKey[]>();
  for (const connection of connections) {
    const found = foreignKeyOf(connection, (table) => keys.get(table) ?? none);
    if (!found) continue;
    const known = implied.get(found.table) ?? [];
    const declared = keys.get(found.table)?.foreignKeys ?? [];
    const columns = found.key.columns.join();
    if ([...declared, ...known].some((key) => key.columns.join() === columns)) continue;
    implied.set(found.table, [...known, found.key]);
  }
  return implied;
}

function linkedPolicies(
  values: readonly CallValue[],
  reading: Reading,
): ReadonlyMap<ReadTable, readonly CallValue[]> {
  const linked = new Map<ReadTable, CallValue[]>();
  for (const value of values) {
    const link = findLinkedTable(value);
    const table = link && tableOf(link.table, reading);
    if (link && table) linked.set(table, [...(linked.get(table) ?? []), link.policy]);
  }
  return linked;
}

function problemsOf(table: ReadTable, constraints: Constraints, program: Program): readonly TenancyProblem[] {
  const messages: string[] = [];
  const { columns, title } = table;
  if (table.name === null)
    messages.push(
      `The name of table "${title}" is computed when the program runs; it is known here as "${title}".`,
    );
  if (columns.kind !== "object")
    messages.push(
      `The columns of table "${title}" could not be read: they are computed when the program runs.`,
    );
  else if (!columns.complete)
    messages.push(
      `Some columns of table "${title}" are computed when the program runs; only the others are known.`,
    );
  const unread = table.list.filter((column) => !column.readable).map(({ key }) => `"${key}"`);
  if (unread.length > 0)
    messages.push(
      `The definition of ${unread.join(", ")} in table "${title}" could not be followed; only the name is known.`,
    );
  for (const column of constraints.unread)
    messages.push(`What "${column}" of table "${title}" refers to could not be followed.`);
  return messages.map((message) => problemAt(table.call, message, program));
}
