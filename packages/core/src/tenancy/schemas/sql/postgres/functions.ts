/** Functions that policies call: one without parameters whose body is one expression is worth that expression. */
import type { SqlParser } from "../../../../sql/parser.js";
import type { PolicyValue } from "../../../catalog/changes.js";
import {
  child,
  children,
  isNode,
  isSet,
  nameOf,
  type Node,
  type SchemaChangeBody,
  strings,
  text,
} from "./node.js";
import { aloneIn, valueOf } from "./policy-values.js";

/** A `CreateFunctionStmt`. One that is unlike it is told as well, since it may replace one that could be looked into. */
export function createFunction(parser: SqlParser, statement: Node): readonly SchemaChangeBody[] {
  const returns = strings(child(statement, "returnType"), "names").at(-1);
  if (children(statement, "parameters").length > 0 || /^(?:event_)?trigger$/.test(returns ?? "trigger")) {
    return [];
  }
  const options = children(statement, "options").map((each) => child(each, "DefElem"));
  const value = valueReturned(parser, statement, options);
  return [
    {
      kind: "create-function",
      function: nameOf(strings(statement, "funcname")),
      // A literal stands in for a service's function where that is missing: `auth.uid()` as NULL.
      returns: value?.kind === "setting" || value?.kind === "function" ? value : null,
      securityDefiner: options.some(
        (option) =>
          text(option, "defname") === "security" && isSet(child(child(option, "arg"), "Boolean"), "boolval"),
      ),
    },
  ];
}

function valueReturned(parser: SqlParser, statement: Node, options: readonly Node[]): PolicyValue | null {
  if (isNode(statement["sql_body"])) return valueOfBody(statement["sql_body"]);
  const argument = (name: string) =>
    child(options.find((option) => text(option, "defname") === name) ?? {}, "arg");
  const body = strings(child(argument("as"), "List"), "items").join("");
  const language = strings({ word: [argument("language")] }, "word")[0]?.toLowerCase();
  const query = language === "plpgsql" ? queryReturned(body) : body;
  if (query === null || query.length > longestBody) return null;
  const parsed = parser.postgres(query);
  if (!parsed.ok || parsed.statements.length !== 1) return null;
  return valueOfQuery(parsed.statements[0]!.node);
}

/** Longer ones are no single expression. */
const longestBody = 2000;

/** `BEGIN RETURN x; END` as `SELECT x`. */
function queryReturned(body: string): string | null {
  if (body.length > longestBody) return null;
  const returned = /^\s*begin\s+return\b([^;]*);\s*end\b\s*;?\s*$/i.exec(body);
  return returned ? `SELECT ${returned[1]!}` : null;
}

/** `RETURN x`, or a block of one query. */
function valueOfBody(body: Node): PolicyValue | null {
  if (isNode(body["ReturnStmt"])) return valueOf(child(body["ReturnStmt"], "returnval"));
  const [block, ...others] = children(child(body, "List"), "items");
  const statements = block ? children(child(block, "List"), "items") : [];
  return others.length === 0 && statements.length === 1 ? valueOfQuery(statements[0]!) : null;
}

function valueOfQuery(node: Node): PolicyValue | null {
  if (isNode(node["ReturnStmt"])) return valueOf(child(node["ReturnStmt"], "returnval"));
  const alone = aloneIn(child(node, "SelectStmt"));
  return alone ? valueOf(alone) : null;
}
