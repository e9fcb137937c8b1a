/** What the columns of a table can hold, by their names, their types and its keys. */
import { normalized } from "../names.js";
import { namesOf } from "./directory.js";
import type { RawTable } from "../schemas/source.js";
import type { TableColumn } from "../tenancy.js";

export function columnNamed(table: RawTable, name: string): TableColumn | undefined {
  const exact = table.columns.find((column) => column.name === name);
  if (exact) return exact;
  const wanted = normalized(name);
  return table.columns.find((column) => namesOf(column).some((spelling) => normalized(spelling) === wanted));
}

/** A number is no reference to a row whose id is a UUID. Types of two kinds of schema can't be held against each other. */
export function mayBeEqual(
  column: TableColumn,
  table: RawTable,
  target: TableColumn | undefined,
  targetTable: RawTable,
): boolean {
  if (!target || table.source !== targetTable.source) return true;
  const [one, other] = [familyOf(column.type), familyOf(target.type)];
  return one === null || other === null || one === other;
}

export function familyOf(type: string): "number" | "text" | null {
  const name = type.replace(/^(?:Generated|GeneratedAlways)</, "").toLowerCase();
  if (/^(?:small|big|medium|tiny)?(?:int|integer|serial)\d?\b|^number\b/.test(name)) return "number";
  if (/^(?:uuid|text|string|varchar|char|character|citext|cuid)\b/.test(name)) return "text";
  return null;
}

/** Dates, flags and objects are no ids, whatever they are called. */
export function holdsNoId(column: TableColumn): boolean {
  return /^(?:Generated<)?(?:[Tt]imestamp(?:tz)?|[Dd]ate(?:only)?|DateTime|datetime|Json\w*|(?:simple-)?jsonb?|[Bb]ool(?:ean)?|[Ff]loat|real|double|[Dd]ecimal|numeric|Bytes|bytea)\b/.test(
    column.type,
  );
}

/**
 * `primary key (trace_id, project_id)`: what it is called by somebody else, within something else. By itself it names no row,
 * and a column of that name elsewhere is a label.
 */
export function isNumberedWithin({ primaryKey, unique }: RawTable, column: string): boolean {
  if (unique.some((set) => set.length === 1 && normalized(set[0]!) === normalized(column))) return false;
  const others = primaryKey.filter((one) => normalized(one) !== normalized(column));
  return others.length < primaryKey.length && others.some((one) => /id$/i.test(one));
}
