/** Filters: what `where`, `on` and the conditions of an expression builder demand of a row, as predicates. */
import {
  always,
  before,
  not,
  or,
  type Column,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { joinOf, piecesOf, quotedName, type SqlText } from "../../raw-sql/text.js";
import { onlyOutput } from "../../trace/builders.js";
import { optionsOf } from "../../trace/choice.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { selectionOf } from "../../trace/query.js";
import type { Value } from "../../trace/value.js";
import { columnIn, expressionOf, nestedIn, unknownFilter, type Reader } from "./expressions.js";
import { columnOf } from "./references.js";
import { fragmentOf } from "./sql-text.js";
import { builderFor, dataOf, library, type ExpressionData } from "./values.js";

/** `where(…)`, `on(…)`, `eb(…)` in all their forms. */
export function filterOf(reader: Reader, args: readonly Value[]): ExpressionData {
  const [left, operator, right] = args;
  if (args.length >= 3) return compare(reader, left!, operator!, right!);
  return left === undefined ? { predicate: always, column: null, nested: [] } : expressionOf(reader, left);
}

/** `whereRef("a.x", "=", "b.y")` */
export function referenceFilter(reader: Reader, args: readonly Value[]): Predicate {
  const [left, operator, right] = args;
  if (left && operator && right && (isSql(left) || isSql(right)))
    return inSql(reader, left, operator, right, true).predicate;
  const a = left && columnIn(reader, left);
  const b = right && columnIn(reader, right);
  if (!a || !b || !isOperator(operator, "=")) return unknownFilter("a comparison of two columns");
  return { kind: "eqColumn", left: a, right: b };
}

/** `where({ a: 1, b: 2 })`, `eb.and({ … })`: an `undefined` in it is dropped (measured; field notes). */
export function objectFilter(
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

function compare(reader: Reader, left: Value, operator: Value, right: Value): ExpressionData {
  if (left.kind === "choice") {
    const options = left.options.map((option) => compare(reader, option, operator, right));
    return {
      predicate: {
        kind: "choice",
        arms: options.map((option) => option.predicate),
        reason: left.reason,
        ...(left.given && { given: left.given }),
      },
      column: null,
      nested: options.flatMap((option) => option.nested),
    };
  }
  if (isSql(left) || isSql(right)) return inSql(reader, left, operator, right, false);
  const column = columnIn(reader, left);
  const nested = [...nestedIn(reader, left), ...nestedIn(reader, right)];
  if (!column) return { predicate: unknownFilter("a computed column"), column: null, nested };
  if (isOperator(operator, "in") && (right.kind === "symbolic" || (right.kind === "rows" && right.many)))
    return { predicate: { kind: "in", column, operands: operandsOf(right) }, column: null, nested };
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
  const isEarlier = isOperator(operator, "<") || isOperator(operator, "<=");
  const predicate = isEarlier ? before(column, operandOf(right)) : unknownFilter("a comparison");
  return { predicate, column: null, nested };
}

function isSql(value: Value): boolean {
  return optionsOf(value).some((option) => dataOf(option)?.type === "raw");
}

/** A comparison with SQL on one of its sides is SQL, and holds together no better than that. */
function inSql(
  reader: Reader,
  left: Value,
  operator: Value,
  right: Value,
  isReference: boolean,
): ExpressionData {
  const sides = [sideOf(left, true), sideOf(right, isReference)];
  const { tracer, commonTables } = reader;
  const raw = [left, right].flatMap(optionsOf).map(dataOf);
  const site = raw.flatMap((data) => (data?.type === "raw" ? [data.site] : []))[0];
  if (operator.kind !== "literal" || site === undefined)
    return { predicate: unknownFilter("a comparison"), column: null, nested: [] };
  const text: SqlText = [...sides[0]!, ` ${String(operator.value)} `, ...sides[1]!];
  return readExpression(tracer, { library, site, text, commonTables });
}

function sideOf(value: Value, isName: boolean): SqlText {
  if (isName && value.kind === "literal" && typeof value.value === "string") {
    const column = columnOf(value.value);
    return [quotedName(column?.table ? `${column.table}.${column.name}` : (column?.name ?? value.value))];
  }
  if (value.kind === "array") return ["(", ...joinOf(value, [", "], fragmentOf), ")"];
  if (value.kind === "literal" && value.value === null) return ["null"];
  return piecesOf(value, fragmentOf);
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
  if (value.kind === "array") return plain({ kind: "in", column, operands: operandsOf(value) });
  if (value.kind === "library") {
    const data = dataOf(value);
    if (data?.type === "expression" && data.expression.column)
      return plain({ kind: "eqColumn", left: column, right: data.expression.column });
    const nested = nestedIn(reader, value);
    if (nested.length === 1)
      return plain({ kind: "inQuery", column, query: nested[0]!, output: onlyOutput(nested[0]!) });
    return plain(unknownFilter("an expression"), nested);
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

function isOperator(value: Value | undefined, operator: string): boolean {
  return (
    value?.kind === "literal" && typeof value.value === "string" && value.value.toLowerCase() === operator
  );
}
