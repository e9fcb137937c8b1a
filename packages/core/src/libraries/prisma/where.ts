/**
 * Prisma's filters as predicates.
 *
 * Prisma drops `undefined` from a filter, so `where: { organizationId }` with an absent id returns every tenant's rows.
 * An optional id is therefore a filter on some runs only, and a literal `undefined` none at all.
 */
import {
  always,
  and,
  before,
  never,
  not,
  or,
  sometimes,
  type Column,
  type Known,
  type Operand,
  type Predicate,
  type Selection,
} from "../../constraint/predicate.js";
import { keyOf } from "../../tenancy/lookup.js";
import type { Relation } from "../../tenancy/tenancy.js";
import type { Tracer } from "../../trace/library.js";
import { givensOfAbsence, isPerhapsAbsent, withoutAbsence } from "../../trace/choice.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import {
  isUndefined,
  type ChoiceValue,
  type ObjectField,
  type ObjectValue,
  type Value,
} from "../../trace/value.js";
import { columnOf, findRelation, isColumn, relatedModel } from "./models.js";
import { dataOf, type Model } from "./values.js";

/** What arguments are read with. `site` is the operation's: all that it names is one statement. */
export interface Reader {
  readonly tracer: Tracer;
  readonly site: string;
}

/** Rows of a model, as they stand in the statement. */
export interface Rows {
  readonly model: Model;
  readonly alias: string;
  /** Where their filter stands: as a term of `AND`, `OR` or `NOT`, or as the `where` itself. */
  readonly isTerm?: boolean;
}

/** The rows a `where` leaves; without one, all of them. */
export function whereOf(reader: Reader, rows: Rows, value: Value | undefined): Predicate {
  if (value === undefined || isDropped(value)) return always;
  switch (value.kind) {
    case "literal":
      return always;
    case "choice":
      return {
        kind: "choice",
        arms: value.options.map((option) => whereOf(reader, rows, option)),
        ...toldBy(value),
      };
    case "object":
      return ofObject(reader, rows, value);
    case "symbolic": {
      const filter = ofObject(reader, rows, reader.tracer.fieldsOf(value));
      return value.absent ? sometimes(filter, value.text) : filter;
    }
    default:
      return builtElsewhere;
  }
}

function ofObject(reader: Reader, rows: Rows, object: ObjectValue): Predicate {
  const terms = [...object.fields].map(([name, field]) => ofField(reader, rows, name, field));
  // A key that a later spread can replace was meant to bind, and does not; whatever is spread is no better than it was.
  const losesKey = [...object.fields].some(
    ([name, field]) => field.overwritable === "known" && isKey(rows.model, name),
  );
  if (object.open && !losesKey) terms.push(builtElsewhere);
  return and(terms);
}

function isKey(model: Model, name: string): boolean {
  return model.table !== null && keyOf(model.table, name) !== null;
}

function ofField(reader: Reader, rows: Rows, name: string, field: ObjectField): Predicate {
  if (isDropped(field.value)) return always;
  if (field.overwritable) return unknownFilter("a later spread may replace it");
  const filter = ofNamed(reader, rows, name, field.value);
  return field.sometimes && filter.kind !== "true"
    ? whereSet(filter, nameOf(name, field.value), field)
    : filter;
}

function whereSet(filter: Predicate, reason: string, { when }: ObjectField): Predicate {
  return when
    ? { kind: "choice", arms: [filter, always], reason, given: [when.set, when.unset] }
    : sometimes(filter, reason);
}

/** `undefined` and `Prisma.skip` say nothing. */
export function isDropped(value: Value): boolean {
  return isUndefined(value) || (value.kind === "external" && value.path.at(-1) === "skip");
}

/** What decides between the options, in the author's words, and what holds where it is which. */
function toldBy(choice: ChoiceValue): { readonly reason: string; readonly given?: readonly Known[] } {
  const reason = choice.reason === "" ? operandOf(choice).text : choice.reason;
  return choice.given ? { reason, given: choice.given } : { reason };
}

function nameOf(name: string, value: Value): string {
  return value.kind === "symbolic" || value.kind === "choice" ? operandOf(value).text : name;
}

function ofNamed(reader: Reader, rows: Rows, name: string, value: Value): Predicate {
  switch (name) {
    case "AND":
      return ofList(reader, rows, value, and);
    case "OR":
      return ofList(reader, rows, value, or);
    case "NOT":
      return negated(ofList(reader, rows, value, and));
  }
  const relation = findRelation(rows.model, name);
  if (relation) return ofRelation(reader, rows, relation, value);
  if (!isColumn(rows.model, name) || (rows.model.table === null && value.kind === "object")) {
    return ofCompoundKey(reader, rows, value);
  }
  const filter = ofScalar(reader, { table: rows.alias, name }, value);
  return columnOf(rows.model, name)?.nullable === false ? refusingNull(filter) : filter;
}

/** Prisma refuses to compare a column with `null` that no row can have there. */
function refusingNull(filter: Predicate): Predicate {
  if (filter.kind === "choice") return { ...filter, arms: filter.arms.map(refusingNull) };
  return filter.kind === "isNull" ? never : filter;
}

// -------------------------------------------------------------------------------------------------- and, or, not

/** `AND` and `OR` of an object or a list. An empty `AND` demands nothing. */
function ofList(reader: Reader, rows: Rows, value: Value, combine: typeof and): Predicate {
  const terms: Rows = { ...rows, isTerm: true };
  switch (value.kind) {
    case "choice":
      return {
        kind: "choice",
        arms: value.options.map((option) =>
          isDropped(option) ? always : ofList(reader, rows, option, combine),
        ),
        ...toldBy(value),
      };
    case "array":
      break;
    default:
      return whereOf(reader, terms, value.kind === "symbolic" ? elementOf(value) : value);
  }
  const listed = value.elements.map((element) => ofListElement(reader, terms, element, combine));
  // As long as something else is, and so perhaps empty.
  const rest = value.rest ? [sometimes(whereOf(reader, terms, value.rest), "a list that may be empty")] : [];
  return combine === or ? ofArms(rows, [...listed, ...rest]) : and([...listed, ...rest]);
}

/**
 * Prisma leaves out an arm that says nothing. An `OR` of which no arm is left admits nothing as a part of a `where`; as a
 * term of an `AND` it says nothing itself, and is left out in turn.
 */
function ofArms(rows: Rows, arms: readonly Predicate[]): Predicate {
  const filter = or(arms.map(withoutEmptiness));
  if (!rows.isTerm || !arms.every(isPerhapsEmpty)) return filter;
  return filter.kind === "false" ? always : sometimes(filter, emptinessIn(arms));
}

function withoutEmptiness(arm: Predicate): Predicate {
  if (arm.kind === "choice") return { ...arm, arms: arm.arms.map(withoutEmptiness) };
  return arm.kind === "true" ? never : arm;
}

function isPerhapsEmpty(arm: Predicate): boolean {
  if (arm.kind === "choice") return arm.arms.some(isPerhapsEmpty);
  if (arm.kind === "and") return arm.terms.every(isPerhapsEmpty);
  return arm.kind === "true" || arm.kind === "false";
}

function emptinessIn(arms: readonly Predicate[]): string {
  const reasons = arms.flatMap((arm) => (arm.kind === "choice" ? [arm.reason] : []));
  return reasons[0] ?? "a list that may be empty";
}

/** `undefined` stands for an element that is not always in the list. */
function ofListElement(reader: Reader, rows: Rows, element: Value, combine: typeof and): Predicate {
  if (isUndefined(element)) return combine([]);
  if (element.kind !== "choice" || !element.options.some(isUndefined)) return whereOf(reader, rows, element);
  return {
    kind: "choice",
    arms: element.options.map((option) => ofListElement(reader, rows, option, combine)),
    ...toldBy(element),
  };
}

/** A list that a parameter brings: what is in it is not known. */
function elementOf(value: Value & { kind: "symbolic" }): Value {
  return { ...value, type: null };
}

/**
 * What `NOT` leaves is bound by nothing; it is kept for the tables that it reads. `NOT: {}` is no filter either, where
 * logic would have it admit nothing.
 */
function negated(predicate: Predicate): Predicate {
  if (predicate.kind === "true") return always;
  return and([
    unknownFilter("a negation"),
    ...queriesIn(predicate).map((query) => not({ kind: "exists", query })),
  ]);
}

function queriesIn(predicate: Predicate): readonly Selection[] {
  switch (predicate.kind) {
    case "and":
    case "or":
      return predicate.terms.flatMap(queriesIn);
    case "not":
      return queriesIn(predicate.term);
    case "choice":
      return predicate.arms.flatMap(queriesIn);
    case "exists":
      return [predicate.query];
    default:
      return [];
  }
}

// -------------------------------------------------------------------------------------------------- columns

/** `column: value`, `column: { equals: value }`, `column: { in: values }` */
function ofScalar(reader: Reader, column: Column, value: Value): Predicate {
  if (isDropped(value)) return always;
  switch (value.kind) {
    case "object":
      return ofOperators(reader, column, value);
    case "array":
      return unknownFilter("a comparison with a list");
    case "library":
      return unknownFilter(dataOf(value)?.type === "fields" ? "a comparison of two columns" : "a comparison");
    case "function":
      return unknownFilter("a comparison");
    case "choice":
      return ofChosenScalar(reader, column, value);
    case "literal":
      return value.value === null
        ? { kind: "isNull", column }
        : { kind: "eq", column, operand: operandOf(value) };
    default:
      return perhaps({ kind: "eq", column, operand: present(value) }, value);
  }
}

function ofChosenScalar(reader: Reader, column: Column, value: Value & { kind: "choice" }): Predicate {
  const isPlain = value.options.every(
    (option) =>
      option.kind === "symbolic" ||
      option.kind === "text" ||
      (option.kind === "literal" && option.value !== null),
  );
  // One operand for all, so that a fallback to a constant is seen as one.
  if (isPlain) return perhaps({ kind: "eq", column, operand: present(value) }, value);
  return {
    kind: "choice",
    arms: value.options.map((option) => ofScalar(reader, column, option)),
    ...toldBy(value),
  };
}

function ofOperators(reader: Reader, column: Column, operators: ObjectValue): Predicate {
  const terms = [...operators.fields].map(([operator, field]): Predicate => {
    if (isDropped(field.value) || operator === "mode") return always;
    if (field.overwritable) return unknownFilter("a later spread may replace it");
    const filter = ofOperator(reader, column, operator, field.value);
    return field.sometimes ? whereSet(filter, nameOf(operator, field.value), field) : filter;
  });
  if (operators.open) terms.push(builtElsewhere);
  return and(terms);
}

function ofOperator(reader: Reader, column: Column, operator: string, value: Value): Predicate {
  if (operator === "equals") return ofScalar(reader, column, value);
  if (operator === "in") return ofListed(reader, column, value);
  if (operator === "lt" || operator === "lte") return before(column, operandOf(value));
  return unknownFilter(operator === "not" || operator === "notIn" ? "a negation" : "a comparison");
}

function ofListed(reader: Reader, column: Column, value: Value): Predicate {
  if (isDropped(value)) return always;
  if (value.kind === "array") {
    const there = {
      ...value,
      elements: value.elements.filter((one) => !isUndefined(one)).map(withoutAbsence),
      rest: value.rest && withoutAbsence(value.rest),
    };
    return { kind: "in", column, operands: operandsOf(there) };
  }
  if (value.kind === "choice") {
    return {
      kind: "choice",
      arms: value.options.map((option) => ofListed(reader, column, option)),
      ...toldBy(value),
    };
  }
  if (value.kind === "library" || value.kind === "object") return unknownFilter("a comparison");
  return perhaps({ kind: "in", column, operands: operandsOf(withoutAbsence(value)) }, value);
}

function perhaps(filter: Predicate, value: Value): Predicate {
  if (!isPerhapsAbsent(value)) return filter;
  const { text } = operandOf(value);
  const given = givensOfAbsence(value);
  return given ? { kind: "choice", arms: [filter, always], reason: text, given } : sometimes(filter, text);
}

/** The value on those runs where there is one. */
function present(value: Value): Operand {
  return operandOf(withoutAbsence(value));
}

/** `organizationId_slug: { organizationId, slug }`. All parts of such a key are required: Prisma refuses `undefined` there. */
function ofCompoundKey(reader: Reader, rows: Rows, value: Value): Predicate {
  if (isDropped(value)) return always;
  if (value.kind === "choice") {
    return {
      kind: "choice",
      arms: value.options.map((option) => ofCompoundKey(reader, rows, option)),
      ...toldBy(value),
    };
  }
  if (value.kind !== "object" && value.kind !== "symbolic") return unknownFilter("a comparison");
  const object = reader.tracer.fieldsOf(value);
  const terms = [...object.fields].flatMap(([name, field]): readonly Predicate[] => {
    if (!isColumn(rows.model, name)) return [];
    if (field.overwritable || field.value.kind === "object")
      return [unknownFilter("a later spread may replace it")];
    const column: Column = { table: rows.alias, name };
    return [ofScalar(reader, column, withoutAbsence(field.value))];
  });
  if (object.open) terms.push(builtElsewhere);
  const filter = terms.length === 0 ? unknownFilter("a comparison") : and(terms);
  return value.kind === "symbolic" && value.absent ? sometimes(filter, value.text) : filter;
}

// -------------------------------------------------------------------------------------------------- relations

/** `project: { … }`, `project: { is: … }`, `items: { some: … }` */
function ofRelation(reader: Reader, rows: Rows, relation: Relation, value: Value): Predicate {
  if (isDropped(value)) return always;
  switch (value.kind) {
    case "choice":
      return {
        kind: "choice",
        arms: value.options.map((option) => ofRelation(reader, rows, relation, option)),
        ...toldBy(value),
      };
    case "literal":
      return unknownFilter("a missing relation");
    case "object":
      break;
    case "symbolic": {
      const filter = relatedRow(reader, rows, relation, value);
      return value.absent ? sometimes(filter, value.text) : filter;
    }
    default:
      return builtElsewhere;
  }
  const quantifiers = [...value.fields].filter(([name]) => isQuantifier(relation, name));
  if (quantifiers.length === 0) {
    return relation.list ? (value.open ? builtElsewhere : always) : relatedRow(reader, rows, relation, value);
  }
  return and(
    quantifiers.map(([name, field]) => {
      if (isDropped(field.value)) return always;
      if (field.overwritable) return unknownFilter("a later spread may replace it");
      const filter = ofQuantifier(reader, rows, relation, name, field.value);
      return field.sometimes ? sometimes(filter, nameOf(name, field.value)) : filter;
    }),
  );
}

function isQuantifier(relation: Relation, name: string): boolean {
  return relation.list
    ? name === "some" || name === "every" || name === "none"
    : name === "is" || name === "isNot";
}

function ofQuantifier(reader: Reader, rows: Rows, relation: Relation, name: string, value: Value): Predicate {
  if (value.kind === "literal") return unknownFilter("a missing relation");
  if (value.kind === "choice" && value.options.some(isDropped)) {
    return {
      kind: "choice",
      arms: value.options.map((option) =>
        isDropped(option) ? always : ofQuantifier(reader, rows, relation, name, option),
      ),
      ...toldBy(value),
    };
  }
  const related = relatedRow(reader, rows, relation, value);
  const filter = name === "is" || name === "some" ? related : negated(related);
  return value.kind === "symbolic" && value.absent ? sometimes(filter, value.text) : filter;
}

/** There is a related row like this. */
function relatedRow(reader: Reader, rows: Rows, relation: Relation, value: Value): Predicate {
  const related: Rows = {
    model: relatedModel(reader.tracer.tenancy, relation),
    alias: `${rows.alias}.${relation.field}`,
  };
  const on = joinOf(rows, relation, related);
  // The rows of an implicit many-to-many relation are tied by a table that the schema does not show.
  if (!on) return unknownFilter("a filter on a many-to-many relation");
  const where = whereOf(reader, related, value.kind === "symbolic" ? { ...value, absent: false } : value);
  const exists: Predicate = { kind: "exists", query: selectionFrom(reader, related, and([on, where])) };
  // What it says of the related row, it says of this one.
  return isBuiltElsewhere(where) ? and([exists, builtElsewhere]) : exists;
}

/** The columns that tie related rows together; null when the schema does not show them. */
export function joinOf(rows: Rows, relation: Relation, related: Rows): Predicate | null {
  if (relation.columns.length === 0 || relation.columns.length !== relation.targets.length) return null;
  return and(
    relation.columns.map((column, index) => ({
      kind: "eqColumn",
      left: { table: related.alias, name: relation.targets[index]! },
      right: { table: rows.alias, name: column },
    })),
  );
}

export function selectionFrom(reader: Reader, rows: Rows, where: Predicate): Selection {
  return {
    site: reader.site,
    resources: [
      { table: tableOf(rows.model), alias: rows.alias, join: "from", on: always, query: null, outputs: null },
    ],
    where,
    nested: [],
    arms: [],
    outputs: null,
  };
}

export function tableOf(model: Model): string {
  return model.table?.name ?? model.name;
}

function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}

const builtElsewhere: Predicate = unknownFilter("built elsewhere");

/** Columns that certainly have a given value, and those by which a row is certainly tied to one that has. */
export function boundColumns(filter: Predicate, alias: string): readonly string[] {
  switch (filter.kind) {
    case "and":
      return filter.terms.flatMap((term) => boundColumns(term, alias));
    case "eq":
    case "in":
    case "isNull":
      return filter.column.table === alias ? [filter.column.name] : [];
    case "eqColumn":
      return filter.right.table === alias ? [filter.right.name] : [];
    case "exists":
      return boundColumns(filter.query.where, alias);
    default:
      return [];
  }
}

export function isBuiltElsewhere(filter: Predicate): boolean {
  if (filter.kind === "and" || filter.kind === "or") return filter.terms.some(isBuiltElsewhere);
  if (filter.kind === "choice") return filter.arms.some(isBuiltElsewhere);
  return filter === builtElsewhere;
}
