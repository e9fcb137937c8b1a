/** Tables that tie users to tenants: what a verifier looks up. */
import { isMembershipName } from "../lexicon.js";
import { normalized, tableWords } from "../names.js";
import type { RawTable } from "../schemas/source.js";
import type { Membership, TableColumn, TenantKey } from "../tenancy.js";
import { endsWith } from "./directory.js";
import type { Level } from "./levels.js";
import type { LinkedTable, Schema } from "./references.js";

/** The users' column first found, and every tenant that the same row names. */
export function membershipOf(
  table: LinkedTable,
  keys: readonly TenantKey[],
  levels: readonly Level[],
  schema: Schema,
): Membership | null {
  if (schema.users.includes(table)) {
    // A user who belongs to one tenant: the row itself ties the two together.
    const tenants = keys.map(({ column, level }) => ({ column, level }));
    const own = table.primaryKey.length === 1 ? table.primaryKey[0]! : "id";
    return tenants.length > 0 ? { user: own, tenants } : null;
  }
  const user = table.links.find(
    (link) =>
      link.role === "belonging" && !link.list && schema.users.some((users) => users.name === link.table),
  );
  if (!user) return null;
  const tenants = levels.flatMap((level) =>
    level.root && isMembershipOf(table, level.root, schema.users)
      ? (level.keys.get(table.name) ?? []).slice(0, 1).map((column) => ({ column, level: level.name }))
      : [],
  );
  return tenants.length > 0 ? { user: user.column, tenants } : null;
}

function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.length <= words.length && start.every((word, index) => words[index] === word);
}

/** Whether a table ties users to rows of another: it points at both, and says so by its name or by being little else. */
export function isMembershipOf(table: LinkedTable, target: RawTable, users: readonly RawTable[]): boolean {
  const toTarget = table.links.some((link) => link.table === target.name && link.role === "belonging");
  const toUser = table.links.some(
    (link) => users.some((user) => user.name === link.table) && link.role === "belonging",
  );
  if (!toTarget || !toUser) return false;
  const words = tableWords(table.name);
  const targetWords = tableWords(target.name);
  if (isMembershipName(words)) return true;
  if (words.at(-1) === "user" && startsWith(words, targetWords)) return true;
  if (words[0] === "user" && endsWith(words, targetWords)) return true;
  const others = table.columns.filter(
    (column) => !table.links.some((link) => link.column === column.name) && !isBookkeeping(column),
  );
  return others.length <= 1 && others.every((column) => normalized(column.name) === "role");
}

function isBookkeeping(column: TableColumn): boolean {
  return /^(?:id|(?:created|updated|deleted|joined|added)(?:at|on)?)$/.test(normalized(column.name));
}
