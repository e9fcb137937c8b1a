/** A cache key as a row of parts: fixed words, and values that the program fills in. */
import type { KeyDetail } from "../trace/library.js";
import { optionsOf } from "../trace/choice.js";
import { isUndefined, type Value } from "../trace/value.js";

export interface KeyForm {
  /** What the client puts before it. */
  readonly prefix: readonly KeyPart[];
  /** As the call says it. */
  readonly own: readonly KeyPart[];
}

export type KeyPart = string | Value;

/** One for each way in which the program may put the key together. */
export function formsOf({
  prefix,
  key,
  field,
}: Pick<KeyDetail, "prefix" | "key" | "field">): readonly KeyForm[] {
  const prefixes = prefix ? choicesOf(prefix).map(partsOf) : [[]];
  const fields = field ? choicesOf(field).map((one) => [" ", ...partsOf(one)]) : [[]];
  return choicesOf(key).flatMap((one) =>
    prefixes.flatMap((before) =>
      fields.map((after) => ({ prefix: before, own: [...partsOf(one), ...after] })),
    ),
  );
}

function choicesOf(value: Value): readonly Value[] {
  return optionsOf(value).filter((option) => !isUndefined(option));
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

/**
 * What two keys share that mean entries of the same sort: the fixed words, and `*` for each value. A hash's fields are
 * left out: who reads the whole hash reads all of them. So is what clients put before, since the same cache may have
 * several; which cache it is counts where that is known. Keys without a single fixed word have none.
 */
export function patternsOf(detail: KeyDetail): readonly string[] {
  return formsOf({ ...detail, prefix: null, field: null })
    .map(({ own }) => (detail.store === undefined ? own : [`${detail.store} `, ...own]))
    .filter((own) => own.some((part) => typeof part === "string" && /\w/.test(part)))
    .map((own) =>
      own
        .map((part) => (typeof part === "string" ? part : "*"))
        .join("")
        .replace(/\*+/g, "*"),
    );
}

/** For people: `invoices:{customerId}`. */
export function shownKey({ own }: KeyForm): string {
  const text = own.map((part) => (typeof part === "string" ? part : `{${shownPart(part)}}`)).join("");
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
