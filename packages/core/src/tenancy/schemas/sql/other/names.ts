/** Names in the grammar's JSON. */
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../../../../sql/other-tree.js";
import type { TableName } from "../../../catalog/changes.js";

/** `[{ "Identifier": … }]`: a name with the schemas before it. */
export function objectName(value: unknown): TableName | null {
  if (!Array.isArray(value)) return null;
  const names = value.map((part) => identifier(caseOf(part).content));
  const name = names.at(-1);
  return name === undefined || name === null ? null : { schema: names.at(-2) ?? null, name };
}

/** The column that a part of an index or key names; null for an expression. MySQL's `name(10)` is a prefix of it. */
export function indexedColumn(value: unknown): string | null {
  if (!isTree(value)) return null;
  let expression = caseOf(treeIn(treeIn(value, "column"), "expr"));
  if (expression.kind === "Collate") expression = caseOf(expression.content["expr"]);
  if (expression.kind === "Identifier") return identifier(expression.content);
  return expression.kind === "Function" ? prefixedColumn(expression.content) : null;
}

/** Values that differ in their first characters differ. The grammar takes `name(10)` for a call. */
function prefixedColumn(call: Tree): string | null {
  const [argument, ...others] = listIn(treeIn(treeIn(call, "args"), "List"), "args");
  const value = caseOf(caseOf(caseOf(argument).content["Expr"]).content["value"]).kind;
  return value === "Number" && others.length === 0 ? (objectName(call["name"])?.name ?? null) : null;
}
