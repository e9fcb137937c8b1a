/** Expressions that nobody can look into, told in short: the tree has no text of its own. */
import { child, children, isNode, isSet, kindOf, type Node, strings, text } from "./tree.js";

const longest = 200;
const deepest = 6;

/** At most 200 characters. */
export function expressionText(node: Node): string {
  const told = tell(node, 0);
  return told.length > longest ? `${told.slice(0, longest - 1)}…` : told;
}

/** Lower case, with its schema; PostgreSQL's own functions without. */
export function callName(call: Node): string {
  return strings(call, "funcname")
    .join(".")
    .toLowerCase()
    .replace(/^pg_catalog\./, "");
}

function tell(node: Node, depth: number): string {
  const kind = kindOf(node);
  const body = child(node, kind);
  if (depth > deepest) return "…";
  const inner = (field: string) => tell(child(body, field), depth + 1);
  switch (kind) {
    case "ColumnRef":
      return children(body, "fields")
        .map((field) => ("A_Star" in field ? "*" : (text(child(field, "String"), "sval") ?? "…")))
        .join(".");
    case "A_Const":
      return tellConstant(body);
    case "ParamRef":
      return "?";
    case "TypeCast":
      return inner("arg");
    case "FuncCall":
      return `${callName(body)}(${tellAll(children(body, "args"), ", ", depth)})`;
    case "SQLValueFunction":
      return (text(body, "op") ?? "").replace("SVFOP_", "").toLowerCase();
    case "CoalesceExpr":
      return `coalesce(${tellAll(children(body, "args"), ", ", depth)})`;
    case "NullTest":
      return `${inner("arg")} IS ${text(body, "nulltesttype") === "IS_NULL" ? "" : "NOT "}NULL`;
    case "BooleanTest":
      return `${inner("arg")} ${(text(body, "booltesttype") ?? "").replaceAll("_", " ")}`;
    case "BoolExpr":
      return tellJunction(body, depth);
    case "A_Expr":
      return tellOperation(body, inner);
    case "List":
      return `(${tellAll(children(body, "items"), ", ", depth)})`;
    case "A_ArrayExpr":
      return `ARRAY[${tellAll(children(body, "elements"), ", ", depth)}]`;
    case "SubLink":
      return tellSubLink(body, inner, depth);
    default:
      return "…";
  }
}

/** More of them than a person reads are left out. */
function tellAll(nodes: readonly Node[], between: string, depth: number): string {
  const told = nodes.slice(0, 8).map((each) => tell(each, depth + 1));
  return (nodes.length > told.length ? [...told, "…"] : told).join(between);
}

function tellConstant(body: Node): string {
  if (isNode(body["sval"])) return `'${text(body["sval"], "sval") ?? ""}'`;
  if (isNode(body["fval"])) return text(body["fval"], "fval") ?? "0";
  if (isNode(body["ival"])) return String(body["ival"]["ival"] ?? 0);
  if (isNode(body["boolval"])) return String(isSet(body["boolval"], "boolval"));
  return isSet(body, "isnull") ? "NULL" : "…";
}

function tellJunction(body: Node, depth: number): string {
  const args = children(body, "args");
  switch (text(body, "boolop")) {
    case "AND_EXPR":
      return `(${tellAll(args, " AND ", depth)})`;
    case "OR_EXPR":
      return `(${tellAll(args, " OR ", depth)})`;
    default:
      return `NOT ${tellAll(args, "", depth)}`;
  }
}

function tellOperation(body: Node, inner: (field: string) => string): string {
  const operator = strings(body, "name").at(-1) ?? "";
  switch (text(body, "kind")) {
    case "AEXPR_NULLIF":
      return `nullif(${inner("lexpr")}, ${inner("rexpr")})`;
    case "AEXPR_OP_ANY":
      return `${inner("lexpr")} ${operator} ANY (${inner("rexpr")})`;
    case "AEXPR_OP_ALL":
      return `${inner("lexpr")} ${operator} ALL (${inner("rexpr")})`;
    case "AEXPR_IN":
      return `${inner("lexpr")} ${operator === "=" ? "IN" : "NOT IN"} ${inner("rexpr")}`;
    case "AEXPR_DISTINCT":
      return `${inner("lexpr")} IS DISTINCT FROM ${inner("rexpr")}`;
    case "AEXPR_NOT_DISTINCT":
      return `${inner("lexpr")} IS NOT DISTINCT FROM ${inner("rexpr")}`;
    default:
      return `${isNode(body["lexpr"]) ? `${inner("lexpr")} ` : ""}${operator} ${inner("rexpr")}`;
  }
}

function tellSubLink(body: Node, inner: (field: string) => string, depth: number): string {
  const select = child(child(body, "subselect"), "SelectStmt");
  const from = children(select, "fromClause").map((each) => text(child(each, "RangeVar"), "relname") ?? "…");
  const target = child(children(select, "targetList")[0] ?? {}, "ResTarget");
  const query = `(SELECT ${tell(child(target, "val"), depth + 1)}${from.length > 0 ? ` FROM ${from.slice(0, 8).join(", ")} …` : ""})`;
  switch (text(body, "subLinkType")) {
    case "EXISTS_SUBLINK":
      return `EXISTS ${query}`;
    case "ANY_SUBLINK":
      return `${inner("testexpr")} IN ${query}`;
    default:
      return query;
  }
}

/** More than that is nothing a person wrote. */
const mostNodes = 1000;

/** They say the same of every row, or only of what stands in it. */
const plainCalls: ReadonlySet<string> = new Set(
  "now clock_timestamp statement_timestamp transaction_timestamp timezone date_trunc date_part age lower upper btrim ltrim rtrim length char_length abs round".split(
    " ",
  ),
);

/**
 * Whether a condition can't hold a row to a tenant, whatever it comes to: it looks at no column (`auth.uid() IS NOT NULL`,
 * `is_admin()`), or at columns and nothing that says who asks (`status <> 'draft'`).
 */
export function holdsNobody(condition: Node): boolean {
  let looksAtRow = false;
  let asksWho = false;
  const waiting: unknown[] = [condition];
  for (let steps = 0; waiting.length > 0; steps++) {
    const value = waiting.pop();
    if (steps > mostNodes || waiting.length > mostNodes) return false;
    if (Array.isArray(value)) {
      if (value.length > mostNodes) return false;
      waiting.push(...value);
    } else if (isNode(value)) {
      if ("SubLink" in value) return false;
      if ("ColumnRef" in value || "ParamRef" in value) looksAtRow = true;
      const call = value["FuncCall"];
      if (isNode(call) && !plainCalls.has(callName(call))) asksWho = true;
      const known = value["SQLValueFunction"];
      if (isNode(known) && !/DATE|TIME/.test(text(known, "op") ?? "")) asksWho = true;
      waiting.push(...Object.values(value));
    }
  }
  return !(looksAtRow && asksWho);
}
