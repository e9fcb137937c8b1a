/** Foreign keys find the table that they point at, also when it is made later, and lose it when it goes. */
import type { ConstraintChange } from "./changes.js";
import { quoted, tell, type Applying } from "./applying.js";
import {
  findColumn,
  findTable,
  fold,
  keyOfTable,
  placeFor,
  type Standing,
  type StandingColumn,
  type StandingForeignKey,
  type StandingTable,
} from "./standing.js";

type ForeignKeyChange = Extract<ConstraintChange, { kind: "foreign-key" }>;

export function addForeignKey(
  applying: Applying,
  owner: StandingTable,
  name: string,
  columns: readonly StandingColumn[],
  change: ForeignKeyChange,
): void {
  const { standing, place } = applying;
  const key: StandingForeignKey = {
    owner,
    name,
    columns,
    target: null,
    targets: null,
    written: change.table,
    writtenTargets: change.targets,
    path: standing.path,
    awaits: null,
    ...place,
  };
  owner.foreignKeys.add(key);
  const target = findTable(standing, change.table);
  if (target) bind(applying, key, target);
  else awaitTable(standing, key, placeFor(standing, change.table).key);
}

export function dropForeignKey(standing: Standing, key: StandingForeignKey): void {
  key.owner.foreignKeys.delete(key);
  key.target?.referencedBy.delete(key);
  if (key.awaits !== null) standing.awaiting.get(key.awaits)?.delete(key);
}

/** A table of this name stands now: those that waited for it point at it. */
export function bindAwaiting(applying: Applying, table: StandingTable): void {
  const name = keyOfTable(applying.standing, table);
  const waiting = applying.standing.awaiting.get(name);
  applying.standing.awaiting.delete(name);
  for (const key of waiting ?? []) bind(applying, key, table);
}

/**
 * In PostgreSQL a table goes only together with the foreign keys that point at it (`CASCADE`). Elsewhere they stay and mean
 * whatever has that name next; SQLite's way of changing a table is to make a new one, drop the old one and take its name.
 */
export function releaseReferences(standing: Standing, table: StandingTable): void {
  for (const key of table.referencedBy) {
    if (key.owner === table) continue;
    if (standing.dialect === "postgresql" || standing.dialect === null) {
      key.owner.foreignKeys.delete(key);
    } else {
      key.target = null;
      key.targets = null;
      awaitTable(standing, key, keyOfTable(standing, table));
    }
  }
  table.referencedBy.clear();
  for (const key of table.foreignKeys) dropForeignKey(standing, key);
}

/** At the end, by the name that was written and in all schemas of the search path. */
export function bindTheRest(applying: Applying): void {
  const { standing } = applying;
  for (const waiting of [...standing.awaiting.values()]) {
    for (const key of waiting) {
      const target = findTable(standing, key.written, key.path);
      if (target) bind({ ...applying, place: key }, key, target);
    }
  }
}

function bind(applying: Applying, key: StandingForeignKey, target: StandingTable): void {
  const { standing } = applying;
  const found = key.writtenTargets.map((name) => findColumn(standing, target, name));
  const unknown = key.writtenTargets.filter((_name, index) => !found[index]);
  if (unknown.length > 0 && target.readable && !target.view) {
    key.owner.foreignKeys.delete(key);
    tell(
      applying,
      "refer to columns that are not there",
      `A foreign key of table ${quoted(key.owner)} points at column "${unknown[0]}" of ${quoted(target)}, which has no such column.`,
    );
    return;
  }
  key.target = target;
  key.awaits = null;
  key.targets =
    key.writtenTargets.length === 0
      ? null
      : found.map((column, index) => column ?? unknownColumn(key.writtenTargets[index]!));
  target.referencedBy.add(key);
}

/** Of a table whose columns can't be read. */
export function unknownColumn(name: string): StandingColumn {
  return { name, type: "", nullable: true, defaulted: false, origin: null };
}

function awaitTable(standing: Standing, key: StandingForeignKey, name: string): void {
  const waiting = standing.awaiting.get(name);
  key.awaits = name;
  if (waiting) waiting.add(key);
  else standing.awaiting.set(name, new Set([key]));
}

/** Those that hold or mean a column that goes. */
export function foreignKeysWith(table: StandingTable, column: StandingColumn): readonly StandingForeignKey[] {
  const own = [...table.foreignKeys].filter((key) => key.columns.includes(column));
  const others = [...table.referencedBy].filter((key) => key.targets?.includes(column));
  return [...new Set([...own, ...others])];
}

export function findForeignKey(
  standing: Standing,
  table: StandingTable,
  name: string,
): StandingForeignKey | undefined {
  return [...table.foreignKeys].find((key) => fold(standing, key.name) === fold(standing, name));
}
