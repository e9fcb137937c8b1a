/**
 * How long a list is that was made one for one of another: `invoices.map(({ id }) => id)` is as long as `invoices`. It is kept on
 * the list itself: no copy that something is added to, or left out of, takes it along.
 */
import { notesOn } from "./notes.js";
import { unknown, type ArrayValue, type UnknownValue, type Value } from "./value.js";

/** Null where something was taken out. */
const lengths = notesOn<ArrayValue, Value | null>();

/** `ids.length`, as far as anything can be said of it. */
export function lengthKnown(list: ArrayValue): Value {
  const made = lengths.get(list);
  if (made !== undefined) return made ?? unknown;
  const isWritten = list.rest === null && !list.isMap && list.elements.length > 0;
  return isWritten ? countOfWritten(list) : unknown;
}

/** `length`: that of the list that it was made of; of rows that were read, nobody asks whether all of them are there. */
export function madeAsLong(list: ArrayValue, length: Value): ArrayValue {
  const isGiven = length.kind === "symbolic" && !length.id.startsWith("row:");
  if (isGiven || writtenIn(length)) lengths.set(list, length);
  return list;
}

const counted = notesOn<Value, ArrayValue>();

/** `[first, second].length`: a number of which nothing is known but what was counted. */
function countOfWritten(list: ArrayValue): UnknownValue {
  const count: UnknownValue = { kind: "unknown" };
  counted.set(count, list);
  return count;
}

/** The elements that were counted, where they are written one by one; null for any other number. */
export function writtenIn(length: Value): readonly Value[] | null {
  return counted.get(length)?.elements ?? null;
}

/** Something is taken out of it in place. */
export function shorten(list: ArrayValue, method: string): void {
  if (shortening.has(method)) lengths.set(list, null);
}

const shortening = new Set(["pop", "shift", "splice", "fill", "copyWithin"]);
