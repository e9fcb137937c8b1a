/**
 * What is kept under a key that is made of a secret was put there for whoever has it: the row that was looked up by it, for as
 * long as the lookup is worth keeping. A key that anybody can name says nothing of who asks.
 */
import type { SymbolicValue, Value } from "../trace/value.js";
import { all, any, asKey, failed, nothingTies, shown, type Goal } from "./goal.js";
import { hole, wordsOf } from "./kept-answers.js";
import type { Question } from "./question.js";
import { partsOf, pathOf } from "./same.js";
import { asShared } from "./shared.js";
import { stepsAt } from "./steps.js";

/** Null for a value that no store has given. */
export function keptForWhom(question: Question, value: SymbolicValue): Goal | null {
  const { madeAs, from = [] } = value;
  if (madeAs !== "kept" && madeAs !== "answer") return null;
  const key = madeAs === "kept" ? from[0] : from.find(({ kind }) => kind === "text");
  if (!key) return null;
  if (isWord(key)) {
    const put = question.findPut(key, pathOf(value));
    return put && shown(asShared(put, "cache"), stepsAt(value, { kind: "cached" }));
  }
  const put = question.findPut(key, pathOf(value));
  // Of somebody who is asked there has to be seen that things are kept there.
  if (madeAs === "answer" && !put) return null;
  const owner = any(partsOf([key]).map((part) => asKey(secretIn(question, part))));
  return shown(put ? all([owner, put]) : owner, stepsAt(value, { kind: "kept-for" }));
}

/** How many calls a digest may be made in. */
const deepest = 4;

/** The same for whoever asks: `settings:theme`. */
function isWord(key: Value): boolean {
  return wordsOf(key)?.includes(hole) === false;
}

/** The secret itself, or a digest of it, which says as much. */
function secretIn(question: Question, part: Value): Goal {
  if (part.kind === "symbolic" && part.madeAs === "digest")
    return any(sentIn(part.from ?? [], deepest).map(question.standingOf));
  // Of `user:password`, who knows which it is?
  return part.kind === "symbolic" && isPart(part) ? failed(nothingTies) : question.standingOf(part);
}

/** What came in of all that a call was given. */
function sentIn(given: readonly Value[], depth: number): readonly Value[] {
  return partsOf(given).flatMap((part) => {
    if (part.kind !== "symbolic") return [];
    if (/^(?:parameter|entry|channel):/.test(part.id)) return [part];
    return depth === 0 ? [] : sentIn(part.from ?? [], depth - 1);
  });
}

function isPart({ id }: SymbolicValue): boolean {
  return /\.split\(.*\.split\(|\.(?:slice|substr|substring)\(0,|\.(?:at|charAt)\(/s.test(id);
}
