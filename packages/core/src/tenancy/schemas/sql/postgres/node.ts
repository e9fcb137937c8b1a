/** The nodes of PostgreSQL's grammar, as far as they name tables, and what is read of them. */
import { text, type Node } from "../../../../sql/tree.js";
import type { SchemaChange, TableName } from "../../../catalog/changes.js";

export {
  child,
  children,
  isNode,
  isSet,
  kindOf,
  strings,
  stringsOf,
  text,
  type Node,
} from "../../../../sql/tree.js";

/** A change before it has a place. */
export type SchemaChangeBody = SchemaChange extends infer Change
  ? Change extends SchemaChange
    ? Omit<Change, "line">
    : never
  : never;

/** A `RangeVar`. */
export function tableName(range: Node): TableName {
  return { schema: text(range, "schemaname"), name: text(range, "relname") ?? "" };
}

/** `a`, `a.b`, `a.b.c`, as a list of words. */
export function nameOf(words: readonly string[]): TableName {
  return { schema: words.at(-2) ?? null, name: words.at(-1) ?? "" };
}
