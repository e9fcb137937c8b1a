/** What the constraint solver asks, answered from the tenancy model. */
import type { ColumnFacts, Facts, TableFacts } from "../constraint/facts.js";
import {
  findColumn,
  findTable,
  isOwnerColumn,
  isPasswordColumn,
  isSecretColumn,
  keyOf,
  namedBy,
  referenceOf,
  rootLevelOf,
} from "../tenancy/lookup.js";
import { normalized, wordsOf } from "../tenancy/names.js";
import type { Table, Tenancy } from "../tenancy/tenancy.js";

export interface FactsOptions {
  /** A person's e-mail address in a row says whose it is, as a user's id does. */
  readonly areAddressesOwners?: boolean;
}

export function factsOf(tenancy: Tenancy, options: FactsOptions = {}): Facts {
  const known = new Map<Table, TableFacts>();
  const factsOfTable = (table: Table): TableFacts => {
    let facts = known.get(table);
    if (!facts) known.set(table, (facts = describe(tenancy, table, options)));
    return facts;
  };
  return {
    findTable(name) {
      const table = findTable(tenancy, name);
      return table ? factsOfTable(table) : null;
    },
  };
}

function describe(tenancy: Tenancy, table: Table, options: FactsOptions): TableFacts {
  const rootLevel = rootLevelOf(tenancy, table)?.name ?? null;
  const columns = new Map<string, ColumnFacts | null>();
  return {
    name: table.name,
    isTenantTable: isTenantTable(table),
    isUsersTable: !isTenantTable(table) && table.owners.length > 0,
    hasSharedRows: hasSharedRows(tenancy, table, new Set()),
    rootLevel,
    // A root's own id is not written by whoever inserts into it; its other keys are.
    keys: table.keys.filter(
      (key) => !(rootLevel && table.primaryKey.includes(key.column) && key.level === rootLevel),
    ),
    parent:
      table.class === "child" && table.via.length === 1 && table.via[0]!.source !== "holder"
        ? table.via[0]!.column
        : null,
    isHeld: table.class === "child" && table.via[0]?.source === "holder",
    names: [...table.unique, table.primaryKey].filter(
      (set) => set.length > 1 && set.every((column) => isPlainName(table, column)),
    ),
    findColumn(name) {
      if (!columns.has(name)) columns.set(name, describeColumn(table, rootLevel, name, options));
      return columns.get(name)!;
    },
  };
}

export function isTenantTable(table: Table): boolean {
  return table.class === "tenant" || table.class === "child" || table.class === "root";
}

function describeColumn(
  table: Table,
  rootLevel: string | null,
  name: string,
  { areAddressesOwners = false }: FactsOptions,
): ColumnFacts | null {
  const column = findColumn(table, name);
  if (!column) return null;
  const key = keyOf(table, name);
  const reference = referenceOf(table, name);
  const isOwnId = reference?.table === table.name && reference.target === reference.column;
  return {
    name: column.name,
    level: key?.level ?? (rootLevel && isOwnId ? rootLevel : null),
    reference: reference
      ? { table: reference.table, target: reference.target }
      : isNaturalId(table, rootLevel, column.name) || isPlaceOfFile(column.name)
        ? { table: table.name, target: column.name }
        : null,
    names: namedBy(table, name)?.table ?? null,
    isName: isRowName(table, rootLevel, name),
    isPrimaryKey:
      table.primaryKey.length === 1 && normalized(table.primaryKey[0]!) === normalized(column.name),
    // A user's e-mail address names the user as well as the id does.
    isOwner:
      isOwnerColumn(table, name) ||
      (isUserTable(table) && isNaturalId(table, rootLevel, column.name)) ||
      (areAddressesOwners && isAddress(table, column.name)),
    isSecret: isSecretColumn(table, name),
    isCredential: isSecretColumn(table, name) || isPasswordColumn(table, name),
  };
}

/**
 * `slug`, or `domain` beside it: what a row is called where people see it. What a tenant is called leads to all that it has,
 * and is none; nor is what machines know a row by (a public key, a customer's number elsewhere).
 */
function isRowName(table: Table, rootLevel: string | null, name: string): boolean {
  return (
    rootLevel === null &&
    !table.primaryKey.some((one) => normalized(one) === normalized(name)) &&
    isPlainName(table, name) &&
    isCalledSo(name) &&
    table.unique.some(
      (set) =>
        set.some((one) => normalized(one) === normalized(name)) &&
        set.every((one) => keyOf(table, one) === null),
    )
  );
}

function isCalledSo(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  return seenNames.has(last) || (words[0] === "public" && (last === "id" || last === "name"));
}

const seenNames = new Set([
  ...["slug", "subdomain", "domain", "hostname", "host", "handle", "alias"],
  ...["permalink", "path", "url", "address"],
]);

/** It says nothing of whose the row is. */
function isPlainName(table: Table, column: string): boolean {
  return (
    keyOf(table, column) === null &&
    referenceOf(table, column) === null &&
    !isOwnerColumn(table, column) &&
    !isSecretColumn(table, column)
  );
}

/** `email`, `invitee_email`, `emailAddress`: of a person, whoever that is. */
function isAddress(table: Table, name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) === "address" ? words.at(-2) : words.at(-1);
  return last === "email" && isPlainName(table, name);
}

function isUserTable(table: Table): boolean {
  return table.owners.some((owner) => table.primaryKey.some((id) => normalized(id) === normalized(owner)));
}

/**
 * A column that names one row as well as its id does: it is unique by itself, or it is what people call a tenant by. Names
 * weigh little here: with one, a missing tenant is `weak` instead of `leak`.
 */
function isNaturalId(table: Table, rootLevel: string | null, column: string): boolean {
  const name = normalized(column);
  if (table.unique.some((set) => set.length === 1 && normalized(set[0]!) === name)) return true;
  return rootLevel !== null && table.keys.every((key) => key.level === rootLevel) && tenantNames.has(name);
}

const tenantNames = new Set(["slug", "subdomain", "domain", "customdomain", "hostname", "handle"]);

/** `file_path`, `storage_key`: where it lies there is one file. As with what people call a tenant by, the name weighs little. */
function isPlaceOfFile(column: string): boolean {
  const [of, place] = wordsOf(column).slice(-2);
  return (place === "path" || place === "key") && filed.has(of ?? "");
}

const filed = new Set(["file", "object", "storage", "blob", "bucket", "s3", "upload"]);

function hasSharedRows(tenancy: Tenancy, table: Table, seen: Set<string>): boolean {
  if (seen.has(table.name)) return false;
  seen.add(table.name);
  // That a mapper lets a key be null unless it is told otherwise is no design of anybody's.
  if (table.keys.length > 0) return table.keys.every((key) => key.nullable && !key.isNullUnsaid);
  return table.via.some((parent) => {
    const above = findTable(tenancy, parent.table);
    return above !== null && hasSharedRows(tenancy, above, seen);
  });
}
