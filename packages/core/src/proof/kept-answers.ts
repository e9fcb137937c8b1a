/**
 * What a cache answers is worth what was put under such a key: the answer of a lookup that named what the key names, or just
 * something, by whoever came by. Keys are the same where their words are.
 */
import type { KeptValue } from "../trace/machine.js";
import { optionsOf } from "../trace/choice.js";
import type { Facts } from "../trace/facts.js";
import type { RowsValue, Value } from "../trace/value.js";
import type { FindFetched } from "./rows.js";
import { isSame, partsOf, rowsOf } from "./same.js";

/** `unseen`: nobody is seen to put anything there. `anything`: what is put there says nothing of it. */
export type Worth = "answer" | "anything" | "unseen";

/** Of the part of a key that stands at a position among those that are no words. */
export type WorthOfKept = (key: Value, position: number) => Worth;

export function worthOfKeptIn(kept: readonly KeptValue[], findFetched: FindFetched): WorthOfKept {
  const byWords = new Map<string, KeptValue[]>();
  for (const one of kept) {
    const words = wordsOf(one.key);
    if (words !== null) byWords.set(words, [...(byWords.get(words) ?? []), one]);
  }
  const isAnswer = ({ key, value, facts }: KeptValue, position: number): boolean => {
    const part = partsOf([key])[position];
    if (!part) return true;
    const looked = rowsIn(facts);
    const rows = rowsOf(value);
    if ([...looked, ...(rows ? [rows] : [])].some((one) => isNamedBy(one, part, findFetched))) return true;
    return !isConstant(value) && rows === null;
  };
  return (key, position) => {
    const words = wordsOf(key);
    if (words === null) return "answer";
    const written = byWords.get(words) ?? [];
    if (written.length === 0) return "unseen";
    return written.every((one) => isAnswer(one, position)) ? "answer" : "anything";
  };
}

function wordIn(part: Value): string {
  return part.kind === "literal" ? String(part.value) : hole;
}

/** Stands for what is put in between the words. */
export const hole = "\0";

/** `roles:${userId}:${organizationId}` is `roles:\0:\0`; null where the key is put together elsewhere. */
export function wordsOf(key: Value): string | null {
  if (key.kind === "literal") return typeof key.value === "string" && key.value !== "" ? key.value : null;
  if (key.kind !== "text") return null;
  const words = key.parts.map((part) => (typeof part === "string" ? part : wordIn(part))).join("");
  return words.replaceAll(hole, "") === "" ? null : words;
}

function rowsIn(facts: Facts): readonly RowsValue[] {
  return [...facts.values()].flatMap((fact) => (fact.kind === "present" ? (rowsOf(fact.value) ?? []) : []));
}

function isNamedBy({ access, context }: RowsValue, part: Value, findFetched: FindFetched): boolean {
  return findFetched(access, context ?? "").some(({ tables }) =>
    tables.some(({ ways }) =>
      ways.some((way) => way.some(({ values }) => values.some((value) => isSame(part, value, false)))),
    ),
  );
}

function isConstant(value: Value): boolean {
  switch (value.kind) {
    case "literal":
      return Boolean(value.value);
    case "text":
      return value.parts.every((part) => typeof part === "string" || isConstant(part));
    case "object":
      return [...value.fields.values()].every((field) => isConstant(field.value));
    case "choice":
      return optionsOf(value).every(isConstant);
    default:
      return false;
  }
}
