/** What a change needs to know to be applied: what stands, where the statement is, and whom to tell when it does not fit. */
import type { TableName } from "./changes.js";
import type { HistoryProblems, Place } from "./history-problems.js";
import { findTable, fullName, type Standing, type StandingTable } from "./standing.js";

export interface Applying {
  readonly standing: Standing;
  readonly problems: HistoryProblems;
  readonly place: Place;
}

export function tell({ problems, place }: Applying, kind: string, message: string): void {
  problems.tell(kind, place, message);
}

/** The table that a statement takes for granted; when it does not stand, that is told. */
export function tableFor(applying: Applying, written: TableName, action: string): StandingTable | undefined {
  const table = findTable(applying.standing, written);
  if (!table) applying.problems.missing(applying.place, written, action);
  return table;
}

export function quoted(table: StandingTable): string {
  return `"${fullName(table)}"`;
}
