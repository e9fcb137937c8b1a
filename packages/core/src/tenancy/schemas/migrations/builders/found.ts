/** What was found so far, in order, so that of two branches the one that does not happen can be taken back. */
import type { SchemaChange, UnreadStatement } from "../../../catalog/changes.js";
import type { Call, Step } from "./value.js";

export interface Read {
  /** What the report calls migrations of that tool. */
  readonly kind: string;
  readonly changes: readonly SchemaChange[];
  readonly unread: readonly UnreadStatement[];
}

export type Found =
  | { readonly kind: "read"; readonly step: Step; read: Read }
  /** What a callback says about one table or column. */
  | { readonly kind: "line"; readonly calls: Call[] }
  /** The database is handed to a function that is not here. */
  | { readonly kind: "lost"; readonly line: number; readonly text: string };

/** Called on a table or column by nobody: what is said there happens under a condition. */
export const guard = "(under a condition)";

/** What `follow` found is taken out again; `keep` puts it back. */
export function tried<Result>(
  found: Found[],
  follow: () => Result,
): { readonly result: Result; readonly found: readonly Found[] } {
  const before = found.length;
  const result = follow();
  return { result, found: found.splice(before) };
}

export function keep(found: Found[], one: readonly Found[]): void {
  for (const each of one) found.push(each);
}

/** A condition that can't be decided may ask whether the thing is there already. */
export function keepGuarded(found: Found[], one: readonly Found[]): void {
  for (const each of one) {
    if (each.kind === "line" && each.calls.length > 0) each.calls.push({ name: guard, arguments: [] });
    if (each.kind === "read") each.read = { ...each.read, changes: each.read.changes.map(guarded) };
    found.push(each);
  }
}

export function drop(found: readonly Found[]): void {
  for (const each of found) if (each.kind === "line") each.calls.length = 0;
}

function guarded(change: SchemaChange): SchemaChange {
  if ("ifNotExists" in change) return { ...change, ifNotExists: true };
  return "ifExists" in change ? { ...change, ifExists: true } : change;
}

/** Of two branches, the one that makes more of the schema says how it ends up. */
export function worth(found: readonly Found[]): number {
  return found.reduce((most, each) => Math.max(most, worthOf(each)), 0);
}

function worthOf(found: Found): number {
  if (found.kind === "line") return 1;
  if (found.kind === "lost") return 0.5;
  const { changes, unread } = found.read;
  if (changes.some(({ kind }) => kind === "create-table")) return 3;
  if (changes.some(({ kind }) => kind === "add-column")) return 2;
  return changes.length + unread.length > 0 ? 1 : 0;
}
