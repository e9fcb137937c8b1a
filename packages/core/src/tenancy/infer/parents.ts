/**
 * Through which row a table without a key of its own reaches a tenant: the nearest table that has a key, or that reaches
 * one itself, over columns that are never null where there are such.
 */
import type { TableDecision } from "./classes.js";
import type { Link, LinkedTable, Schema } from "./references.js";

/**
 * Breadth first from the tables with a key, over references that are never null; then over rows elsewhere that hold one of
 * these each; then over references that may be null.
 */
export function findParents(
  schema: Schema,
  anchored: (table: LinkedTable) => boolean,
  decisions: ReadonlyMap<string, TableDecision>,
): ReadonlyMap<string, readonly Link[]> {
  const steps = new Map<string, number>();
  for (const table of schema.tables) if (anchored(table)) steps.set(table.name, 0);

  const undecided = schema.tables.filter((table) => {
    const decision = decisions.get(table.name);
    if (decision?.class && decision.class !== "child") return false;
    return !steps.has(table.name) && !schema.users.includes(table);
  });
  const held = holdersIn(schema);
  const waysOf = (table: LinkedTable) => [...table.links, ...(held.get(table.name) ?? [])];
  const spread = (usable: (link: Link) => boolean) => {
    for (let step = 1, found = true; found; step++) {
      const next = undecided.filter((table) => {
        if (steps.has(table.name)) return false;
        const parent = decisions.get(table.name)?.parent;
        return parent
          ? steps.has(parent.table)
          : waysOf(table).some((link) => usable(link) && steps.has(link.table) && link.table !== table.name);
      });
      next.forEach((table) => steps.set(table.name, step));
      found = next.length > 0;
    }
  };
  const leads = (link: Link) => !link.list && (link.role === "belonging" || link.role === "role");
  spread((link) => leads(link) && !link.nullable && link.source !== "holder");
  spread((link) => leads(link) && !link.nullable);
  spread(leads);

  // Nearer to a key, else earlier in the schema: of tables that point at each other only one is the parent.
  const place = new Map(schema.tables.map((table, index) => [table.name, index]));
  const isNearer = (one: string, other: string) =>
    compare([steps.get(one)!, place.get(one)!], [steps.get(other)!, place.get(other)!]) < 0;
  const isOwner = (link: Link) => schema.users.some((user) => user.name === link.table);
  const parents = new Map<string, readonly Link[]>();
  for (const table of undecided) {
    const given = decisions.get(table.name)?.parent;
    if (given) {
      parents.set(table.name, [{ ...given, nullable: false, list: false, role: "belonging" }]);
      continue;
    }
    if (!steps.has(table.name)) continue;
    const links = waysOf(table).filter(
      (link) =>
        leads(link) && link.table !== table.name && steps.has(link.table) && isNearer(link.table, table.name),
    );
    const rank = (link: Link) =>
      [
        link.nullable,
        link.source === "holder",
        isOwner(link),
        link.role !== "belonging",
        steps.get(link.table)!,
        link.source !== "foreign key",
      ].map(Number);
    parents.set(
      table.name,
      [...links].sort((a, b) => compare(rank(a), rank(b))),
    );
  }
  return parents;
}

/**
 * `organizations.settings_id`, unique and a foreign key to `settings`: each row of settings is held by one organization,
 * and is that organization's.
 */
function holdersIn(schema: Schema): ReadonlyMap<string, readonly Link[]> {
  const found = new Map<string, Link[]>();
  for (const holder of schema.tables) {
    for (const link of holder.links) {
      if (link.source !== "foreign key" || link.list || link.table === holder.name) continue;
      if (!isUnique(link.column, holder)) continue;
      const reversed: Link = {
        column: link.target,
        table: holder.name,
        target: link.column,
        source: "holder",
        nullable: false,
        list: false,
        role: "belonging",
      };
      found.set(link.table, [...(found.get(link.table) ?? []), reversed]);
    }
  }
  return found;
}

/** By itself, and not as its holder's own id: a row that shares its key with another belongs to that one. */
function isUnique(column: string, table: LinkedTable): boolean {
  return (
    table.unique.some((set) => set.length === 1 && set[0] === column) && !table.primaryKey.includes(column)
  );
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}
