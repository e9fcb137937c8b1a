/** Tenants that only columns speak of: levels without a table, and other names for one that has a table. */
import { synonym, tenantWord, weightOf } from "../lexicon.js";
import { findIdName, plural } from "../names.js";
import { spellings, type Level } from "./levels.js";
import type { Schema } from "./references.js";

/**
 * `workspace_id` where there are organizations and no workspaces: the same tenants by another name, if several tables say so, none has both
 * columns and nothing else could be meant.
 */
export function withOtherNames(levels: readonly Level[], schema: Schema): readonly Level[] {
  const tops = levels.filter((level) => level.parent === null);
  const [top] = tops;
  if (!top || tops.length > 1) return levels;
  const named = [...columnsNamedForTenants(levels, schema)].filter(
    ([word, keys]) =>
      keys.size > 1 &&
      tenantWord(word) === "tenant" &&
      [...keys.keys()].every((table) => !top.keys.has(table)),
  );
  const [only] = named;
  if (!only || named.length > 1) return levels;
  const [word, keys] = only;
  const all = new Map([...top.keys, ...keys]);
  const count = keys.size === 1 ? "1 table says" : `${keys.size} tables say`;
  const same: Level = {
    ...top,
    columns: spellings(all, schema),
    keys: all,
    confidence: "likely",
    reason: `${top.reason} ${count} "${word}" instead, of which there is no table.`,
  };
  return levels.map((level) => (level === top ? same : level));
}

/** Columns named for tenants that are no key of a level and no reference: by the word they use, the columns of each table. */
function columnsNamedForTenants(
  levels: readonly Level[],
  schema: Schema,
): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  const isKey = (table: string, column: string) =>
    levels.some((level) => level.keys.get(table)?.includes(column));
  for (const table of schema.tables) {
    for (const column of table.columns) {
      if (table.links.some((link) => link.column === column.name) || isKey(table.name, column.name)) continue;
      const word = [column.name, ...column.aliases]
        .map(findIdName)
        .find((id) => id !== null && !id.list && id.words.length === 1)?.words[0];
      if (word === undefined || tenantWord(word) === "unremarkable") continue;
      const tables = found.get(synonym(word)) ?? new Map<string, string[]>();
      tables.set(table.name, [...(tables.get(table.name) ?? []), column.name]);
      found.set(synonym(word), tables);
    }
  }
  return found;
}

/** Tenants that no table here holds: `organization_id` everywhere, and the organizations in an identity service. */
export function levelsWithoutTable(levels: readonly Level[], schema: Schema): readonly Level[] {
  const result: Level[] = [];
  const ranked = [...columnsNamedForTenants(levels, schema)].sort(
    ([a, one], [b, other]) => rank(b) - rank(a) || other.size - one.size || (a < b ? -1 : 1),
  );
  for (const [word, keys] of ranked) {
    const breadth = keys.size / schema.tables.length;
    const enough =
      levels.length + result.length > 0
        ? tenantWord(word) === "tenant" && keys.size >= 3 && breadth >= 0.25
        : (tenantWord(word) === "tenant" && (keys.size >= 3 || breadth >= 0.1)) ||
          (keys.size >= 2 && breadth >= 0.5);
    if (!enough) continue;
    result.push({
      name: word,
      table: plural(word),
      columns: spellings(keys, schema),
      parent: null,
      root: null,
      keys,
      confidence: "doubtful",
      reason: `${keys.size} of ${schema.tables.length} tables have such a column; the tenants themselves are in no schema here.`,
    });
  }
  return result;
}

function rank(word: string): number {
  return weightOf(tenantWord(word));
}
