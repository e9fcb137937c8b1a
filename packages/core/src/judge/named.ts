/** What the text of a statement names, where nothing more is known of it. */
import { normalized } from "../tenancy/names.js";
import type { TableColumn } from "../tenancy/tenancy.js";

function namesIn(text: string): readonly string[] {
  return text
    .split(/[^\w$]+/)
    .filter((word) => word !== "")
    .map(normalized);
}

export function isNamedIn(text: string, { name, aliases }: TableColumn): boolean {
  const words = namesIn(text);
  return [name, ...aliases].some((one) => words.includes(normalized(one)));
}

/** Or where a table's name stands, something is put in that is not known. What only says how tables are made reads none. */
export function isTableNamedIn(text: string, table: string, isOpen: boolean): boolean {
  const words = namesIn(text);
  if (words.includes(normalized(table))) return true;
  return isOpen && /\b(?:from|join|using)\s{0,99}(?:["`[]?\?|["`[]?\s{0,99}$)/im.test(text);
}
