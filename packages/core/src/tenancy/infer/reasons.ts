/** Why a table has its class, in sentences that a reviewer can hold against the schema. */
import { normalized } from "../names.js";
import type { TenantKey } from "../tenancy.js";
import type { Level } from "./levels.js";
import type { Link, LinkedTable } from "./references.js";

export function keyReason(key: TenantKey, table: LinkedTable, levels: readonly Level[]): string {
  const level = levels.find(({ name }) => name === key.level)!;
  const link = table.links.find(
    (candidate) => candidate.column === key.column && candidate.table === level.table,
  );
  const using = spellingsOf(level).get(normalized(key.column)) ?? 0;
  const how =
    link?.source === "foreign key"
      ? `is a foreign key to "${level.table}"`
      : level.root
        ? `names a row of "${level.table}"`
        : `names the ${level.name}`;
  const optional = key.nullable ? "; it may be null" : "";
  return `"${key.column}" ${how} (${using} of the ${level.keys.size} tables with a key of this level use that column)${optional}.`;
}

/** How many tables have a key of the level that is spelled so; every one of them asks. */
function spellingsOf(level: Level): ReadonlyMap<string, number> {
  let counts = spellings.get(level);
  if (!counts) {
    counts = new Map<string, number>();
    for (const columns of level.keys.values())
      for (const spelling of new Set(columns.map(normalized)))
        counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
    spellings.set(level, counts);
  }
  return counts;
}

const spellings = new WeakMap<Level, Map<string, number>>();

export function childReason(via: readonly Link[]): string {
  const [first, ...others] = via as readonly [Link, ...Link[]];
  if (first.source === "holder") {
    const holders = via.filter((link) => link.source === "holder");
    const places = holders.map((link) => `"${link.target}" of "${link.table}"`).join(" or ");
    return `No column of its own leads to a tenant; each row is held by one other, in ${places}.`;
  }
  const how = first.source === "foreign key" ? "is a foreign key to" : "by its name holds the id of a row in";
  const optional = first.nullable ? ", though it may be null" : "";
  const also =
    others.length > 0
      ? `; ${quoted(others.map((link) => link.column))} ${others.length === 1 ? "leads" : "lead"} to a tenant as well`
      : "";
  return `It has no tenant key of its own; "${first.column}" ${how} "${first.table}"${optional}${also}.`;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
