/** Template strings and concatenations: what is put together from constants alone is a constant again. */
import { unknown, type TextValue, type Value } from "./value.js";

export function textOf(parts: readonly (string | Value)[]): Value {
  const flat: (string | Value)[] = [];
  for (const part of parts) {
    const piece: readonly (string | Value)[] =
      typeof part === "string"
        ? [part]
        : part.kind === "text"
          ? part.parts
          : part.kind === "literal" && part.value !== undefined
            ? [String(part.value)]
            : [part];
    for (const one of piece) {
      const last = flat.at(-1);
      if (typeof one === "string" && typeof last === "string") flat[flat.length - 1] = last + one;
      else if (one !== "") flat.push(one);
    }
  }
  if (flat.every((part) => typeof part === "string")) return { kind: "literal", value: flat.join("") };
  return { kind: "text", parts: flat } satisfies TextValue;
}

export function concatenate(left: Value, right: Value): Value {
  if (left.kind === "literal" && typeof left.value === "number") return unknown;
  const isText = (value: Value): boolean =>
    value.kind === "text" || (value.kind === "literal" && typeof value.value === "string");
  return isText(left) || isText(right) ? textOf([left, right]) : unknown;
}
