/** Ways around the policies of a table: views that read it with their owner's rights, and partitions that are named. */
import type { Table, Tenancy } from "../tenancy.js";
import { findTable } from "../lookup.js";
import type { RowSecurityFault } from "./judgement.js";

export function ways(table: Table, tenancy: Tenancy): readonly RowSecurityFault[] {
  return [
    // Whoever owns the view owns the table as a rule, and FORCE binds the owner.
    ...(table.rowSecurity!.forced ? [] : viewsPast(table, tenancy)),
    ...partitionsPast(table, tenancy),
  ];
}

/**
 * Policies are asked for the owner of the view that names the table, or for who runs the query if that view is a
 * `security_invoker` (CREATE VIEW); views that read such a view change nothing about it.
 */
function viewsPast(table: Table, tenancy: Tenancy): readonly RowSecurityFault[] {
  const views = surroundingsOf(tenancy).readers.get(table.name) ?? [];
  return views
    .filter(({ view }) => !view!.securityInvoker)
    .map(({ name }) => ({ kind: "view", view: name, policy: null, file: null, line: null }));
}

/**
 * The tables whose policies hold what a name reaches: its own, and of a view those of all tables of tenants that it reads. Empty
 * where some of them is not under row security, and of a materialized view, whose rows nobody asks about.
 */
export function securedBehind(table: Table, tenancy: Tenancy, depth = 0): readonly Table[] {
  if (!table.view) return table.rowSecurity?.enabled ? [table] : [];
  if (table.view.isMaterialized || depth > deepest) return [];
  const found: Table[] = [];
  for (const name of table.view.reads) {
    const read = findTable(tenancy, name);
    if (read?.class === "global") continue;
    const behind = read ? securedBehind(read, tenancy, depth + 1) : [];
    if (behind.length === 0) return [];
    found.push(...behind);
  }
  return [...new Set(found)];
}

/** Views over views. */
const deepest = 20;

/** Policies of a table are asked when it is named, and those of its partition when that is. */
function partitionsPast(table: Table, tenancy: Tenancy): readonly RowSecurityFault[] {
  const { partitions } = surroundingsOf(tenancy);
  const found: string[] = [];
  const below = new Set([table.name]);
  for (const name of below) {
    for (const partition of partitions.get(name) ?? []) {
      // One that is under row security answers for those below it.
      if (partition.rowSecurity?.enabled) continue;
      found.push(partition.name);
      below.add(partition.name);
    }
  }
  return found.map((partition) => ({ kind: "partition", partition, policy: null, file: null, line: null }));
}

interface Surroundings {
  /** Views by what they read. */
  readonly readers: ReadonlyMap<string, readonly Table[]>;
  /** Partitions by the table whose rows they are. */
  readonly partitions: ReadonlyMap<string, readonly Table[]>;
}

const known = new WeakMap<Tenancy, Surroundings>();

function surroundingsOf(tenancy: Tenancy): Surroundings {
  const before = known.get(tenancy);
  if (before) return before;
  const readers = new Map<string, Table[]>();
  const partitions = new Map<string, Table[]>();
  const add = (to: Map<string, Table[]>, name: string, table: Table) => {
    const there = to.get(name);
    if (there) there.push(table);
    else to.set(name, [table]);
  };
  for (const table of tenancy.tables) {
    for (const name of new Set(table.view?.reads)) add(readers, name, table);
    if (table.partitionOf !== null) add(partitions, table.partitionOf, table);
  }
  const surroundings = { readers, partitions };
  known.set(tenancy, surroundings);
  return surroundings;
}
