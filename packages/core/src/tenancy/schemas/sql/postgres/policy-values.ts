/** What conditions of policies compare: columns, settings, functions that say who asks. */
import type { PolicyValue } from "../../../catalog/changes.js";
import { callName, expressionText } from "../../../../sql/expression-text.js";
import { child, children, isNode, isSet, kindOf, type Node, strings, text } from "./node.js";

const deepest = 100;

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
    case "ColumnRef":
      return columnOf(node, body);
    case "A_Const":
      return literalOf(body) ?? unknown(node);
    case "FuncCall":
      return callOf(node, body, depth);
    case "SQLValueFunction":
      return { kind: "function", name: (text(body, "op") ?? "").replace("SVFOP_", "").toLowerCase() };
    case "CoalesceExpr":
      return coalesced(node, children(body, "args"), depth);
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

/** `(SELECT auth.uid())` is that call, written so that it runs once for all rows. */
export function aloneIn(select: Node): Node | null {
  const targets = children(select, "targetList");
  const isBare = !("fromClause" in select) && !("whereClause" in select) && !("larg" in select);
  return isBare && targets.length === 1 ? child(child(targets[0]!, "ResTarget"), "val") : null;
}

function columnOf(node: Node, body: Node): PolicyValue {
  const words = strings(body, "fields");
  const isWhole = words.length < children(body, "fields").length;
  const column = words.at(-1);
  return column === undefined || isWhole
    ? unknown(node)
    : { kind: "column", table: words.at(-2) ?? null, column };
}

/** Of a setting, and of what the others stand in for it with: `''` is as good as nothing, another setting names somebody. */
function coalesced(node: Node, args: readonly Node[], depth: number): PolicyValue {
  const [first, ...others] = args.map((each) => valueOf(each, depth + 1));
  if (first?.kind !== "setting" && first?.kind !== "function") return unknown(node);
  const named = others.filter((each) => !isNothing(each));
  if (named.every((each) => each.kind === "setting" || each.kind === "function")) return first;
  if (first.kind === "function" || named.some(({ kind }) => kind !== "literal")) return unknown(node);
  return { ...first, fallback: true };
}

function isNothing(value: PolicyValue): boolean {
  return value.kind === "literal" && value.text === "";
}

function operationOf(node: Node, body: Node, depth: number): PolicyValue {
  const left = valueOf(child(body, "lexpr"), depth + 1);
  const right = valueOf(child(body, "rexpr"), depth + 1);
  if (right.kind !== "literal" || (left.kind !== "function" && left.kind !== "setting")) return unknown(node);
  if (text(body, "kind") === "AEXPR_NULLIF") {
    if (right.text !== "") return unknown(node);
    return left.kind === "setting" ? { ...left, emptyIsNull: true } : left;
  }
  const operator = strings(body, "name").at(-1) ?? "";
  if (!["->>", "->", "#>>", "#>"].includes(operator)) return unknown(node);
  return left.name === null ? left : { ...left, name: `${left.name}${operator}'${right.text}'` };
}

function callOf(node: Node, body: Node, depth: number): PolicyValue {
  const name = callName(body);
  const args = children(body, "args");
  if (name === "current_setting") return settingOf(args, depth);
  if (name === "string_to_array" && args[0]) {
    const list = valueOf(args[0], depth + 1);
    return list.kind === "setting" ? list : unknown(node);
  }
  return args.length === 0 ? { kind: "function", name } : unknown(node);
}

function settingOf([name, missing]: readonly Node[], depth: number): PolicyValue {
  const known = name ? valueOf(name, depth + 1) : null;
  const asked = missing ? valueOf(missing, depth + 1) : null;
  return {
    kind: "setting",
    name: known?.kind === "literal" ? known.text : null,
    missingOk: asked?.kind === "literal" && /^t(?:rue)?$/i.test(asked.text),
    emptyIsNull: false,
    fallback: false,
    cast: null,
  };
}

function literalOf(body: Node): PolicyValue | null {
  if (isNode(body["sval"])) return { kind: "literal", text: text(body["sval"], "sval") ?? "" };
  if (isNode(body["fval"])) return { kind: "literal", text: text(body["fval"], "fval") ?? "" };
  if (isNode(body["ival"])) return { kind: "literal", text: String(body["ival"]["ival"] ?? 0) };
  if (isNode(body["boolval"])) return { kind: "literal", text: String(isSet(body["boolval"], "boolval")) };
  return isSet(body, "isnull") ? { kind: "literal", text: "" } : null;
}

function unknown(node: Node): PolicyValue {
  return { kind: "unknown", text: expressionText(node) };
}
