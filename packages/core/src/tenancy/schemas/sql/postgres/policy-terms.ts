/** Conditions of policies, as far as they say which rows belong to whom. */
import type { PolicyQuery, PolicyTerm, PolicyValue, TableName } from "../../../catalog/changes.js";
import { child, children, isNode, isSet, kindOf, type Node, strings, tableName, text } from "./node.js";

/** Nobody writes deeper ones by hand, and what is deeper is left unknown. */
const deepest = 100;

export function termOf(node: Node, depth = 0): PolicyTerm {
  const kind = kindOf(node);
  const body = child(node, kind);
  if (depth > deepest) return unknown(node);
  switch (kind) {
    case "BoolExpr":
      return junction(node, body, depth);
    case "A_Const":
      if (isNode(body["boolval"])) return { kind: "constant", value: isSet(body["boolval"], "boolval") };
      return isSet(body, "isnull") ? { kind: "constant", value: false } : unknown(node);
    case "TypeCast":
      return termOf(child(body, "arg"), depth + 1);
    case "A_Expr":
      return comparison(node, body, depth);
    case "SubLink":
      return subLink(node, body, depth);
    default:
      return unknown(node);
  }
}

function junction(node: Node, body: Node, depth: number): PolicyTerm {
  const args = children(body, "args");
  switch (text(body, "boolop")) {
    case "AND_EXPR":
      return { kind: "and", terms: args.map((each) => termOf(each, depth + 1)) };
    case "OR_EXPR":
      return { kind: "or", terms: args.map((each) => armOf(each, depth + 1)) };
    default: {
      const inner = args[0] ? termOf(args[0], depth + 1) : unknown(node);
      return inner.kind === "constant" ? { kind: "constant", value: !inner.value } : unknown(node);
    }
  }
}

/** `setting IS NULL OR …`: whoever sets nothing passes, so that arm holds nobody. */
function armOf(node: Node, depth: number): PolicyTerm {
  const test = child(node, "NullTest");
  const asksMissing = text(test, "nulltesttype") === "IS_NULL";
  return asksMissing && valueOf(child(test, "arg"), depth).kind === "setting"
    ? { kind: "constant", value: true }
    : termOf(node, depth);
}

function comparison(node: Node, body: Node, depth: number): PolicyTerm {
  if (strings(body, "name").at(-1) !== "=") return unknown(node);
  const [left, right] = [child(body, "lexpr"), child(body, "rexpr")];
  switch (text(body, "kind")) {
    case "AEXPR_OP": {
      const query = queryIn(right, depth);
      if (query) return { kind: "in-query", value: valueOf(left, depth), query };
      const other = queryIn(left, depth);
      if (other) return { kind: "in-query", value: valueOf(right, depth), query: other };
      return { kind: "equals", left: valueOf(left, depth), right: valueOf(right, depth) };
    }
    case "AEXPR_IN": {
      const value = valueOf(left, depth);
      const items = children(child(right, "List"), "items");
      return {
        kind: "or",
        terms: items.map((item) => ({ kind: "equals", left: value, right: valueOf(item, depth) })),
      };
    }
    default:
      return unknown(node);
  }
}

function subLink(node: Node, body: Node, depth: number): PolicyTerm {
  const select = child(child(body, "subselect"), "SelectStmt");
  const type = text(body, "subLinkType");
  if (type === "EXPR_SUBLINK") {
    const alone = aloneIn(select);
    return alone ? termOf(alone, depth + 1) : unknown(node);
  }
  const query = queryOf(select, depth);
  if (query === null) return unknown(node);
  if (type === "EXISTS_SUBLINK") return { kind: "exists", query };
  const operator = strings(body, "operName").at(-1) ?? "=";
  if (type !== "ANY_SUBLINK" || operator !== "=") return unknown(node);
  return { kind: "in-query", value: valueOf(child(body, "testexpr"), depth), query };
}

/** `x = (SELECT … FROM …)`. */
function queryIn(node: Node, depth: number): PolicyQuery | null {
  const link = child(node, "SubLink");
  const select = child(child(link, "subselect"), "SelectStmt");
  return text(link, "subLinkType") === "EXPR_SUBLINK" && aloneIn(select) === null
    ? queryOf(select, depth)
    : null;
}

/** `(SELECT auth.uid())` is that call, written so that it runs once for all rows. */
function aloneIn(select: Node): Node | null {
  const targets = children(select, "targetList");
  const isBare = !("fromClause" in select) && !("whereClause" in select) && !("larg" in select);
  return isBare && targets.length === 1 ? child(child(targets[0]!, "ResTarget"), "val") : null;
}

function queryOf(select: Node, depth: number): PolicyQuery | null {
  if (depth > deepest || "larg" in select || "withClause" in select || "groupClause" in select) return null;
  const from: TableName[] = [];
  const aliases: [string, string][] = [];
  const terms: PolicyTerm[] = [];
  const enter = (node: Node, level: number): boolean => {
    if (level > deepest) return false;
    if (isNode(node["RangeVar"])) {
      const table = tableName(node["RangeVar"]);
      const alias = text(child(node["RangeVar"], "alias"), "aliasname");
      from.push(table);
      if (alias !== null && alias !== table.name) aliases.push([alias, table.name]);
      return true;
    }
    if (!isNode(node["JoinExpr"])) return false;
    const join = node["JoinExpr"];
    // An outer join keeps rows that its condition does not hold for.
    if (text(join, "jointype") === "JOIN_INNER" && isNode(join["quals"])) {
      terms.push(termOf(join["quals"], level + 1));
    }
    return enter(child(join, "larg"), level + 1) && enter(child(join, "rarg"), level + 1);
  };
  if (!children(select, "fromClause").every((each) => enter(each, depth + 1))) return null;
  if (isNode(select["whereClause"])) terms.push(termOf(select["whereClause"], depth + 1));
  const target = children(select, "targetList")[0];
  return {
    from,
    aliases: Object.fromEntries(aliases),
    selects: target ? valueOf(child(child(target, "ResTarget"), "val"), depth + 1) : null,
    where: terms.length > 1 ? { kind: "and", terms } : (terms[0] ?? null),
  };
}

export function valueOf(node: Node, depth = 0): PolicyValue {
  const kind = kindOf(node);
  const body = child(node, kind);
  if (depth > deepest) return unknown(node);
  switch (kind) {
    case "TypeCast": {
      const value = valueOf(child(body, "arg"), depth + 1);
      const cast = strings(child(body, "typeName"), "names").at(-1) ?? null;
      return value.kind === "setting" ? { ...value, cast } : value;
    }
    case "ColumnRef": {
      const words = strings(body, "fields");
      const column = words.at(-1);
      return column === undefined ? unknown(node) : { kind: "column", table: words.at(-2) ?? null, column };
    }
    case "A_Const":
      return literalOf(body) ?? unknown(node);
    case "FuncCall":
      return callOf(node, body, depth);
    case "SQLValueFunction":
      return { kind: "function", name: (text(body, "op") ?? "").replace("SVFOP_", "").toLowerCase() };
    case "CoalesceExpr": {
      const [first, ...others] = children(body, "args").map((each) => valueOf(each, depth + 1));
      return first?.kind === "setting" ? { ...first, fallback: others.length > 0 } : unknown(node);
    }
    case "SubLink": {
      const alone = aloneIn(child(child(body, "subselect"), "SelectStmt"));
      return alone && text(body, "subLinkType") === "EXPR_SUBLINK"
        ? valueOf(alone, depth + 1)
        : unknown(node);
    }
    case "A_Expr":
      return operationOf(node, body, depth);
    default:
      return unknown(node);
  }
}

function operationOf(node: Node, body: Node, depth: number): PolicyValue {
  const left = valueOf(child(body, "lexpr"), depth + 1);
  const right = valueOf(child(body, "rexpr"), depth + 1);
  if (right.kind !== "literal") return unknown(node);
  if (text(body, "kind") === "AEXPR_NULLIF") {
    return left.kind === "setting" && right.text === "" ? { ...left, emptyIsNull: true } : unknown(node);
  }
  const operator = strings(body, "name").at(-1) ?? "";
  if (operator !== "->>" && operator !== "->") return unknown(node);
  if (left.kind !== "function" && left.kind !== "setting") return unknown(node);
  return left.name === null ? left : { ...left, name: `${left.name}${operator}'${right.text}'` };
}

function callOf(node: Node, body: Node, depth: number): PolicyValue {
  const name = callName(body);
  const args = children(body, "args");
  if (name !== "current_setting")
    return args.length === 0 ? { kind: "function", name: `${name}()` } : unknown(node);
  const setting = args[0] ? valueOf(args[0], depth + 1) : null;
  const missing = args[1] ? termOf(args[1], depth + 1) : null;
  return {
    kind: "setting",
    name: setting?.kind === "literal" ? setting.text : null,
    missingOk: missing?.kind === "constant" && missing.value,
    emptyIsNull: false,
    fallback: false,
    cast: null,
  };
}

function callName(body: Node): string {
  return strings(body, "funcname")
    .join(".")
    .toLowerCase()
    .replace(/^pg_catalog\./, "");
}

function literalOf(body: Node): PolicyValue | null {
  if (isNode(body["sval"])) return { kind: "literal", text: text(body["sval"], "sval") ?? "" };
  if (isNode(body["fval"])) return { kind: "literal", text: text(body["fval"], "fval") ?? "" };
  if (isNode(body["ival"])) return { kind: "literal", text: String(body["ival"]["ival"] ?? 0) };
  if (isNode(body["boolval"])) return { kind: "literal", text: String(isSet(body["boolval"], "boolval")) };
  return null;
}

/** The tree has no text, so a call is told by its name and columns, and anything else by its kind. */
function unknown(node: Node): { readonly kind: "unknown"; readonly text: string } {
  const call = child(node, "FuncCall");
  if (!("funcname" in call)) return { kind: "unknown", text: kindOf(node) };
  const args = children(call, "args").map(
    (each) => strings(child(each, "ColumnRef"), "fields").join(".") || "…",
  );
  return { kind: "unknown", text: `${callName(call)}(${args.join(", ")})` };
}
