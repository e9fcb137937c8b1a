/** What is put under a key, wherever the program does: whether each that puts something there can be believed. */
import type { KeptValue } from "../trace/machine.js";
import { patternOf } from "../trace/patterns.js";
import type { Trace } from "../trace/trace.js";
import type { Value } from "../trace/value.js";
import { all, failed, proven, type Failed, type Goal, type Proven } from "./goal.js";
import { hole, wordsOf } from "./kept-answers.js";

/** Of what is read below a key, by its path; null where nobody is seen to put anything there. */
export type FindPut = (key: Value, path: readonly string[]) => Proven | Failed | null;

export function putIn(
  trace: Trace,
  kept: readonly KeptValue[],
  outcomesOf: (value: Value, put: KeptValue) => readonly (Proven | Failed)[],
): FindPut {
  const byWords = new Map<string, KeptValue[]>();
  for (const one of kept) {
    const words = wordsOf(one.key);
    if (words !== null) byWords.set(words, [...(byWords.get(words) ?? []), one]);
  }
  /** `settings:theme` may be put under `settings:${name}`, and that under `settings:theme`. */
  const putsUnder = (words: string): readonly KeptValue[] => {
    let puts = byWords.get(words) ?? alike.get(words);
    if (!puts) {
      const isAlike = (other: string): boolean => isOneOf(words, other) || isOneOf(other, words);
      puts = [...byWords].flatMap(([other, some]) => (isAlike(other) ? some : []));
      alike.set(words, puts);
    }
    return puts;
  };
  const alike = new Map<string, readonly KeptValue[]>();
  const known = new Map<string, Proven | Failed>();
  return (key, path) => {
    const words = wordsOf(key);
    const puts = words === null ? [] : putsUnder(words);
    if (puts.length === 0) return null;
    const asked = `${words} ${path.join(".")}`;
    const answer = known.get(asked);
    if (answer) return answer;
    known.set(asked, failed({ kind: "unknown", reason: "what was read there is put there again" }));
    const goals = puts.flatMap((put): readonly Goal[] => {
      const value = writtenIn(put.value);
      // A word in its place (`none`) has no such property, and names nobody.
      if (value.kind === "literal") return path.length > 0 ? [] : [proven("none", "constant")];
      return outcomesOf(trace.memberOf(value, path), put).map(withoutGiven);
    });
    const whole = all(goals) as Proven | Failed;
    known.set(asked, whole);
    return whole;
  };
}

function isOneOf(words: string, pattern: string): boolean {
  // What is kept together is told by how its keys begin.
  if (!pattern.includes(hole) || pattern.startsWith(hole)) return false;
  return patternOf(pattern, hole, ".+").test(words);
}

/** `JSON.stringify(row)` */
function writtenIn(value: Value): Value {
  const [only, ...others] = value.kind === "text" ? value.parts : [];
  return only !== undefined && typeof only !== "string" && others.length === 0 ? only : value;
}

function withoutGiven(outcome: Proven | Failed): Goal {
  return outcome.kind === "proven" && outcome.proof === "given"
    ? failed({ kind: "unknown", reason: "who puts it there under its key is not seen" })
    : outcome;
}

/** What is stored with a model's command, and what somebody is given to keep whom no model knows. */
export function everythingKept(trace: Trace): readonly KeptValue[] {
  const stored = trace.accesses.flatMap(({ detail, facts, root }): readonly KeptValue[] =>
    detail.kind === "key" && detail.stores && !detail.isMessage
      ? [{ key: detail.key, value: detail.stores, facts, root }]
      : [],
  );
  return [...trace.kept, ...stored];
}
