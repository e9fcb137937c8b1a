/** What a driver is given beside a text: a list, one value behind another, or an object with a name for each. */
import { optionsOf } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import { isUndefined, unknown, type ArrayValue, type Value } from "../trace/value.js";
import type { Range } from "./places.js";

/** The one that stands behind so many others and before so many; unknown where it may be one of several. */
export function valueAmong(tracer: Tracer, given: Value | undefined, before: Range, behind: Range): Value {
  if (given === undefined) return unknown;
  if (given.kind === "array") return amongElements(given, before, behind);
  if (before.least !== before.most) return unknown;
  const isUntyped = given.kind === "symbolic" && given.type === null && given.row === null;
  if (isUntyped || (given.kind === "symbolic" && tracer.elementOf(given) !== null))
    return tracer.memberOf(given, String(before.least));
  // `query("… where id = ?", id)`
  return before.least === 0 && behind.least === 0 ? given : unknown;
}

function amongElements({ elements, rest }: ArrayValue, before: Range, behind: Range): Value {
  const isCertain = elements.map((element) => !isPerhapsLeftOut(element));
  const certainBefore = (index: number): number => isCertain.slice(0, index).filter(Boolean).length;
  const certainBehind = (index: number): number => isCertain.slice(index + 1).filter(Boolean).length;
  const found = elements.filter((_, index) => {
    const isReached = index >= before.least && certainBefore(index) <= before.most;
    const others = elements.length - 1 - index;
    return isReached && certainBehind(index) <= behind.most && (rest !== null || others >= behind.least);
  });
  const isInRest = rest !== null && certainBefore(elements.length) <= before.most;
  const [only, ...others] = found;
  // Which of them it is, only who runs it knows.
  if (others.length > 0 || (only && isInRest)) return unknown;
  if (only) return withoutLeavingOut(only);
  return rest === null || !isInRest || rest.kind === "choice" ? unknown : rest;
}

/** What is pushed on some paths only. */
function isPerhapsLeftOut(value: Value): boolean {
  return value.kind === "choice" && value.options.some(isUndefined);
}

/** Where the place is there, so is the value. */
function withoutLeavingOut(value: Value): Value {
  if (!isPerhapsLeftOut(value)) return value;
  const options = optionsOf(value).filter((option) => !isUndefined(option));
  return options.length === 1 ? options[0]! : { ...(value as Value & { kind: "choice" }), options };
}

/** Of a list, those whose place is known from its beginning: what a text numbers itself (`$1`). */
export function numberedIn(given: Value | undefined): readonly Value[] {
  if (given?.kind !== "array") return [];
  const first = given.elements.findIndex(isPerhapsLeftOut);
  return first < 0 ? given.elements : given.elements.slice(0, first);
}
