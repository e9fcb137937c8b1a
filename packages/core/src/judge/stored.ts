/** The rows that a statement writes, each with the table that it is written into. */
import type { Predicate, WrittenRow } from "../constraint/predicate.js";
import type { Access } from "../trace/library.js";

type QueryDetail = Access["detail"] & { kind: "query" };

export interface StoredRow {
  /** Null where nothing names the table. */
  readonly table: string | null;
  readonly row: WrittenRow;
  /** How a row was found that was there before; null for a new one. */
  readonly found: Found | null;
}

export interface Found {
  readonly where: Predicate;
  /** What its columns are qualified with. */
  readonly alias: string | null;
}

export function rowsStored({
  selection,
  target,
  written,
  updated,
  beside,
}: QueryDetail): readonly StoredRow[] {
  const [own] = selection.resources;
  const table = target ?? own?.table ?? null;
  const found: Found = { where: selection.where, alias: own?.alias ?? null };
  return [
    ...(written ?? []).map((row) => ({ table, row, found: null })),
    ...updated.map((row) => ({ table, row, found })),
    ...beside.flatMap(({ table, alias, rows, isNew }) => {
      const tied = selection.resources.find((resource) => resource.alias === alias);
      const found = isNew || !tied ? null : { where: tied.on, alias };
      return rows.map((row) => ({ table, row, found }));
    }),
  ];
}
