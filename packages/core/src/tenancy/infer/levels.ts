/** Which columns name the tenants of each level, and which level stands above which. */
import { isGenericTenantWord, tenantNameOf } from "../lexicon.js";
import { findIdName, normalized, plural } from "../names.js";
import type { TenantLevel } from "../tenancy.js";
import { levelsWithoutTable, withOtherNames } from "./named-levels.js";
import type { LinkedTable, Schema } from "./references.js";
import { belongsTo, findRoots, isBelow, type Root } from "./roots.js";

export interface Level extends TenantLevel {
  /** Null when tenants live elsewhere (an identity service) and only columns name them. */
  readonly root: LinkedTable | null;
  /** The key columns of each table that has some, by the table's name. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** What the configuration has already decided. */
export interface LevelDecisions {
  /** Where given, these are the levels, and nothing is guessed. */
  readonly levels: readonly DecidedLevel[] | null;
  /** Names of tables that are roots, and of those that are none, whatever they look like. */
  readonly roots: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

export interface DecidedLevel {
  readonly name: string;
  readonly root: LinkedTable | null;
  readonly columns: readonly string[];
}

export function findLevels(schema: Schema, decisions: LevelDecisions): readonly Level[] {
  if (decisions.levels) return decidedLevels(decisions.levels, schema);
  const roots = findRoots(schema, decisions);
  const levels = withOtherNames(
    roots.map((root) => levelOf(root, roots, schema)),
    schema,
  );
  const unseen = levelsWithoutTable(levels, schema);
  return [...levels.map((level) => belowUnseen(level, unseen)), ...unseen];
}

/** A root with the key of tenants that are kept elsewhere belongs to those. */
function belowUnseen(level: Level, unseen: readonly Level[]): Level {
  const above = unseen.find((other) => level.root !== null && other.keys.has(level.root.name));
  return level.parent === null && above ? { ...level, parent: above.name } : level;
}

function decidedLevels(decided: readonly DecidedLevel[], schema: Schema): readonly Level[] {
  const reason = "The configuration says so.";
  const roots = decided.flatMap(({ root, name }): Root[] => (root ? [{ name, table: root, reason }] : []));
  return decided.map(({ name, root, columns }) => {
    const wanted = new Set(columns.map(normalized));
    const linked = root ? levelOf({ name, table: root, reason }, roots, schema) : null;
    const keys = new Map<string, readonly string[]>();
    for (const table of schema.tables) {
      if (table.name === root?.name) continue;
      const named = table.columns
        .filter((column) =>
          [column.name, ...column.aliases].some((spelling) => wanted.has(normalized(spelling))),
        )
        .map((column) => column.name);
      const all = [...new Set([...named, ...(linked?.keys.get(table.name) ?? [])])];
      if (all.length > 0) keys.set(table.name, all);
    }
    return {
      name,
      table: root?.name ?? plural(name),
      columns: [...new Set([...columns, ...spellings(keys, schema)])],
      parent: linked?.parent ?? null,
      root,
      keys,
      confidence: "certain",
      reason,
    };
  });
}

function levelOf({ name, table: root, reason }: Root, roots: readonly Root[], schema: Schema): Level {
  const keys = new Map<string, readonly string[]>();
  const generic = roots.every((other) => other.table === root || isBelow(other.table, root, schema));
  const saysBoth = schema.tables.some(
    (table) => belongsTo(table, root) && genericColumnsOf(table).length > 0,
  );
  for (const table of schema.tables) {
    const columns = keyColumnsOf(table, root, generic && !saysBoth);
    if (columns.length > 0) keys.set(table.name, columns);
  }
  const above = roots.filter(
    (other) =>
      other.table !== root && isBelow(root, other.table, schema) && !isBelow(other.table, root, schema),
  );
  // The nearest: the one that is itself below the others.
  const parent =
    above.find((one) => above.every((other) => other === one || isBelow(one.table, other.table, schema))) ??
    above[0];
  return {
    name,
    table: root.name,
    columns: spellings(keys, schema),
    parent: parent?.name ?? null,
    root,
    keys,
    confidence: isPointedAtByKeys(root, schema) ? "certain" : "likely",
    reason,
  };
}

/** The schema itself says, by foreign keys, that rows elsewhere belong to these. */
function isPointedAtByKeys(root: LinkedTable, schema: Schema): boolean {
  if (tenantNameOf(root.name) === "unremarkable") return false;
  return schema
    .pointingAt(root)
    .some((table) => table.links.some((link) => link.table === root.name && link.source === "foreign key"));
}

/** The columns by which a table's rows belong to a root. */
function keyColumnsOf(table: LinkedTable, root: LinkedTable, generic: boolean): readonly string[] {
  const links = table.links.filter(
    (link) => link.table === root.name && !link.list && table.name !== root.name,
  );
  const belonging = links.filter((link) => link.role === "belonging");
  if (belonging.length > 0) return belonging.map((link) => link.column);
  const only = links.filter(
    (link) => link.role === "role" && link.source === "foreign key" && !link.nullable,
  );
  if (only.length === 1) return [only[0]!.column];
  return generic && table.name !== root.name ? genericColumnsOf(table) : [];
}

/** `tenant_id` means the tenants whatever they are called, unless some table has it beside the column that names them. */
function genericColumnsOf(table: LinkedTable): readonly string[] {
  return table.columns
    .filter(
      (column) =>
        [column.name, ...column.aliases].some((name) => saysTenant(name)) &&
        !table.links.some((link) => link.column === column.name),
    )
    .map((column) => column.name);
}

function saysTenant(column: string): boolean {
  const id = findIdName(column);
  return id !== null && !id.list && id.words.length === 1 && isGenericTenantWord(id.words[0]!);
}

export function spellings(keys: ReadonlyMap<string, readonly string[]>, schema: Schema): readonly string[] {
  const counts = new Map<string, number>();
  for (const [name, columns] of keys) {
    const table = schema.byName.get(name)!;
    for (const column of table.columns) {
      if (!columns.includes(column.name)) continue;
      for (const spelling of [column.name, ...column.aliases])
        counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([name]) => name);
}
