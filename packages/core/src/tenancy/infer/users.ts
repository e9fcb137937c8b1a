/** The level beside the tenants: users, who own rows by a column of their own wherever they are members. */
import { isOwnerName, isUserTable } from "../lexicon.js";
import { findIdName, normalized } from "../names.js";
import type { TableColumn, UserLevel } from "../tenancy.js";
import type { DecidedUsers } from "./decisions.js";
import type { LinkedTable, Schema } from "./references.js";

export function findUsers(schema: Schema, decided: DecidedUsers | null): UserLevel | null {
  if (decided) return fromDecision(decided, schema);
  const [users] = schema.users;
  return users ? fromTable(users, schema) : withoutTable(schema);
}

function fromDecision({ table, columns }: DecidedUsers, schema: Schema): UserLevel {
  const found = schema.tables.flatMap((each) => {
    const linked = each.links.filter(
      (link) => link.table === table && link.role === "belonging" && !link.list,
    );
    const named = each.columns.filter((column) => isOneOf(columns, column));
    return [...new Set([...linked.map(({ column }) => column), ...named.map(({ name }) => name)])];
  });
  return { table, columns: mostUsed(found), confidence: "certain", reason: "The configuration says so." };
}

/** Whether a column is meant by one of the names that somebody wrote. */
export function isOneOf(names: readonly string[], column: TableColumn): boolean {
  const spellings = [column.name, ...column.aliases].map(normalized);
  return names.some((name) => spellings.includes(normalized(name)));
}

function fromTable(users: LinkedTable, schema: Schema): UserLevel {
  const owned = schema.tables.flatMap((table) =>
    table.links.filter((link) => link.table === users.name && link.role === "belonging" && !link.list),
  );
  const byKey = owned.filter((link) => link.source === "foreign key").length;
  const named = isUserTable(users.name);
  const look = named ? "" : "It has an e-mail address and a password. ";
  return {
    table: users.name,
    columns: mostUsed(owned.map((link) => link.column)),
    confidence: byKey > 0 && named ? "certain" : "likely",
    reason: `${look}${owned.length} ${owned.length === 1 ? "column names" : "columns name"} a user as the owner of a row, ${byKey} of them by a foreign key.`,
  };
}

/** Users of an identity service own rows by `user_id` all the same. */
function withoutTable(schema: Schema): UserLevel | null {
  const owners = schema.tables.flatMap((table) => table.columns.filter(namesAnOwner));
  if (owners.length === 0) return null;
  return {
    table: null,
    columns: mostUsed(owners.map((column) => column.name)),
    confidence: "doubtful",
    reason: `${owners.length} ${owners.length === 1 ? "column names" : "columns name"} a user; the users themselves are in no schema here.`,
  };
}

function namesAnOwner(column: TableColumn): boolean {
  return [column.name, ...column.aliases].some((name) => {
    const id = findIdName(name);
    return id !== null && !id.list && id.words[0] === "user" && isOwnerName(id.words);
  });
}

function mostUsed(columns: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const column of columns) counts.set(column, (counts.get(column) ?? 0) + 1);
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([name]) => name);
}
