/** What becomes of values where they are awaited, joined, or one of two. */
import {
  chainOf,
  isOfDatabase,
  joined,
  literal,
  textOf,
  unknown,
  type Frame,
  type Step,
  type Value,
} from "./value.js";

/** Calls that hand their callback a connection, such as the one of a transaction. */
export const givesDatabase =
  /^(transaction|withTransaction|execute|run|tx|begin|connection|task|use|\$transaction)$/;

/** What a query gave back leads to the database too, and changes nothing. */
export function canChangeSchema(value: Value): boolean {
  if (value.kind !== "step") return value.kind === "database";
  if (!isOfDatabase(value)) return false;
  return value.arguments === null || givesDatabase.test(value.name) || hasStep(value, "schema");
}

/** The rows of a query are nothing to go on with; a transaction is. */
export function awaited(value: Value): Value {
  const isResult = isOfDatabase(value) && value.kind === "step" && value.arguments !== null;
  return isResult && !givesDatabase.test(value.name) ? unknown : value;
}

function hasStep(value: Value, name: string): boolean {
  return chainOf(value).steps.some((step) => step.name === name);
}

export function stepOf(
  of: Value,
  name: string,
  given: readonly Value[] | null,
  { file }: Frame,
  start: number,
  argumentStart: number,
): Step {
  const root = of.kind === "step" ? of.root : of;
  return { kind: "step", of, root, name, arguments: given, file, start, argumentStart };
}

export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === "+") {
    const isText = [left, right].some((each) => each.kind !== "literal" || typeof each.value === "string");
    if (isText) return joined(["", "", ""], [left, right]);
  }
  if (left.kind !== "literal" || right.kind !== "literal") return unknown;
  if (operator === "===" || operator === "==") return literal(left.value === right.value);
  if (operator === "!==" || operator === "!=") return literal(left.value !== right.value);
  return operator === "+" ? literal(Number(left.value) + Number(right.value)) : unknown;
}

/** Two texts may begin alike: `INSERT INTO …`, with or without a column. */
export function eitherOf(one: Value, other: Value): Value {
  if (one === other) return one;
  if (one.kind === "literal" && other.kind === "literal" && one.value === other.value) return one;
  const [text, rival] = [beginningOf(one), beginningOf(other)];
  let length = 0;
  while (length < text.length && text[length] === rival[length]) length++;
  return { kind: "unknown", begins: text.slice(0, length) };
}

function beginningOf(value: Value): string {
  return textOf(value) ?? (value.kind === "unknown" ? (value.begins ?? "") : "");
}
