/**
 * What MikroORM's filters say: `$in`, `$ne`, `$or`, a list for `$in`. `undefined` is taken for `null`, so that it finds what belongs
 * to nobody, unless `ignoreUndefinedInQuery` is set: then it is left out (https://mikro-orm.io/docs/configuration).
 */
import { and, before, type Column, type Predicate } from "../../constraint/predicate.js";
import {
  listed,
  negated,
  ofColumn,
  unknownFilter,
  type Dialect,
  type FilterReader,
} from "../../entities/filter.js";
import { operandOf } from "../../trace/operand.js";
import type { Tracer, WrittenObject } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

const junctions: ReadonlyMap<string, "and" | "or" | "not"> = new Map([
  ["$and", "and"],
  ["$or", "or"],
  ["$not", "not"],
  // Of the rows of a relation to many: there is one like this.
  ["$some", "and"],
  ["$none", "not"],
]);

/** As the program says, wherever it says so: a manager comes in from where nobody can follow. */
export function dialectOf(tracer: Tracer): Dialect {
  const isIgnored = tracer.objectsWritten(ignoresUndefined).length > 0;
  return isIgnored ? ignoring : dialect;
}

function ignoresUndefined({ properties }: WrittenObject["object"]): boolean {
  return properties.some(
    (one) =>
      one.kind === "property" &&
      one.key === "ignoreUndefinedInQuery" &&
      !(one.value.kind === "literal" && one.value.value === false),
  );
}

const dialect: Dialect = {
  onUndefined: "null",
  onNull: "null",
  listsAreIn: true,
  logical: (name) => junctions.get(name) ?? null,
  comparison,
};

const ignoring: Dialect = { ...dialect, onUndefined: "dropped" };

/** `{ $in: […] }`, `{ $ne: null }` */
function comparison(reader: FilterReader, column: Column, value: Value): Predicate | null {
  if (value.kind !== "object" || value.open || value.fields.size === 0) return null;
  const operators = [...value.fields];
  if (!operators.every(([name]) => name.startsWith("$"))) return null;
  return and(operators.map(([name, field]) => compared(reader, column, name, field.value)));
}

function compared(reader: FilterReader, column: Column, operator: string, value: Value): Predicate {
  switch (operator) {
    case "$eq":
      return ofColumn(reader, column, value);
    case "$in":
      return listed(column, value);
    case "$ne":
      return negated(ofColumn(reader, column, value));
    case "$not":
      return negated(ofColumn(reader, column, value));
    case "$lt":
    case "$lte":
      return before(column, operandOf(value));
    default:
      return unknownFilter("a comparison");
  }
}
