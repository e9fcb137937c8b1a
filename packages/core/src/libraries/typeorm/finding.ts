/** Reading through a repository: `find`, `findOneBy`, `count`, `sum` and the others. */
import type { Predicate } from "../../constraint/predicate.js";
import { builtElsewhere, filterOf, listed, ofColumn } from "../../entities/filter.js";
import { columnAt, findRelation, idOf, joinedRows } from "../../entities/rows.js";
import { optionsOf } from "../../trace/choice.js";
import type { Repair } from "../../trace/library.js";
import { isNothing, undefinedValue, type Clause, type ObjectValue, type Value } from "../../trace/value.js";
import { dataOf } from "./values.js";
import { found, readerOf, rowsOf, write, type Statement } from "../../entities/statement.js";

/** What each is given, and what it gives. */
interface Shape {
  /** `options`: `{ where }`. `filter`: the filter itself. `second`: behind the name of a column. `ids`: keys. */
  readonly takes: "options" | "filter" | "second" | "ids";
  readonly gives: "one" | "certain" | "many" | "counted" | "number" | "there";
}

const shapes: ReadonlyMap<string, Shape> = new Map([
  ["find", { takes: "options", gives: "many" }],
  ["findBy", { takes: "filter", gives: "many" }],
  ["findAndCount", { takes: "options", gives: "counted" }],
  ["findAndCountBy", { takes: "filter", gives: "counted" }],
  ["findByIds", { takes: "ids", gives: "many" }],
  ["findOne", { takes: "options", gives: "one" }],
  ["findOneBy", { takes: "filter", gives: "one" }],
  ["findOneById", { takes: "ids", gives: "one" }],
  ["findOneOrFail", { takes: "options", gives: "certain" }],
  ["findOneByOrFail", { takes: "filter", gives: "certain" }],
  ["count", { takes: "options", gives: "number" }],
  ["countBy", { takes: "filter", gives: "number" }],
  ["exist", { takes: "options", gives: "there" }],
  ["exists", { takes: "options", gives: "there" }],
  ["existsBy", { takes: "filter", gives: "there" }],
  ["sum", { takes: "second", gives: "number" }],
  ["average", { takes: "second", gives: "number" }],
  ["minimum", { takes: "second", gives: "number" }],
  ["maximum", { takes: "second", gives: "number" }],
]);

export const readingNames: readonly string[] = [...shapes.keys()];

export function read(statement: Statement): Value | null {
  const { tracer, call, method, given } = statement;
  const shape = shapes.get(method);
  if (!shape) return null;
  const first = given[shape.takes === "second" ? 1 : 0];
  const variants = optionsOf(first ?? undefinedValue).map((option) =>
    shape.takes === "options"
      ? byOptions(statement, option, given[1])
      : shape.takes === "ids"
        ? byIds(statement, option)
        : [where(filterOf(readerOf(statement), rowsOf(statement), option))],
  );
  write(statement, "read", variants, shape.takes === "options" ? findRepair(statement) : null);
  const one = found(statement, false, shape.gives === "one");
  switch (shape.gives) {
    case "many":
      return found(statement, true);
    case "counted":
      return {
        kind: "array",
        elements: [found(statement, true), tracer.countOf(one, call.site)],
        rest: null,
      };
    case "certain":
      // It throws where there is none.
      tracer.assume(one);
      return one;
    case "one":
      return one;
    case "number":
      return shape.takes === "second"
        ? tracer.symbolic(call.site, `${method}()`)
        : tracer.countOf(one, call.site);
    case "there":
      return tracer.countOf(one, call.site);
  }
}

function where(predicate: Predicate): Clause {
  return { kind: "filter", predicate };
}

const optionNames = new Set([
  "where",
  "relations",
  "relationLoadStrategy",
  "select",
  "order",
  "join",
  "cache",
  "lock",
  "withDeleted",
  "loadRelationIds",
  "loadEagerRelations",
  "transaction",
  "comment",
  "skip",
  "take",
]);

/** `find({ where, relations })`, and as before 0.3: `findOne(id)`, `findOne(id, options)`, `find({ organizationId })`. */
function byOptions(statement: Statement, given: Value, second: Value | undefined): readonly Clause[] {
  const { tracer } = statement;
  const reader = readerOf(statement);
  const rows = rowsOf(statement);
  if (isNothing(given) && !second) return [];
  if (given.kind === "symbolic") tracer.needsArgument(given);
  const options = tracer.fieldsOf(given);
  const names = [...options.fields.keys()];
  if (given.kind === "object" || names.some((name) => optionNames.has(name)) || isWhole(given)) {
    if (names.length > 0 && names.every((name) => isOfRow(statement, name)))
      return [where(filterOf(reader, rows, given))];
    return ofOptions(statement, options);
  }
  const more = second ? ofOptions(statement, tracer.fieldsOf(second)) : [];
  return [...byIds(statement, given), ...more];
}

/** An object of options that came in, and no id. */
function isWhole(given: Value): boolean {
  return (
    given.kind === "unknown" ||
    (given.kind === "symbolic" &&
      (given.type === null ? /option|query|param/i.test(given.text) : given.type.node.kind === "reference"))
  );
}

function isOfRow({ entity }: Statement, name: string): boolean {
  if (optionNames.has(name)) return false;
  return (
    findRelation(entity, name) !== null ||
    (entity.table?.columns.some((column) => column.name === name || column.aliases.includes(name)) ?? false)
  );
}

function ofOptions(statement: Statement, options: ObjectValue): readonly Clause[] {
  const reader = readerOf(statement);
  const rows = rowsOf(statement);
  const given = argument(options, "where");
  const predicate = given ? filterOf(reader, rows, given) : options.open ? builtElsewhere : null;
  if (options.open) for (const other of options.others ?? []) statement.tracer.needsArgument(other);
  return [
    ...(predicate ? [where(predicate)] : []),
    ...joinedRows(statement.tracer, rows, argument(options, "relations")),
  ];
}

/** An argument that is not always given, or can be replaced, is not to be believed. */
function argument(options: ObjectValue, name: string): Value | undefined {
  const field = options.fields.get(name);
  if (!field) return undefined;
  if (field.overwritable) return { kind: "unknown" };
  return field.sometimes
    ? { kind: "choice", options: [field.value, undefinedValue], reason: name }
    : field.value;
}

/** Of one row or of several, by what they are called. */
function byIds(statement: Statement, value: Value): readonly Clause[] {
  const reader = readerOf(statement);
  const column = columnAt(rowsOf(statement), idOf(statement.entity));
  const isList =
    statement.method === "findByIds" || value.kind === "array" || dataOf(value)?.type === "operator";
  return [where(isList && !dataOf(value) ? listed(column, value) : ofColumn(reader, column, value))];
}

/** Where a missing filter would be written. */
function findRepair({ call, given }: Statement): Repair | null {
  const args = call.written[call.written.length - given.length];
  if (call.written.length < given.length) return null;
  if (!args)
    return call.written.length === 0
      ? { at: call.site.end - 1, template: "{ where: { {column}: {value} } }" }
      : null;
  if (args.kind !== "object") return null;
  for (const property of args.properties) {
    if (property.kind !== "property" || property.key !== "where") continue;
    return property.value.kind === "object"
      ? { at: property.value.start + 1, template: " {column}: {value}," }
      : null;
  }
  if (args.properties.some((property) => property.kind === "spread")) return null;
  return { at: args.start + 1, template: " where: { {column}: {value} }," };
}
