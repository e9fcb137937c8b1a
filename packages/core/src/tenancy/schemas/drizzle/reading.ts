/** What reading a schema shares: tables by the calls that make them, and columns by how the code speaks of them. */
import type { Program } from "../../../link/program.js";
import { positionOf } from "../../../lower/positions.js";
import type { TenancyProblem } from "../../tenancy.js";
import { readColumns, type Casing, type Column } from "./columns.js";
import type { Evaluator } from "./evaluate.js";
import { findTableCall, type TableCall } from "./tables.js";
import { pathInDrizzle, type CallValue, type Value } from "./value.js";

export interface Reading {
  readonly program: Program;
  readonly evaluator: Evaluator;
  casingOf(file: string): Casing;
  readonly tables: Map<CallValue, ReadTable>;
}

export interface ReadTable extends TableCall {
  /** The database's name, or what the code says where that one is computed. */
  readonly title: string;
  readonly list: readonly Column[];
  readonly byKey: ReadonlyMap<string, Column>;
}

/** The table that a value is, read once. */
export function tableOf(value: Value, reading: Reading): ReadTable | null {
  if (value.kind !== "call") return null;
  const read = reading.tables.get(value);
  if (read) return read;
  const found = findTableCall(value, reading.evaluator);
  if (found?.kind !== "table") return null;
  const same = reading.tables.get(found.call);
  if (same) return same;
  const list = readColumns(
    found.columns,
    found.dialect,
    reading.casingOf(found.call.file),
    reading.evaluator,
  );
  const table: ReadTable = {
    ...found,
    title: found.name ?? found.said ?? "(computed)",
    list,
    byKey: new Map(list.map((column) => [column.key, column])),
  };
  reading.tables.set(found.call, table);
  return table;
}

/** A column somewhere, by the names of the database. */
interface ColumnPlace {
  readonly table: string;
  readonly column: string;
  /** Null for a table of the platform, of which only the name is known. */
  readonly read: ReadTable | null;
}

/** `organizations.id`, also behind `.asc()`. */
export function columnPlaceOf(value: Value | undefined, reading: Reading): ColumnPlace | null {
  let at = value;
  while (at?.kind === "call" && at.callee.kind === "member" && orders.has(at.callee.property))
    at = at.callee.object;
  const path = at && pathInDrizzle(at);
  if (path) {
    const table = platformTables.get(path[0] ?? "");
    return table && path[1] !== undefined ? { table, column: path[1], read: null } : null;
  }
  if (at?.kind !== "member") return null;
  const table = tableOf(at.object, reading);
  const column = table?.byKey.get(at.property);
  return table && column ? { table: table.title, column: column.name, read: table } : null;
}

const orders = new Set(["asc", "desc", "nullsFirst", "nullsLast", "op"]);

/** What `drizzle-orm/supabase` and `drizzle-orm/neon` know of their platforms. */
const platformTables = new Map([
  ["authUsers", "auth.users"],
  ["usersSync", "neon_auth.users_sync"],
]);

/** Their names, when all of them are columns of one table; null when one is an expression. */
export function columnsAmong(
  values: readonly Value[],
  reading: Reading,
): { table: string; columns: readonly string[] } | null {
  const places = values.map((value) => columnPlaceOf(value, reading));
  const [first] = places;
  if (!first || places.some((place) => place?.table !== first.table)) return null;
  return { table: first.table, columns: places.flatMap((place) => place?.column ?? []) };
}

export function lineOf(program: Program, file: string, offset: number): number | null {
  const module = program.module(file);
  return module ? positionOf(module, offset).line : null;
}

export function problemAt(call: CallValue, message: string, program: Program): TenancyProblem {
  return { file: call.file, line: lineOf(program, call.file, call.start), message };
}
