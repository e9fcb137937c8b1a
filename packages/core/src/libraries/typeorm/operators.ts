/** What TypeORM's filters say: `In`, `IsNull`, `Not`. */
import { and, before, or, type Column, type Predicate } from "../../constraint/predicate.js";
import {
  listed,
  negated,
  ofColumn,
  unknownFilter,
  type Dialect,
  type FilterReader,
} from "../../entities/filter.js";
import { withoutAbsence } from "../../trace/choice.js";
import { operandOf } from "../../trace/operand.js";
import { undefinedValue, type Value } from "../../trace/value.js";
import { dataOf, nested } from "./values.js";

export const operatorNames: ReadonlySet<string> = new Set([
  "And",
  "Any",
  "ArrayContainedBy",
  "ArrayContains",
  "ArrayOverlap",
  "Between",
  "Equal",
  "ILike",
  "In",
  "IsNull",
  "JsonContains",
  "LessThan",
  "LessThanOrEqual",
  "Like",
  "MoreThan",
  "MoreThanOrEqual",
  "Not",
  "Or",
  "Raw",
]);

export function dialectWith(absent: Pick<Dialect, "onUndefined" | "onNull">): Dialect {
  return { ...absent, logical: () => null, listsAreIn: false, comparison };
}

function comparison(reader: FilterReader, column: Column, value: Value): Predicate | null {
  const data = dataOf(value);
  if (data?.type === "text") return unknownFilter("a comparison");
  if (data?.type !== "operator") return null;
  const given = nested(value);
  const [first = undefinedValue] = given;
  switch (data.name) {
    case "Equal":
      return dataOf(first)
        ? ofColumn(reader, column, first)
        : { kind: "eq", column, operand: operandOf(withoutAbsence(first)) };
    case "In":
    case "Any":
      return listed(column, first);
    case "IsNull":
      return { kind: "isNull", column };
    case "Not":
      return negated(ofOperand(reader, column, first));
    case "Or":
      return or(given.map((one) => ofOperand(reader, column, one)));
    case "And":
      return and(given.map((one) => ofOperand(reader, column, one)));
    case "LessThan":
    case "LessThanOrEqual":
      return before(column, operandOf(first));
    case "Raw":
      return unknownFilter("raw SQL");
    default:
      return unknownFilter("a comparison");
  }
}

function ofOperand(reader: FilterReader, column: Column, value: Value): Predicate {
  return dataOf(value) ? ofColumn(reader, column, value) : { kind: "eq", column, operand: operandOf(value) };
}
