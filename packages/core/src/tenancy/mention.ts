/**
 * What a name says by itself, where no table stands beside it: a variable in a cache key, a field of a job's payload.
 * Columns are judged by their table (`lookup.ts`); this is for everything that has none.
 */
import { isGenericTenantWord, isOwnerName, isPointerName, isRoleName, synonym } from "./lexicon.js";
import { findIdName, stem, tableWords, wordsOf } from "./names.js";
import type { Table, Tenancy, TenantLevel } from "./tenancy.js";

export type Mention =
  | { readonly kind: "tenant"; readonly level: TenantLevel }
  | { readonly kind: "user" }
  | { readonly kind: "row"; readonly table: Table };

/** `name` as the code writes it: `organizationId`, `request.user.organization.id`, `getInvoiceId()`. */
export function findMention(tenancy: Tenancy, name: string): Mention | null {
  const index = indexOf(tenancy);
  const known = index.mentions.get(name);
  if (known !== undefined) return known;
  const mention = readMention(tenancy, index, wordsOf(subjectOf(name)).map(stem).map(synonym));
  if (index.mentions.size < 50_000) index.mentions.set(name, mention);
  return mention;
}

/** The last name of a chain, and the one before it where the last is only `id`. */
function subjectOf(name: string): string {
  const segments = name
    .replace(/\(\)|\[\]|[?!]/g, "")
    .split(".")
    .filter((segment) => segment !== "");
  const last = segments.at(-1) ?? "";
  const isBare = wordsOf(last).every((word) => identifying.has(stem(word)));
  return isBare && segments.length > 1 ? `${segments.at(-2)}_${last}` : last;
}

/** Words by which one thing is told from another of its sort. */
const identifying = new Set(["id", "ids", "uuid", "guid", "uid", "slug", "handle", "subdomain"].map(stem));

function readMention(tenancy: Tenancy, index: Index, all: readonly string[]): Mention | null {
  let end = all.length;
  while (end > 0 && identifying.has(all[end - 1]!)) end -= 1;
  const words = all.slice(0, end);
  if (words.length === 0) return null;
  const isId = end < all.length;
  for (const level of tenancy.levels) {
    const forms = index.levels.get(level)!;
    if (forms.some((form) => saysForm(words, form, isId))) return { kind: "tenant", level };
  }
  const [first] = tenancy.levels;
  if (first && words.length === 1 && isGenericTenantWord(words[0]!)) return { kind: "tenant", level: first };
  if (!isId) return null;
  if (isOwnerName(words) || words.at(-1) === "user") return { kind: "user" };
  const table = findTableOf(index, words);
  return table ? { kind: "row", table } : null;
}

/** `activeOrganizationId` is an organization's id, `stripeCustomerId` is not a customer's. */
function saysForm(words: readonly string[], form: readonly string[], isId: boolean): boolean {
  const qualifiers = words.slice(0, words.length - form.length);
  if (words.slice(qualifiers.length).join(" ") !== form.join(" ")) return false;
  if (qualifiers.length === 0) return true;
  return (
    isId &&
    (isRoleName(qualifiers) ||
      isPointerName(qualifiers) ||
      qualifiers.every((word) => ownQualifiers.has(word)))
  );
}

const ownQualifiers = new Set(
  [
    "get",
    "resolve",
    "require",
    "my",
    "own",
    "our",
    "the",
    "this",
    "user",
    "session",
    "auth",
    "request",
    "req",
    "query",
    "param",
    "context",
    "ctx",
    "caller",
    "verified",
    "trusted",
    "resolved",
    "effective",
    "owner",
    "owning",
  ].map(stem),
);

function findTableOf(index: Index, words: readonly string[]): Table | null {
  const found = index.rows.get(words.join(" "));
  if (found !== undefined) return found;
  for (let length = 1; length < words.length; length++) {
    if (!isRoleName(words.slice(0, length)) && !isPointerName(words.slice(0, length))) return null;
    const rest = index.rows.get(words.slice(length).join(" "));
    if (rest !== undefined) return rest;
  }
  return null;
}

interface Index {
  readonly mentions: Map<string, Mention | null>;
  /** The words that each level goes by. */
  readonly levels: ReadonlyMap<TenantLevel, readonly (readonly string[])[]>;
  /** By the words before `id`; null where they may mean rows of several tables. */
  readonly rows: ReadonlyMap<string, Table | null>;
}

const indexes = new WeakMap<Tenancy, Index>();

function indexOf(tenancy: Tenancy): Index {
  let index = indexes.get(tenancy);
  if (!index) indexes.set(tenancy, (index = { mentions: new Map(), ...formsOf(tenancy) }));
  return index;
}

function formsOf(tenancy: Tenancy): Omit<Index, "mentions"> {
  const levels = new Map(
    tenancy.levels.map((level) => {
      const columns = level.columns.flatMap((column) => findIdName(column)?.words ?? []);
      const written = [wordsOf(level.name).map(stem), tableWords(level.table), columns];
      return [level, written.map((words) => words.map(synonym)).filter((words) => words.length > 0)] as const;
    }),
  );
  const rows = new Map<string, Table | null>();
  const byName = new Map(tenancy.tables.map((table) => [table.name, table]));
  // What a table is called comes before what columns elsewhere call its rows.
  for (const table of tenancy.tables)
    for (const name of [table.name, ...table.aliases])
      rows.set(tableWords(name).map(synonym).join(" "), table);
  const named = new Set(rows.keys());
  for (const table of tenancy.tables) {
    for (const reference of table.references) {
      const words = findIdName(reference.column)?.words.map(synonym).join(" ");
      const target = byName.get(reference.table);
      if (words === undefined || !target || named.has(words)) continue;
      const before = rows.get(words);
      rows.set(words, before === undefined || before === target ? target : null);
    }
  }
  return { levels, rows };
}
