/**
 * Columns that mean a row elsewhere by nothing but their names. `mail_credentials_id` ends like the id of `credentials`, with words
 * before it of which nobody knows what they say; `custom_domain` is called as the table whose rows are known by their names.
 * That is too little to say whose a row is, and enough to ask whose row is meant where one is written.
 */
import { isDescribingName, isOutsideName, synonym } from "../lexicon.js";
import { findIdName, normalized, stem, wordsOf } from "../names.js";
import { columnNamed, familyOf, holdsNoId, isNumberedWithin, mayBeEqual } from "./columns.js";
import {
  findByAllWords,
  isPolymorphic,
  namesOf,
  targetColumn,
  wordsOfTable,
  type Directory,
} from "./directory.js";
import type { RawTable } from "../schemas/source.js";
import type { Reference, TableColumn } from "../tenancy.js";

/** Of the columns that are no links. */
export function namedRowsOf(
  table: RawTable,
  links: readonly { readonly column: string }[],
  directory: Directory,
): readonly Reference[] {
  const linked = new Set(links.map(({ column }) => column));
  return table.columns.flatMap((column): readonly Reference[] => {
    if (linked.has(column.name) || table.primaryKey.includes(column.name) || holdsNoId(column)) return [];
    const found = findByEnding(table, column, directory) ?? findByKey(table, column, directory);
    if (!found || directory.users.includes(found.table)) return [];
    const target = columnNamed(found.table, found.column);
    if (!target || !mayBeEqual(column, table, target, found.table)) return [];
    return [{ column: column.name, table: found.table.name, target: target.name, source: "name" }];
  });
}

interface Found {
  readonly table: RawTable;
  readonly column: string;
}

/** The whole name of a table behind words that are no role: `mail_credentials_id`. */
function findByEnding(table: RawTable, column: TableColumn, directory: Directory): Found | null {
  if (isPolymorphic(table, column)) return null;
  for (const name of namesOf(column)) {
    const words = findIdName(name)?.words.map(synonym) ?? [];
    for (let length = 1; length < words.length; length++) {
      const subject = words.slice(length);
      const target = findByAllWords(table, subject, directory);
      if (!target) continue;
      const key = targetColumn(target, column, table);
      return isOutsideName(words.slice(0, length), subject) || isNumberedWithin(target, key)
        ? null
        : { table: target, column: key };
    }
  }
  return null;
}

/** `custom_domain`, `custom_domain_name`: of a table whose only key is the `name`. */
function findByKey(table: RawTable, column: TableColumn, directory: Directory): Found | null {
  if (familyOf(column.type) !== "text") return null;
  for (const name of namesOf(column)) {
    const words = wordsOf(name).map((word) => synonym(stem(word)));
    if (isDescribingName(words)) continue;
    for (let length = words.length; length > 0; length--) {
      const target = findByAllWords(table, words.slice(0, length), directory);
      if (!target || target === table) continue;
      const key = naturalKeyOf(target);
      if (!key || isDescribingName(wordsOfTable(target))) continue;
      const rest = words.slice(length).join(" ");
      const said = wordsOf(key).map((word) => synonym(stem(word)));
      if (rest === "" || rest === said.join(" ")) return { table: target, column: key };
    }
  }
  return null;
}

/** Its only key, which is a name that people gave, and no id. */
function naturalKeyOf({ primaryKey, columns, foreignKeys }: RawTable): string | null {
  const [key, ...others] = primaryKey;
  if (key === undefined || others.length > 0 || findIdName(key) || ids.has(normalized(key))) return null;
  if (foreignKeys.some((one) => one.columns.includes(key))) return null;
  const column = columns.find(({ name }) => name === key);
  return column && familyOf(column.type) === "text" ? key : null;
}

const ids = new Set(["id", "uuid", "guid", "uid", "ulid", "cuid", "pk"]);
