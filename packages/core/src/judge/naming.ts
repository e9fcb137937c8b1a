/** What a single value names: a tenant, a user, a secret, a row of some table. */
import {
  findColumn,
  findTable,
  isOwnerColumn,
  isSecretColumn,
  keyOf,
  referenceOf,
  rootLevelOf,
} from "../tenancy/lookup.js";
import { findMention } from "../tenancy/mention.js";
import { wordsOf } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";
import type { Value } from "../trace/value.js";
import type { Holdings } from "./holdings.js";

export type Naming =
  | { readonly kind: "tenant"; readonly level: string }
  | { readonly kind: "user" }
  | { readonly kind: "secret" }
  | { readonly kind: "row"; readonly table: Table };

export interface Namers {
  readonly tenancy: Tenancy;
  readonly holdings: Holdings;
}

/** By the column it was read from, else by what the code calls it. */
export function findNaming(namers: Namers, value: Value): Naming | null {
  if (value.kind !== "symbolic") return null;
  const columns = value.row ? namers.holdings.columnsOf(value.row.access, value.row.column) : [];
  for (const { table, name } of columns) {
    const naming = namingOfColumn(namers.tenancy, table, name);
    if (naming) return naming;
  }
  return findNamingOfWords(namers.tenancy, value.text);
}

export function findNamingOfWords(tenancy: Tenancy, name: string): Naming | null {
  const mention = findMention(tenancy, name);
  if (mention?.kind === "tenant") return { kind: "tenant", level: mention.level.name };
  if (mention) return mention;
  const words = wordsOf(name.slice(name.lastIndexOf(".") + 1)).join(" ");
  return secretWords.test(words) && !countedWords.test(words) ? { kind: "secret" } : null;
}

// Whoever knows one of these is let in, so an entry under it is its owner's.
const secretWords = /\b(?:token|secret|jwt|api ?key|session id|otp)\b/;
const countedWords = /\b(?:count|limit|page|paging|next|prompt|completion|total|name)\b/;

function namingOfColumn(tenancy: Tenancy, table: Table, name: string): Naming | null {
  if (!findColumn(table, name)) return null;
  const key = keyOf(table, name);
  if (key) return { kind: "tenant", level: key.level };
  const reference = referenceOf(table, name);
  const target = reference ? findTable(tenancy, reference.table) : null;
  const level = target && reference?.table === table.name ? rootLevelOf(tenancy, target) : null;
  if (level) return { kind: "tenant", level: level.name };
  if (isOwnerColumn(table, name)) return { kind: "user" };
  if (isSecretColumn(table, name)) return { kind: "secret" };
  return target ? { kind: "row", table: target } : null;
}

/** What a tenant of this table is called. */
export function levelNameOf(tenancy: Tenancy, table: Table | undefined): string {
  const seen = new Set<string>();
  for (let at = table ?? null; at && !seen.has(at.name);) {
    seen.add(at.name);
    const level = at.keys[0]?.level ?? rootLevelOf(tenancy, at)?.name;
    if (level) return level;
    at = at.via[0] ? findTable(tenancy, at.via[0].table) : null;
  }
  return tenancy.levels[0]?.name ?? "tenant";
}
