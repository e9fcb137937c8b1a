/** Template strings and concatenations: what is put together from constants alone is a constant again. */
import type { Expression } from "../lower/module.js";
import type { Call } from "./library.js";
import {
  isUndefined,
  unknown,
  type ArrayValue,
  type ChoiceValue,
  type LiteralValue,
  type TextValue,
  type Value,
} from "./value.js";

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
    value.kind === "text" ||
    (value.kind === "literal" && typeof value.value === "string") ||
    (value.kind === "library" && value.type === "written");
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

/** `parts.join(" and ")`: what a part that is there on some paths only is joined by goes with it. */
export function joinedText({ elements, rest }: ArrayValue, separator: Value | undefined): Value {
  const between =
    separator?.kind === "literal" && separator.value !== undefined ? String(separator.value) : ",";
  const parts = [...elements, ...(rest ? [rest] : [])];
  // Before one that is always there, the others are followed by what joins them; behind it, they come after it.
  const first = parts.findIndex((part) => !isPerhapsLeftOut(part));
  return {
    kind: "text",
    parts: parts.flatMap((part, index): readonly (string | Value)[] => {
      if (first < 0) return index === 0 ? [part] : [between, part];
      if (index === first) return [part];
      const joined = (one: Value): Value => textOf(index < first ? [one, between] : [between, one]);
      if (!isPerhapsLeftOut(part)) return index < first ? [part, between] : [between, part];
      return [{ ...part, options: part.options.map((one) => (isUndefined(one) ? blank : joined(one))) }];
    }),
  };
}

const blank: LiteralValue = { kind: "literal", value: "" };

/** Of two lists that become one where paths meet, what one of them lacks. */
function isPerhapsLeftOut(part: Value): part is ChoiceValue {
  return part.kind === "choice" && part.decision !== undefined && part.options.some(isUndefined);
}
