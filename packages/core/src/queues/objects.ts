/** Objects that a library makes up around a job. */
import type { ObjectField, ObjectValue, Value } from "../trace/value.js";

/** With these properties, and others that nobody asks for here. */
export function objectOf(values: Readonly<Record<string, Value>>): ObjectValue {
  const fields = Object.entries(values).map(([name, value]): [string, ObjectField] => [
    name,
    { value, sometimes: false, overwritable: false },
  ]);
  return { kind: "object", fields: new Map(fields), open: true };
}

/** As many as there are, each of them one of these. */
export function listOf(element: Value): Value {
  return { kind: "array", elements: [], rest: element };
}
