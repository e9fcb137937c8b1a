/**
 * Whether a value may be believed, as far as one function shows: by where it comes from, or by what was made sure of before.
 * What hangs on a parameter stays open, for whoever calls to answer.
 */
import { optionsOf } from "../trace/choice.js";
import { isContradictory, keyOfValue, withFacts, type Fact, type Facts } from "../trace/facts.js";
import { isUndefined, type RowsValue, type Site, type SymbolicValue, type Value } from "../trace/value.js";
import type { Claim, TableClaims } from "./claims.js";
import { all, any, failed, proven, shown, withStep, type Failure, type Goal } from "./goal.js";
import { lookupOf, type Fetched, type FindFetched } from "./rows.js";
import { stepsAt, type Step } from "./steps.js";

export interface Prover {
  readonly findFetched: FindFetched;
  /** What a value in an entry point's own words stands for; null where there is no entry point yet. */
  standingOfEntry(value: SymbolicValue, facts: Facts): Goal | null;
  /** What may still be asked for the value at hand; past that, nothing more is found in its favour. */
  readonly budget: { left: number };
}

interface Question {
  readonly prover: Prover;
  readonly facts: Facts;
  /** What is being asked already: a value proves nothing about itself. */
  readonly asked: ReadonlySet<string>;
  /** How many more times paths that met may be told apart. */
  readonly splits: number;
}

export function goalOf(prover: Prover, value: Value, facts: Facts): Goal {
  return prove({ prover, facts, asked: new Set(), splits: 3 }, value);
}

export function goalOfWay(prover: Prover, way: readonly Claim[], facts: Facts): Goal {
  const question: Question = { prover, facts, asked: new Set(), splits: 3 };
  return any(way.map((claim) => provenClaim(question, claim)));
}

/** Whether what holds here makes sure of the rows, however they were fetched. Null when nothing here speaks of them. */
export function goalOfRowsMadeSure(prover: Prover, rows: RowsValue, facts: Facts): Goal | null {
  const reasons = madeSure({ prover, facts, asked: new Set([keyOfRows(rows)]), splits: 3 }, rows);
  return reasons.length === 0 ? null : any(reasons);
}

function prove(question: Question, value: Value): Goal {
  const { budget } = question.prover;
  budget.left -= 1;
  if (budget.left < 0) return failed({ kind: "unknown", reason: "there is too much to follow" });
  switch (value.kind) {
    case "literal":
      // Also null: it names nobody.
      return proven("none", "constant");
    case "choice":
      return proveChoice(question, value);
    case "array":
      return all([...value.elements, ...(value.rest ? [value.rest] : [])].map((one) => prove(question, one)));
    case "text":
      return all(value.parts.flatMap((part) => (typeof part === "string" ? [] : [prove(question, part)])));
    case "rows":
      return proveRows(question, value);
    case "symbolic":
      return proveSymbol(question, value);
    case "instance":
      if (value.as) return proveSymbol(question, value.as);
      return failed({ kind: "unknown", reason: "it is made where we cannot follow" });
    case "external":
      return value.package === "(global)"
        ? proven("none", "constant")
        : failed({ kind: "unknown", reason: `what "${value.path.join(".")}" gives is not followed` });
    default:
      return failed({ kind: "unknown", reason: "it is made where we cannot follow" });
  }
}

/** Each of the values that it may be, with what holds when it is that one. */
function proveChoice(question: Question, value: Value & { kind: "choice" }): Goal {
  const whole = question.asked.has(keyOfValue(value) ?? "") ? [] : madeSure(question, value);
  const each = all(
    value.options.flatMap((option, index) => {
      if (isUndefined(option) || (option.kind === "literal" && option.value === null)) return [];
      const facts = withFacts(question.facts, value.given?.[index]?.values() ?? []);
      return isContradictory(facts) ? [] : [prove({ ...question, facts }, option)];
    }),
  );
  const marked = [...(value.earlier ?? []), ...(value.site ? [value.site] : [])].reduce<Goal>(
    (goal, site) => withStep(goal, { site, said: { kind: "chosen" } }),
    each,
  );
  return any([marked, ...whole]);
}

function proveSymbol(question: Question, value: SymbolicValue): Goal {
  if (question.asked.has(value.id)) return failed({ kind: "unknown", reason: onlyItself });
  const asking = { ...question, asked: new Set([...question.asked, value.id]) };
  const direct = standingOf(asking, value);
  return direct.kind === "proven" ? direct : afterSent(direct, any([direct, ...madeSure(asking, value)]));
}

/** What was made sure of came in somewhere. */
function afterSent(direct: Goal, goal: Goal): Goal {
  if (goal.kind !== "proven" || direct.kind !== "failed" || direct.why.kind !== "request") return goal;
  const { site, text, from } = direct.why;
  return { ...goal, steps: [{ site, said: { kind: "sent", value: text, from } }, ...goal.steps] };
}

/** By where it comes from alone. */
function standingOf(question: Question, value: SymbolicValue): Goal {
  if (value.origin === "principal")
    return proven("principal", "principal", stepsAt(value, { kind: "principal", value: value.text }));
  const rows = rowsOf(value);
  if (rows) return proveRows(question, rows);
  if (value.origin === "job" || value.id.startsWith("job:"))
    return proven("given", "job", stepsAt(value, { kind: "payload", value: value.text }));
  if (value.id.startsWith("entry:"))
    return (
      question.prover.standingOfEntry(value, question.facts) ??
      failed({ kind: "unknown", reason: `"${value.text}" is not known` })
    );
  if (value.id.startsWith("parameter:")) return { kind: "open", value, facts: question.facts };
  if (value.id.startsWith("field:")) return proven("given", "parameter");
  const reason = failed({ kind: "unknown", reason: `what "${value.text}" gives is not followed` });
  const answered = stepsAt(value, { kind: "authenticated", answer: value.text });
  return value.from && authenticating.test(value.text) && !reading.test(value.text)
    ? any([reason, ...authenticated(question, value.from).map((goal) => shown(goal, answered))])
    : reason;
}

/** Who was given a credential and says whose it is: `verifyToken(request.headers.authorization).organizationId`. */
function authenticated(question: Question, given: readonly Value[]): readonly Goal[] {
  return partsOf(given).flatMap((part): readonly Goal[] => {
    const goal = prove(question, part);
    const isCredential = goal.kind === "proven" && (goal.proof === "secret" || goal.proof === "principal");
    return isCredential ? [proven("principal", "principal")] : goal.kind === "open" ? [goal] : [];
  });
}

const authenticating = /^[\w.]*(?:verif|auth|session|valid|introspect|principal|identity|currentUser)\w*\(/i;
/** What is in a token says nothing until somebody has verified it. */
const reading = /^[\w.]*(?:decode|parse|unsafe|unverified)\w*\(/i;

function proveRows(question: Question, rows: RowsValue): Goal {
  const key = keyOfRows(rows);
  if (question.asked.has(key)) return failed({ kind: "unknown", reason: onlyItself });
  const asking = { ...question, asked: new Set([...question.asked, key]) };
  const fetched = question.prover.findFetched(rows.access, rows.context ?? "");
  const direct = fetched.map((one) =>
    shown(
      provenTables(
        { ...asking, facts: withFacts(question.facts, one.facts.values()) },
        one.tables,
        rows.access,
      ),
      [fetchedStep(one, rows)],
    ),
  );
  const own =
    direct.length > 0
      ? all(direct)
      : failed({ kind: "unknown", reason: "the query behind it is not followed" });
  if (own.kind === "proven") return own;
  return any([own, ...madeSure(asking, rows)]);
}

function provenTables(question: Question, tables: readonly TableClaims[], access: string): Goal {
  // Rows of nobody in particular: a user, a plan.
  if (tables.length === 0) return proven("scoped-row", "row");
  const goal = all(
    tables.flatMap(({ ways }) =>
      ways.map((way) =>
        way.length === 0
          ? failed({ kind: "row", access })
          : any(way.map((claim) => provenClaim(question, claim))),
      ),
    ),
  );
  return goal.kind === "proven" ? { ...goal, proof: asRow(goal.proof), origin: "row" } : goal;
}

function fetchedStep(fetched: Fetched, { context = "" }: RowsValue): Step {
  const isSecret = fetched.tables.some(({ ways }) =>
    ways.some((way) => way.some(({ status }) => status === "secret")),
  );
  return {
    site: fetched.access.site,
    context,
    said: { kind: "fetched", isSecret, ...lookupOf(fetched, fetched.tables[0]) },
  };
}

function asRow(proof: (Goal & { kind: "proven" })["proof"]) {
  return proof === "secret" || proof === "given" ? proof : "scoped-row";
}

function provenClaim(question: Question, claim: Claim): Goal {
  if (claim.status === "nobody") return proven("none", "constant");
  if (claim.status === "secret") return proven("secret", "request");
  return all(claim.values.map((value) => prove(question, value)));
}

// ------------------------------------------------------------------------------------- what was made sure of before

/** Reasons to believe a value that lie in what holds here; those that fail are none, unless only for requests that are nobody's. */
function madeSure(question: Question, value: Value): readonly Goal[] {
  const reasons: Goal[] = [];
  for (const fact of question.facts.values()) {
    for (const reason of reasonsIn(question, value, fact, false)) {
      if (reason.kind === "proven" && reason.proof !== "given") return [reason];
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
  if (goal.kind !== "failed" || goal.why.kind !== "unknown" || isFollowed) return goal;
  const reason = `it is compared with something else, and ${goal.why.reason}`;
  return { ...goal, why: { kind: "unknown", reason, isCheck: true } };
}

function reasonsIn(question: Question, value: Value, fact: Fact, isOfEach: boolean): readonly Goal[] {
  switch (fact.kind) {
    case "equal":
      return [
        ...(isSame(value, fact.left, isOfEach) ? [asCheck(prove(question, fact.right), fact.right)] : []),
        ...(isSame(value, fact.right, isOfEach) ? [asCheck(prove(question, fact.left), fact.left)] : []),
      ].map((goal) => asProof(goal, "comparison", comparedStep(fact)));
    case "listed":
      return [
        ...(isSame(value, fact.value, isOfEach) ? [prove(question, elementsOf(fact.list))] : []),
        // `members.map((one) => one.userId).includes(user.id)`
        ...(value.kind === "rows" && isSame(value, elementsOf(fact.list), isOfEach)
          ? [prove(question, fact.value)]
          : []),
      ].map((goal) => asProof(goal, "comparison", listedStep(fact)));
    case "present": {
      const rows = rowsOf(fact.value);
      return rows
        ? verifiedBy(question, value, rows, isOfEach)
        : optionsOf(fact.value).flatMap((answer) => verifiedElsewhere(question, value, answer, isOfEach));
    }
    case "each":
      return isAbout(fact.element, value)
        ? [...fact.facts.values()].flatMap((one) => reasonsIn(question, value, one, true))
        : [];
    case "some":
      return isAbout(fact.element, value) && value.kind !== "rows"
        ? []
        : [...fact.facts.values()].flatMap((one) => reasonsIn(question, value, one, isOfEach));
    case "either":
      return eitherWay(question, value, fact);
    default:
      return [];
  }
}

/** Rows were found by this value together with something that is believed: a lookup that verifies it. */
function verifiedBy(question: Question, value: Value, rows: RowsValue, isOfEach: boolean): readonly Goal[] {
  if (question.asked.has(`by ${keyOfRows(rows)}`)) return [];
  const asking = { ...question, asked: new Set([...question.asked, `by ${keyOfRows(rows)}`]) };
  const fetched = question.prover.findFetched(rows.access, rows.context ?? "");
  const reasons = fetched.map((one): Goal | null => {
    const inner = { ...asking, facts: withFacts(question.facts, one.facts.values()) };
    for (const { ways, isWritten } of one.tables) {
      if (isWritten || ways.length === 0) continue;
      const others = ways.map((way) =>
        way.some((claim) => isNamedBy(claim, value, isOfEach))
          ? way.filter((claim) => !isNamedBy(claim, value, isOfEach))
          : null,
      );
      if (others.includes(null)) continue;
      // Also what was compared with the row afterwards.
      const compared = madeSure(asking, rows);
      return all(
        others.map((way) => {
          const claims = [...way!.map((claim) => provenClaim(inner, claim)), ...compared];
          return claims.length > 0 ? any(claims) : failed(nothingElse);
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
  return [asProof(goal, "verifier", verifiedStep(fetched[0]!, rows, value))];
}

/** Nothing was found out, rather than something that nobody can follow. */
function isEmpty(why: Failure & { readonly kind: "unknown" }): boolean {
  return why === nothingElse || why.reason === onlyItself;
}

const onlyItself = "it is only compared with itself";

/** The lookup names nothing but the value itself. */
const nothingElse: Failure = { kind: "unknown", reason: "nothing ties it to a tenant" };

/**
 * Somebody whom we cannot follow was asked about the value together with something that is believed, and had an answer:
 * `permissions.check({ user: user.id, project: projectId })`. A cache has what was put under a key that names both.
 */
function verifiedElsewhere(
  question: Question,
  value: Value,
  answer: Value,
  isOfEach: boolean,
): readonly Goal[] {
  if (answer.kind !== "symbolic" || !answer.from || question.asked.has(`by ${answer.id}`)) return [];
  const parts = partsOf(answer.from);
  if (!parts.some((part) => isSame(value, part, isOfEach))) return [];
  const asked = new Set([...question.asked, `by ${answer.id}`]);
  const others = parts.filter((part) => !isSame(value, part, isOfEach));
  const isTold = others.some((part) => {
    const goal = prove({ ...question, asked }, part);
    return (
      goal.kind === "open" || (goal.kind === "proven" && goal.proof !== "given" && goal.proof !== "none")
    );
  });
  if (!isTold) return [];
  if (/^(?:get|getItem|hget|fetch|wrap|remember|read)\(/.test(answer.text))
    return [proven("verifier", "row", stepsAt(answer, { kind: "cached" }))];
  const reason = `"${answer.text}" is asked about it, and what that does is not followed`;
  return [failed({ kind: "unknown", reason, isCheck: true })];
}

const knownParts = new WeakMap<readonly Value[], readonly Value[]>();

/** What a call was given, without repetition. */
function partsOf(given: readonly Value[]): readonly Value[] {
  let parts = knownParts.get(given);
  if (!parts) {
    const symbols = given.flatMap((one) => partsIn(one, 3)).filter((part) => part.kind === "symbolic");
    parts = [...new Map(symbols.map((part) => [part.id, part])).values()].slice(0, mostParts);
    knownParts.set(given, parts);
  }
  return parts;
}

/** Of more than this, which of them decides is anybody's guess. */
const mostParts = 16;

function partsIn(value: Value, depth: number): readonly Value[] {
  if (depth === 0) return [value];
  switch (value.kind) {
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : partsIn(part, depth - 1)));
    case "object":
      return [...value.fields.values()].flatMap((field) => partsIn(field.value, depth - 1));
    case "array":
      return value.elements.flatMap((one) => partsIn(one, depth - 1));
    case "choice":
      return value.options.flatMap((one) => partsIn(one, depth));
    default:
      return [value];
  }
}

function isNamedBy(claim: Claim, value: Value, isOfEach: boolean): boolean {
  return (
    claim.status !== "secret" &&
    claim.values.length > 0 &&
    claim.values.every((one) => isSame(value, one, isOfEach))
  );
}

/** Paths met: it has to be believed on each of them. */
function eitherWay(question: Question, value: Value, fact: Fact & { kind: "either" }): readonly Goal[] {
  if (question.splits === 0 || question.prover.budget.left < 0) return [];
  // Unless some path has a reason of its own, telling them apart finds nothing.
  const direct = { ...question, splits: 0 };
  const isTelling = fact.arms.some((arm) =>
    [...arm.values()].some((one) =>
      reasonsIn(one.kind === "either" ? question : direct, value, one, false).some(
        ({ kind }) => kind !== "failed",
      ),
    ),
  );
  if (!isTelling) return [];
  const others = new Map([...question.facts].filter(([, one]) => one !== fact));
  const goals: Goal[] = [];
  for (const arm of fact.arms) {
    const facts = withFacts(others, arm.values());
    // On this path it is not there, so that it can't name anybody.
    if (isContradictory(facts) || facts.has(`absent ${keyOfValue(value)}`)) continue;
    const inner = { ...question, facts, splits: question.splits - 1 };
    const reasons = madeSure(inner, value);
    const other = reasons.some((goal) => goal.kind === "proven") ? null : standingOnThisPath(inner, value);
    if (reasons.length === 0 && other === null) return [];
    goals.push(any([...(other ? [other] : []), ...reasons]));
  }
  // Nobody comes here: what holds on none of the paths holds on each.
  return goals.length === 0 ? [proven("none", "constant")] : [all(goals)];
}

/** A value that came with a request may be left alone where the request is an administrator's, or nobody's. */
function standingOnThisPath(question: Question, value: Value): Goal | null {
  if (value.kind !== "symbolic" || !value.id.startsWith("entry:")) return null;
  const standing = question.prover.standingOfEntry(value, question.facts);
  return standing?.kind === "proven" || (standing?.kind === "failed" && standing.why.kind === "nobody")
    ? standing
    : null;
}

function asProof(goal: Goal, proof: "comparison" | "verifier", step?: Step): Goal {
  return goal.kind === "proven" && goal.proof !== "given"
    ? { ...goal, proof, steps: [...goal.steps, ...(step ? [step] : [])] }
    : goal;
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

function verifiedStep(fetched: Fetched, rows: RowsValue, value: Value): Step {
  const table = fetched.tables.find(({ ways }) =>
    ways.some((way) => way.some((claim) => isNamedBy(claim, value, true))),
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

// ------------------------------------------------------------------------------------- values and values

function rowsOf(value: Value): RowsValue | null {
  if (value.kind === "rows") return value.many ? { ...value, many: false } : value;
  if (value.kind !== "symbolic") return null;
  const match = /^row:(.*?:\d+)@([\d/]*)(?:\.|$)/s.exec(value.id);
  return match
    ? { kind: "rows", access: match[1]!, context: match[2]!, many: false, absent: false, text: "" }
    : null;
}

function keyOfRows(rows: RowsValue): string {
  return `row:${rows.access}@${rows.context ?? ""}`;
}

/** Whether what is said of `said` is said of the value. */
function isSame(value: Value, said: Value, isOfEach: boolean): boolean {
  if (said.kind === "choice") return said.options.some((option) => isSame(value, option, isOfEach));
  if (said.kind === "array") {
    const parts = [...said.elements, ...(said.rest ? [said.rest] : [])];
    return value.kind !== "rows" && parts.length === 1 && isSame(value, parts[0]!, isOfEach);
  }
  if (value.kind === "rows")
    return (
      said.kind === "symbolic" &&
      said.id.startsWith(`${keyOfRows(value)}.`) &&
      isIdentifying(said.id.slice(said.id.lastIndexOf(".") + 1))
    );
  const [key, other] = [keyOfValue(value), keyOfValue(said)];
  if (key === null || other === null) return false;
  return isPartOf(key, other) || (isOfEach && other === `${key}[]`);
}

/** The text itself, or what it was split into: what the whole is equal to, nobody but that is named in it. */
function isPartOf(key: string, whole: string): boolean {
  return key === whole || key.startsWith(`${whole}.split(`);
}

/** Columns that name whose row it is; a status or a kind may be anybody's. */
function isIdentifying(name: string): boolean {
  return /(?:^|_|[a-z])(?:id|ids|uuid|slug|key|owner|email|tenant|org|organization|workspace|team|account|project|company)(?:\[\])?$/i.test(
    name,
  );
}

function isAbout(element: Value, value: Value): boolean {
  if (element.kind === "object")
    return [...element.fields.values()].some((field) => isAbout(field.value, value));
  const [one, other] = [keyOfValue(element), keyOfValue(value)];
  if (one === null || other === null) return false;
  const options = one.split("|").map((option) => option.replace(/\[\]$/, ""));
  return options.some((option) => option === other.replace(/\[\]$/, "") || isPartOf(other, option));
}

function elementsOf(list: Value): Value {
  switch (list.kind) {
    case "array":
      return list.rest !== null && list.elements.length === 0 ? list.rest : list;
    case "rows":
      return { ...list, many: false };
    case "symbolic":
      return { ...list, id: `${list.id}[]` };
    default:
      return list;
  }
}
