/** libpg_query's nodes, made by hand: fields as `raw-sql` looks at them, and no others. */
import { caseOf, identifier, listIn, type Tree } from "../other-tree.js";
import type { OtherDialect } from "../parser.js";
import type { Node } from "../tree.js";

/** One text of another dialect on its way into PostgreSQL's nodes. */
export interface Translation {
  readonly dialect: OtherDialect;
  /** What the dialect has, and nobody here reads: one of them, and nothing is known of the statement. */
  readonly unread: Set<string>;
  /** The number of a `?`, by where it stands. */
  placeholderAt(span: Tree): number;
}

export const nothing: Node = {};

export function notRead(translation: Translation, what: string): Node {
  translation.unread.add(what);
  return nothing;
}

export function named(name: string): Node {
  return { String: { sval: name } };
}

export function listOf(items: readonly Node[]): Node {
  return { List: { items } };
}

export function call(name: string, args: readonly Node[]): Node {
  return { FuncCall: { funcname: [named(name)], args } };
}

export function operation(
  kind: string,
  operator: string,
  left: Node | null,
  right: Node,
): { readonly A_Expr: Node } {
  return { A_Expr: { kind, name: [named(operator)], ...(left && { lexpr: left }), rexpr: right } };
}

export function junction(boolop: "AND_EXPR" | "OR_EXPR" | "NOT_EXPR", args: readonly Node[]): Node {
  return { BoolExpr: { boolop, args } };
}

/** What all of them demand; null where there is none. */
export function conjunction(conditions: readonly Node[]): Node | null {
  const [only, ...others] = conditions;
  if (!only) return null;
  return others.length === 0 ? only : junction("AND_EXPR", conditions);
}

/** `{ relation, alias }`: `t`, `t (a, b)` */
export function aliasOf(tree: Tree): { readonly alias?: Node } {
  const alias = tree["alias"];
  const name = caseOf(alias).kind === "" ? null : identifier((alias as Tree)["name"]);
  if (name === null) return {};
  const columns = listIn(alias as Tree, "columns").flatMap(
    (column) => identifier((column as Tree)["name"]) ?? [],
  );
  return {
    alias: { aliasname: name, ...(columns.length > 0 && { colnames: columns.map(named) }) },
  };
}

/** `[{ "Identifier": … }]`: the parts of a name; null where a part of it is none. */
export function partsOfName(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const parts = value.map((part) => identifier(caseOf(part).content));
  return parts.length > 0 && parts.every((part) => part !== null) ? parts : null;
}
