/**
 * Queries of tables under row security that run where nothing sets what the policies read, while the program sets it elsewhere for
 * transactions: they see no rows, or whatever the connection's last borrower has left behind, or, as the owner, all there are.
 */
import { judgeRowSecurity } from "../tenancy/row-security/judge.js";
import { findTable } from "../tenancy/lookup.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Access } from "../trace/library.js";
import { settingsOn } from "../trace/settings.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Site } from "../trace/value.js";
import type { JudgedPath } from "./judge.js";
import { isOnOpenSession } from "./row-security/under.js";

export interface OutsideUse {
  readonly table: Table;
  readonly setting: string;
  /** The queries, in the order of their files. */
  readonly sites: readonly Site[];
}

export function usesOutside(
  { accesses }: Pick<Trace, "accesses">,
  tenancy: Tenancy,
  paths: readonly JudgedPath[],
): readonly OutsideUse[] {
  const set = settingsOfTransactions(accesses);
  if (set.size === 0) return [];
  const accessesAt = new Map<string, Access[]>();
  for (const access of accesses) {
    const key = siteKey(access.site);
    accessesAt.set(key, [...(accessesAt.get(key) ?? []), access]);
  }
  // Whoever runs a script decides as whom it connects.
  const served = paths.filter(({ verdict }) => verdict !== "exempt");
  return tenancy.tables.flatMap((table) => {
    const judgement = table.rowSecurity?.enabled ? judgeRowSecurity(table, tenancy) : null;
    const settings = judgement?.settings.map((name) => name.toLowerCase()) ?? [];
    const setting = settings.find((name) => set.has(name));
    if (setting === undefined) return [];
    const sites = served
      .filter(({ root }) => root.tables.some((name) => findTable(tenancy, name) === table))
      .filter(({ root }) => isOutside(accessesAt.get(siteKey(root.site)) ?? [], settings) || root.isOnPool)
      .map(({ root }) => root.call);
    return sites.length > 0 ? [{ table, setting, sites }] : [];
  });
}

/** Also what a client sets before each of its statements. */
function settingsOfTransactions(accesses: readonly Access[]): ReadonlySet<string> {
  const changes = accesses.flatMap(({ detail, session }) => [
    ...(detail.kind === "setting" && detail.transaction !== "none" ? detail.settings : []),
    ...(session?.sets ?? []),
  ]);
  return new Set(changes.flatMap(({ name, until }) => (until === "transaction" ? [name.toLowerCase()] : [])));
}

/** In each way in which it runs. */
function isOutside(accesses: readonly Access[], settings: readonly string[]): boolean {
  const run = accesses.filter(({ stage }) => stage === "run");
  return (
    run.length > 0 &&
    run.every(
      (access) =>
        !isOnOpenSession(access) &&
        !settingsOn(access.session, access.facts).some(({ name }) => settings.includes(name.toLowerCase())),
    )
  );
}
