/** What stands on a side of a comparison: a column, values that the statement is given, a query, or something else. */
import type { Column, Operand, Selection } from "../constraint/predicate.js";
import { callName, expressionText } from "../sql/expression-text.js";
import { isRespelling } from "../sql/respelling.js";
import { child, children, isNode, isSet, kindOf, strings, text, type Node } from "../sql/tree.js";
import { optionsOf, withOptions } from "../trace/choice.js";
import { operandOf, operandsOf } from "../trace/operand.js";
import { isUndefined, type SymbolicValue, type Value } from "../trace/value.js";
import { deeper, noteParametersIn, type Reading, type Scope } from "./reading.js";
import { selectOf } from "./select.js";

export type Term =
  | { readonly kind: "column"; readonly column: Column }
  /** One of these; `isList` where each of them counts. */
  | { readonly kind: "given"; readonly operands: readonly Operand[] }
  | { readonly kind: "null" }
  | { readonly kind: "row"; readonly nodes: readonly Node[] }
  | { readonly kind: "query"; readonly selection: Selection; readonly output: Column | null }
  | { readonly kind: "other" };

const other: Term = { kind: "other" };

export function termOf(reading: Reading, scope: Scope, node: Node): Term {
  return deeper(reading, () => term(reading, scope, node), other);
}

function term(reading: Reading, scope: Scope, node: Node): Term {
  const kind = kindOf(node);
  const body = child(node, kind);
  switch (kind) {
    // A cast is still the value.
    case "TypeCast":
    case "CollateClause":
      return termOf(reading, scope, child(body, "arg"));
    case "ColumnRef":
      return columnTerm(reading, scope, body);
    case "A_Const":
      noteParametersIn(reading, text(child(body, "sval"), "sval") ?? "");
      return isSet(body, "isnull") ? { kind: "null" } : given([operandOf(constantOf(body))]);
    case "ParamRef":
      return parameterTerm(reading, body);
    case "RowExpr":
      return { kind: "row", nodes: children(body, "args") };
    case "SubLink":
      return queryTerm(reading, scope, body);
    case "A_ArrayExpr":
      return listTerm(reading, scope, children(body, "elements"));
    case "FuncCall": {
      // `lower(hostname) = lower($1)`: whatever rows are called so, however it is written.
      const [inner, ...others] = children(body, "args");
      const column =
        inner && others.length === 0 && isRespelling(callName(body)) ? termOf(reading, scope, inner) : other;
      // Whose rows they are is not said so: two tenants may be called alike.
      if (column.kind === "column" && !reading.isTenantKey(column.column.name)) return column;
      return isFixed(scope, node) ? given([operandOf(computed(reading, scope, node))]) : other;
    }
    case "CoalesceExpr": {
      const values = children(body, "args").map((arg) => valueOf(reading, scope, arg));
      return values.every((value) => value !== null) && values.length > 0
        ? given([operandOf({ kind: "choice", options: values, reason: "" })])
        : other;
    }
    default:
      return isFixed(scope, node) ? given([operandOf(computed(reading, scope, node))]) : other;
  }
}

function given(operands: readonly Operand[]): Term {
  return { kind: "given", operands };
}

function columnTerm(reading: Reading, scope: Scope, reference: Node): Term {
  const column = columnOf(reference);
  if (column) noteParametersIn(reading, `${column.table ?? ""} ${column.name}`);
  if (column === null) return other;
  const operands = findGiven(scope, column);
  return operands ? given(operands) : { kind: "column", column };
}

/** Null for a star. */
export function columnOf(reference: Node): Column | null {
  const words = strings(reference, "fields");
  const name = words.at(-1);
  if (name === undefined || words.length < children(reference, "fields").length) return null;
  return { table: words.at(-2) ?? null, name };
}

/** A column that is a value the statement is given, in the innermost query that has it. */
function findGiven(scope: Scope, { table, name }: Column): readonly Operand[] | null {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    if (table !== null) {
      const columns = at.given.get(table);
      if (columns) return columns.get(name) ?? null;
    }
  }
  if (table !== null) return null;
  // Without a table's name, it may as well be a column of a table here that a query around this one does not have.
  const found = [...scope.given.values()].flatMap((columns) => {
    const operands = columns.get(name);
    return operands ? [operands] : [];
  });
  return found.length === 1 ? found[0]! : null;
}

/** A parameter is NULL where the program has no value for it, and then it is equal to nothing. */
function parameterTerm(reading: Reading, body: Node): Term {
  const slot = reading.slotOf(Number(body["number"] ?? 0));
  switch (slot?.kind) {
    case "value": {
      if (optionsOf(slot.value).every(isAbsent)) return { kind: "null" };
      const value =
        slot.value.kind === "choice"
          ? withOptions(slot.value, (option) => (isAbsent(option) ? null : option))
          : slot.value;
      return given([operandOf(value)]);
    }
    case "query":
      return { kind: "query", selection: slot.selection, output: onlyOutput(slot.selection) };
    case "condition":
      reading.state.isMisplaced = true;
      return other;
    case undefined:
      return given([unknownParameter(reading, body)]);
    default:
      return other;
  }
}

function unknownParameter(reading: Reading, body: Node): Operand {
  reading.problems.add(`it is not known which value "$${Number(body["number"] ?? 0)}" is`);
  return operandOf({ kind: "unknown" });
}

function isAbsent(value: Value): boolean {
  return isUndefined(value) || (value.kind === "literal" && value.value === null);
}

function queryTerm(reading: Reading, scope: Scope, link: Node): Term {
  if (text(link, "subLinkType") !== "EXPR_SUBLINK") return other;
  const { selection, given: columns } = selectOf(reading, scope, child(link, "subselect"));
  const [operands] = columns.values();
  if (selection.resources.length === 0 && selection.arms.length === 0 && columns.size === 1 && operands)
    return given(operands);
  return { kind: "query", selection, output: onlyOutput(selection) };
}

function listTerm(reading: Reading, scope: Scope, nodes: readonly Node[]): Term {
  const operands: Operand[] = [];
  for (const node of nodes) {
    const element = termOf(reading, scope, node);
    if (element.kind === "null") continue;
    if (element.kind !== "given") return other;
    operands.push(...element.operands);
  }
  return given(operands);
}

/** What each of a list's elements is: of `ANY($1)`, `unnest($1)`. Null where that is not known. */
export function elementsOf(reading: Reading, scope: Scope, node: Node): readonly Operand[] | null {
  let inner = node;
  while (isNode(inner["TypeCast"])) inner = child(inner["TypeCast"], "arg");
  const parameter = inner["ParamRef"];
  if (isNode(parameter)) {
    const slot = reading.slotOf(Number(parameter["number"] ?? 0));
    if (slot?.kind === "value") return elementOperands(reading, slot.value);
    return slot === null ? [unknownParameter(reading, parameter)] : null;
  }
  const constant = child(child(inner, "A_Const"), "sval");
  if (text(constant, "sval") !== null) {
    const elements = text(constant, "sval")!.replace(/^\{|\}$/g, "");
    return elements === "" ? [] : elements.split(",").map((value) => operandOf({ kind: "literal", value }));
  }
  const list = termOf(reading, scope, inner);
  return list.kind === "given" ? list.operands : null;
}

function elementOperands(reading: Reading, value: Value): readonly Operand[] {
  if (value.kind === "choice") return value.options.flatMap((option) => elementOperands(reading, option));
  if (value.kind === "array")
    return operandsOf({
      ...value,
      elements: value.elements.filter((one) => !isAbsent(one)),
      rest: value.rest && isAbsent(value.rest) ? null : value.rest,
    });
  if (isAbsent(value)) return [];
  return operandsOf(reading.elementOf(value) ?? value);
}

export function onlyOutput({ outputs }: Selection): Column | null {
  const columns = outputs ? [...outputs] : [];
  return columns.length === 1 && columns[0]![0] !== "*" ? columns[0]![1] : null;
}

/** More than that is nothing a person wrote. */
const mostNodes = 2_000;

/** Whether it is the same for every row: no column is in it, and no query. */
export function isFixed(scope: Scope, node: Node): boolean {
  const pending: unknown[] = [node];
  for (let steps = 0; pending.length > 0; steps++) {
    const value = pending.pop();
    if (steps > mostNodes) return false;
    if (Array.isArray(value)) pending.push(...(value as readonly unknown[]));
    else if (isNode(value)) {
      if ("SubLink" in value) return false;
      const reference = value["ColumnRef"];
      if (isNode(reference)) {
        const column = columnOf(reference);
        if (column === null || findGiven(scope, column) === null) return false;
      }
      pending.push(...Object.values(value));
    }
  }
  return true;
}

/** The parameters in it, in their order. */
export function parametersIn(node: Node): readonly number[] {
  const found: number[] = [];
  const pending: unknown[] = [node];
  for (let steps = 0; pending.length > 0 && steps <= mostNodes; steps++) {
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...(value as readonly unknown[]).toReversed());
    else if (isNode(value)) {
      const parameter = value["ParamRef"];
      if (isNode(parameter)) found.push(Number(parameter["number"] ?? 0));
      else pending.push(...Object.values(value).reverse());
    }
  }
  return found;
}

/** Functions that give what they are given, as another type. */
const passing = new Set(["text", "uuid", "to_jsonb"]);

/** The program's value that an expression stands for; null where rows decide it. */
function valueOf(reading: Reading, scope: Scope, node: Node): Value | null {
  const found = termOf(reading, scope, node);
  if (found.kind === "null") return { kind: "literal", value: null };
  return found.kind === "given" && found.operands.length === 1
    ? ((found.operands[0]!.source as Value | undefined) ?? null)
    : null;
}

/** `lower($1)` is the value; of what else is made of values, only that is known. */
function computed(reading: Reading, scope: Scope, node: Node): Value {
  const call = child(node, "FuncCall");
  const args = children(call, "args");
  if ((isRespelling(callName(call)) || passing.has(callName(call))) && args.length === 1) {
    const same = valueOf(reading, scope, args[0]!);
    if (same) return same;
  }
  const from = parametersIn(node).flatMap((parameter) => {
    const slot = reading.slotOf(parameter);
    return slot?.kind === "value" ? [slot.value] : [];
  });
  const made = expressionText(node);
  return {
    kind: "symbolic",
    id: `value:${reading.site}#${made}`,
    origin: "unknown",
    text: made,
    absent: false,
    type: null,
    row: null,
    from,
  } satisfies SymbolicValue;
}

function constantOf(constant: Node): Value {
  if (isNode(constant["sval"])) return { kind: "literal", value: text(constant["sval"], "sval") ?? "" };
  if (isNode(constant["ival"])) return { kind: "literal", value: Number(constant["ival"]["ival"] ?? 0) };
  if (isNode(constant["fval"]))
    return { kind: "literal", value: Number(text(constant["fval"], "fval") ?? "0") };
  return { kind: "literal", value: isSet(child(constant, "boolval"), "boolval") };
}
