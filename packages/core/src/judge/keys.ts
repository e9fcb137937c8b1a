/** A cache key as a row of parts: fixed words, and values that the program fills in. */
import type { KeyDetail } from "../trace/library.js";
import { isUndefined, optionsOf, type Value } from "../trace/value.js";

export type KeyPart = string | Value;
export type KeyForm = readonly KeyPart[];

/** One for each way in which the program may put the key together. */
export function formsOf({ key, field }: KeyDetail): readonly KeyForm[] {
  return optionsOf(key)
    .filter((option) => !isUndefined(option))
    .flatMap((option) =>
      field ? optionsOf(field).map((one) => formOf(option, one)) : [formOf(option, null)],
    );
}

function formOf(key: Value, field: Value | null): KeyForm {
  return [...partsOf(key), ...(field ? [" ", ...partsOf(field)] : [])];
}

function partsOf(value: Value): readonly KeyPart[] {
  switch (value.kind) {
    case "literal":
      return [String(value.value)];
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [part] : partsOf(part)));
    default:
      return [value];
  }
}

export function isFixed(form: KeyForm): boolean {
  return form.every((part) => typeof part === "string");
}

/**
 * What two keys share that mean entries of the same sort: the fixed words, and `*` for each value. A hash's fields are
 * left out: who reads the whole hash reads all of them. Keys without a single fixed word have none.
 */
export function patternOf(detail: KeyDetail): readonly string[] {
  return formsOf({ ...detail, field: null })
    .filter((form) => form.some((part) => typeof part === "string" && /\w/.test(part)))
    .map((form) =>
      form
        .map((part) => (typeof part === "string" ? part : "*"))
        .join("")
        .replace(/\*+/g, "*"),
    );
}

/** For people: `invoices:{customerId}`. */
export function shownKey(form: KeyForm): string {
  const text = form.map((part) => (typeof part === "string" ? part : `{${shownPart(part)}}`)).join("");
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 100;

export function shownPart(part: Value): string {
  switch (part.kind) {
    case "symbolic":
    case "rows":
      return part.text === "" ? "…" : part.text;
    case "choice": {
      const texts = part.options.map(shownPart).filter((text) => text !== "…");
      return texts[0] ?? "…";
    }
    default:
      return "…";
  }
}
