/** Rows say by which calls they were come to: the same query, followed from two callers, fetches two different rows. */
import { withOptions } from "./choice.js";
import { contextOf, type Machine } from "./machine.js";
import type { Value } from "./value.js";

export function placed(machine: Machine, value: Value): Value {
  const context = contextOf(machine);
  const place = (one: Value, depth: number): Value => {
    switch (one.kind) {
      case "rows":
        return one.context === undefined ? { ...one, context } : one;
      case "choice":
        return withOptions(one, (option) => place(option, depth));
      case "object":
        return depth === 0
          ? one
          : {
              ...one,
              fields: new Map(
                [...one.fields].map(([name, field]) => [
                  name,
                  { ...field, value: place(field.value, depth - 1) },
                ]),
              ),
            };
      case "array":
        return depth === 0
          ? one
          : {
              ...one,
              elements: one.elements.map((element) => place(element, depth - 1)),
              rest: one.rest && place(one.rest, depth - 1),
            };
      default:
        return one;
    }
  };
  return place(value, 2);
}
