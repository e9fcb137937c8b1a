/**
 * Which columns hold the id of a row elsewhere. Foreign keys say so; where there are none, names do: `rule_id` in
 * `alert_history` is a row of `alert_rules`.
 */
import { isOwnerName, isPointerName, synonym } from "../lexicon.js";
import { findIdName, normalized } from "../names.js";
import { columnNamed, holdsNoId, isNumberedWithin, mayBeEqual } from "./columns.js";
import {
  candidatesFor,
  directoryOf,
  endsWith,
  findTarget,
  isPolymorphic,
  namesOf,
  wordsOfTable,
  type Directory,
} from "./directory.js";
import type { DecidedUsers } from "./decisions.js";
import { namedRowsOf } from "./named-rows.js";
import { isOneOf } from "./users.js";
import type { RawTable } from "../schemas/source.js";
import type { Reference, TableColumn } from "../tenancy.js";

export interface Link extends Reference {
  readonly nullable: boolean;
  /** The column holds several ids. */
  readonly list: boolean;
  /**
   * `belonging`: the row is part of that one (`page_id`, `user_id`). `role`: it means that one, in some role (`source_page_id`).
   * `pointer`: it picks one (`default_page_id`). `person`: somebody did something (`created_by`).
   */
  readonly role: "belonging" | "role" | "pointer" | "person";
}

export interface LinkedTable extends RawTable {
  readonly links: readonly Link[];
  /** As of the model's table. */
  readonly named: readonly Reference[];
}

export interface Schema {
  readonly tables: readonly LinkedTable[];
  readonly byName: ReadonlyMap<string, LinkedTable>;
  /** Tables whose rows are users. */
  readonly users: readonly LinkedTable[];
  /** Where the configuration says that users are kept elsewhere: the columns that name them. */
  readonly ownerColumns: readonly string[] | null;
  /** By any of its spellings. */
  find(name: string): LinkedTable | undefined;
  /** The tables with a link that says they belong to this one, without itself. */
  pointingAt(table: RawTable): readonly LinkedTable[];
  /** Where the name of a column leaves open which table's id it holds: all that may be meant. */
  candidatesFor(table: RawTable, column: TableColumn): readonly RawTable[];
  /** The tables that pick one of its rows: `default_space_id`. */
  pickersOf(table: RawTable): readonly LinkedTable[];
}

/** `decided` is who the users are, where the configuration says so. */
export function linkTables(tables: readonly RawTable[], decided: DecidedUsers | null = null): Schema {
  const directory = directoryOf(tables, decided && tables.filter(({ name }) => name === decided.table));
  const linked = tables.map((table): LinkedTable => {
    const links = withOwners(linksOf(table, directory), table, directory, decided);
    return { ...table, links, named: namedRowsOf(table, links, directory) };
  });
  const byName = new Map(linked.map((table) => [table.name, table]));
  const pointing = tablesByTarget(linked, "belonging");
  const picking = tablesByTarget(linked, "pointer");
  return {
    tables: linked,
    byName,
    users: linked.filter((table) => directory.users.some((user) => user.name === table.name)),
    ownerColumns: decided && directory.users.length === 0 ? decided.columns : null,
    find: (name) => byName.get(name) ?? byName.get(directory.byName.get(normalized(name))?.name ?? ""),
    candidatesFor: (table, column) =>
      holdsNoId(column) || isPolymorphic(table, column) ? [] : candidatesFor(column, directory),
    pointingAt: (table) => pointing.get(table.name) ?? [],
    pickersOf: (table) => picking.get(table.name) ?? [],
  };
}

/** The tables with a link of this role to a table, by that table's name; without itself. */
function tablesByTarget(
  tables: readonly LinkedTable[],
  role: Link["role"],
): ReadonlyMap<string, readonly LinkedTable[]> {
  const found = new Map<string, LinkedTable[]>();
  for (const table of tables) {
    const links = table.links.filter((link) => link.role === role && !link.list);
    for (const target of new Set(links.map((link) => link.table))) {
      if (target === table.name) continue;
      const known = found.get(target);
      if (known) known.push(table);
      else found.set(target, [table]);
    }
  }
  return found;
}

function linksOf(table: RawTable, directory: Directory): readonly Link[] {
  const links: Link[] = [];
  for (const key of [...table.foreignKeys].sort((a, b) => a.columns.length - b.columns.length)) {
    const target = directory.byName.get(normalized(key.table));
    if (!target) continue;
    for (const [index, name] of key.columns.entries()) {
      const column = columnNamed(table, name);
      if (!column || links.some((link) => link.column === column.name)) continue;
      const written = key.targets[index] ?? target.primaryKey[index] ?? "id";
      const targetColumnName = columnNamed(target, written)?.name ?? written;
      const meant = key.columns.length > 1 ? followKey(target, targetColumnName, directory) : null;
      // What it repeats of another key (`org_id`, of organizations that no schema has) says nothing about this row.
      if (!meant && key.columns.length > 1 && !namesRowOf(target, targetColumnName)) continue;
      const to = meant ?? { table: target, column: targetColumnName };
      links.push({
        column: column.name,
        table: to.table.name,
        target: to.column,
        source: "foreign key",
        nullable: column.nullable,
        list: false,
        role: roleOf(column, to.table, directory),
      });
    }
  }

  for (const column of table.columns) {
    if (links.some((link) => link.column === column.name) || holdsNoId(column)) continue;
    const target = findTarget(table, column, directory);
    if (!target || !mayBeEqual(column, table, columnNamed(target.table, target.column), target.table))
      continue;
    if (isNumberedWithin(target.table, target.column)) continue;
    links.push({
      column: column.name,
      table: target.table.name,
      target: target.column,
      source: "name",
      nullable: column.nullable,
      list: isList(column),
      role: roleOf(column, target.table, directory),
    });
  }
  const order = new Map(table.columns.map((column, index) => [column.name, index]));
  return links.sort((a, b) => order.get(a.column)! - order.get(b.column)!);
}

/** A column that the configuration calls an owner's belongs to its user, whatever its name says. */
function withOwners(
  links: readonly Link[],
  table: RawTable,
  { users: [users] }: Directory,
  decided: DecidedUsers | null,
): readonly Link[] {
  if (!decided || !users || table.name === users.name) return links;
  const owners = table.columns.filter((column) => isOneOf(decided.columns, column));
  const added = owners.map((column): Link => {
    const known = links.find((link) => link.column === column.name && link.table === users.name);
    const target = users.primaryKey.length === 1 ? users.primaryKey[0]! : "id";
    const { name, nullable } = column;
    const link = known ?? { column: name, table: users.name, target, source: "name", nullable, list: false };
    return { ...link, role: "belonging" };
  });
  const named = new Set(added.map(({ column }) => column));
  return [...links.filter(({ column }) => !named.has(column)), ...added];
}

/** Of a compound key, the column that tells the rows of a table apart: `id`, or its own name with it. */
function namesRowOf(table: RawTable, column: string): boolean {
  if (normalized(column) === "id") return true;
  if (table.primaryKey.length === 1) return table.primaryKey[0] === column;
  const id = findIdName(column);
  return id === null || endsWith(wordsOfTable(table), id.words.map(synonym));
}

/**
 * A compound key repeats columns that have a meaning of their own: `(dataset_id, project_id)` refers to a dataset, but its
 * second half is a project's id, as it is over there.
 */
function followKey(
  table: RawTable,
  columnName: string,
  directory: Directory,
  depth = 4,
): { table: RawTable; column: string } | null {
  const column = columnNamed(table, columnName);
  if (!column || depth === 0) return null;
  const single = table.foreignKeys.find((key) => key.columns.length === 1 && key.columns[0] === columnName);
  const target = single && directory.byName.get(normalized(single.table));
  if (single && target) return { table: target, column: single.targets[0] ?? "id" };
  for (const key of table.foreignKeys) {
    const index = key.columns.indexOf(columnName);
    const next = index < 0 ? undefined : directory.byName.get(normalized(key.table));
    const followed = next && followKey(next, key.targets[index] ?? "id", directory, depth - 1);
    if (followed) return followed;
  }
  return holdsNoId(column) ? null : findTarget(table, column, directory);
}

function isList(column: TableColumn): boolean {
  return column.type.includes("[]") || namesOf(column).some((name) => findIdName(name)?.list);
}

function roleOf(column: TableColumn, target: RawTable, directory: Directory): Link["role"] {
  const ids = namesOf(column).flatMap((name) => findIdName(name) ?? []);
  const toUser = directory.users.includes(target);
  for (const { words } of ids) {
    if (toUser && isOwnerName(words)) return "belonging";
    if (endsWith(wordsOfTable(target), words.map(synonym))) return "belonging";
  }
  if (toUser) return "person";
  const qualifiers = ids.map(({ words }) => words.slice(0, -1));
  if (qualifiers.some(isPointerName)) return "pointer";
  if (qualifiers.some((words) => words.length > 0) || ids.some(({ words }) => words[0] === "parent"))
    return "role";
  return "belonging";
}
