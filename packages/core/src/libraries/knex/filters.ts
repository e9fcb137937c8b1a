/**
 * Filters: what `where`, `on` and their siblings demand of a row. What was measured with Knex 3.3 (`knex.test.ts`): an `undefined`
 * among the values throws when the query is compiled; an empty object or group demands nothing; an empty list is in no row.
 */
import {
  always,
  and,
  before,
  never,
  not,
  or,
  type Column,
  type Predicate,
  type Selection,
  type Written,
} from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { joinOf, piecesOf, quotedName, type SqlText } from "../../raw-sql/text.js";
import { columnOf, onlyOutput } from "../../trace/builders.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { selectionOf } from "../../trace/query.js";
import { clausesOf, isUndefined, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import { builtBy, isSql, queryIn } from "./parts.js";
import { fragmentOf, named, sqlTextOf } from "./sql-text.js";
import { dataOf, library, wordOf, type Reader } from "./values.js";

export interface Condition extends Written {
  readonly nested: readonly Selection[];
  /** `{}`, a callback that adds nothing: it is left out, with the `or` before it. */
  readonly isNothing?: boolean;
}

/** `form`: the method's name without `and` or `or` before it. Null for what is no filter. */
export function conditionOf(reader: Reader, form: string, args: readonly Value[]): Condition | null {
  const [first, second] = args;
  switch (form) {
    case "where":
    case "onVal":
      return whereOf(reader, args);
    case "whereNot":
      return notOf(reader, args);
    case "whereIn":
    case "onIn":
      return amongOf(reader, first, second);
    case "whereNotIn":
    case "onNotIn":
      return negated(amongOf(reader, first, second));
    case "whereNull":
    case "onNull":
      return nullOf(reader, first);
    case "whereNotNull":
    case "onNotNull":
      return negated(nullOf(reader, first));
    case "whereExists":
    case "onExists":
      return existsOf(reader, first);
    case "whereNotExists":
    case "onNotExists":
      return negated(existsOf(reader, first));
    case "whereRaw":
    case "onRaw":
      return rawOf(reader, first, second);
    case "whereColumn":
    case "on":
      return columnsOf(reader, args);
    case "whereBetween":
    case "whereNotBetween":
    case "onBetween":
    case "onNotBetween":
    case "whereLike":
    case "whereILike":
      return plain(
        unknownFilter("a comparison"),
        args.flatMap((value) => nestedIn(reader, value)),
      );
    default:
      return /^where(?:Not)?Json/.test(form) ? plain(unknownFilter("a comparison of JSON")) : null;
  }
}

function plain(predicate: Predicate, nested: readonly Selection[] = []): Condition {
  return { predicate, nested };
}

function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}

function negated(condition: Condition): Condition {
  return condition.isNothing ? condition : plain(not(condition.predicate), condition.nested);
}

function whereOf(reader: Reader, args: readonly Value[]): Condition {
  const [left, second, third] = args;
  if (!left) return plain(always);
  if (args.length >= 3) return compare(reader, left, wordOf(second)?.toLowerCase() ?? null, third!);
  if (args.length === 2) return compare(reader, left, null, second!, true);
  return wholeOf(reader, left);
}

/** What is handed to `where` alone. */
function wholeOf(reader: Reader, value: Value): Condition {
  switch (value.kind) {
    case "function":
      return groupOf(builtBy(reader, value));
    case "query":
      return groupOf(reader.tracer.latest(value));
    case "choice":
      return chosen(value, (option) => wholeOf(reader, option));
    case "literal":
      // Anything but `true` finds nothing, or throws.
      return plain(value.value === true ? always : never);
    case "library":
      return isSql(value)
        ? inSql(reader, sqlTextOf(reader.tracer, value), value)
        : plain(unknownFilter("an expression"));
    default: {
      reader.tracer.needsArgument(value);
      const object = reader.tracer.fieldsOf(value);
      const terms = [...object.fields].map(([name, field]): Condition => {
        const column: Value = { kind: "literal", value: name };
        if (field.overwritable)
          return plain(
            unknownFilter(
              field.overwritable === "elsewhere" ? "an object built elsewhere" : "a spread may replace it",
            ),
          );
        const { predicate, nested } = compare(reader, column, null, field.value, true);
        if (!field.sometimes) return plain(predicate, nested);
        // A property that is not there demands nothing; one that is there and `undefined` throws.
        const { when } = field;
        const reason = operandOf(field.value).text;
        const given = when && { given: [when.set, when.unset] };
        return plain({ kind: "choice", arms: [predicate, always], reason, ...given }, nested);
      });
      const open = object.open ? [plain(unknownFilter("an object built elsewhere"))] : [];
      return {
        predicate: and([...terms, ...open].map((term) => term.predicate)),
        nested: terms.flatMap((term) => term.nested),
        isNothing: terms.length + open.length === 0,
      };
    }
  }
}

/** Between brackets. */
function groupOf(query: QueryValue): Condition {
  const { where, nested } = selectionOf(query);
  const isNothing = !clausesOf(query).some(({ kind }) => kind === "filter" || kind === "choice");
  return { predicate: where, nested, isNothing };
}

/** Of an object, each of its parts is denied. */
function notOf(reader: Reader, args: readonly Value[]): Condition {
  const [only] = args;
  if (args.length > 1 || !only || only.kind === "function" || only.kind === "library")
    return negated(whereOf(reader, args));
  const { predicate, nested, isNothing } = wholeOf(reader, only);
  const terms = predicate.kind === "and" ? predicate.terms.map(not) : [not(predicate)];
  return { predicate: and(terms), nested, ...(isNothing && { isNothing }) };
}

/** `where(column, value)`, `where(column, operator, value)`. `isPlain`: without an operator, `null` is looked for as such. */
function compare(
  reader: Reader,
  left: Value,
  operator: string | null,
  right: Value,
  isPlain = false,
): Condition {
  if (left.kind === "choice")
    return chosen(left, (option) => compare(reader, option, operator, right, isPlain));
  if (!isPlain && operator === null) return plain(unknownFilter("a comparison"), nestedIn(reader, right));
  if (isSql(left) || isSql(right)) {
    const ref = left.kind === "literal" ? columnIn(left) : null;
    const other = (isPlain || operator === "=") && ref ? columnIn(right) : null;
    if (ref && other) return plain({ kind: "eqColumn", left: ref, right: other });
    const sides = [sideOf(reader, left, true), sideOf(reader, right, false)] as const;
    const isList = operator === "in" || operator === "not in";
    const list = isList ? ["(", ...sides[1], ")"] : sides[1];
    return inSql(reader, [...sides[0], ` ${operator ?? "="} `, ...list], left, right);
  }
  const column = columnIn(left);
  if (!column) return plain(unknownFilter("a computed column"), nestedIn(reader, right));
  switch (operator) {
    case null:
      return equals(reader, column, right);
    case "=":
      // `= null` is true of no row.
      return right.kind === "literal" && right.value === null ? plain(never) : equals(reader, column, right);
    case "is":
    case "is not distinct from":
      return equals(reader, column, right);
    case "in":
      return among(reader, column, right);
    case "not in":
      return negated(among(reader, column, right));
    case "!=":
    case "<>":
    case "is not":
    case "is distinct from":
      return negated(equals(reader, column, right));
    case "<":
    case "<=":
      return plain(before(column, operandOf(right)), nestedIn(reader, right));
    default:
      return plain(unknownFilter("a comparison"), nestedIn(reader, right));
  }
}

function chosen(value: Value & { kind: "choice" }, read: (option: Value) => Condition): Condition {
  const options = value.options.map(read);
  const { reason, given } = value;
  const arms = options.map((option) => option.predicate);
  return plain(
    { kind: "choice", arms, reason, ...(given && { given }) },
    options.flatMap((option) => option.nested),
  );
}

function equals(reader: Reader, column: Column, value: Value): Condition {
  switch (value.kind) {
    case "literal":
      if (value.value === null) return plain({ kind: "isNull", column });
      // It throws when it is compiled.
      return plain(isUndefined(value) ? never : { kind: "eq", column, operand: operandOf(value) });
    case "function":
    case "query": {
      const query = selectionOf(queryIn(reader, value)!);
      return plain({ kind: "inQuery", column, query, output: onlyOutput(query) });
    }
    case "choice": {
      const isPlain = value.options.every(
        ({ kind }) => kind === "symbolic" || kind === "literal" || kind === "rows",
      );
      // A choice that may be null looks for null then.
      const isNull = value.options.some((option) => option.kind === "literal" && option.value === null);
      return isPlain && !isNull
        ? plain({ kind: "eq", column, operand: operandOf(value) })
        : chosen(value, (option) => equals(reader, column, option));
    }
    default:
      return plain({ kind: "eq", column, operand: operandOf(value) });
  }
}

/** `whereIn(column, values)`, `whereIn([column, other], tuples)` */
function amongOf(reader: Reader, left: Value | undefined, values: Value | undefined): Condition {
  if (!left || !values) return plain(unknownFilter("a comparison"));
  if (left.kind === "choice") return chosen(left, (option) => amongOf(reader, option, values));
  if (left.kind === "array") return tuplesOf(reader, left, values);
  if (isSql(left) || isSql(values)) {
    const right = sideOf(reader, values, false);
    return inSql(reader, [...sideOf(reader, left, true), " in (", ...right, ")"], left, values);
  }
  const column = columnIn(left);
  return column
    ? among(reader, column, values)
    : plain(unknownFilter("a computed column"), nestedIn(reader, values));
}

function among(reader: Reader, column: Column, values: Value): Condition {
  switch (values.kind) {
    case "array":
      return plain({ kind: "in", column, operands: operandsOf(values) });
    case "function":
    case "query":
      return equals(reader, column, values);
    case "choice":
      return chosen(values, (option) => among(reader, column, option));
    case "literal":
      // Nothing is in `null`, and `undefined` throws.
      return plain(
        values.value === null || isUndefined(values)
          ? never
          : { kind: "in", column, operands: [operandOf(values)] },
      );
    default:
      return plain({ kind: "in", column, operands: operandsOf(values) });
  }
}

/** Each column is among what the tuples have in its place. */
function tuplesOf(reader: Reader, { elements }: Value & { kind: "array" }, values: Value): Condition {
  const columns = elements.map(columnIn);
  const query = values.kind === "array" ? null : queryIn(reader, values);
  if (query) {
    const selection = selectionOf(query);
    const outputs = selection.outputs ? [...selection.outputs.values()] : [];
    const isKnown = outputs.length === columns.length;
    const terms = columns.flatMap((column, index): readonly Predicate[] =>
      column
        ? [{ kind: "inQuery", column, query: selection, output: (isKnown && outputs[index]) || null }]
        : [],
    );
    return plain(and(terms));
  }
  const tuples = values.kind === "array" ? [...values.elements, ...(values.rest ? [values.rest] : [])] : [];
  if (tuples.length === 0 || tuples.some(({ kind }) => kind !== "array"))
    return plain(unknownFilter("tuples built elsewhere"));
  const arms = tuples.map((tuple) =>
    and(
      columns.flatMap((column, index): readonly Predicate[] => {
        const value = tuple.kind === "array" ? tuple.elements[index] : undefined;
        return column && value ? [{ kind: "eq", column, operand: operandOf(value) }] : [];
      }),
    ),
  );
  return plain(or(arms));
}

function nullOf(reader: Reader, value: Value | undefined): Condition {
  if (value?.kind === "array") return plain(and(value.elements.map((one) => nullOf(reader, one).predicate)));
  const column = value && columnIn(value);
  return plain(column ? { kind: "isNull", column } : unknownFilter("a computed column"));
}

function existsOf(reader: Reader, value: Value | undefined): Condition {
  if (value && isSql(value)) return inSql(reader, ["exists (", ...sideOf(reader, value, false), ")"], value);
  const query = queryIn(reader, value);
  return plain(query ? { kind: "exists", query: selectionOf(query) } : unknownFilter("exists"));
}

/** `whereRaw(sql, bindings)`, also of a `raw`; Knex puts no brackets around it. */
function rawOf(reader: Reader, sql: Value | undefined, bindings: Value | undefined): Condition {
  if (!sql) return plain(always);
  const raw = isSql(sql) ? (sql as LibraryValue) : rawFrom(sql, bindings);
  return inSql(reader, sqlTextOf(reader.tracer, raw), sql, ...(bindings ? [bindings] : []));
}

/** SQL that is given to a method. It stands where its query stands. */
export function rawFrom(sql: Value, bindings: Value | undefined): LibraryValue {
  return { kind: "library", library, type: "raw", data: null, holds: bindings ? [sql, bindings] : [sql] };
}

/** `on(a, b)`, `on(a, "=", b)`, `on({ a: b })`, `on(callback)`: names of columns on both sides. */
function columnsOf(reader: Reader, args: readonly Value[]): Condition {
  const [left, second, third] = args;
  if (left && args.length === 1) {
    if (left.kind === "function") return groupOf(builtBy(reader, left));
    if (left.kind === "library") return inSql(reader, sideOf(reader, left, true), left);
    const { fields } = reader.tracer.fieldsOf(left);
    const terms = [...fields].map(([name, field]) =>
      columnsOf(reader, [{ kind: "literal", value: name }, field.value]),
    );
    return plain(
      and(terms.map((term) => term.predicate)),
      terms.flatMap((term) => term.nested),
    );
  }
  const right = args.length === 2 ? second : third;
  if (!left || !right) return plain(unknownFilter("a comparison of two columns"));
  const operator = args.length === 2 ? "=" : wordOf(second);
  const [a, b] = [columnIn(left), columnIn(right)];
  if (a && b && operator === "=") return plain({ kind: "eqColumn", left: a, right: b });
  if (operator !== null && (isSql(left) || isSql(right)))
    return inSql(
      reader,
      [...sideOf(reader, left, true), ` ${operator} `, ...sideOf(reader, right, true)],
      left,
      right,
    );
  return plain(unknownFilter("a comparison of two columns"));
}

/** The column that a side of a comparison is, if it is one. */
function columnIn(value: Value): Column | null {
  if (dataOf(value)?.type === "ref") return columnIn((value as LibraryValue).holds?.[0] ?? value);
  const word = wordOf(value);
  return word === null ? null : columnOf(word);
}

function sideOf(reader: Reader, value: Value, isName: boolean): SqlText {
  if (isName && wordOf(value) !== null) {
    const column = columnIn(value);
    return column
      ? [quotedName(column.table ? `${column.table}.${column.name}` : column.name)]
      : named(value);
  }
  const fragment = fragmentOf(reader.tracer);
  if (value.kind === "array") return joinOf(value, [", "], fragment);
  if (value.kind === "literal" && value.value === null) return ["null"];
  return piecesOf(value, fragment);
}

/** A comparison with SQL on one of its sides is SQL, and holds together no better than that. */
function inSql(reader: Reader, text: SqlText, ...from: readonly Value[]): Condition {
  const { tracer, commonTables } = reader;
  const site = from.map((value) => siteIn(value)).find((one) => one !== null) ?? reader.site;
  const { predicate, loose, nested } = readExpression(tracer, { library, site, text, commonTables });
  return { predicate, loose, nested };
}

function siteIn(value: Value): Reader["site"] | null {
  if (value.kind === "choice") return value.options.map(siteIn).find((one) => one !== null) ?? null;
  const data = dataOf(value);
  return data?.type === "raw" ? data.site : null;
}

/** The sub-queries in what stands where it filters nothing: in a select list, beside a comparison. */
export function nestedIn(reader: Reader, value: Value): readonly Selection[] {
  switch (value.kind) {
    case "query":
    case "function": {
      const query = queryIn(reader, value)!;
      return clausesOf(query).some(({ kind }) => kind === "resource") ? [selectionOf(query)] : [];
    }
    case "array":
      return value.elements.flatMap((element) => nestedIn(reader, element));
    case "choice":
      return value.options.flatMap((option) => nestedIn(reader, option));
    case "object":
      return [...value.fields.values()].flatMap((field) => nestedIn(reader, field.value));
    case "library": {
      if (dataOf(value)?.type !== "raw") return [];
      const { predicate, nested } = inSql(reader, sqlTextOf(reader.tracer, value), value);
      return [...nested, ...selectionsUnder(predicate)];
    }
    default:
      return [];
  }
}
