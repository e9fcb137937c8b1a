/**
 * Questions about the model, asked in the code's spelling: a table as `alertRules` or `AlertRule`, a column as
 * `organizationId`. Every answer is remembered for as long as the model lives.
 */
import { normalized, tableWords, withoutSchema, wordsOf } from "./names.js";
import type { Reference, Table, TableColumn, Tenancy, TenantKey, TenantLevel } from "./tenancy.js";

/** Null also for a table that no schema names. */
export function findTable(tenancy: Tenancy, name: string): Table | null {
  const { exact, spelled } = indexOf(tenancy);
  return (
    exact.get(name) ?? spelled.get(normalized(name)) ?? spelled.get(normalized(withoutSchema(name))) ?? null
  );
}

export function findColumn(table: Table, name: string): TableColumn | null {
  const { columns } = indexOfTable(table);
  return columns.get(normalized(name.slice(name.lastIndexOf(".") + 1))) ?? null;
}

/** The tenant key that a column is; of a root also its own `id`. */
export function keyOf(table: Table, columnName: string): TenantKey | null {
  const name = columnNamed(table, columnName);
  return table.keys.find((key) => normalized(key.column) === name) ?? null;
}

/** What is written to say whose a row is: its tenant keys; of a row that has none, the column that names its parent. */
export function keyColumns(tenancy: Tenancy, table: Table): readonly TableColumn[] {
  const rootLevel = rootLevelOf(tenancy, table);
  const keys = table.keys.filter(
    (key) => !(rootLevel?.name === key.level && table.primaryKey.includes(key.column)),
  );
  const parents = table.via.filter((one) => one.source !== "holder").slice(0, 1);
  const telling = keys.length > 0 ? keys : rootLevel ? [] : parents;
  return telling.flatMap(({ column }) => findColumn(table, column) ?? []);
}

/** What row a column's value stands for: its own for a table's single primary key, one elsewhere for a reference. */
export function referenceOf(table: Table, columnName: string): Reference | null {
  const { references } = indexOfTable(table);
  return references.get(columnNamed(table, columnName)) ?? null;
}

/** The row elsewhere that a column names by what it is called, where it is no reference. */
export function namedBy(table: Table, columnName: string): Reference | null {
  const name = columnNamed(table, columnName);
  return table.named.find((one) => normalized(one.column) === name) ?? null;
}

export function isOwnerColumn(table: Table, columnName: string): boolean {
  const name = columnNamed(table, columnName);
  return table.owners.some((owner) => normalized(owner) === name);
}

/** The level whose tenants are this table's rows. */
export function rootLevelOf(tenancy: Tenancy, table: Table): TenantLevel | null {
  return tenancy.levels.find((level) => level.table === table.name) ?? null;
}

/**
 * Whether the column holds a secret by which a row is looked up: whoever knows it is let in, so the row it finds says
 * which tenant the caller is. Hashes of contents, counts of language-model tokens and paging tokens are none.
 */
export function isSecretColumn(table: Table, columnName: string): boolean {
  const column = findColumn(table, columnName);
  if (
    column &&
    /^(?:Generated<)?(?:Int|BigInt|Int8|number|bigint|Float|Decimal|boolean|Boolean|DateTime|Timestamp|Date)\b/.test(
      column.type,
    )
  )
    return false;
  return [column?.name ?? columnName, ...(column?.aliases ?? [])].some((name) =>
    saysSecret(wordsOf(name), table),
  );
}

/** `password`, `passwordHash`, `password_digest`: what somebody is asked for, and no row is looked up by. */
export function isPasswordColumn(table: Table, columnName: string): boolean {
  const column = findColumn(table, columnName);
  return [column?.name ?? columnName, ...(column?.aliases ?? [])].some((name) => {
    const last = wordsOf(name).findLast((word) => !hashWords.has(word));
    return last !== undefined && passwordWords.has(last);
  });
}

const passwordWords = new Set(["password", "passphrase", "passwd", "pin"]);
const hashWords = new Set(["hash", "hashed", "digest", "encrypted"]);

function saysSecret(words: readonly string[], table: Table): boolean {
  const last = words.at(-1);
  const before = words.slice(0, -1);
  if (words.some((word) => shownWords.has(word))) return false;
  switch (last) {
    case "token":
      return !before.some((word) => pagingWords.has(word));
    case "secret":
      return true;
    case "hash":
    case "digest":
      if (before.some((word) => contentWords.has(word))) return false;
      return before.length > 0 || tableWords(table.name).some((word) => secretTables.has(word));
    case "key":
      return before.length === 0
        ? tableWords(table.name).some((word) => handedOut.has(word))
        : before.includes("api") || before.includes("secret") || before.includes("hashed");
    case "code":
      return before.includes("verification") || before.includes("hash") || before.includes("hashed");
    default:
      return before.includes("token") && (last === "hash" || last === "digest" || last === "hashed");
  }
}

/** What people are shown of a secret, so that they know which one it is. */
const shownWords = new Set([
  "display",
  "displayed",
  "masked",
  "redacted",
  "truncated",
  "preview",
  "hint",
  "prefix",
]);

const pagingWords = new Set([
  "page",
  "paging",
  "next",
  "sync",
  "continuation",
  "cursor",
  "prompt",
  "completion",
  "input",
  "output",
  "total",
  "max",
  "min",
]);
const contentWords = new Set([
  "content",
  "file",
  "body",
  "payload",
  "commit",
  "git",
  "image",
  "text",
  "sha",
  "sha1",
  "sha256",
  "256",
  "md5",
  "checksum",
  "schema",
  "prompt",
  "message",
  "password",
  "query",
  "event",
  "row",
  "blob",
  "data",
  "page",
  "previous",
  "prev",
]);
const secretTables = new Set(["token", "key", "session", "secret", "invitation", "invite", "credential"]);

/** What has a key that whoever is meant to get in is given: `shares.key`. */
const handedOut = new Set(["share", "invite", "invitation"]);

function columnNamed(table: Table, name: string): string {
  return normalized(findColumn(table, name)?.name ?? name.slice(name.lastIndexOf(".") + 1));
}

interface Index {
  readonly exact: ReadonlyMap<string, Table>;
  readonly spelled: ReadonlyMap<string, Table>;
}

const indexes = new WeakMap<Tenancy, Index>();

function indexOf(tenancy: Tenancy): Index {
  const known = indexes.get(tenancy);
  if (known) return known;
  const exact = new Map<string, Table>();
  const spelled = new Map<string, Table>();
  const add = (map: Map<string, Table>, name: string, table: Table) => {
    if (!map.has(name)) map.set(name, table);
  };
  // What a table is called comes before what it is also called, and that before its name without the schema.
  for (const table of tenancy.tables) add(exact, table.name, table);
  for (const table of tenancy.tables) table.aliases.forEach((alias) => add(exact, alias, table));
  for (const table of tenancy.tables) add(spelled, normalized(table.name), table);
  for (const table of tenancy.tables)
    table.aliases.forEach((alias) => add(spelled, normalized(alias), table));
  for (const table of tenancy.tables) add(spelled, normalized(withoutSchema(table.name)), table);
  const index = { exact, spelled };
  indexes.set(tenancy, index);
  return index;
}

interface TableIndex {
  readonly columns: ReadonlyMap<string, TableColumn>;
  readonly references: ReadonlyMap<string, Reference>;
}

const tableIndexes = new WeakMap<Table, TableIndex>();

function indexOfTable(table: Table): TableIndex {
  const known = tableIndexes.get(table);
  if (known) return known;
  const columns = new Map<string, TableColumn>();
  for (const column of table.columns) columns.set(normalized(column.name), column);
  for (const column of table.columns) {
    for (const alias of column.aliases)
      if (!columns.has(normalized(alias))) columns.set(normalized(alias), column);
  }
  const references = new Map<string, Reference>();
  for (const own of ownIdsOf(table))
    references.set(normalized(own), { column: own, table: table.name, target: own, source: "foreign key" });
  for (const reference of table.references) references.set(normalized(reference.column), reference);
  const index = { columns, references };
  tableIndexes.set(table, index);
  return index;
}

/** A single primary key, or the `id` of a compound one: the other part is the tenant's key, and this one says which row. */
function ownIdsOf(table: Table): readonly string[] {
  if (table.primaryKey.length === 1) return table.primaryKey;
  const id = table.columns.find((column) => normalized(column.name) === "id");
  return id ? [id.name] : [];
}

/** Whether some table's column of this name says whose a row is. */
export function isTenantKey(tenancy: Tenancy, columnName: string): boolean {
  let names = keyNames.get(tenancy);
  if (!names) {
    names = new Set(
      tenancy.tables.flatMap(({ keys, primaryKey }) =>
        keys.flatMap(({ column }) => (primaryKey.includes(column) ? [] : [normalized(column)])),
      ),
    );
    keyNames.set(tenancy, names);
  }
  return names.has(normalized(columnName));
}

const keyNames = new WeakMap<Tenancy, Set<string>>();
