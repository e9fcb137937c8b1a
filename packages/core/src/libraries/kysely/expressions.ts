/** Expressions: what a value that stands in a statement says as a filter, which column it is, and what is nested in it. */
import {
  always,
  and,
  andAsWritten,
  never,
  type Column,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import type { Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { extend, type Clause, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { objectFilter } from "./filters.js";
import { columnOf } from "./references.js";
import { sqlTextOf } from "./sql-text.js";
import {
  builderFor,
  dataOf,
  library,
  type CommonTables,
  type ExpressionData,
  type KyselyData,
} from "./values.js";

/** What a builder method reads its arguments with. */
export interface Reader {
  readonly tracer: Tracer;
  readonly commonTables: CommonTables;
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
        predicate: andAsWritten(value.elements.map((element) => expressionOf(reader, element))),
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
      if (data?.type === "raw") return rawExpression(reader, value, data);
      if (data?.type === "join") return { predicate: andAsWritten(data.on), column: null, nested: [] };
      return { predicate: unknownFilter("an expression"), column: null, nested: [] };
    }
    default:
      return { predicate: unknownFilter("a filter built elsewhere"), column: null, nested: [] };
  }
}

function rawExpression(
  reader: Reader,
  value: LibraryValue,
  { made, site }: KyselyData & { type: "raw" },
): ExpressionData {
  // What came in, as far as a caller says what it is.
  const [came] = value.holds ?? [];
  if (made === "open" && came && came.kind !== "symbolic") return expressionOf(reader, came);
  const { tracer, commonTables } = reader;
  return readExpression(tracer, { library, site, text: sqlTextOf(value), commonTables });
}

/** The column that the left side of a comparison is, if it is one. */
export function columnIn(reader: Reader, value: Value): Column | null {
  if (value.kind === "literal" && typeof value.value === "string") return columnOf(value.value);
  if (value.kind === "function")
    return columnIn(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
  const data = dataOf(value);
  if (data?.type === "raw") return expressionOf(reader, value).column;
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

export function withNested(
  query: QueryValue,
  nested: readonly (Clause & { kind: "nested" })["selection"][],
): QueryValue {
  return nested.reduce((next, selection) => extend(next, { kind: "nested", selection }), query);
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

export function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}
