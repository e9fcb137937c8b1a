/**
 * Filters as objects, as object-relational mappers take them: `{ organizationId, customer: { status: "open" } }`. What is said the
 * same way in all of them is read here; each says what its operators are, and what becomes of `undefined` and of `null`.
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
} from "../constraint/predicate.js";
import { isPerhapsAbsent, withOptions, withoutAbsence } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import { operandOf, operandsOf } from "../trace/operand.js";
import {
  isNothing,
  isUndefined,
  type ChoiceValue,
  type ObjectField,
  type ObjectValue,
  type Value,
} from "../trace/value.js";
import {
  columnAt,
  findRelation,
  holdsKey,
  propertyOf,
  relatedEntity,
  selectionOfRows,
  tieOf,
  type Rows,
} from "./rows.js";

export interface FilterReader {
  readonly tracer: Tracer;
  /** The operation's: all that it names is one statement. */
  readonly site: string;
  readonly dialect: Dialect;
  /** Other rows of the statement, which a property may be said of: `{ "customer.email": email }`. */
  readonly aliases?: ReadonlyMap<string, Rows>;
}

export interface Dialect {
  /** What a property that has such a value demands: nothing, or nothing else than that there is none. */
  readonly onUndefined: "dropped" | "refused" | "null";
  readonly onNull: "dropped" | "refused" | "null";
  /** Of a property that is none: `$or`. */
  logical(name: string): "and" | "or" | "not" | null;
  /** A list is `in`, and not a value. */
  readonly listsAreIn: boolean;
  /** A comparison that the library has a word for; null for what is a plain value. */
  comparison(reader: FilterReader, column: Column, value: Value): Predicate | null;
}

export const builtElsewhere: Predicate = { kind: "unknown", reason: "built elsewhere" };

export function unknownFilter(reason: string): Predicate {
  return { kind: "unknown", reason };
}

/** The rows that a filter leaves; of several in a list, those that any of them leaves. */
export function filterOf(reader: FilterReader, rows: Rows, value: Value | undefined): Predicate {
  if (value === undefined) return always;
  switch (value.kind) {
    case "literal":
      return isNothing(value) ? always : builtElsewhere;
    case "choice":
      return chosen(value, (option) => filterOf(reader, rows, option));
    case "array": {
      const rest = value.rest
        ? [sometimes(filterOf(reader, rows, value.rest), "a list that may be empty")]
        : [];
      return anyOf([...value.elements.map((one) => filterOf(reader, rows, one)), ...rest]);
    }
    case "object":
      return ofFields(reader, rows, value, "");
    case "symbolic":
    case "instance": {
      const inner = value.kind === "instance" ? value.as : value;
      reader.tracer.needsArgument(inner ?? value);
      const filter = ofFields(reader, rows, reader.tracer.fieldsOf(value), "");
      return inner?.absent ? sometimes(filter, inner.text) : filter;
    }
    default:
      return builtElsewhere;
  }
}

function chosen(value: ChoiceValue, read: (option: Value) => Predicate): Predicate {
  const reason = value.reason === "" ? operandOf(value).text : value.reason;
  return {
    kind: "choice",
    arms: value.options.map(read),
    reason,
    ...(value.given && { given: value.given }),
  };
}

/** An arm that says nothing is left out, and a list of nothing else says nothing (measured with TypeORM 0.3). */
function anyOf(arms: readonly Predicate[]): Predicate {
  const filter = or(arms.map(withoutNothing));
  if (!arms.every(maySayNothing)) return filter;
  return filter.kind === "false" ? always : sometimes(filter, "no filter of a list says anything");
}

/** An arm that says nothing lets no row through, where whoever asks so is refused. */
export function withoutNothing(arm: Predicate): Predicate {
  if (arm.kind === "choice") return { ...arm, arms: arm.arms.map(withoutNothing) };
  return arm.kind === "true" ? never : arm;
}

function maySayNothing(arm: Predicate): boolean {
  return arm.kind === "choice" ? arm.arms.some(maySayNothing) : arm.kind === "true";
}

function ofFields(reader: FilterReader, rows: Rows, object: ObjectValue, prefix: string): Predicate {
  const terms = [...object.fields].map(([name, field]) =>
    ofField(reader, field, (value) => ofNamed(reader, rows, prefix + name, name, value)),
  );
  if (object.open) {
    for (const other of object.others ?? []) reader.tracer.needsArgument(other);
    terms.push(builtElsewhere);
  }
  return and(terms);
}

function ofField(reader: FilterReader, field: ObjectField, read: (value: Value) => Predicate): Predicate {
  const { value, sometimes: isSometimes, when, overwritable } = field;
  if (isUndefined(value) && reader.dialect.onUndefined === "dropped") return always;
  if (overwritable) return unknownFilter("a later spread may replace it");
  const filter = read(value);
  if (!isSometimes || filter.kind === "true") return filter;
  const reason = operandOf(value).text;
  return { kind: "choice", arms: [filter, always], reason, ...(when && { given: [when.set, when.unset] }) };
}

function ofNamed(reader: FilterReader, rows: Rows, path: string, name: string, value: Value): Predicate {
  switch (reader.dialect.logical(name)) {
    case "and":
      return value.kind === "array"
        ? and(
            [...value.elements, ...(value.rest ? [value.rest] : [])].map((one) =>
              filterOf(reader, rows, one),
            ),
          )
        : filterOf(reader, rows, value);
    case "or":
      return filterOf(reader, rows, value);
    case "not":
      return negated(filterOf(reader, rows, value));
    case null:
      break;
  }
  const dot = path.indexOf(".");
  const others = dot < 0 ? undefined : reader.aliases?.get(path.slice(0, dot));
  if (others) return ofNamed(reader, others, path.slice(dot + 1), name, value);
  const relation = findRelation(rows.entity, path);
  if (relation) return ofRelation(reader, rows, path, value);
  // An object inside the row: its properties are columns of the same row.
  const isInside = rows.entity.table?.columns.some(({ aliases }) =>
    aliases.some((alias) => alias.startsWith(`${path}.`)),
  );
  if (isInside && value.kind === "object") return ofFields(reader, rows, value, `${path}.`);
  return ofColumn(reader, columnAt(rows, path), value);
}

export function negated(inner: Predicate): Predicate {
  return inner.kind === "true" ? always : not(inner);
}

/** `column: value`, `column: In([…])` */
export function ofColumn(reader: FilterReader, column: Column, value: Value): Predicate {
  const { dialect } = reader;
  if (isUndefined(value)) return ofNothing(dialect.onUndefined, column);
  if (value.kind === "literal" && value.value === null) return ofNothing(dialect.onNull, column);
  const compared = dialect.comparison(reader, column, value);
  if (compared) return compared;
  switch (value.kind) {
    case "choice": {
      const isPlain = value.options.every(
        (option) =>
          option.kind === "symbolic" ||
          option.kind === "text" ||
          (option.kind === "literal" && option.value !== null),
      );
      return isPlain
        ? ofValue(reader, column, value)
        : chosen(value, (option) => ofColumn(reader, column, option));
    }
    case "array":
      return dialect.listsAreIn ? listed(column, value) : unknownFilter("a comparison with a list");
    case "object":
    case "function":
    case "query":
    case "library":
      return unknownFilter("a comparison");
    default:
      return ofValue(reader, column, value);
  }
}

function ofNothing(becomes: Dialect["onNull"], column: Column): Predicate {
  if (becomes === "dropped") return always;
  return becomes === "refused" ? never : { kind: "isNull", column };
}

function ofValue({ tracer, dialect }: FilterReader, column: Column, value: Value): Predicate {
  const filter: Predicate = { kind: "eq", column, operand: operandOf(withoutNothingIn(value)) };
  const isPerhapsNull = value.kind === "symbolic" && tracer.mayBeNull(value);
  const isDropped =
    (dialect.onUndefined === "dropped" && isPerhapsAbsent(value)) ||
    (dialect.onNull === "dropped" && isPerhapsNull);
  return isDropped ? sometimes(filter, operandOf(value).text) : filter;
}

function withoutNothingIn(value: Value): Value {
  return value.kind === "choice"
    ? withOptions(value, (option) => (isNothing(option) ? null : withoutAbsence(option)))
    : withoutAbsence(value);
}

export function listed(column: Column, value: Value): Predicate {
  if (value.kind === "array")
    return {
      kind: "in",
      column,
      operands: operandsOf({
        ...value,
        elements: value.elements.filter((one) => !isUndefined(one)).map(withoutAbsence),
        rest: value.rest && withoutAbsence(value.rest),
      }),
    };
  if (value.kind === "choice") return chosen(value, (option) => listed(column, option));
  if (value.kind === "object" || value.kind === "library") return unknownFilter("a comparison");
  return { kind: "in", column, operands: operandsOf(withoutAbsence(value)) };
}

/** `customer: { status: "open" }`, `customer: customerId`, `customer: IsNull()` */
function ofRelation(reader: FilterReader, rows: Rows, path: string, value: Value): Predicate {
  const relation = findRelation(rows.entity, path)!;
  const related: Rows = {
    entity: relatedEntity(reader.tracer, relation),
    alias: `${rows.alias}.${relation.field}`,
  };
  const key = holdsKey(rows.entity, relation) ? relation.columns[0]! : null;
  const compared =
    key === null ? null : reader.dialect.comparison(reader, { table: rows.alias, name: key }, value);
  if (compared) return compared;
  switch (value.kind) {
    case "choice":
      return chosen(value, (option) => ofRelation(reader, rows, path, option));
    case "literal":
      if (typeof value.value === "boolean") return unknownFilter("a related row that is there, or is not");
      break;
    // A row, or one that is said to be: its key.
    case "rows":
    case "instance":
      if (key !== null && !(value.kind === "rows" && value.many)) {
        const target = propertyOf(related.entity.table, relation.targets[0] ?? "id");
        const id = reader.tracer.memberOf(value, target);
        return ofValue(reader, { table: rows.alias, name: key }, id);
      }
      return builtElsewhere;
    case "object": {
      const where = filterOf(reader, related, value);
      const tie = tieOf(rows, relation, related);
      if (where.kind === "true") return always;
      if (!tie) return unknownFilter("a filter on a relation through a third table");
      const isThere = (one: Predicate): Predicate =>
        one.kind === "true"
          ? always
          : { kind: "exists", query: selectionOfRows(reader.site, related, and([tie, one])) };
      // Where nothing is said of it, it is not even joined.
      return where.kind === "choice" ? { ...where, arms: where.arms.map(isThere) } : isThere(where);
    }
    default:
      break;
  }
  return key === null ? builtElsewhere : ofColumn(reader, { table: rows.alias, name: key }, value);
}
