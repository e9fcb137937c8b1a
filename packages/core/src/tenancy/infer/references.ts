/**
 * Which columns hold the id of a row elsewhere. Foreign keys say so; where there are none, names do: `rule_id` in
 * `alert_history` is a row of `alert_rules`.
 */
import {
  isMembershipName,
  isOwnerName,
  isPersonName,
  isPointerName,
  isRoleName,
  isUserTable,
  synonym,
} from "../lexicon.js";
import { findIdName, normalized, tableWords, withoutSchema } from "../names.js";
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
}

export interface Schema {
  readonly tables: readonly LinkedTable[];
  readonly byName: ReadonlyMap<string, LinkedTable>;
  /** Tables whose rows are users. */
  readonly users: readonly LinkedTable[];
  /** By any of its spellings. */
  find(name: string): LinkedTable | undefined;
  /** The tables with a link that says they belong to this one, without itself. */
  pointingAt(table: RawTable): readonly LinkedTable[];
  /** The tables that pick one of its rows: `default_space_id`. */
  pickersOf(table: RawTable): readonly LinkedTable[];
}

export function linkTables(tables: readonly RawTable[]): Schema {
  const directory = directoryOf(tables);
  const linked = tables.map((table): LinkedTable => ({ ...table, links: linksOf(table, directory) }));
  const byName = new Map(linked.map((table) => [table.name, table]));
  const pointing = tablesByTarget(linked, "belonging");
  const picking = tablesByTarget(linked, "pointer");
  return {
    tables: linked,
    byName,
    users: linked.filter((table) => directory.users.some((user) => user.name === table.name)),
    find: (name) => byName.get(name) ?? byName.get(directory.byName.get(normalized(name))?.name ?? ""),
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

interface Directory {
  readonly byName: ReadonlyMap<string, RawTable>;
  /** By all words of the name: `alert rule`. */
  readonly byWords: ReadonlyMap<string, readonly RawTable[]>;
  /** By its last words, for columns that say less than the whole name: `alert rule`, `rule`. */
  readonly byEnding: ReadonlyMap<string, readonly RawTable[]>;
  readonly users: readonly RawTable[];
  /** Those with this ending that have no such column themselves. */
  endingWithout(ending: string, column: string): readonly RawTable[];
}

function directoryOf(tables: readonly RawTable[]): Directory {
  const byName = new Map<string, RawTable>();
  const byWords = new Map<string, RawTable[]>();
  const byEnding = new Map<string, RawTable[]>();
  const put = (map: Map<string, RawTable[]>, key: string, table: RawTable) => {
    const known = map.get(key);
    if (!known) map.set(key, [table]);
    else if (known.at(-1) !== table) known.push(table);
  };
  for (const table of tables) {
    for (const name of [table.name, ...table.aliases]) {
      if (!byName.has(normalized(name))) byName.set(normalized(name), table);
      const words = tableWords(name).map(synonym);
      if (words.length > 0) put(byWords, words.join(" "), table);
      for (let start = 0; start < words.length; start++) put(byEnding, words.slice(start).join(" "), table);
    }
  }

  const columns = new Map(
    tables.map((table) => [table, new Set(table.columns.flatMap(namesOf).map(normalized))]),
  );
  const without = new Map<string, readonly RawTable[]>();
  return {
    byName,
    byWords,
    byEnding,
    users: usersAmong(tables),
    endingWithout(ending, column) {
      const key = `${ending} ${column}`;
      let found = without.get(key);
      if (!found) {
        found = (byEnding.get(ending) ?? []).filter((table) => !columns.get(table)!.has(column));
        without.set(key, found);
      }
      return found;
    },
  };
}

function usersAmong(tables: readonly RawTable[]): readonly RawTable[] {
  const named = tables.filter((table) => [table.name, ...table.aliases].some(isUserTable));
  if (named.length > 0) return named;
  const has = (table: RawTable, ...names: string[]) =>
    table.columns.some((column) => names.includes(normalized(column.name)));
  return tables.filter(
    (table) =>
      has(table, "email") && has(table, "password", "passwordhash", "hashedpassword", "encryptedpassword"),
  );
}

function linksOf(table: RawTable, directory: Directory): readonly Link[] {
  const links: Link[] = [];
  const columnOf = (name: string) =>
    table.columns.find((column) => column.name === name || column.aliases.includes(name));

  for (const key of [...table.foreignKeys].sort((a, b) => a.columns.length - b.columns.length)) {
    const target = directory.byName.get(normalized(key.table));
    if (!target) continue;
    for (const [index, name] of key.columns.entries()) {
      const column = columnOf(name);
      if (!column || links.some((link) => link.column === column.name)) continue;
      const targetColumnName = key.targets[index] ?? "id";
      const meant = key.columns.length > 1 ? followKey(target, targetColumnName, directory) : null;
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
    if (!target) continue;
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
  const column = table.columns.find(({ name }) => name === columnName);
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

/** Dates, flags and objects are no ids, whatever they are called. */
function holdsNoId(column: TableColumn): boolean {
  return /^(?:Generated<)?(?:Timestamp|Date|DateTime|Json\w*|boolean|Boolean|Float|Decimal|Bytes)\b/.test(
    column.type,
  );
}

function isList(column: TableColumn): boolean {
  return column.type.includes("[]") || namesOf(column).some((name) => findIdName(name)?.list);
}

function namesOf(column: TableColumn): readonly string[] {
  return [column.name, ...column.aliases];
}

function findTarget(
  table: RawTable,
  column: TableColumn,
  directory: Directory,
): { table: RawTable; column: string } | null {
  const anything = isPolymorphic(table, column);
  for (const name of namesOf(column)) {
    const id = findIdName(name);
    if (!id) continue;
    const words = id.words.map(synonym);
    const target = anything
      ? findByAllWords(table, words, directory)
      : (findByWords(table, column, words, directory) ?? findPerson(words, directory));
    if (!target) continue;
    const key = targetColumn(target, column, table);
    // A table's own key (`traces.trace_id`) is no reference to itself.
    if (target === table && normalized(key) === normalized(column.name)) continue;
    return { table: target, column: key };
  }
  return null;
}

/** `resource_id` beside `resource_type` may be the id of anything. */
function isPolymorphic(table: RawTable, column: TableColumn): boolean {
  if (!namesOf(column).some((name) => /id$/i.test(name))) return false;
  return namesOf(column).some((name) => {
    const subject = normalized(name).replace(/(?:id|uuid)$/, "");
    return table.columns.some((other) =>
      namesOf(other).some((spelled) => normalized(spelled) === `${subject}type`),
    );
  });
}

function findByWords(
  table: RawTable,
  column: TableColumn,
  words: readonly string[],
  directory: Directory,
): RawTable | null {
  const own = wordsOfTable(table);

  // In `status_incident_updates` an incident is a status incident, also where there is a table of incidents.
  for (let length = own.length - 1; length >= words.length; length--) {
    const above = own.slice(0, length);
    const found = endsWith(above, words) ? findByAllWords(table, above, directory) : null;
    if (found && found !== table) return found;
  }

  const exact = findByAllWords(table, words, directory);
  if (exact) return exact;

  // `channel_id` is a row of `notification_channels`, and not of `rule_channels`, which has a `channel_id` itself.
  const others = directory.endingWithout(words.join(" "), normalized(column.name));
  if (others.length === 1) return others[0]!;
  const akin = others.filter((candidate) => wordsOfTable(candidate)[0] === own[0]);
  if (akin.length === 1) return akin[0]!;

  for (let length = 1; length < words.length; length++) {
    if (!isRoleName(words.slice(0, length)) && !isPointerName(words.slice(0, length))) break;
    const rest = findByWords(table, column, words.slice(length), directory);
    if (rest) return rest;
  }
  // `parent_id` is a row of the same table.
  if (words.length === 1 && words[0] === "parent") return table;
  return null;
}

function findByAllWords(table: RawTable, words: readonly string[], directory: Directory): RawTable | null {
  const exact = directory.byWords.get(words.join(" "));
  return exact ? oneOf(exact, table) : null;
}

function findPerson(words: readonly string[], directory: Directory): RawTable | null {
  return isOwnerName(words) || isPersonName(words) ? (directory.users[0] ?? null) : null;
}

/** Two tables of one name in two database schemas: the one in the same schema. */
function oneOf(candidates: readonly RawTable[], table: RawTable): RawTable | null {
  if (candidates.length === 1) return candidates[0]!;
  const schema = table.name.slice(0, -withoutSchema(table.name).length);
  return (
    candidates.find((candidate) => candidate.name === schema + withoutSchema(candidate.name)) ??
    candidates[0] ??
    null
  );
}

function wordsOfTable(table: RawTable): readonly string[] {
  let words = synonymous.get(table);
  if (!words) synonymous.set(table, (words = tableWords(table.name).map(synonym)));
  return words;
}

const synonymous = new WeakMap<RawTable, readonly string[]>();

/** Its `id`, unless rows over there are known by the very name of the column: `page_links.link_id`, `traces.trace_id`. */
function targetColumn(table: RawTable, column: TableColumn, from: RawTable): string {
  const id = findColumnNamed(table, "id");
  const natural = table.columns.find((candidate) => saysWhole(candidate, table))?.name;
  const same = table === from ? undefined : findColumnNamed(table, column.name);
  const found = saysWhole(column, table) ? (id ?? same) : (same ?? id);
  return found ?? natural ?? (table.primaryKey.length === 1 ? table.primaryKey[0]! : "id");
}

function findColumnNamed(table: RawTable, name: string): string | undefined {
  const wanted = normalized(name);
  return table.columns.find((column) => namesOf(column).some((spelled) => normalized(spelled) === wanted))
    ?.name;
}

/** `trace_id` says all that the name `traces` does. */
function saysWhole(column: TableColumn, table: RawTable): boolean {
  const whole = wordsOfTable(table).join(" ");
  return namesOf(column).some((name) => findIdName(name)?.words.map(synonym).join(" ") === whole);
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

function endsWith(words: readonly string[], end: readonly string[]): boolean {
  return (
    end.length <= words.length &&
    end.every((word, index) => words[words.length - end.length + index] === word)
  );
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
