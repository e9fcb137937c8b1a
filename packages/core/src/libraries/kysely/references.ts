/** Kysely's string references: `"table as t"`, `"t.column as name"`. */
import type { Column } from "../../constraint/predicate.js";

export interface Named {
  readonly name: string;
  readonly alias: string | null;
}

export function splitAlias(text: string): Named {
  const match = /^(.*?)\s+as\s+(\S+)$/i.exec(text.trim());
  return match ? { name: match[1]!.trim(), alias: match[2]! } : { name: text.trim(), alias: null };
}

/** Null for what is no plain column: a path into JSON, a star. */
export function columnOf(text: string): Column | null {
  const { name } = splitAlias(text);
  if (name.includes("->") || name.endsWith("*") || name === "") return null;
  const parts = name.split(".");
  return { table: parts.length > 1 ? parts[parts.length - 2]! : null, name: parts[parts.length - 1]! };
}

/** The name by which columns of a table are qualified when it has no alias. */
export function qualifierOf(table: string): string {
  return table.split(".").at(-1)!;
}
