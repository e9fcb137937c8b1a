/**
 * Where paths met, what holds is one of several sets of facts. A value that is not to be believed as things are may be on
 * each path for itself: told apart one meeting at a time, and only those that speak of something the answer hangs on.
 */
import { isContradictory, keyOfValue, type Fact, type Facts } from "../trace/facts.js";
import type { Value } from "../trace/value.js";
import { all, any, isAskedFurther, isCertain, isOfContent, proven, shapeOf, type Goal } from "./goal.js";
import type { Question } from "./question.js";
import { keyOfRows, partsOf, rowsOf } from "./same.js";

type Either = Fact & { readonly kind: "either" };

/** Meetings at one place that are told apart in turn. */
const mostMeetings = 12;

/** What is asked of a value, with the paths told apart. */
export function provenInEachCase(question: Question, value: Value, ask: (question: Question) => Goal): Goal {
  const { goal: direct, hangsOn } = question.traced(ask);
  if (isCertain(direct) || question.splits === 0 || question.isSpent) return direct;
  // What hangs on a parameter is asked again of whoever calls, who knows what was passed.
  if (isAskedFurther(direct))
    return isOfContent(direct) ? contentInEachCase(question, value, direct, ask) : direct;
  const ways: Goal[] = [];
  const lists = listsOf(value).flatMap((list) => [list, `${list}.length`]);
  const key = keyOfValue(value) ?? "";
  const subjects = new Set([...hangsOn, key, withoutSteps(key), ...lists]);
  for (const either of meetingsAbout(question, subjects, wholeOf(value))) {
    const cases = casesOf(question, either, value);
    // Nobody comes here: what holds on none of the paths holds on each.
    if (cases.length === 0) return proven("none", "constant");
    const told = cases.map((one) => one.traced(ask));
    const goals = told.map(({ goal }) => goal);
    if (
      !goals.some((goal) => saysMoreThan(goal, direct)) &&
      !cases.some((one, index) => leadsFurther(one, told[index]!.hangsOn, subjects))
    )
      continue;
    const whole = all(
      goals.map((goal, index) => (isCertain(goal) ? goal : provenInEachCase(cases[index]!, value, ask))),
    );
    if (isCertain(whole)) return whole;
    ways.push(whole);
  }
  return any([direct, ...ways]);
}

/** Whoever calls is asked about the row, and not about its JSON: on each path, something has to be known of that. */
function contentInEachCase(
  question: Question,
  value: Value,
  direct: Goal,
  ask: (question: Question) => Goal,
): Goal {
  const subjects = new Set([keyOfValue(value) ?? ""]);
  const ways = meetingsAbout(question, subjects).flatMap((either) => {
    const goals: Goal[] = [];
    for (const one of casesOf(question, either, value)) {
      const { goal } = one.traced(ask);
      if (!saysMoreThan(goal, direct)) return [];
      goals.push(goal);
    }
    return [all(goals)];
  });
  return ways.find(isCertain) ?? any([direct, ...ways.filter(isAskedFurther)]);
}

/** On this path it hangs on something else, of which other paths that met speak. */
function leadsFurther(question: Question, hangsOn: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  const others = new Set([...hangsOn].filter((subject) => !known.has(subject)));
  return others.size > 0 && meetingsAbout(question, others).length > 0;
}

function saysMoreThan(goal: Goal, direct: Goal): boolean {
  return isCertain(goal) || shapeOf(goal) !== shapeOf(direct);
}

/** Without the paths on which it is not there, or what it is a part of, so that it names nobody. */
function casesOf(question: Question, either: Either, value: Value): readonly Question[] {
  const absent = `absent ${keyOfValue(value)}`;
  const whole = wholeOf(value);
  const lists = listsOf(value);
  return armsOf(either)
    .map((arm) => question.onPath(either, arm))
    .filter(({ facts }) => !isContradictory(facts) && !facts.has(absent) && !isAbsent(facts, whole))
    .filter(({ facts }) => !lists.some((list) => isEmpty(facts, list)));
}

/** Paths that had met before: `if (a) { if (!b) return; check(b); }`. */
function armsOf({ arms }: Either): readonly Facts[] {
  return arms.flatMap((arm) => {
    const [only, ...others] = arm.values();
    return only?.kind === "either" && others.length === 0 ? armsOf(only) : [arm];
  });
}

/** The list that it is, and those that it is an element of, or a property of one: `ids` of `ids[]`. */
function listsOf(value: Value): readonly string[] {
  if (value.kind !== "symbolic") return [];
  const { id } = value;
  return [id, ...[...id.matchAll(/\[\]|\.\d+(?=\.|$)/g)].map(({ index }) => id.slice(0, index))];
}

function isEmpty(facts: Facts, list: string): boolean {
  return facts.has(`absent ${list}`) || facts.has(`absent ${list}.length`);
}

/** Also those that speak of the whole text that the value is a part of. */
function meetingsAbout(
  question: Question,
  hangsOn: ReadonlySet<string>,
  whole: string | null = null,
): readonly Either[] {
  const found: Either[] = [];
  for (const fact of question.facts.values()) {
    if (fact.kind !== "either" || found.length === mostMeetings) continue;
    if (fact.arms.some((arm) => isSaidOf(arm, whole) || speaksOf(question, arm, hangsOn))) found.push(fact);
  }
  return found;
}

/** The text that a value was split off. */
function wholeOf(value: Value): string | null {
  return /^(.+?)\.split\(/s.exec(keyOfValue(value) ?? "")?.[1] ?? null;
}

function isAbsent(facts: Facts, whole: string | null): boolean {
  return whole !== null && facts.has(`absent ${whole}`);
}

/** Not of its parts: one of them may be anything, whatever another is. */
function isSaidOf(facts: Facts, whole: string | null): boolean {
  if (whole === null) return false;
  const isWhole = (value: Value): boolean => keyOfValue(value)?.split("|").includes(whole) ?? false;
  return [...facts.values()].some((fact) => {
    if (fact.kind === "absent") return isWhole(fact.value);
    if (fact.kind === "equal") return isWhole(fact.left) || isWhole(fact.right);
    // The only one of a list that was made of it: `Array.isArray(ids) ? ids : [ids]`.
    if (fact.kind === "each") return isWhole(fact.element) && isSaidOf(fact.facts, whole);
    return fact.kind === "either" && fact.arms.some((arm) => isSaidOf(arm, whole));
  });
}

function speaksOf(question: Question, facts: Facts, subjects: ReadonlySet<string>): boolean {
  for (const fact of facts.values())
    for (const subject of question.subjectsOf(fact)) if (subjects.has(subject)) return true;
  return false;
}

/** What a fact speaks of, by the keys under which that is asked about. */
export function subjectsIn(
  fact: Fact,
  claimed: (rows: Value & { kind: "rows" }) => readonly Value[],
): Set<string> {
  const subjects = new Set<string>();
  const add = (value: Value): void => {
    for (const part of partsOf([value])) {
      const key = keyOfValue(part);
      if (key !== null) subjects.add(withoutSteps(key));
    }
    const rows = rowsOf(value);
    if (!rows) return;
    subjects.add(keyOfValue({ ...rows, many: false }) ?? "");
    for (const one of claimed(rows)) {
      const key = keyOfValue(one);
      if (key !== null) for (const option of key.split("|")) subjects.add(withoutSteps(option));
      const named = rowsOf(one);
      if (named) subjects.add(keyOfRows(named));
    }
  };
  const visit = (one: Fact): void => {
    switch (one.kind) {
      case "present":
      case "absent":
      case "missing":
        add(one.value);
        if (one.value.kind === "symbolic" && one.value.from) one.value.from.forEach(add);
        return;
      case "equal":
        add(one.left);
        add(one.right);
        return;
      case "listed":
        add(one.value);
        add(one.list);
        return;
      case "each":
      case "some":
        add(one.element);
        for (const inner of one.facts.values()) visit(inner);
        return;
      case "either":
        for (const arm of one.arms) for (const inner of arm.values()) visit(inner);
        return;
      case "called":
      case "different":
      case "never":
        return;
    }
  };
  visit(fact);
  return subjects;
}

/** The list, for one of its elements; the text, for what it was split into. */
function withoutSteps(key: string): string {
  return key.replace(/^\[(.*)\]$/s, "$1").replace(/(?:\[\]|\.\d+)+$|\.split\([^]*$/, "");
}
