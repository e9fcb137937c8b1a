/** What a statement does, in the words that paths are judged in. */
import type { Selection, WrittenRow } from "../constraint/predicate.js";
import { selectionsIn } from "../constraint/selections.js";
import type { Conflict } from "../trace/library.js";
import type { GivenColumns } from "./reading.js";

export interface ReadStatement {
  /** 0 for the statement itself; those inside of it count from 1. */
  readonly number: number;
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert";
  readonly selection: Selection;
  /** The table that an insert writes. */
  readonly target: string | null;
  readonly written: readonly WrittenRow[] | null;
  readonly updated: readonly WrittenRow[];
  readonly conflict: Conflict | null;
  /** Of rows that are made of the parameters alone (`FROM unnest($1) AS t(id)`): the columns that give back what went in. */
  readonly given?: GivenColumns;
}

export function readsTables(selection: Selection): boolean {
  return selectionsIn(selection).some(({ resources }) => resources.some((one) => one.table !== null));
}

export function reads(number: number, selection: Selection): ReadStatement {
  return { number, operation: "read", selection, target: null, written: null, updated: [], conflict: null };
}
