/** Where unqualified names are looked up from here on. */
import { child, children, isNode, isSet, type Node, type SchemaChangeBody, strings, text } from "./node.js";

/** A `VariableSetStmt`. */
export function setVariable(statement: Node): readonly SchemaChangeBody[] {
  if (text(statement, "name") !== "search_path") return [];
  if (text(statement, "kind") !== "VAR_SET_VALUE") return [searchPath(["public"])];
  return [searchPath(children(statement, "args").map((each) => constantText(each) ?? ""))];
}

/** `SELECT pg_catalog.set_config('search_path', '', false)`, which is how `pg_dump` writes it. */
export function setByFunction(select: Node): readonly SchemaChangeBody[] {
  return children(select, "targetList").flatMap((target) => {
    const call = child(child(child(target, "ResTarget"), "val"), "FuncCall");
    const [name, value] = children(call, "args").map(constantText);
    if (strings(call, "funcname").at(-1) !== "set_config" || name?.toLowerCase() !== "search_path") return [];
    return value === undefined || value === null ? [] : [searchPath(value.split(","))];
  });
}

/** The schema that is named for the user is one that hardly anybody makes. */
function searchPath(written: readonly string[]): SchemaChangeBody {
  const schemas = written.map((schema) => schema.trim().replace(/^"(.*)"$/, "$1"));
  return { kind: "search-path", schemas: schemas.filter((schema) => schema !== "" && schema !== "$user") };
}

function constantText(node: Node): string | null {
  const constant = child(node, "A_Const");
  if (!isNode(constant["sval"]) || isSet(constant, "isnull")) return null;
  return text(constant["sval"], "sval") ?? "";
}
