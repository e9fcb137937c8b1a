/** Tables come, go and get other names. */
import type { SchemaChange, TableName } from "./changes.js";
import { quoted, tell, type Applying } from "./applying.js";
import { standingColumn, withHeirs } from "./columns.js";
import { bindAwaiting, releaseReferences } from "./foreign-keys.js";
import { addConstraint } from "./keys.js";
import {
  findColumn,
  findTable,
  fold,
  fullName,
  keyOf,
  keyOfTable,
  placeFor,
  temporarySchema,
  writtenName,
  type Standing,
  type StandingTable,
} from "./standing.js";

type ChangeOf<Kind extends SchemaChange["kind"]> = Extract<SchemaChange, { kind: Kind }>;

/** Whose rows or columns a table also has, and which do not stand yet. */
export interface Orphan {
  readonly table: StandingTable;
  readonly parent: TableName;
  readonly bond: "inherits" | "partition" | "like";
}

/** Returns the parents that it could not find. */
export function createTable(applying: Applying, change: ChangeOf<"create-table">): readonly Orphan[] {
  const { standing } = applying;
  const place = change.temporary
    ? {
        schema: temporarySchema,
        name: change.table.name,
        key: keyOf(standing, temporarySchema, change.table.name),
      }
    : placeFor(standing, change.table);
  const known = standing.tables.get(place.key);
  if (known) {
    if (!change.ifNotExists) createdTwice(applying, known);
    return [];
  }
  const table = emptyTable(applying, place);
  table.readable = !change.fromQuery || change.columns.length > 0;
  for (const column of change.columns) table.columns.set(fold(standing, column.name), standingColumn(column));

  const bonds = [
    ...change.inherits.map((parent) => ({ table, parent, bond: "inherits" as const })),
    ...change.like.map((parent) => ({ table, parent, bond: "like" as const })),
    ...(change.partitionOf ? [{ table, parent: change.partitionOf, bond: "partition" as const }] : []),
  ];
  const orphans = bonds.filter((bond) => !adopt(standing, bond));
  if (orphans.length > 0) table.readable = false;

  if (change.temporary) standing.temporary.add(table);
  stand(applying, table, place.key);
  for (const constraint of change.constraints) addConstraint(applying, table, constraint);
  return orphans;
}

/** False when the parent does not stand. */
export function adopt(standing: Standing, { table, parent: written, bond }: Orphan): boolean {
  const parent = findTable(standing, written);
  if (!parent || parent === table) return false;
  if (!parent.readable) table.readable = false;
  const own = table.columns;
  table.columns = new Map();
  for (const [name, column] of parent.columns) table.columns.set(name, own.get(name) ?? { ...column });
  for (const [name, column] of own) table.columns.set(name, column);
  if (bond !== "like" && !withHeirs(table).has(parent)) parent.heirs.add(table);
  if (bond === "partition") table.partitionOf = parent;
  return true;
}

function createdTwice(applying: Applying, known: StandingTable): void {
  const what = known.view ? "view" : "table";
  tell(
    applying,
    "create a table that is already there",
    `Migration creates table ${quoted(known)}, but a ${what} of that name already stands (${known.file}:${known.line}). The first is taken.`,
  );
}

export function emptyTable(
  applying: Applying,
  { schema, name }: { schema: string; name: string },
): StandingTable {
  return {
    schema,
    name,
    columns: new Map(),
    readable: true,
    keys: [],
    foreignKeys: new Set(),
    checks: new Set(),
    indexes: [],
    referencedBy: new Set(),
    heirs: new Set(),
    partitionOf: null,
    view: null,
    rowSecurity: { enabled: false, forced: false, policies: new Map() },
    ...applying.place,
  };
}

export function stand(applying: Applying, table: StandingTable, key: string): void {
  applying.standing.tables.set(key, table);
  applying.standing.everStood.add(key);
  applying.standing.schemas.add(table.schema);
  bindAwaiting(applying, table);
}

export function dropTable(applying: Applying, change: ChangeOf<"drop-table">): void {
  const table = findTable(applying.standing, change.table);
  if (table) remove(applying.standing, table);
  else if (!change.ifExists && wasThere(applying.standing, change.table)) goneAlready(applying, change.table);
  else if (!change.ifExists) applying.problems.missing(applying.place, change.table, "drops");
}

function wasThere(standing: Standing, written: TableName): boolean {
  return standing.everStood.has(placeFor(standing, written).key);
}

function goneAlready(applying: Applying, written: TableName): void {
  tell(
    applying,
    "drop a table that is gone already",
    `Migration drops table "${writtenName(written)}", which does not stand any more.`,
  );
}

/** Its partitions and heirs go with it. */
export function remove(standing: Standing, table: StandingTable): void {
  for (const one of withHeirs(table)) {
    if (!isStanding(standing, one)) continue;
    standing.tables.delete(keyOfTable(standing, one));
    releaseReferences(standing, one);
    for (const index of one.indexes) standing.indexes.get(fold(standing, index.name))?.delete(one);
    one.partitionOf?.heirs.delete(one);
  }
}

export function isStanding(standing: Standing, table: StandingTable): boolean {
  return standing.tables.get(keyOfTable(standing, table)) === table;
}

export function renameTable(applying: Applying, change: ChangeOf<"rename-table">): void {
  const table = findTable(applying.standing, change.table);
  if (!table) {
    if (!change.ifExists) applying.problems.missing(applying.place, change.table, "renames");
    return;
  }
  move(applying, table, { schema: table.schema, name: change.to });
}

export function moveTable(applying: Applying, change: ChangeOf<"move-table">): void {
  const table = findTable(applying.standing, change.table);
  if (!table) {
    applying.problems.missing(applying.place, change.table, "moves");
    return;
  }
  move(applying, table, placeFor(applying.standing, { schema: change.schema, name: table.name }));
}

function move(applying: Applying, table: StandingTable, to: { schema: string; name: string }): void {
  const { standing } = applying;
  const key = keyOf(standing, to.schema, to.name);
  const other = standing.tables.get(key);
  if (other && other !== table) {
    tell(
      applying,
      "give a table the name of another",
      `Migration gives table ${quoted(table)} the name "${fullName(to)}", which another table has (${other.file}:${other.line}).`,
    );
    return;
  }
  standing.tables.delete(keyOfTable(standing, table));
  table.schema = to.schema;
  table.name = to.name;
  stand(applying, table, key);
}

/** Temporary tables are gone with the session, and every migration is taken for one. */
export function endSession(standing: Standing): void {
  for (const table of [...standing.temporary]) remove(standing, table);
  standing.temporary.clear();
}

export function attachPartition(standing: Standing, table: StandingTable, partition: StandingTable): void {
  if (withHeirs(partition).has(table)) return;
  table.heirs.add(partition);
  partition.partitionOf = table;
  for (const [name, column] of table.columns) {
    if (!findColumn(standing, partition, name)) partition.columns.set(name, { ...column });
  }
}
