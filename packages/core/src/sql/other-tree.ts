/** The JSON of `sqlparser-rs`, of which nothing is believed before it is looked at. */

export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function treeIn(tree: Tree, field: string): Tree {
  const value = tree[field];
  return isTree(value) ? value : {};
}

export function listIn(tree: Tree, field: string): readonly unknown[] {
  const value = tree[field];
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A case of a Rust enum: `"NotNull"`, `{ "Default": … }`. */
export function caseOf(value: unknown): { readonly kind: string; readonly content: Tree } {
  if (typeof value === "string") return { kind: value, content: {} };
  if (!isTree(value)) return { kind: "", content: {} };
  const [kind = "", content] = Object.entries(value)[0] ?? [];
  return { kind, content: isTree(content) ? content : { value: content } };
}

export function identifier(value: unknown): string | null {
  const text = isTree(value) ? value["value"] : undefined;
  return typeof text === "string" ? text : null;
}
