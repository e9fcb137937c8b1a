/** The one order of everything that is reported: files by code unit, then position. It depends on no locale. */
import type { Place } from "./contract.js";

export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export function byPlace(left: Place, right: Place): number {
  return byCodeUnit(left.file, right.file) || left.line - right.line || left.column - right.column;
}

/** What concerns no file comes first. */
export function byFile(
  left: { readonly file: string | null; readonly line?: number | null },
  right: { readonly file: string | null; readonly line?: number | null },
): number {
  return byCodeUnit(left.file ?? "", right.file ?? "") || (left.line ?? 0) - (right.line ?? 0);
}

/** Groups keep the order in which their first member came. */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
