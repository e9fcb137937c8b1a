/**
 * Queries of tables under row security that run on a pool's connection, while the program sets what the policies read in
 * transactions only: they see no rows, or whatever the connection's last borrower has left behind.
 */
import { judgeRowSecurity } from "../tenancy/row-security/judge.js";
import { findTable } from "../tenancy/lookup.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Trace } from "../trace/trace.js";
import type { Site } from "../trace/value.js";

export interface OutsideUse {
  readonly table: Table;
  readonly setting: string;
  /** The queries, in the order of their files. */
  readonly sites: readonly Site[];
}

export function usesOutside(
  trace: Pick<Trace, "roots" | "accesses">,
  tenancy: Tenancy,
  isJudged: (file: string) => boolean,
): readonly OutsideUse[] {
  const texts = trace.accesses.flatMap(({ detail }) =>
    (detail.kind === "raw" || detail.kind === "query") && detail.text !== undefined ? [detail.text] : [],
  );
  const set = new Map<string, boolean>();
  const isSetLocally = (setting: string): boolean => {
    let known = set.get(setting);
    if (known === undefined) set.set(setting, (known = texts.some((text) => setsLocally(text, setting))));
    return known;
  };

  return tenancy.tables.flatMap((table) => {
    const judgement = table.rowSecurity?.enabled ? judgeRowSecurity(table, tenancy) : null;
    const setting = judgement?.settings.find(isSetLocally);
    if (setting === undefined) return [];
    const sites = [...trace.roots.values()]
      .filter((root) => root.isOnPool && isJudged(root.site.file))
      .filter((root) => root.tables.some((name) => findTable(tenancy, name) === table))
      .map((root) => root.call);
    return sites.length > 0 ? [{ table, setting, sites }] : [];
  });
}

/** `set_config('app.organization_id', …, true)`, `SET LOCAL app.organization_id = …`. */
function setsLocally(text: string, setting: string): boolean {
  const lower = text.toLowerCase();
  const name = setting.toLowerCase();
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + name.length)) {
    if (/\bset\s{1,9}local\s{1,9}"?$/.test(lower.slice(Math.max(0, at - 40), at))) return true;
    if (!/\bset_config\s{0,9}\(\s{0,9}'$/.test(lower.slice(Math.max(0, at - 40), at))) continue;
    const end = lower.indexOf(")", at + name.length);
    if (
      /,\s{0,9}(?:true|'t'|'true')\s{0,9}(?:::\w+\s{0,9})?$/.test(
        lower.slice(at, end < 0 ? undefined : end).trimEnd(),
      )
    )
      return true;
  }
  return false;
}
