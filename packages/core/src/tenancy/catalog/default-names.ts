/**
 * The names that databases give to constraints and indexes that a migration leaves unnamed. A later migration drops them
 * by these names.
 */
import type { SqlDialect } from "./changes.js";

export type NamedThing = "primary-key" | "unique" | "foreign-key" | "check" | "index";

export interface Unnamed {
  readonly thing: NamedThing;
  readonly table: string;
  /** Null for an expression. */
  readonly columns: readonly (string | null)[];
  isTaken(name: string): boolean;
}

export function defaultName(dialect: SqlDialect | null, unnamed: Unnamed): string {
  return dialect === "mysql" ? mysqlName(unnamed) : postgresName(unnamed);
}

const postgresLabels: Readonly<Record<NamedThing, string>> = {
  "primary-key": "pkey",
  unique: "key",
  "foreign-key": "fkey",
  check: "check",
  index: "idx",
};

/** PostgreSQL's `makeObjectName`: `invoices_tenant_id_fkey`, and `invoices_tenant_id_fkey1` when that is taken. */
function postgresName({ thing, table, columns, isTaken }: Unnamed): string {
  const middle = thing === "primary-key" ? "" : columns.map((column) => column ?? "expr").join("_");
  const label = postgresLabels[thing];
  return firstFree((number) => shortened(table, middle, number === 0 ? label : `${label}${number}`), isTaken);
}

/** A name has at most 63 bytes; the longer of the two parts gives way, byte by byte. */
function shortened(table: string, middle: string, label: string): string {
  const room = 63 - bytesOf(label) - 1 - (middle === "" ? 0 : 1);
  let first = bytesOf(table);
  let second = bytesOf(middle);
  if (first + second > room) {
    const share = Math.ceil(room / 2);
    if (first <= share) second = room - first;
    else if (second <= room - share) first = room - second;
    else [first, second] = [share, room - share];
  }
  const parts = [cut(table, first), cut(middle, second), label];
  return parts.filter((part) => part !== "").join("_");
}

/** MySQL calls a key like its first column, and counts foreign keys. */
function mysqlName({ thing, table, columns, isTaken }: Unnamed): string {
  if (thing === "primary-key") return "PRIMARY";
  if (thing === "foreign-key") return firstFree((number) => `${table}_ibfk_${number + 1}`, isTaken);
  if (thing === "check") return firstFree((number) => `${table}_chk_${number + 1}`, isTaken);
  const column = columns[0] ?? "functional_index";
  return firstFree((number) => (number === 0 ? column : `${column}_${number + 1}`), isTaken);
}

function firstFree(nameOf: (number: number) => string, isTaken: (name: string) => boolean): string {
  let number = 0;
  while (isTaken(nameOf(number))) number++;
  return nameOf(number);
}

/** In UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Never through the middle of a character. */
function cut(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += bytesOf(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
