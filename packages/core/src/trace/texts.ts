/** Template strings and concatenations: what is put together from constants alone is a constant again. */
import type { Expression } from "../lower/module.js";
import type { Call } from "./library.js";
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

/** `order.replace(/order by /i, "")`: the first place of plain words; null where it is not known what stands there. */
export function replacedIn(value: Value, { arguments: [, by], written: [pattern] }: Call): Value | null {
  const searched = pattern && patternOf(pattern);
  if (!searched || by?.kind !== "literal" || typeof by.value !== "string" || by.value.includes("$"))
    return null;
  const { value: words } = by;
  if (value.kind === "literal" && typeof value.value === "string")
    return { kind: "literal", value: value.value.replace(searched, words) };
  const [first, ...others] = value.kind === "text" ? value.parts : [];
  // Further on, what stands between the words may be the first place.
  return typeof first === "string" && searched.test(first)
    ? { kind: "text", parts: [first.replace(searched, words), ...others] }
    : null;
}

/** Nothing but words: what follows them decides nothing, and finding them takes no time. */
function patternOf(pattern: Expression): RegExp | null {
  if (pattern.kind === "literal" && typeof pattern.value === "string")
    return new RegExp(pattern.value.replace(/[^\w\s]/g, "\\$&"));
  const [, words, flags] = (pattern.kind === "constant" && /^\/([\w\s-]+)\/(i?)$/.exec(pattern.text)) || [];
  return words === undefined ? null : new RegExp(words, flags);
}
