/**
 * Filters as objects, which relational queries take since 1.0: `where: { organizationId, OR: […] }`. A column, an operator or an
 * arm that is `undefined` is left out (measured with 1.0.0-beta.1), so a filter of nothing else returns every row.
 */
import {
  always,
  and,
  never,
  not,
  or,
  sometimes,
  type Column,
  type Predicate,
} from "../../constraint/predicate.js";
import { findColumn, findTable } from "../../tenancy/lookup.js";
import type { Relation } from "../../tenancy/tenancy.js";
import { isPerhapsAbsent, withoutAbsence } from "../../trace/choice.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { isUndefined, type ObjectField, type ObjectValue, type Value } from "../../trace/value.js";
import { chosen, expressionOf, unknownFilter, type Reader } from "./expressions.js";
import { dataOf, valueOf, type TableData } from "./values.js";

/** Rows of a table, as a statement reads them. `site` is the operation's: all that it names is one statement. */
export interface RowsReader extends Reader {
  readonly table: TableData;
  readonly site: string;
}

type ReadField = (name: string, value: Value) => Predicate;

export function objectFilter(reader: RowsReader, object: ObjectValue): Predicate {
  return ofFields(object, (name, value) => {
    switch (name) {
      case "AND":
        return ofList(value, (one) => ofObject(reader, one), and);
      case "OR":
        return ofList(value, (one) => ofObject(reader, one), ofArms);
      case "NOT":
        return negated(ofObject(reader, value));
      case "RAW": {
        const made = value.kind === "function" ? reader.tracer.invoke(value, [valueOf(reader.table)]) : value;
        const { predicate, loose } = expressionOf(reader, made);
        return loose ? unknownFilter("raw SQL without brackets") : predicate;
      }
      default: {
        const relation = reader.table.table?.relations.find(({ field }) => field === name);
        return relation ? ofRelation(reader, relation, value) : ofColumn(reader, name, value);
      }
    }
  });
}

function ofObject(reader: RowsReader, value: Value): Predicate {
  switch (value.kind) {
    case "choice":
      return chosen(
        value,
        value.options.map((option) => (isUndefined(option) ? always : ofObject(reader, option))),
      );
    case "object":
      return objectFilter(reader, value);
    case "symbolic": {
      const filter = objectFilter(reader, reader.tracer.fieldsOf(value));
      return value.absent ? sometimes(filter, value.text) : filter;
    }
    default:
      return unknownFilter("a filter built elsewhere");
  }
}

function ofFields(object: ObjectValue, read: ReadField): Predicate {
  const terms = [...object.fields].map(([name, field]) => ofField(field, (value) => read(name, value)));
  if (object.open) terms.push(unknownFilter("a filter built elsewhere"));
  return and(terms);
}

function ofField(field: ObjectField, read: (value: Value) => Predicate): Predicate {
  const { value, sometimes: isSometimes, when } = field;
  if (isUndefined(value)) return always;
  if (field.overwritable) return unknownFilter("a later spread may replace it");
  const filter = read(value);
  if (!isSometimes || filter.kind === "true") return filter;
  const reason = operandOf(value).text;
  return { kind: "choice", arms: [filter, always], reason, ...(when && { given: [when.set, when.unset] }) };
}

function ofList(
  value: Value,
  read: (one: Value) => Predicate,
  combine: (terms: readonly Predicate[]) => Predicate,
): Predicate {
  if (value.kind === "choice")
    return chosen(
      value,
      value.options.map((option) => (isUndefined(option) ? always : ofList(option, read, combine))),
    );
  if (value.kind !== "array") return unknownFilter("a list of filters built elsewhere");
  const rest = value.rest ? [sometimes(read(value.rest), "a list that may be empty")] : [];
  return combine([...value.elements.map((one) => (isUndefined(one) ? always : read(one))), ...rest]);
}

/** An arm that says nothing is left out; an `OR` without arms says nothing itself. */
function ofArms(arms: readonly Predicate[]): Predicate {
  const filter = or(arms.map(withoutNothing));
  if (!arms.every(maySayNothing)) return filter;
  return filter.kind === "false" ? always : sometimes(filter, "no arm of an OR is given");
}

function withoutNothing(arm: Predicate): Predicate {
  if (arm.kind === "choice") return { ...arm, arms: arm.arms.map(withoutNothing) };
  return arm.kind === "true" ? never : arm;
}

function maySayNothing(arm: Predicate): boolean {
  return arm.kind === "choice" ? arm.arms.some(maySayNothing) : arm.kind === "true";
}

/** `NOT: {}` says nothing. */
function negated(inner: Predicate): Predicate {
  return inner.kind === "true" ? always : not(inner);
}

/** `column: value`, `column: { eq: value }`, `column: { OR: […] }` */
function ofColumn(reader: RowsReader, name: string, value: Value): Predicate {
  const { table, alias } = reader.table;
  const column: Column = { table: alias, name: (table && findColumn(table, name)?.name) ?? name };
  return ofScalar(column, value);
}

function ofScalar(column: Column, value: Value): Predicate {
  switch (value.kind) {
    case "object":
      return ofFields(value, (operator, given) => ofOperator(column, operator, given));
    case "choice":
      if (!value.options.some(({ kind }) => kind === "object")) return ofValue(column, value);
      return chosen(
        value,
        value.options.map((option) => (isUndefined(option) ? always : ofScalar(column, option))),
      );
    default:
      return ofValue(column, value);
  }
}

function ofValue(column: Column, value: Value): Predicate {
  if (isUndefined(value)) return always;
  // It throws.
  if (value.kind === "literal" && value.value === null) return never;
  const data = dataOf(value);
  if (data?.type === "column") return { kind: "eqColumn", left: column, right: data.column };
  if (data || value.kind === "function" || value.kind === "array" || value.kind === "query")
    return unknownFilter("a comparison");
  const filter: Predicate = { kind: "eq", column, operand: operandOf(withoutAbsence(value)) };
  return isPerhapsAbsent(value) ? sometimes(filter, operandOf(value).text) : filter;
}

function ofOperator(column: Column, operator: string, value: Value): Predicate {
  switch (operator) {
    case "eq":
      return ofValue(column, value);
    case "in": {
      if (isUndefined(value)) return always;
      const filter: Predicate = { kind: "in", column, operands: operandsOf(withoutAbsence(value)) };
      return isPerhapsAbsent(value) ? sometimes(filter, operandOf(value).text) : filter;
    }
    case "isNull":
      return value.kind === "literal" && value.value === true
        ? { kind: "isNull", column }
        : unknownFilter("a comparison");
    case "AND":
      return ofList(value, (one) => ofScalar(column, one), and);
    case "OR":
      return ofList(value, (one) => ofScalar(column, one), ofArms);
    case "NOT":
      return negated(ofScalar(column, value));
    default:
      return unknownFilter("a comparison");
  }
}

/** `lines: { amount: 1 }`, `lines: true`: there is a related row like this. */
function ofRelation(reader: RowsReader, relation: Relation, value: Value): Predicate {
  if (value.kind === "choice")
    return chosen(
      value,
      value.options.map((option) => (isUndefined(option) ? always : ofRelation(reader, relation, option))),
    );
  const table = findTable(reader.tracer.tenancy, relation.table);
  const alias = `${reader.table.alias}.${relation.field}`;
  const related: TableData = { type: "table", name: table?.name ?? relation.table, alias, table };
  const tie = tieOf(reader.table, relation, related);
  if (!tie) return unknownFilter("a filter on a relation through a third table");
  const isThere = value.kind !== "literal" || value.value !== false;
  const where = value.kind === "literal" ? always : ofObject({ ...reader, table: related }, value);
  const exists: Predicate = {
    kind: "exists",
    query: {
      site: reader.site,
      resources: [{ table: related.name, alias, join: "from", on: always, query: null, outputs: null }],
      where: and([tie, where]),
      nested: [],
      arms: [],
      outputs: null,
    },
  };
  return isThere ? exists : not(exists);
}

/** The columns that tie related rows together; null when the schema does not show them. */
export function tieOf(rows: TableData, relation: Relation, related: TableData): Predicate | null {
  const { columns, targets } = relation;
  if (columns.length === 0 || columns.length !== targets.length) return null;
  return and(
    columns.map((name, index) => ({
      kind: "eqColumn",
      left: { table: related.alias, name: targets[index]! },
      right: { table: rows.alias, name },
    })),
  );
}
