/**
 * Sequelize's filters as predicates. Measured with 6.37, and read in its `dialects/abstract/query-generator.js` (`whereQuery`,
 * `whereItemQuery`): a column that is compared with `undefined` throws, `null` asks for rows without a value, a list for rows with
 * one of it; `where: undefined` and `where: {}` return every row.
 */
import {
  always,
  and,
  andAsWritten,
  before,
  never,
  not,
  or,
  sometimes,
  type Column,
  type Predicate,
  type Written,
} from "../../constraint/predicate.js";
import { keyOf } from "../../tenancy/lookup.js";
import { optionsOf, withoutAbsence } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import {
  isNothing,
  isUndefined,
  type ChoiceValue,
  type ObjectField,
  type ObjectValue,
  type Value,
} from "../../trace/value.js";
import { columnNamed, conditionOf } from "./conditions.js";
import { dataOf, type Model } from "./values.js";

/** What options are read with. `site` is the operation's: all that it names is one statement. */
export interface Reader {
  readonly tracer: Tracer;
  readonly site: string;
}

/** A model as it stands in a statement, under the name that Sequelize gives it there: `Invoice`, `customer`, `customer->tags`. */
export interface Rows {
  readonly model: Model;
  readonly alias: string;
  /** What the statement is about: `$customer.name$` is said from there. */
  readonly root: string;
}

/** A symbol of Sequelize's as the key of an object: `[Op.or]`. No column is called so. */
const operatorKey = /^Op\.(\w+)$/;

export function operatorNamed(name: string): string {
  return `Op.${name}`;
}

export function whereOf(reader: Reader, rows: Rows, value: Value | undefined): Predicate {
  return writtenWhere(reader, rows, value).predicate;
}

/** With the arms of an `or` that Sequelize puts no brackets around: that of `literal("a OR b")`. */
export function writtenWhere(reader: Reader, rows: Rows, value: Value | undefined): Written {
  if (value === undefined || isNothing(value)) return { predicate: always };
  switch (value.kind) {
    case "choice": {
      const arms = value.options.map((option) => whereOf(reader, rows, option));
      return { predicate: { kind: "choice", arms, ...toldBy(value) } };
    }
    case "object":
      return { predicate: ofObject(reader, rows, value) };
    case "array":
      return { predicate: ofList(reader, rows, value, andAsWritten) };
    case "library": {
      const made = conditionOf(reader, rows, value);
      return made ?? { predicate: builtElsewhere };
    }
    case "symbolic": {
      const fields = reader.tracer.fieldsOf(value);
      if (fields.open) reader.tracer.needsArgument(value);
      const filter = ofObject(reader, rows, fields);
      return { predicate: value.absent ? sometimes(filter, value.text) : filter };
    }
    case "literal":
      return { predicate: value.value === "" ? always : never };
    default:
      return { predicate: builtElsewhere };
  }
}

function ofObject(reader: Reader, rows: Rows, object: ObjectValue): Predicate {
  const terms: Written[] = [...object.fields].map(([name, field]) => ofField(reader, rows, name, field));
  // A key that a later spread can replace was meant to bind, and does not.
  const losesKey = [...object.fields].some(
    ([name, { overwritable }]) =>
      overwritable === "known" && rows.model.table && keyOf(rows.model.table, name),
  );
  if (object.open && !losesKey) terms.push({ predicate: builtElsewhere });
  return andAsWritten(terms);
}

function ofField(reader: Reader, rows: Rows, name: string, field: ObjectField): Written {
  if (field.overwritable) return { predicate: unknownFilter("a later spread may replace it") };
  const filter = ofNamed(reader, rows, name, field.value);
  if (!field.sometimes || filter.predicate.kind === "true") return filter;
  const reason = operandOf(field.value).text || name;
  const { when } = field;
  const given = when && { given: [when.set, when.unset] };
  return { predicate: { kind: "choice", arms: [filter.predicate, always], reason, ...given } };
}

function ofNamed(reader: Reader, rows: Rows, name: string, value: Value): Written {
  const operator = operatorKey.exec(name)?.[1];
  switch (operator) {
    case undefined:
      return ofColumn(reader, rows, columnNamed(rows, name), value);
    case "and":
      return value.kind === "array" || value.kind === "object"
        ? { predicate: ofJunction(reader, rows, value, andAsWritten) }
        : writtenWhere(reader, rows, value);
    case "or":
      return { predicate: ofJunction(reader, rows, value, withoutBrackets) };
    case "not":
      // SQL that is written out is left as it is (measured).
      if (dataOf(value)?.type === "condition") return writtenWhere(reader, rows, value);
      return { predicate: negated(ofJunction(reader, rows, value, andAsWritten)) };
    default:
      return { predicate: unknownFilter("a comparison") };
  }
}

type Combine = (terms: readonly Written[]) => Predicate;

function withoutBrackets(arms: readonly Written[]): Predicate {
  return or(arms.map(({ predicate }) => predicate));
}

/** `[Op.or]: [{ … }, { … }]`, `[Op.or]: { status: "paid", total: 0 }` */
function ofJunction(reader: Reader, rows: Rows, value: Value, combine: Combine): Predicate {
  switch (value.kind) {
    case "choice":
      return {
        kind: "choice",
        arms: value.options.map((option) => ofJunction(reader, rows, option, combine)),
        ...toldBy(value),
      };
    case "array":
      return ofList(reader, rows, value, combine);
    case "object": {
      if (combine === andAsWritten) return ofObject(reader, rows, value);
      const arms = [...value.fields].map(([name, field]) => ofField(reader, rows, name, field));
      return combine([...arms, ...(value.open ? [{ predicate: builtElsewhere }] : [])].filter(saysSomething));
    }
    case "literal":
      // `undefined` and `null` are refused.
      return never;
    case "library":
      return whereOf(reader, rows, value);
    default:
      reader.tracer.needsArgument(value);
      return builtElsewhere;
  }
}

/** What is no condition, such as `isOwn && { … }` that is `false`, is left out; an `or` of nothing admits nothing. */
function ofList(
  reader: Reader,
  rows: Rows,
  { elements, rest }: Value & { kind: "array" },
  combine: Combine,
): Predicate {
  const terms = elements.flatMap((element) => ofElement(reader, rows, element, combine));
  const more = rest ? [ofElement(reader, rows, rest, combine)].flat() : [];
  const perhaps = more.map(({ predicate }): Written => ({
    predicate: leftOut(predicate, combine, "a list that may be empty"),
  }));
  return combine([...terms, ...perhaps]);
}

function ofElement(reader: Reader, rows: Rows, element: Value, combine: Combine): readonly Written[] {
  if (element.kind === "literal") return [];
  if (element.kind === "choice") {
    const arms = element.options.map((option): Predicate => {
      const [only] = ofElement(reader, rows, option, combine);
      return only?.predicate ?? (combine === andAsWritten ? always : never);
    });
    return [{ predicate: { kind: "choice", arms, ...toldBy(element) } }];
  }
  const read = writtenWhere(reader, rows, element);
  if (!saysSomething(read)) return [];
  return combine === andAsWritten ? [read] : [{ ...read, predicate: withoutNothing(read.predicate) }];
}

/** An arm that says nothing on some runs is left out on those. */
function withoutNothing(arm: Predicate): Predicate {
  if (arm.kind === "choice") return { ...arm, arms: arm.arms.map(withoutNothing) };
  return arm.kind === "true" ? never : arm;
}

function leftOut(predicate: Predicate, combine: Combine, reason: string): Predicate {
  return { kind: "choice", arms: [predicate, combine === andAsWritten ? always : never], reason };
}

/** `{}` in a list is left out of it (measured). */
function saysSomething({ predicate }: Written): boolean {
  return predicate.kind !== "true";
}

/** `[Op.not]: {}` is `0 = 1` (measured). */
function negated(inner: Predicate): Predicate {
  return inner.kind === "true" ? never : not(inner);
}

// -------------------------------------------------------------------------------------------------- columns

/** `column: value`, `column: [values]`, `column: { [Op.in]: values }` */
export function ofColumn(reader: Reader, rows: Rows, column: Column, value: Value): Written {
  switch (value.kind) {
    case "literal":
      return { predicate: ofLiteral(column, value) };
    case "array":
      return { predicate: { kind: "in", column, operands: operandsOf(there(value)) } };
    case "object":
      return { predicate: ofOperators(reader, rows, column, value) };
    case "choice":
      if (value.options.every(isPlain)) return { predicate: equal(column, value) };
      return {
        predicate: {
          kind: "choice",
          arms: value.options.map((option) => ofColumn(reader, rows, column, option).predicate),
          ...toldBy(value),
        },
      };
    case "library": {
      const data = dataOf(value);
      // It stands in the place of the whole comparison (measured): `organizationId: literal("1")` is `WHERE 1`.
      return data?.type === "condition" && data.made === "literal"
        ? (conditionOf(reader, rows, value) ?? { predicate: unknownFilter("raw SQL") })
        : { predicate: unknownFilter("a comparison") };
    }
    case "function":
      return { predicate: unknownFilter("a comparison") };
    default:
      return { predicate: ofGiven(reader, column, value) };
  }
}

/** A value that is a list asks for its elements. */
function ofGiven(reader: Reader, column: Column, value: Value): Predicate {
  return reader.tracer.elementOf(value) !== null
    ? { kind: "in", column, operands: operandsOf(withoutAbsence(value)) }
    : equal(column, value);
}

function ofLiteral(column: Column, value: Value & { kind: "literal" }): Predicate {
  if (isUndefined(value)) return never;
  return value.value === null
    ? { kind: "isNull", column }
    : { kind: "eq", column, operand: operandOf(value) };
}

/** Where it is absent there is no query: Sequelize refuses it. */
function equal(column: Column, value: Value): Predicate {
  return { kind: "eq", column, operand: operandOf(withoutAbsence(value)) };
}

function isPlain(option: Value): boolean {
  return (
    option.kind === "symbolic" ||
    option.kind === "text" ||
    (option.kind === "literal" && option.value !== null)
  );
}

/** Elements that are `undefined` become NULL, which nothing is equal to. */
function there(list: Value & { kind: "array" }): Value {
  return {
    ...list,
    elements: list.elements.filter((one) => !isNothing(one)).map(withoutAbsence),
    rest: list.rest && withoutAbsence(list.rest),
  };
}

function ofOperators(reader: Reader, rows: Rows, column: Column, operators: ObjectValue): Predicate {
  const terms = [...operators.fields].map(([name, field]): Predicate => {
    const operator = operatorKey.exec(name)?.[1];
    if (operator === undefined || field.overwritable) return unknownFilter("a comparison");
    const filter = ofOperator(reader, rows, column, operator, field.value);
    return field.sometimes ? sometimes(filter, operandOf(field.value).text) : filter;
  });
  if (operators.open) terms.push(builtElsewhere);
  return terms.length === 0 ? unknownFilter("a comparison") : and(terms);
}

function ofOperator(reader: Reader, rows: Rows, column: Column, operator: string, value: Value): Predicate {
  switch (operator) {
    case "eq":
    case "is":
    case "in":
    case "any":
      if (value.kind === "library") return unknownFilter("a comparison");
      return ofColumn(reader, rows, column, value).predicate;
    case "and":
    case "or":
      return ofValues(reader, rows, column, operator, value);
    case "lt":
    case "lte":
      return before(column, operandOf(value));
    case "not":
    case "ne":
    case "notIn":
      return unknownFilter("a negation");
    case "col":
      return value.kind === "literal"
        ? { kind: "eqColumn", left: column, right: columnNamed(rows, `$${String(value.value)}$`) }
        : unknownFilter("a comparison");
    default:
      return unknownFilter("a comparison");
  }
}

/** `organizationId: { [Op.or]: [id, null] }`; of an empty list nothing is left, with either operator (measured). */
function ofValues(
  reader: Reader,
  rows: Rows,
  column: Column,
  operator: "and" | "or",
  value: Value,
): Predicate {
  if (value.kind !== "array") return unknownFilter("a comparison");
  const read = (one: Value): Predicate =>
    one.kind === "choice" && one.options.some((option) => option.kind === "array" || isNothing(option))
      ? {
          kind: "choice",
          arms: one.options.map((option) => ofColumn(reader, rows, column, option).predicate),
          ...toldBy(one),
        }
      : ofColumn(reader, rows, column, one).predicate;
  const terms = value.elements.map(read);
  if (value.rest && terms.length === 0) return sometimes(read(value.rest), "a list that may be empty");
  if (terms.length === 0) return always;
  if (operator === "and") return and(terms);
  return or([...terms, ...(value.rest ? [read(value.rest)] : [])]);
}

/** What decides between the options, in the author's words, and what holds where it is which. */
function toldBy(choice: ChoiceValue): Pick<Predicate & { kind: "choice" }, "reason" | "given"> {
  const reason = choice.reason === "" ? operandOf(choice).text : choice.reason;
  return choice.given ? { reason, given: choice.given } : { reason };
}

export function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}

const builtElsewhere: Predicate = unknownFilter("built elsewhere");

/** An update or a removal is refused without a filter; with an empty one, it takes every row. */
export function demanded(value: Value | undefined): Value | null {
  const options = value ? optionsOf(value).filter((option) => !isNothing(option)) : [];
  if (options.length === 0) return null;
  if (value!.kind !== "choice") return withoutAbsence(value!);
  return options.length === 1 ? withoutAbsence(options[0]!) : { ...value!, options, ...withoutGiven };
}

/** It speaks of options at their old places. */
const withoutGiven = { given: undefined } as unknown as Record<string, never>;
