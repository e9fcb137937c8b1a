/** Finding the table that a column's name means: `channel_id` is a row of `notification_channels`. */
import { isOwnerName, isPersonName, isPointerName, isRoleName, isUserTable, synonym } from "../lexicon.js";
import { findIdName, normalized, tableWords, withoutSchema } from "../names.js";
import type { RawTable } from "../schemas/source.js";
import type { TableColumn } from "../tenancy.js";

export interface Directory {
  readonly byName: ReadonlyMap<string, RawTable>;
  /** By all words of the name: `alert rule`. */
  readonly byWords: ReadonlyMap<string, readonly RawTable[]>;
  /** By its last words, for columns that say less than the whole name: `alert rule`, `rule`. */
  readonly byEnding: ReadonlyMap<string, readonly RawTable[]>;
  readonly users: readonly RawTable[];
  /** Those with this ending that have no such column themselves. */
  endingWithout(ending: string, column: string): readonly RawTable[];
}

/** `users` where it is known which tables theirs are. */
export function directoryOf(tables: readonly RawTable[], users: readonly RawTable[] | null): Directory {
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
    users: users ?? usersAmong(tables),
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

export function findTarget(
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

/** The tables whose names end as the column's does, where that leaves more than one. */
export function candidatesFor(column: TableColumn, directory: Directory): readonly RawTable[] {
  const ids = namesOf(column).flatMap((name) => findIdName(name) ?? []);
  const found = ids.flatMap(({ words, list }) =>
    list ? [] : directory.endingWithout(words.map(synonym).join(" "), normalized(column.name)),
  );
  return [...new Set(found)];
}

/** `resource_id` beside `resource_type` may be the id of anything. */
export function isPolymorphic(table: RawTable, column: TableColumn): boolean {
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

export function findByAllWords(
  table: RawTable,
  words: readonly string[],
  directory: Directory,
): RawTable | null {
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

export function wordsOfTable(table: RawTable): readonly string[] {
  let words = synonymous.get(table);
  if (!words) synonymous.set(table, (words = tableWords(table.name).map(synonym)));
  return words;
}

const synonymous = new WeakMap<RawTable, readonly string[]>();

/** Its `id`, unless rows over there are known by the very name of the column: `page_links.link_id`, `traces.trace_id`. */
export function targetColumn(table: RawTable, column: TableColumn, from: RawTable): string {
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

export function namesOf(column: TableColumn): readonly string[] {
  return [column.name, ...column.aliases];
}

export function endsWith(words: readonly string[], end: readonly string[]): boolean {
  return (
    end.length <= words.length &&
    end.every((word, index) => words[words.length - end.length + index] === word)
  );
}
