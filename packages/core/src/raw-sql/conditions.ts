/** Conditions: what a WHERE or an ON demands of a row, as predicates. */
import {
  always,
  and,
  never,
  not,
  or,
  type Column,
  type Operand,
  type Predicate,
} from "../constraint/predicate.js";
import { expressionText } from "../sql/expression-text.js";
import { child, children, isNode, isSet, kindOf, strings, text, type Node } from "../sql/tree.js";
import { operandOf } from "../trace/operand.js";
import { openIn, partsOf } from "./conjuncts.js";
import type { Slot } from "./text.js";
import { firstParameter, flatText } from "./variants.js";
import { deeper, openProblem, unread, type Reading, type Scope } from "./reading.js";
import { selectOf } from "./select.js";
import { nestedIn } from "./sub-queries.js";
import { columnOf, elementsOf, isFixed, onlyOutput, parametersIn, termOf, type Term } from "./terms.js";

export function conditionOf(reading: Reading, scope: Scope, node: Node): Predicate {
  return deeper(reading, () => condition(reading, scope, node), unread("it is nested too deeply"));
}

function condition(reading: Reading, scope: Scope, node: Node): Predicate {
  const kind = kindOf(node);
  const body = child(node, kind);
  switch (kind) {
    case "BoolExpr":
      return junction(reading, scope, body);
    case "A_Const":
      if (isSet(body, "isnull")) return never;
      return isNode(body["boolval"]) && !isSet(body["boolval"], "boolval") ? never : always;
    case "TypeCast":
      return conditionOf(reading, scope, child(body, "arg"));
    case "ParamRef":
      return parameterCondition(reading, scope, body);
    case "NullTest":
      return nullTest(reading, scope, node, body);
    case "BooleanTest":
      if (text(body, "booltesttype") === "IS_TRUE") return conditionOf(reading, scope, child(body, "arg"));
      return other(reading, scope, node);
    case "A_Expr":
      return comparison(reading, scope, node, body);
    case "SubLink":
      return subLink(reading, scope, node, body);
    case "CaseExpr":
      return decidedCase(reading, scope, body) ?? other(reading, scope, node);
    default:
      return other(reading, scope, node);
  }
}

function junction(reading: Reading, scope: Scope, body: Node): Predicate {
  const args = children(body, "args");
  switch (text(body, "boolop")) {
    case "AND_EXPR":
      return and(args.map((each) => conditionOf(reading, scope, each)));
    case "OR_EXPR":
      return disjunction(reading, scope, args);
    default:
      return args[0] ? not(conditionOf(reading, scope, args[0])) : always;
  }
}

/** `organization_id = $1 OR $1 IS NULL`: the same for all rows, so the program decides whether there is a filter at all. */
function disjunction(reading: Reading, scope: Scope, args: readonly Node[]): Predicate {
  const deciding = args.filter((each) => isDecidedByValues(reading, scope, each));
  const others = args.filter((each) => !deciding.includes(each));
  const filter = or(others.map((each) => conditionOf(reading, scope, each)));
  const [first] = deciding;
  if (!first) return filter;
  return { kind: "choice", arms: [filter, always], reason: reasonOf(reading, first) };
}

/** Not one alone, which may as well be SQL that was put together elsewhere. */
function isDecidedByValues(reading: Reading, scope: Scope, node: Node): boolean {
  const parameters = parametersIn(node);
  return (
    parameters.length > 0 &&
    !("ParamRef" in node) &&
    isFixed(scope, node) &&
    parameters.every((one) => reading.slotOf(one)?.kind === "value")
  );
}

/** The value that decides, in the author's words. */
function reasonOf(reading: Reading, node: Node): string {
  for (const parameter of parametersIn(node)) {
    const slot = reading.slotOf(parameter);
    if (slot?.kind === "value") return operandOf(slot.value).text;
  }
  return expressionText(node);
}

/** `CASE WHEN $1 THEN … ELSE … END`, where rows do not decide which. */
function decidedCase(reading: Reading, scope: Scope, body: Node): Predicate | null {
  const cases = children(body, "args").map((each) => child(each, "CaseWhen"));
  if (isNode(body["arg"]) || !cases.every((each) => isFixed(scope, child(each, "expr")))) return null;
  const results = [...cases.map((each) => child(each, "result")), child(body, "defresult")];
  return {
    kind: "choice",
    arms: results.map((each) => (kindOf(each) === "" ? never : conditionOf(reading, scope, each))),
    reason: cases[0] ? reasonOf(reading, child(cases[0], "expr")) : "",
  };
}

/** A parameter alone: a truth value, what a builder made, or SQL that we do not know. */
function parameterCondition(reading: Reading, scope: Scope, body: Node): Predicate {
  const slot = reading.slotOf(Number(body["number"] ?? 0));
  switch (slot?.kind) {
    case "expression":
      scope.nested.push(...slot.nested);
      return slot.predicate;
    case "condition":
      return chosenCondition(reading, scope, slot);
    case "query":
      scope.nested.push(slot.selection);
      return unread("a sub-query");
    case "value": {
      const { value } = slot;
      if (value.kind === "literal") return value.value === true ? always : never;
      reading.problems.add(openProblem(value, false));
      reading.open.push(value);
      return unread("a filter built elsewhere");
    }
    default:
      return unread("a parameter");
  }
}

/** Each of the options in the place of the parameter. */
function chosenCondition(reading: Reading, scope: Scope, slot: Slot & { kind: "condition" }): Predicate {
  const arms = slot.options.map((option) => {
    const flat = option && flatText(option);
    const parts = flat && partsOf(reading.grammar, flat.text);
    if (!flat || !parts) return slot.neutral;
    for (const open of openIn(flat.slots)) {
      reading.problems.add(openProblem(open.value, open.isSpliced));
      reading.open.push(open.value);
    }
    const inside: Reading = {
      ...reading,
      slotOf: (parameter) =>
        parameter >= firstParameter
          ? (flat.slots[parameter - firstParameter] ?? null)
          : reading.slotOf(parameter),
    };
    return and(parts.map((part) => conditionOf(inside, scope, part)));
  });
  return { kind: "choice", arms, reason: slot.reason };
}

function nullTest(reading: Reading, scope: Scope, node: Node, body: Node): Predicate {
  const tested = termOf(reading, scope, child(body, "arg"));
  if (tested.kind !== "column") return other(reading, scope, node);
  const isNull: Predicate = { kind: "isNull", column: tested.column };
  return text(body, "nulltesttype") === "IS_NULL" ? isNull : not(isNull);
}

function comparison(reading: Reading, scope: Scope, node: Node, body: Node): Predicate {
  const operator = strings(body, "name").at(-1) ?? "";
  const [left, right] = [child(body, "lexpr"), child(body, "rexpr")];
  const isEqual = operator === "=";
  const isUnequal = operator === "<>" || operator === "!=";
  switch (text(body, "kind")) {
    case "AEXPR_OP":
      if (isEqual) return equality(reading, scope, node, left, right);
      if (isUnequal) return not(equality(reading, scope, node, left, right));
      return other(reading, scope, node);
    case "AEXPR_NOT_DISTINCT":
      return sameOrBothNull(reading, scope, node, left, right);
    case "AEXPR_DISTINCT":
      return not(equality(reading, scope, node, left, right));
    case "AEXPR_OP_ANY":
      return isEqual ? anyOf(reading, scope, node, left, right) : other(reading, scope, node);
    case "AEXPR_IN": {
      const listed = isIn(reading, scope, node, left, children(child(right, "List"), "items"));
      return isEqual ? listed : not(listed);
    }
    default:
      return other(reading, scope, node);
  }
}

function equality(reading: Reading, scope: Scope, node: Node, left: Node, right: Node): Predicate {
  const fallback = orEverything(reading, scope, left, right) ?? orEverything(reading, scope, right, left);
  return (
    fallback ?? equalTerms(reading, scope, node, termOf(reading, scope, left), termOf(reading, scope, right))
  );
}

/** `IS NOT DISTINCT FROM`: NULL is the same as NULL. */
function sameOrBothNull(reading: Reading, scope: Scope, node: Node, left: Node, right: Node): Predicate {
  const sides = [termOf(reading, scope, left), termOf(reading, scope, right)];
  const nulls = sides.flatMap((side): readonly Predicate[] =>
    side.kind === "column" ? [{ kind: "isNull", column: side.column }] : [],
  );
  if (nulls.length === 0) return other(reading, scope, node);
  if (sides.some((side) => side.kind === "null")) return nulls[0]!;
  return or([equality(reading, scope, node, left, right), and(nulls)]);
}

function equalTerms(reading: Reading, scope: Scope, node: Node, left: Term, right: Term): Predicate {
  if (left.kind === "null" || right.kind === "null") return never;
  if (left.kind === "row" && right.kind === "row" && left.nodes.length === right.nodes.length)
    return and(left.nodes.map((each, index) => equality(reading, scope, node, each, right.nodes[index]!)));
  if (left.kind === "column") return columnEquals(left.column, right) ?? ofComputed(reading, scope, node);
  if (right.kind === "column") return columnEquals(right.column, left) ?? ofComputed(reading, scope, node);
  if (left.kind === "given" && right.kind === "given") return constantsEqual(left.operands, right.operands);
  return ofComputed(reading, scope, node);
}

function columnEquals(column: Column, side: Term): Predicate | null {
  switch (side.kind) {
    case "column":
      return { kind: "eqColumn", left: column, right: side.column };
    case "given":
      return bound(column, side.operands);
    case "query":
      return { kind: "inQuery", column, query: side.selection, output: side.output };
    default:
      return null;
  }
}

function bound(column: Column, operands: readonly Operand[]): Predicate {
  return operands.length === 1
    ? { kind: "eq", column, operand: operands[0]! }
    : { kind: "in", column, operands };
}

/** `1 = 1` */
function constantsEqual(left: readonly Operand[], right: readonly Operand[]): Predicate {
  const [one, another] = [left[0], right[0]];
  if (left.length !== 1 || right.length !== 1 || !one || !another || ![one, another].every(isWritten))
    return unread("a comparison of values");
  return one.value === another.value ? always : never;
}

/** What else is the same for everybody (what the environment says) is not known here. */
function isWritten({ value }: Operand): boolean {
  return value.startsWith("literal:");
}

/** `organization_id = coalesce($1, organization_id)`: without the value every row is equal to itself. */
function orEverything(reading: Reading, scope: Scope, node: Node, row: Node): Predicate | null {
  let inner = node;
  while (isNode(inner["TypeCast"])) inner = child(inner["TypeCast"], "arg");
  const [first, ...others] = children(child(inner, "CoalesceExpr"), "args");
  const column = termOf(reading, scope, row);
  if (!first || column.kind !== "column" || !isFixed(scope, first)) return null;
  const isRow = others.some((each) => {
    const reference = child(each, "ColumnRef");
    return "fields" in reference && columnOf(reference)?.name === column.column.name;
  });
  const value = termOf(reading, scope, first);
  if (!isRow || value.kind !== "given") return null;
  return {
    kind: "choice",
    arms: [bound(column.column, value.operands), always],
    reason: reasonOf(reading, first),
  };
}

function anyOf(reading: Reading, scope: Scope, node: Node, left: Node, right: Node): Predicate {
  const column = termOf(reading, scope, left);
  if (column.kind !== "column") return ofComputed(reading, scope, node);
  const operands = elementsOf(reading, scope, right);
  return operands === null
    ? ofComputed(reading, scope, node)
    : { kind: "in", column: column.column, operands };
}

function isIn(reading: Reading, scope: Scope, node: Node, left: Node, items: readonly Node[]): Predicate {
  const column = termOf(reading, scope, left);
  if (column.kind !== "column") {
    if (column.kind !== "row") return ofComputed(reading, scope, node);
    return or(items.map((item) => equality(reading, scope, node, left, item)));
  }
  const operands: Operand[] = [];
  const others: Predicate[] = [];
  for (const item of items) {
    const listed = termOf(reading, scope, item);
    // What a list is joined of stands as one parameter.
    if (listed.kind === "given")
      operands.push(...((isParameter(item) ? elementsOf(reading, scope, item) : null) ?? listed.operands));
    else if (listed.kind !== "null") others.push(equalTerms(reading, scope, node, column, listed));
  }
  if (others.length === 0) return { kind: "in", column: column.column, operands };
  return or([...(operands.length > 0 ? [bound(column.column, operands)] : []), ...others]);
}

function isParameter(node: Node): boolean {
  let inner = node;
  while (isNode(inner["TypeCast"])) inner = child(inner["TypeCast"], "arg");
  return "ParamRef" in inner;
}

function subLink(reading: Reading, scope: Scope, node: Node, body: Node): Predicate {
  const type = text(body, "subLinkType");
  const operator = strings(body, "operName").at(-1) ?? "=";
  if (type === "EXISTS_SUBLINK")
    return { kind: "exists", query: selectOf(reading, scope, child(body, "subselect")).selection };
  if (type !== "ANY_SUBLINK" || operator !== "=") return other(reading, scope, node);
  const column = termOf(reading, scope, child(body, "testexpr"));
  if (column.kind !== "column") return ofComputed(reading, scope, node);
  const { selection, given } = selectOf(reading, scope, child(body, "subselect"));
  const [operands] = given.values();
  if (selection.resources.length === 0 && selection.arms.length === 0 && operands && given.size === 1)
    return bound(column.column, operands);
  return { kind: "inQuery", column: column.column, query: selection, output: onlyOutput(selection) };
}

/** An equality of something that is made of a column: whether it says which row it is depends on how. */
function ofComputed(reading: Reading, scope: Scope, node: Node): Predicate {
  scope.nested.push(...nestedIn(reading, scope, node));
  return unread("an expression", expressionText(node));
}

/** What does not help: a comparison, a function. Queries inside of it still read rows. */
function other(reading: Reading, scope: Scope, node: Node): Predicate {
  scope.nested.push(...nestedIn(reading, scope, node));
  return unread("a comparison");
}
