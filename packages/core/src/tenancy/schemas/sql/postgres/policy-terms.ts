/** Conditions of policies, as far as they say which rows belong to whom. */
import type { PolicyQuery, PolicyTerm, PolicyValue, TableName } from "../../../catalog/changes.js";
import { expressionText, holdsNobody } from "../../../../sql/expression-text.js";
import { child, children, isNode, isSet, kindOf, type Node, strings, tableName, text } from "./node.js";
import { aloneIn, valueOf } from "./policy-values.js";

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
      return castTerm(node, body, depth);
    case "ColumnRef":
      return { kind: "equals", left: valueOf(node, depth), right: { kind: "literal", text: "true" } };
    case "NullTest":
      return nullTest(node, body, depth);
    case "BooleanTest":
      return text(body, "booltesttype") === "IS_TRUE" ? termOf(child(body, "arg"), depth + 1) : unknown(node);
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
      return { kind: "or", terms: args.map((each) => termOf(each, depth + 1)) };
    default: {
      const inner = args[0] ? termOf(args[0], depth + 1) : unknown(node);
      return inner.kind === "constant" ? { kind: "constant", value: !inner.value } : unknown(node);
    }
  }
}

/** `'t'::boolean` is how a dump writes `true`; what is NULL lets nothing past. */
function castTerm(node: Node, body: Node, depth: number): PolicyTerm {
  const value = valueOf(child(body, "arg"), depth + 1);
  if (isSet(child(child(body, "arg"), "A_Const"), "isnull")) return { kind: "constant", value: false };
  if (value.kind !== "literal") return termOf(child(body, "arg"), depth + 1);
  if (/^t(?:rue)?$/i.test(value.text)) return { kind: "constant", value: true };
  return /^f(?:alse)?$/i.test(value.text) ? { kind: "constant", value: false } : unknown(node);
}

/** `setting IS NULL`: whoever sets nothing passes. `organization_id IS NULL`: the row is nobody's. */
function nullTest(node: Node, body: Node, depth: number): PolicyTerm {
  if (text(body, "nulltesttype") !== "IS_NULL") return unknown(node);
  const value = valueOf(child(body, "arg"), depth);
  return value.kind === "column" ? { ...unknown(node), isNull: value } : unknown(node);
}

function comparison(node: Node, body: Node, depth: number): PolicyTerm {
  if (strings(body, "name").at(-1) !== "=") return unknown(node);
  const [left, right] = [child(body, "lexpr"), child(body, "rexpr")];
  if (text(body, "kind") === "AEXPR_OP" && isTrue(right) && !("ColumnRef" in left))
    return termOf(left, depth + 1);
  switch (text(body, "kind")) {
    case "AEXPR_OP": {
      const query = queryIn(right, depth);
      if (query) return { kind: "in-query", value: valueOf(left, depth), query };
      const other = queryIn(left, depth);
      if (other) return { kind: "in-query", value: valueOf(right, depth), query: other };
      return equality(node, left, right, depth);
    }
    case "AEXPR_OP_ANY":
      return isNode(right["A_ArrayExpr"])
        ? oneOf(node, left, children(right["A_ArrayExpr"], "elements"), depth)
        : equality(node, left, right, depth);
    case "AEXPR_IN":
      return oneOf(node, left, children(child(right, "List"), "items"), depth);
    default:
      return unknown(node);
  }
}

/** `is_member_of(organization_id) = true`. */
function isTrue(node: Node): boolean {
  return isSet(child(child(node, "A_Const"), "boolval"), "boolval");
}

function oneOf(node: Node, left: Node, items: readonly Node[], depth: number): PolicyTerm {
  return { kind: "or", terms: items.map((item) => equality(node, left, item, depth)) };
}

function equality(node: Node, left: Node, right: Node, depth: number): PolicyTerm {
  const fallback = fallbackToRow(left, right, depth) ?? fallbackToRow(right, left, depth);
  if (fallback) return fallback;
  const sides = [valueOf(left, depth), valueOf(right, depth)] as const;
  if (sides.some(({ kind }) => kind === "unknown") && holdsNobody(node)) return unknown(node);
  return { kind: "equals", left: sides[0], right: sides[1] };
}

/** `org_id = coalesce(setting, org_id)`: without the setting every row is equal to itself. */
function fallbackToRow(node: Node, other: Node, depth: number): PolicyTerm | null {
  const [first, ...others] = children(child(withoutCasts(node), "CoalesceExpr"), "args");
  if (!first || !others.some((each) => "ColumnRef" in withoutCasts(each))) return null;
  const value = valueOf(first, depth);
  if (value.kind !== "setting" && value.kind !== "function") return null;
  const missing = `${expressionText(first)} IS NULL`;
  return {
    kind: "or",
    terms: [
      { kind: "equals", left: valueOf(other, depth), right: value },
      { kind: "unknown", text: missing, indifferent: true },
    ],
  };
}

function withoutCasts(node: Node): Node {
  let inner = node;
  while (isNode(inner["TypeCast"])) inner = child(inner["TypeCast"], "arg");
  return inner;
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
  const value = valueOf(child(body, "testexpr"), depth);
  // `IN (SELECT my_organizations())`: what the function gives is the set.
  return query.from.length === 0 && query.where === null && query.selects
    ? { kind: "equals", left: value, right: query.selects }
    : { kind: "in-query", value, query };
}

/** `x = (SELECT … FROM …)`. */
function queryIn(node: Node, depth: number): PolicyQuery | null {
  const link = child(withoutCasts(node), "SubLink");
  const select = child(child(link, "subselect"), "SelectStmt");
  return text(link, "subLinkType") === "EXPR_SUBLINK" && aloneIn(select) === null
    ? queryOf(select, depth)
    : null;
}

/** What makes a query more than a choice of rows. A limit only takes some away. */
const furtherClauses = ["larg", "withClause", "groupClause", "havingClause", "valuesLists"] as const;

function queryOf(select: Node, depth: number): PolicyQuery | null {
  if (depth > deepest || furtherClauses.some((clause) => clause in select)) return null;
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
    if (text(join, "jointype") === "JOIN_INNER") terms.push(...joinTerms(join, level + 1));
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

function joinTerms(join: Node, depth: number): readonly PolicyTerm[] {
  if (isNode(join["quals"])) return [termOf(join["quals"], depth)];
  if (isSet(join, "isNatural")) return [{ kind: "unknown", text: "NATURAL JOIN" }];
  const [left, right] = [callNameOf(child(join, "larg")), callNameOf(child(join, "rarg"))];
  return strings(join, "usingClause").map((column): PolicyTerm => {
    if (left === null || right === null) return { kind: "unknown", text: `USING (${column})` };
    const side = (table: string): PolicyValue => ({ kind: "column", table, column });
    return { kind: "equals", left: side(left), right: side(right) };
  });
}

/** What the query calls a table of its `FROM`. */
function callNameOf(node: Node): string | null {
  const range = child(node, "RangeVar");
  return text(child(range, "alias"), "aliasname") ?? text(range, "relname");
}

function unknown(node: Node): Extract<PolicyTerm, { kind: "unknown" }> {
  const told = { kind: "unknown", text: expressionText(node) } as const;
  return holdsNobody(node) ? { ...told, indifferent: true } : told;
}
