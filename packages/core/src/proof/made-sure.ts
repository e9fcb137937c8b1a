/** What was made sure of before: of what holds at a place, the reasons to believe a value. */
import { optionsOf } from "../trace/choice.js";
import { keyOfValue, type Fact, type Facts } from "../trace/facts.js";
import { isUndefined, type RowsValue, type Site, type Value } from "../trace/value.js";
import type { Claim, TableClaims } from "./claims.js";
import { all, failed, isCertain, nothingTies, proven, type Failure, type Goal } from "./goal.js";
import type { Worth } from "./kept-answers.js";
import type { Question } from "./question.js";
import { lookupOf, type Fetched } from "./rows.js";
import { elementsOf, isAbout, isSame, keyOfRows, listsIn, partsOf, rowsOf } from "./same.js";
import { isCircular } from "./search.js";
import { stepsAt, type Step } from "./steps.js";

/** Reasons to believe a value that lie in what holds here; those that fail are none, unless only for requests that are nobody's. */
export function madeSure(question: Question, value: Value): readonly Goal[] {
  const reasons: Goal[] = [];
  for (const fact of question.facts.values()) {
    for (const reason of reasonsIn(question, value, fact, null)) {
      if (isCertain(reason)) return [reason];
      if (reason.kind !== "failed" || saysMore(reason.why)) reasons.push(reason);
    }
  }
  return reasons;
}

/** It fails, and not as if nobody had looked. */
function saysMore(why: Failure): boolean {
  return why.kind === "nobody" || (why.kind === "unknown" && why.isCheck === true);
}

/** Compared with something of which nobody knows what it is worth: neither proof nor proof of the contrary. */
function asCheck(goal: Goal, against: Value): Goal {
  const isFollowed =
    against.kind !== "external" && !(against.kind === "symbolic" && against.id.startsWith("value:"));
  if (goal.kind !== "failed" || goal.why.kind !== "unknown" || isFollowed || isEmpty(goal.why)) return goal;
  const reason = `it is compared with something else, and ${goal.why.reason}`;
  return { ...goal, why: { kind: "unknown", reason, isCheck: true } };
}

function reasonsIn(
  question: Question,
  value: Value,
  fact: Fact,
  /** What is known of each element of a list, the value being one of them. */
  ofEach: Facts | null,
): readonly Goal[] {
  const isOfEach = ofEach !== null;
  switch (fact.kind) {
    case "equal":
      return [
        ...(isSame(value, fact.left, isOfEach) ? [asCheck(question.prove(fact.right), fact.right)] : []),
        ...(isSame(value, fact.right, isOfEach) ? [asCheck(question.prove(fact.left), fact.left)] : []),
      ].map((goal) => asProof(goal, "comparison", comparedStep(fact)));
    case "listed":
      return [
        ...(isSame(value, fact.value, isOfEach) ? [question.prove(elementsOf(fact.list))] : []),
        // `members.map((one) => one.userId).includes(user.id)`
        ...(value.kind === "rows" && isSame(value, elementsOf(fact.list), isOfEach)
          ? [question.prove(fact.value)]
          : []),
      ].map((goal) => asProof(goal, "comparison", listedStep(fact)));
    case "present": {
      const rows = rowsOf(fact.value);
      return rows
        ? [
            ...verifiedBy(question, value, rows, ofEach, null),
            ...verifiedByOthers(question, value, fact.value, ofEach),
          ]
        : [
            ...optionsOf(fact.value).flatMap((answer, _, { length }) =>
              verifiedElsewhere(question, value, answer, isOfEach, length === 1),
            ),
            ...vouchedFor(question, value, fact.value, isOfEach),
          ];
    }
    case "absent":
      return isNobodys(question, value, fact.value) ? [proven("none", "constant")] : [];
    case "each":
      return isAbout(fact.element, value)
        ? [...fact.facts.values()].flatMap((one) => reasonsIn(question, value, one, fact.facts))
        : [];
    case "some":
      return isAbout(fact.element, value) && value.kind !== "rows"
        ? []
        : [
            ...verifiedByOthers(question, value, fact.element, ofEach),
            ...[...fact.facts.values()].flatMap((one) => reasonsIn(question, value, one, ofEach)),
          ];
    case "either":
      return ofEach === null ? [] : onEachPath(question, value, fact.arms, ofEach);
    default:
      return [];
  }
}

/** Of an element of a list: on whichever path it was looked at, but for those on which there is none. */
function onEachPath(
  question: Question,
  value: Value,
  arms: readonly Facts[],
  ofEach: Facts,
): readonly Goal[] {
  const left = arms.filter((arm) => !arm.has(`absent ${keyOfValue(value)}`));
  const goals: Goal[] = [];
  for (const arm of left) {
    const goal = firstCertain(question, value, arm, new Map([...ofEach, ...arm]));
    if (goal === null) return [];
    goals.push(goal);
  }
  return goals.length === 0 ? [] : [all(goals)];
}

function firstCertain(question: Question, value: Value, facts: Facts, ofEach: Facts): Goal | null {
  for (const fact of facts.values()) {
    const goal = reasonsIn(question, value, fact, ofEach).find(isCertain);
    if (goal) return goal;
  }
  return null;
}

/** A row without a tenant: `if (template.projectId && template.projectId !== projectId) return null`. */
function isNobodys(question: Question, value: Value, absent: Value): boolean {
  if (value.kind !== "rows" || absent.kind !== "symbolic" || absent.row === null) return false;
  const { column } = absent.row;
  const rows = rowsOf(absent);
  if (rows === null || keyOfRows(rows) !== keyOfRows(value)) return false;
  return question.findFetched(value).some(({ tables }) => tables.length === 1 && tables[0]!.isKey(column));
}

/** Rows were found by this value together with something that is believed: a lookup that verifies it. */
function verifiedBy(
  question: Question,
  value: Value,
  rows: RowsValue,
  ofEach: Facts | null,
  /** Of the rows that came along, those that are there; null for the rows that were looked for. */
  list: string | null,
): readonly Goal[] {
  const fetched = question.findFetched(rows);
  const isOfEach = ofEach !== null;
  const reasons = fetched.map((one): Goal | null => {
    const asking = one.tables.filter((table) => isAskedBy(table, value, isOfEach, list));
    if (asking.length === 0) return null;
    const inner = question.with(one.facts);
    for (const { ways, isOfSeveral } of asking) {
      const possible = ways.filter(inner.isPossible);
      // `id: typeof ids === "string" ? ids : { in: ids }`: where it is one, it is looked up as one.
      const mayBeOne = possible.some((way) => way.some((claim) => isNamedBy(claim, value, isOfEach)));
      const isNamed = (claim: Claim): boolean => isNamedBy(claim, value, isOfEach, mayBeOne);
      const others = possible.map((way) =>
        way.some(isNamed) ? way.filter((claim) => !isNamed(claim)) : null,
      );
      if (others.length === 0 || others.includes(null)) continue;
      // Also what was compared with the row afterwards.
      question.notes(keyOfRows(rows));
      const isOfElement = ofEach !== null && (!isOfSeveral || isFoundBy(value, rows, ofEach));
      const compared = isOfElement
        ? question.with(ofEach).elementsMadeSure(rows)
        : question.rowsMadeSure(rows);
      return all(
        others.map((way) => {
          return inner.proveWay(way!, compared);
        }),
      );
    }
    return null;
  });
  if (reasons.length === 0 || reasons.includes(null)) return [];
  const found = all(reasons as readonly Goal[]);
  const isCheck = found.kind === "failed" && found.why.kind === "unknown" && !isEmpty(found.why);
  const goal: Goal = isCheck
    ? failed({
        kind: "unknown",
        reason: `it is looked up together with something else, and ${found.why.reason}`,
        isCheck: true,
      })
    : found;
  return [asProof(goal, "verifier", verifiedStep(fetched[0]!, rows, value, list))];
}

/** Rows that are there for sure are asked for by it, on some way at least. */
function isAskedBy(
  { ways, isWritten, isAlone, included, isOfSeveral }: TableClaims,
  value: Value,
  isOfEach: boolean,
  list: string | null,
): boolean {
  if (isWritten || !isAlone || included !== list || (list !== null && isOfSeveral)) return false;
  return ways.some((way) => way.some((claim) => isNamedBy(claim, value, isOfEach, true)));
}

/** `include: { members: { where: { userId } } }`, and the list is not empty. */
function verifiedByOthers(
  question: Question,
  value: Value,
  found: Value,
  ofEach: Facts | null,
): readonly Goal[] {
  const rows = rowsOf(found);
  return rows ? listsIn(found).flatMap((list) => verifiedBy(question, value, rows, ofEach, list)) : [];
}

/** `projects.find((project) => project.id === id)`: of the rows that were fetched for all, the one for this element. */
function isFoundBy(value: Value, rows: RowsValue, facts: Facts): boolean {
  const isId = (one: Value): boolean => one.kind === "symbolic" && one.id === `${keyOfRows(rows)}.id`;
  return [...facts.values()].some(
    (fact) =>
      fact.kind === "equal" &&
      ((isId(fact.left) && isSame(value, fact.right, true)) ||
        (isId(fact.right) && isSame(value, fact.left, true))),
  );
}

/** Nothing was found out, rather than something that nobody can follow. */
function isEmpty(why: Failure & { readonly kind: "unknown" }): boolean {
  return why === nothingTies || isCircular(why);
}

/**
 * Somebody whom we cannot follow was asked about the value together with something that is believed, and had an answer:
 * `permissions.check({ user: user.id, project: projectId })`. A cache has what was put under a key that names both.
 */
function verifiedElsewhere(
  question: Question,
  value: Value,
  answer: Value,
  isOfEach: boolean,
  /** Nobody else is asked where the cache has no answer. */
  isAlone: boolean,
): readonly Goal[] {
  if (answer.kind !== "symbolic" || !answer.from) return [];
  const parts = partsOf(answer.from);
  if (!parts.some((part) => isSame(value, part, isOfEach))) return [];
  const others = parts.filter((part) => !isSame(value, part, isOfEach));
  const isTold = others.some((part) => {
    const goal = question.prove(part);
    return (
      goal.kind === "open" || (goal.kind === "proven" && goal.proof !== "given" && goal.proof !== "none")
    );
  });
  if (!isTold) return [];
  if (answer.madeAs === "kept" || /^(?:get|getItem|hget|fetch|wrap|remember|read)\(/.test(answer.text)) {
    const worth = worthOfAnswer(question, value, answer.from, isOfEach);
    // `cache.wrap(key, () => lookUp(…))`
    const isAsking = /^(?:fetch|wrap|remember)\(/.test(answer.text);
    if (worth === "answer" || (worth === "unseen" && (!isAlone || isAsking)))
      return [proven("verifier", "row", stepsAt(answer, { kind: "cached" }))];
    if (worth === "anything") return [];
    const reason = `what "${answer.text}" is asked for is put there by nobody who is seen`;
    return [failed({ kind: "unknown", reason, isCheck: true })];
  }
  const reason = `"${answer.text}" is asked about it, and what that does is not followed`;
  return [failed({ kind: "unknown", reason, isCheck: true })];
}

function worthOfAnswer(
  { worthOfKept }: Question,
  value: Value,
  asked: readonly Value[],
  isOfEach: boolean,
): Worth {
  for (const key of asked) {
    const position = partsOf([key]).findIndex((part) => isSame(value, part, isOfEach));
    if (position >= 0) return worthOfKept(key, position);
  }
  return "answer";
}

/** Somebody whom a person calls a verifier was asked, and nothing else can have given this answer. */
function vouchedFor(question: Question, value: Value, answer: Value, isOfEach: boolean): readonly Goal[] {
  const [only, ...others] = optionsOf(answer).filter((one) => !isUndefined(one));
  if (only?.kind !== "symbolic" || !only.vouches || !only.from || others.length > 0) return [];
  const { for: many, against } = only.vouches;
  const isVouchedFor = partsOf(only.from.slice(0, many)).some((part) => isSame(value, part, isOfEach));
  if (!isVouchedFor) return [];
  const steps = stepsAt(only, { kind: "vouched", answer: only.text });
  const believed = only.from.slice(many, many + against).map((part) => question.prove(part));
  return [
    against === 0 ? proven("verifier", "principal", steps) : asProof(all(believed), "verifier", steps[0]),
  ];
}

function isNamedBy(claim: Claim, value: Value, isOfEach: boolean, isOne = isOfEach): boolean {
  return (
    claim.status !== "secret" &&
    // That one of them has a row says nothing of the others.
    (isOne || !claim.isOneOfMany) &&
    claim.values.length > 0 &&
    claim.values.every((one) => isSame(value, one, isOfEach))
  );
}

function asProof(goal: Goal, proof: "comparison" | "verifier", step?: Step): Goal {
  return isCertain(goal) ? { ...goal, proof, steps: [...goal.steps, ...(step ? [step] : [])] } : goal;
}

function comparedStep({ left, right, place }: Fact & { kind: "equal" }): Step | undefined {
  if (!place) return undefined;
  const said = { kind: "compared" as const, value: textOf(left), with: textOf(right) };
  return { site: place.site, context: place.context, said };
}

function listedStep({ value, list }: Fact & { kind: "listed" }): Step | undefined {
  const site = siteIn(value) ?? siteIn(list);
  return site && { site, said: { kind: "listed", value: textOf(value) } };
}

function verifiedStep(fetched: Fetched, rows: RowsValue, value: Value, list: string | null): Step {
  const table = fetched.tables.find(
    ({ included, ways }) =>
      included === list && ways.some((way) => way.some((claim) => isNamedBy(claim, value, true))),
  );
  return {
    site: fetched.access.site,
    context: rows.context ?? "",
    said: { kind: "verified", ...lookupOf(fetched, table ?? fetched.tables[0]) },
  };
}

function textOf(value: Value): string {
  return value.kind === "symbolic" ? value.text : value.kind === "choice" ? textOf(value.options[0]!) : "";
}

function siteIn(value: Value): Site | undefined {
  return value.kind === "symbolic" || value.kind === "choice" ? value.site : undefined;
}
