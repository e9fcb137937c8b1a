/** Filters and expressions: from what the code says to predicates. */
import {
  always,
  and,
  never,
  not,
  or,
  type Column,
  type Operand,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import type { Call, Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { operandOf } from "../../trace/operand.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { columnOf } from "./references.js";
import { builderFor, dataOf, expression, type CommonTables, type ExpressionData } from "./values.js";

/** What a builder method reads its arguments with. */
export interface Reader {
  readonly tracer: Tracer;
  readonly commonTables: CommonTables;
}

/** `where(…)`, `on(…)`, `eb(…)` in all their forms. */
export function filterOf(reader: Reader, args: readonly Value[]): ExpressionData {
  const [left, operator, right] = args;
  if (args.length >= 3) return compare(reader, left!, operator!, right!);
  return left === undefined ? { predicate: always, column: null, nested: [] } : expressionOf(reader, left);
}

/** `whereRef("a.x", "=", "b.y")` */
export function referenceFilter(reader: Reader, args: readonly Value[]): Predicate {
  const [left, operator, right] = args;
  const a = left && columnIn(reader, left);
  const b = right && columnIn(reader, right);
  if (!a || !b || !isOperator(operator, "=")) {
    const names = [a, b].flatMap((column) => (column ? [`${column.table ?? ""}.${column.name}`] : []));
    const raw = [left, right].map((side) => (side ? rawOf(reader, side) : null)).find((one) => one !== null);
    if (raw?.kind === "unknown" && raw.raw !== undefined)
      return { ...raw, raw: `${names.join(" ")} ${raw.raw}` };
    return unknownFilter("a comparison of two columns");
  }
  return { kind: "eqColumn", left: a, right: b };
}

/** `where({ a: 1, b: 2 })`, `eb.and({ … })`: an `undefined` in it is dropped (measured; field notes). */
function objectFilter(
  reader: Reader,
  value: Value,
  combine: (terms: readonly Predicate[]) => Predicate,
): Predicate {
  const object = reader.tracer.fieldsOf(value);
  const terms: Predicate[] = [];
  for (const [name, field] of object.fields) {
    const column = columnOf(name);
    if (!column) continue;
    const filter = field.overwritable
      ? unknownFilter(
          field.overwritable === "elsewhere" ? "an object built elsewhere" : "a spread may replace it",
        )
      : equals(reader, column, field.value).predicate;
    const operand = operandOf(field.value);
    if (operand.absent && operand.origin === "constant") continue;
    terms.push(
      field.sometimes || operand.absent
        ? { kind: "choice", arms: [filter, always], reason: operand.text }
        : filter,
    );
  }
  if (object.open && combine === or) terms.push(unknownFilter("an object built elsewhere"));
  return combine(terms);
}

export function expressionOf(reader: Reader, value: Value): ExpressionData {
  switch (value.kind) {
    case "function":
      return expressionOf(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
    case "choice": {
      const options = value.options.map((option) => expressionOf(reader, option));
      return {
        predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: value.reason },
        column: null,
        nested: options.flatMap((option) => option.nested),
      };
    }
    case "literal":
      return {
        predicate:
          value.value === false
            ? never
            : value.value === true || value.value === undefined
              ? always
              : unknownFilter("a constant"),
        column: null,
        nested: [],
      };
    case "query":
      return { predicate: unknownFilter("a sub-query"), column: null, nested: [selectionOf(value)] };
    case "object":
      return { predicate: objectFilter(reader, value, and), column: null, nested: [] };
    case "array":
      return {
        predicate: and(value.elements.map((element) => expressionOf(reader, element).predicate)),
        column: null,
        nested: [],
      };
    case "library": {
      const data = dataOf(value);
      if (data?.type === "expression") return data.expression;
      if (data?.type === "aliased")
        return (
          data.expression ?? {
            predicate: unknownFilter("a sub-query"),
            column: null,
            nested: data.query ? [selectionOf(data.query)] : [],
          }
        );
      if (data?.type === "raw") return rawExpression(reader, data.texts, data.values);
      if (data?.type === "join") return { predicate: and(data.on), column: null, nested: [] };
      return { predicate: unknownFilter("an expression"), column: null, nested: [] };
    }
    default:
      return { predicate: unknownFilter("a filter built elsewhere"), column: null, nested: [] };
  }
}

function rawExpression(reader: Reader, texts: readonly string[], values: readonly Value[]): ExpressionData {
  return {
    predicate: { kind: "unknown", reason: "raw SQL", raw: texts.join(" ? ") },
    column: null,
    nested: values.flatMap((value) =>
      value.kind === "query" || value.kind === "library" ? expressionOf(reader, value).nested : [],
    ),
  };
}

function compare(reader: Reader, left: Value, operator: Value, right: Value): ExpressionData {
  if (left.kind === "choice") {
    const options = left.options.map((option) => compare(reader, option, operator, right));
    return {
      predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: left.reason },
      column: null,
      nested: options.flatMap((option) => option.nested),
    };
  }
  const column = columnIn(reader, left);
  const nested = [...nestedIn(reader, left), ...nestedIn(reader, right)];
  if (!column)
    return { predicate: rawOf(reader, left) ?? unknownFilter("a computed column"), column: null, nested };
  if (
    isOperator(operator, "=") ||
    isOperator(operator, "==") ||
    isOperator(operator, "in") ||
    isOperator(operator, "is") ||
    isOperator(operator, "is not distinct from")
  ) {
    return equals(reader, column, right);
  }
  if (
    isOperator(operator, "!=") ||
    isOperator(operator, "<>") ||
    isOperator(operator, "not in") ||
    isOperator(operator, "is not") ||
    isOperator(operator, "is distinct from")
  ) {
    const same = equals(reader, column, right);
    return { ...same, predicate: not(same.predicate) };
  }
  return { predicate: unknownFilter("a comparison"), column: null, nested };
}

/** `column = value`, `column in values`, `column is null`: Kysely tells them apart by the value as well as the operator. */
function equals(reader: Reader, column: Column, value: Value): ExpressionData {
  const plain = (predicate: Predicate, nested: readonly Selection[] = []): ExpressionData => ({
    predicate,
    column: null,
    nested,
  });
  if (value.kind === "function")
    return equals(reader, column, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
  if (value.kind === "literal" && value.value === null) return plain({ kind: "isNull", column });
  if (value.kind === "query") {
    const query = selectionOf(value);
    return plain({ kind: "inQuery", column, query, output: onlyOutput(query) });
  }
  if (value.kind === "array") return plain({ kind: "in", column, operands: elementOperands(value) });
  if (value.kind === "library") {
    const data = dataOf(value);
    if (data?.type === "expression" && data.expression.column)
      return plain({ kind: "eqColumn", left: column, right: data.expression.column });
    const nested = nestedIn(reader, value);
    if (nested.length === 1)
      return plain({ kind: "inQuery", column, query: nested[0]!, output: onlyOutput(nested[0]!) });
    const raw = rawOf(reader, value);
    return plain(
      raw?.kind === "unknown" && raw.raw !== undefined
        ? { ...raw, raw: `${column.name} = ${raw.raw}` }
        : unknownFilter("an expression"),
      nested,
    );
  }
  if (
    value.kind === "choice" &&
    value.options.some(
      (option) => option.kind === "query" || option.kind === "array" || option.kind === "library",
    )
  ) {
    const options = value.options.map((option) => equals(reader, column, option));
    return {
      predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: value.reason },
      column: null,
      nested: options.flatMap((option) => option.nested),
    };
  }
  return plain({ kind: "eq", column, operand: operandOf(value) });
}

function elementOperands(value: Value & { kind: "array" }): readonly Operand[] {
  const elements = [...value.elements, ...(value.rest ? [value.rest] : [])];
  return elements.map(operandOf);
}

function onlyOutput(query: Selection): Column | null {
  const outputs = query.outputs ? [...query.outputs] : [];
  return outputs.length === 1 && outputs[0]![0] !== "*" ? outputs[0]![1] : null;
}

/** The column that the left side of a comparison is, if it is one. */
function columnIn(reader: Reader, value: Value): Column | null {
  if (value.kind === "literal" && typeof value.value === "string") return columnOf(value.value);
  if (value.kind === "function")
    return columnIn(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
  const data = dataOf(value);
  return data?.type === "expression" ? data.expression.column : null;
}

/** The sub-queries in an expression that stands where it filters nothing: in a select list, a `case`, a function's arguments. */
export function nestedIn(reader: Reader, value: Value): readonly Selection[] {
  if (
    value.kind !== "query" &&
    value.kind !== "library" &&
    value.kind !== "function" &&
    value.kind !== "choice"
  ) {
    return value.kind === "array" ? value.elements.flatMap((element) => nestedIn(reader, element)) : [];
  }
  const { predicate, nested } = expressionOf(reader, value);
  return [...nested, ...selectionsUnder(predicate)];
}

function rawOf(reader: Reader, value: Value): Predicate | null {
  const data = dataOf(value);
  return data?.type === "raw" ? expressionOf(reader, value).predicate : null;
}

function isOperator(value: Value | undefined, operator: string): boolean {
  return (
    value?.kind === "literal" && typeof value.value === "string" && value.value.toLowerCase() === operator
  );
}

export function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}

// -------------------------------------------------------------------------------------------------- builder methods

/** A method of the expression builder; null when it is none that matters here. */
export function callExpressionBuilder(reader: Reader, method: string, call: Call): LibraryValue | null {
  const [first] = call.arguments;
  switch (method) {
    case "and":
      return expression(combined(reader, first, and));
    case "or":
      return expression(combined(reader, first, or));
    case "not": {
      const inner = first ? expressionOf(reader, first) : null;
      return expression({
        predicate: inner ? not(inner.predicate) : unknownFilter("a negation"),
        nested: inner?.nested ?? [],
      });
    }
    case "exists": {
      const query = first ? queryIn(reader, first) : null;
      return query
        ? expression({ predicate: { kind: "exists", query: selectionOf(query) } })
        : expression({ predicate: unknownFilter("exists") });
    }
    case "ref":
      return expression({ column: first?.kind === "literal" ? columnOf(String(first.value)) : null });
    case "val":
    case "cast":
      return null;
    case "parens":
      return expression(filterOf(reader, call.arguments));
    case "between":
    case "betweenSymmetric":
    case "unary":
    case "lit":
    case "case":
    case "fn":
    case "tuple":
    case "refTuple":
    case "jsonPath":
    case "table":
    case "neg":
      return expression({ nested: call.arguments.flatMap((argument) => nestedIn(reader, argument)) });
    default:
      return null;
  }
}

function combined(
  reader: Reader,
  value: Value | undefined,
  combine: (terms: readonly Predicate[]) => Predicate,
): ExpressionData {
  if (!value) return { predicate: combine([]), column: null, nested: [] };
  if (value.kind === "choice") {
    const options = value.options.map((option) => combined(reader, option, combine));
    return {
      predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: value.reason },
      column: null,
      nested: options.flatMap((option) => option.nested),
    };
  }
  if (value.kind === "object")
    return { predicate: objectFilter(reader, value, combine), column: null, nested: [] };
  if (value.kind !== "array")
    return { predicate: unknownFilter("a list of filters built elsewhere"), column: null, nested: [] };
  const terms = value.elements.map((element) => listElement(reader, element, combine));
  if (value.rest) {
    const rest = expressionOf(reader, value.rest);
    // A list as long as something else: perhaps empty, so as part of an `and` it says nothing for certain.
    terms.push({
      ...rest,
      predicate:
        combine === or
          ? rest.predicate
          : { kind: "choice", arms: [rest.predicate, always], reason: "a list that may be empty" },
    });
  }
  return {
    predicate: combine(terms.map((term) => term.predicate)),
    column: null,
    nested: terms.flatMap((term) => term.nested),
  };
}

/** An element that is there on some paths only: left out of an `and` it demands nothing, left out of an `or` it admits nothing. */
function listElement(
  reader: Reader,
  element: Value,
  combine: (terms: readonly Predicate[]) => Predicate,
): ExpressionData {
  if (element.kind !== "choice") return expressionOf(reader, element);
  const neutral = combine([]);
  const options = element.options.map((option) =>
    option.kind === "literal" && option.value === undefined
      ? { predicate: neutral, nested: [] }
      : expressionOf(reader, option),
  );
  return {
    predicate: { kind: "choice", arms: options.map((option) => option.predicate), reason: element.reason },
    column: null,
    nested: options.flatMap((option) => option.nested),
  };
}

export function queryIn(reader: Reader, value: Value): (Value & { kind: "query" }) | null {
  if (value.kind === "query") return value;
  if (value.kind === "function")
    return queryIn(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
  if (value.kind === "choice") {
    for (const option of value.options) {
      const query = queryIn(reader, option);
      if (query) return query;
    }
  }
  const data = dataOf(value);
  return data?.type === "aliased" ? data.query : null;
}

/** `expression.and(…)`, `.or(…)`, `.as("name")` and the like. */
export function callOnExpression(
  reader: Reader,
  data: ExpressionData,
  method: string,
  call: Call,
): LibraryValue | null {
  switch (method) {
    case "and": {
      const other = filterOf(reader, call.arguments);
      return expression({
        predicate: and([data.predicate, other.predicate]),
        nested: [...data.nested, ...other.nested],
      });
    }
    case "or": {
      const other = filterOf(reader, call.arguments);
      return expression({
        predicate: or([data.predicate, other.predicate]),
        nested: [...data.nested, ...other.nested],
      });
    }
    default:
      return expression({
        ...data,
        nested: [...data.nested, ...call.arguments.flatMap((argument) => nestedIn(reader, argument))],
      });
  }
}
