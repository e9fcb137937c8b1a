/** Looking at libpg_query's nodes: JSON in which a field that has its zero value is left out. */

export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The node in a field; one without fields where there is none. */
export function child(node: Node, field: string): Node {
  const value = node[field];
  return isNode(value) ? value : {};
}

export function children(node: Node, field: string): readonly Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function text(node: Node, field: string): string | null {
  const value = node[field];
  return typeof value === "string" ? value : null;
}

export function isSet(node: Node, field: string): boolean {
  return node[field] === true;
}

/** `{ "ColumnDef": {…} }`: its only field is its kind. */
export function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

/** The texts of `{ "String": { "sval": … } }`. */
export function strings(node: Node, field: string): readonly string[] {
  return stringsOf(children(node, field));
}

export function stringsOf(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((each) => text(child(each, "String"), "sval") ?? []);
}
