/** Object and array literals, with what is spread into them. */
import type { Expression, ObjectProperty } from "../lower/module.js";
import { choiceOf } from "./choice.js";
import { evaluate } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { elementOf } from "./members.js";
import { emptyObject, spreadInto, withAnyKey, withField } from "./objects.js";
import { siteOf, type Frame, type ObjectValue, type Value } from "./value.js";

export function evaluateObject(machine: Machine, frame: Frame, properties: readonly ObjectProperty[]): Value {
  let shapes: readonly ObjectValue[] = [emptyObject];
  let reason = "";
  for (const property of properties) {
    const value = evaluate(machine, frame, property.value);
    if (property.kind === "spread") {
      shapes = spreadInto(machine, shapes, value, siteOf(frame, property));
      if (value.kind === "choice") reason ||= value.reason;
      continue;
    }
    const key =
      typeof property.key === "string" ? property.key : literalKey(evaluate(machine, frame, property.key));
    shapes = shapes.map((shape) =>
      key === null
        ? withAnyKey(shape, value)
        : withField(shape, key, { value, sometimes: false, overwritable: false }),
    );
  }
  return choiceOf(shapes, reason);
}

export function literalKey(value: Value): string | null {
  return value.kind === "literal" && (typeof value.value === "string" || typeof value.value === "number")
    ? String(value.value)
    : null;
}

export function evaluateArray(machine: Machine, frame: Frame, elements: readonly Expression[]): Value {
  const values: Value[] = [];
  let rest: Value | null = null;
  for (const element of elements) {
    const value = evaluate(machine, frame, element);
    if (element.kind !== "spread") {
      if (rest) rest = choiceOf([rest, value], "");
      else values.push(value);
    } else if (value.kind === "array" && !rest) {
      values.push(...value.elements);
      rest = value.rest;
    } else {
      const one = elementOf(machine, value, siteOf(frame, element));
      rest = rest ? choiceOf([rest, one], "") : one;
    }
  }
  return { kind: "array", elements: values, rest };
}
