/**
 * The operators that a program imports, or is handed by a callback: `and`, `eq`, `inArray`. What each says with an `undefined`
 * was measured with drizzle-orm 0.45 (packages/testing/src/undefined-tenant/drizzle.test.ts).
 */
import {
  always,
  andAsWritten,
  before,
  never,
  not as notOf,
  or as anyOf,
  sometimes,
  type Column,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { joinOf, piecesOf, type SqlText } from "../../raw-sql/text.js";
import { optionsOf } from "../../trace/choice.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { selectionOf } from "../../trace/query.js";
import { isUndefined, type QueryValue, type Site, type Value } from "../../trace/value.js";
import {
  chosen,
  columnIn,
  expressionOf,
  nestedIn,
  plain,
  readText,
  unknownFilter,
  type ExpressionData,
  type Reader,
} from "./expressions.js";
import { fragmentOf, quotedColumn } from "./sql-text.js";
import { dataOf } from "./values.js";

export type Operator = (reader: Reader, args: readonly Value[], site: Site) => ExpressionData;

/** Operators that only hide or order rows, or compare them with something else than equality. */
const others = [
  "gt",
  "gte",
  "like",
  "notLike",
  "ilike",
  "notIlike",
  "between",
  "notBetween",
  "arrayContains",
  "arrayContained",
  "arrayOverlaps",
  "asc",
  "desc",
  "count",
  "countDistinct",
  "sum",
  "sumDistinct",
  "avg",
  "avgDistinct",
  "min",
  "max",
  "cosineDistance",
  "l1Distance",
  "l2Distance",
  "innerProduct",
  "hammingDistance",
  "jaccardDistance",
];

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["and", conjunction],
  ["or", disjunction],
  ["not", negation],
  ["eq", equality],
  ["ne", (reader, args, site) => negated(equality(reader, args, site))],
  ["inArray", membership],
  ["notInArray", (reader, args, site) => negated(membership(reader, args, site))],
  ["isNull", nullness],
  ["isNotNull", (reader, args) => negated(nullness(reader, args))],
  ["exists", existence],
  ["lt", earlier],
  ["lte", earlier],
  ["notExists", (reader, args, site) => negated(existence(reader, args, site))],
  ...others.map((name) => [name, comparison] as const),
]);

export const operatorNames: readonly string[] = [...operators.keys()];

export function operatorOf(name: string): Operator {
  return operators.get(name) ?? comparison;
}

/** `and(…)`, `or(…)` hold one list: what they are given, whether one by one or spread. */
export function isJunction(name: string): boolean {
  return name === "and" || name === "or";
}

function conjunction(reader: Reader, [list]: readonly Value[]): ExpressionData {
  return ofList(reader, list, (terms, isPerhapsEmpty) => {
    const [only] = terms;
    if (only && terms.length === 1 && !isPerhapsEmpty) return only;
    return { ...plain(andAsWritten(terms)), nested: terms.flatMap((term) => term.nested) };
  });
}

/** An arm that says nothing is left out; without arms it says nothing itself. */
function disjunction(reader: Reader, [list]: readonly Value[]): ExpressionData {
  return ofList(reader, list, (terms, isPerhapsEmpty) => {
    const [only] = terms;
    if (only && terms.length === 1 && !isPerhapsEmpty) return only;
    const filter = anyOf(terms.map((term) => withoutNothing(term.predicate)));
    const mayVanish = terms.every((term) => maySayNothing(term.predicate));
    const predicate = !mayVanish
      ? filter
      : filter.kind === "false"
        ? always
        : sometimes(filter, reasonIn(terms.map((term) => term.predicate)));
    return { ...plain(predicate), nested: terms.flatMap((term) => term.nested) };
  });
}

function withoutNothing(arm: Predicate): Predicate {
  if (arm.kind === "choice") return { ...arm, arms: arm.arms.map(withoutNothing) };
  return arm.kind === "true" ? never : arm;
}

function maySayNothing(arm: Predicate): boolean {
  return arm.kind === "choice" ? arm.arms.some(maySayNothing) : arm.kind === "true";
}

function reasonIn(arms: readonly Predicate[]): string {
  return arms.flatMap((arm) => (arm.kind === "choice" ? [arm.reason] : []))[0] ?? "a list that may be empty";
}

type Combine = (terms: readonly ExpressionData[], isPerhapsEmpty: boolean) => ExpressionData;

function ofList(reader: Reader, list: Value | undefined, combine: Combine): ExpressionData {
  if (!list) return plain(always);
  if (list.kind === "choice") {
    const options = list.options.map((option) => ofList(reader, option, combine));
    return {
      ...plain(
        chosen(
          list,
          options.map((option) => option.predicate),
        ),
      ),
      nested: options.flatMap((option) => option.nested),
    };
  }
  if (list.kind !== "array") {
    reader.tracer.needsArgument(list);
    return plain(unknownFilter("a list of filters built elsewhere"));
  }
  const terms = list.elements.map((element) => expressionOf(reader, element));
  if (!list.rest) return combine(terms, false);
  // As long as something else is, and so perhaps empty.
  const rest = expressionOf(reader, list.rest);
  return combine(
    [...terms, { ...rest, loose: null, predicate: sometimes(rest.predicate, "a list that may be empty") }],
    true,
  );
}

function negation(reader: Reader, [value]: readonly Value[]): ExpressionData {
  const inner = value ? expressionOf(reader, value) : plain(unknownFilter("a negation"));
  const [first, ...rest] = inner.loose ?? [];
  // `not a or b` is `(not a) or b`.
  const predicate = first ? anyOf([notOf(first), ...rest]) : notOf(inner.predicate);
  return { ...inner, predicate, loose: null, column: null };
}

function negated(inner: ExpressionData): ExpressionData {
  return { ...inner, predicate: notOf(inner.predicate), loose: null, column: null };
}

function equality(reader: Reader, [left, right]: readonly Value[], site: Site): ExpressionData {
  if (!left || !right) return plain(unknownFilter("a comparison"));
  if (isSql(left) || isSql(right)) return inSql(reader, [left, " = ", right], site);
  if (left.kind === "choice" && left.options.some((option) => option.kind === "library"))
    return ofOptions(left, (option) => equality(reader, [option, right], site));
  const column = columnIn(reader, left);
  if (column) return equals(reader, column, right);
  const other = columnIn(reader, right);
  if (other) return equals(reader, other, left);
  reader.tracer.needsArgument(left);
  return comparison(reader, [left, right]);
}

function equals(reader: Reader, column: Column, value: Value): ExpressionData {
  if (value.kind === "query") return inQuery(column, value);
  if (value.kind === "choice" && value.options.some(({ kind }) => kind === "query" || kind === "library"))
    return ofOptions(value, (option) => equals(reader, column, option));
  // `= null` is true of no row, and `undefined` is sent as null.
  if (value.kind === "literal" && (value.value === null || isUndefined(value))) return plain(never);
  if (value.kind === "library") {
    const other = columnIn(reader, value);
    if (other) return plain({ kind: "eqColumn", left: column, right: other });
    return { ...plain(unknownFilter("an expression")), nested: nestedIn(reader, value) };
  }
  return plain({ kind: "eq", column, operand: operandOf(value) });
}

/** An empty list matches nothing. */
function membership(reader: Reader, [left, right]: readonly Value[], site: Site): ExpressionData {
  if (!left || !right) return plain(unknownFilter("a comparison"));
  if (isSql(left) || isSql(right)) return inSql(reader, [left, " in ", right], site);
  if (left.kind === "choice" && left.options.some((option) => option.kind === "library"))
    return ofOptions(left, (option) => membership(reader, [option, right], site));
  const column = columnIn(reader, left);
  if (!column) {
    reader.tracer.needsArgument(left);
    return comparison(reader, [left, right]);
  }
  switch (right.kind) {
    case "query":
      return inQuery(column, right);
    case "choice":
      return ofOptions(right, (option) => membership(reader, [left, option], site));
    case "literal":
      return plain(never);
    case "library":
    case "object":
    case "function":
      return comparison(reader, [left, right]);
    default:
      return plain({ kind: "in", column, operands: operandsOf(right) });
  }
}

function inQuery(column: Column, value: QueryValue): ExpressionData {
  const query = selectionOf(value);
  return plain({ kind: "inQuery", column, query, output: onlyOutput(query) });
}

function onlyOutput({ outputs }: Selection): Column | null {
  const [first, ...rest] = outputs ? [...outputs] : [];
  return first && rest.length === 0 && first[0] !== "*" ? first[1] : null;
}

function nullness(reader: Reader, [value]: readonly Value[]): ExpressionData {
  const column = value ? columnIn(reader, value) : null;
  return column ? plain({ kind: "isNull", column }) : comparison(reader, value ? [value] : []);
}

function existence(reader: Reader, [value]: readonly Value[], site: Site): ExpressionData {
  if (value?.kind === "query") return plain({ kind: "exists", query: selectionOf(value) });
  if (value?.kind === "choice") return ofOptions(value, (option) => existence(reader, [option], site));
  return value && isSql(value)
    ? inSql(reader, ["exists ", value], site)
    : comparison(reader, value ? [value] : []);
}

function comparison(reader: Reader, args: readonly Value[]): ExpressionData {
  return {
    ...plain(unknownFilter("a comparison")),
    nested: args.flatMap((argument) => nestedIn(reader, argument)),
  };
}

function earlier(reader: Reader, args: readonly Value[]): ExpressionData {
  const [left, right] = args;
  const column = left ? columnIn(reader, left) : null;
  const compared = comparison(reader, args);
  return column && right ? { ...compared, predicate: before(column, operandOf(right)) } : compared;
}

function ofOptions(
  choice: Value & { kind: "choice" },
  read: (option: Value) => ExpressionData,
): ExpressionData {
  const options = choice.options.map(read);
  const predicates = options.map((option) => option.predicate);
  return { ...plain(chosen(choice, predicates)), nested: options.flatMap((option) => option.nested) };
}

function isSql(value: Value): boolean {
  return optionsOf(value).some((option) => {
    const data = dataOf(option);
    return data?.type === "sql" || data?.type === "aliased";
  });
}

/** A comparison with SQL on one of its sides is SQL, and holds together no better than that. */
function inSql(reader: Reader, parts: readonly (string | Value)[], site: Site): ExpressionData {
  const text = parts.flatMap((part): SqlText => {
    if (typeof part === "string") return [part];
    const column = columnIn(reader, part);
    if (column) return [quotedColumn(column)];
    if (part.kind === "array") return ["(", ...joinOf(part, [", "], (one) => fragmentOf(reader, one)), ")"];
    // What is compared with is sent, where a template would leave it out.
    if (part.kind === "literal" && (part.value === null || isUndefined(part))) return ["null"];
    return piecesOf(part, (one) => fragmentOf(reader, one));
  });
  return readText(reader, site, text);
}
