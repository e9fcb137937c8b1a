/** What a fault tells of the tenant key beyond the verdict: which column it is, and how the filter speaks of it. */
import type { Predicate } from "../constraint/predicate.js";
import { findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";

/** The column that would make it right, and the parent's table when it stands there. */
export function keyPhrase(
  tenancy: Tenancy,
  table: Table,
): { readonly column: string; readonly viaTable: string | null } {
  const [key] = table.keys;
  if (key) return { column: key.column, viaTable: null };
  if (table.class === "root") return { column: table.primaryKey[0] ?? "id", viaTable: null };
  const seen = new Set<string>([table.name]);
  for (let at: Table | null = table; at;) {
    const parentName: string | undefined = at.via[0]?.table;
    const parent: Table | null = parentName && !seen.has(parentName) ? findTable(tenancy, parentName) : null;
    if (!parent) break;
    seen.add(parent.name);
    const column =
      parent.keys[0]?.column ?? (parent.class === "root" ? (parent.primaryKey[0] ?? "id") : null);
    if (column) return { column, viaTable: parent.name };
    at = parent;
  }
  return { column: tenancy.levels[0]?.columns[0] ?? "the tenant", viaTable: null };
}

/** How the filter speaks of the tenant key although it does not bind it, which is worth saying to whoever wrote it. */
export function mentionOf(predicate: Predicate, key: string): "or" | "not" | null {
  switch (predicate.kind) {
    case "and":
      return predicate.terms.map((term) => mentionOf(term, key)).find((found) => found !== null) ?? null;
    case "or":
      return predicate.terms.some((term) => comparesKey(term, key)) ? "or" : null;
    case "not":
      return comparesKey(predicate.term, key) ? "not" : null;
    default:
      return null;
  }
}

function comparesKey(predicate: Predicate, key: string): boolean {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms.some((term) => comparesKey(term, key));
    case "eq":
    case "in":
      return normalized(predicate.column.name) === normalized(key);
    default:
      return false;
  }
}

const longest = 80;

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** SQL that names the tenant key may well bind it; where we do not understand how, we say that. */
export function rawMention(predicate: Predicate, table: Table, key: string): string | null {
  switch (predicate.kind) {
    case "and":
    case "or": {
      for (const term of predicate.terms) {
        const found = rawMention(term, table, key);
        if (found) return found;
      }
      return null;
    }
    case "choice":
      return predicate.arms.map((arm) => rawMention(arm, table, key)).find((found) => found !== null) ?? null;
    case "unknown": {
      if (predicate.raw === undefined)
        return predicate.reason.includes("built elsewhere") ? `its filter is ${predicate.reason}` : null;
      // What stands between quotes names no column.
      const words = new Set(
        predicate.raw
          .replace(/'[^']*'/g, " ")
          .split(/[^\w$]+/)
          .map(normalized),
      );
      const names = [
        key,
        ...table.keys.map((one) => one.column),
        ...table.references.map((one) => one.column),
        ...table.primaryKey,
        ...(table.primaryKey.length === 0 ? ["id"] : []),
      ];
      return names.some((name) => words.has(normalized(name)))
        ? `its filter says something in SQL that is not understood: "${shortened(predicate.raw)}"`
        : null;
    }
    default:
      return null;
  }
}
