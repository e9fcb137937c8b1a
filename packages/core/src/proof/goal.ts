/** What would have to be believed for a value to be proven, as far as it has been worked out. */
import type { Facts } from "../trace/facts.js";
import type { Site, SymbolicValue } from "../trace/value.js";
import type { Origin, Proof } from "../vocabulary.js";
import type { Step } from "./steps.js";

export type Goal =
  | Proven
  | Failed
  /** It came in as a parameter: whoever calls decides. */
  | {
      readonly kind: "open";
      readonly value: SymbolicValue;
      readonly facts: Facts;
      /** What a person would want to see between the parameter and the access. */
      readonly steps?: readonly Step[];
      /** As what it has to be proven: as each of them, the first of them first. */
      readonly as?: readonly As[];
      /** No value is asked about, but whether anybody comes here, with what is known, who may not see everything. */
      readonly isOfWhoComes?: true;
    }
  | { readonly kind: "all"; readonly goals: readonly Goal[] }
  /** The best reason first. */
  | { readonly kind: "any"; readonly goals: readonly Goal[] };

/**
 * `credential`: it was shown to somebody who says whose it is. `key`: only its owner can name what is kept under it.
 * `known`: rows are looked for by what everybody may know of them, however it is sent. `somebody's`: what is the same for all says nothing. `content`: it
 * stands in what a row holds, and a row that is somebody's does not say whose the things are that it speaks of. `named`: by it,
 * a row was looked for that has such a name; the access that did so answers for whoever may say it.
 */
type As = "credential" | "key" | "known" | "somebody's" | "content" | `named ${string}`;

export interface Proven {
  readonly kind: "proven";
  readonly proof: Proof;
  readonly origin: Origin;
  /** What shows it, where something does. */
  readonly steps: readonly Step[];
}

export interface Failed {
  readonly kind: "failed";
  readonly why: Failure;
  readonly steps: readonly Step[];
}

export type Failure =
  /** Whoever sends the request says what it is. */
  | {
      readonly kind: "request";
      readonly from: string;
      readonly text: string;
      readonly site: Site;
      /** What of the request it was made of: `request.headers.host.split(_)[]`. */
      readonly path?: string;
      /** Its author has said what it is, and nothing has looked. */
      readonly isCast?: true;
    }
  /** The same, and only of a request that comes with nobody's name on it. */
  | {
      readonly kind: "nobody";
      readonly from: string;
      readonly text: string;
      readonly site: Site;
      readonly path?: string;
      readonly isCast?: true;
    }
  /** Read from a row that nothing ties to a tenant; the query that fetched it answers for that. */
  | { readonly kind: "row"; readonly access: string }
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** It is checked, and what it is checked against is not known. */
      readonly isCheck?: true;
      /** It was taken out of a queue, and nobody is seen to put anything in. */
      readonly isTaken?: true;
    };

/** The host that is asked says whose service it is, as every virtual host does. */
export function isOfHost(why: Failure): boolean {
  if (why.kind !== "request" && why.kind !== "nobody") return false;
  return why.from === "the host name" || (why.from === "the headers" && /\bhost\b/i.test(why.path ?? ""));
}

/** What names its rows names nothing but the value itself. */
export const nothingTies: Failure = { kind: "unknown", reason: "nothing ties it to a tenant" };

export function proven(proof: Proof, origin: Origin, steps: readonly Step[] = []): Proven {
  return { kind: "proven", proof, origin, steps };
}

export function failed(why: Failure, steps: readonly Step[] = []): Failed {
  return { kind: "failed", why, steps };
}

/** Nothing that is found out later makes it any better. */
export function isCertain(goal: Goal): goal is Proven {
  return goal.kind === "proven" && goal.proof !== "given";
}

/** Somebody else will say: neither proven nor failed. */
export function isAskedFurther({ kind }: Goal): boolean {
  return kind !== "proven" && kind !== "failed";
}

/** All of them: the first that fails decides, then what is open. */
export function all(goals: readonly Goal[]): Goal {
  const flat = goals.flatMap((goal) => (goal.kind === "all" ? goal.goals : [goal]));
  const sent = flat.filter((goal) => goal.kind === "failed" && goal.why.kind === "request");
  const failure =
    sent.find((goal) => goal.kind === "failed" && !isOfHost(goal.why)) ??
    sent[0] ??
    flat.find((goal) => goal.kind === "failed");
  if (failure) return failure;
  const open = absorbed(distinct(flat.filter((goal) => goal.kind !== "proven")));
  if (open.length === 1) return open[0]!;
  if (open.length > 0) {
    const light = weightOf(open) > heaviest ? open.map((goal) => ofFewer(goal, open.length)) : open;
    return weightOf(light) > heaviest ? tooMuchToFollow : { kind: "all", goals: light };
  }
  const [first] = flat;
  return first
    ? withStepsOf(first as Proven, flat.slice(1) as readonly Proven[])
    : proven("none", "constant");
}

/** Whoever reads why all of them are believed wants to see each. */
function withStepsOf(first: Proven, others: readonly Proven[]): Proven {
  const steps = others.flatMap((other) => (other.steps === first.steps ? [] : other.steps));
  return steps.length === 0 || first.steps.length >= mostSteps
    ? first
    : { ...first, steps: [...first.steps, ...steps].slice(0, mostSteps) };
}

/** Past this many, nobody reads on. */
const mostSteps = 16;

/** One of them: the first that is proven decides, then what is open; of failures, that of the best reason. */
export function any(goals: readonly Goal[]): Goal {
  const flat = goals.flatMap((goal) => (goal.kind === "any" ? goal.goals : [goal]));
  const success =
    flat.find((goal) => goal.kind === "proven" && goal.proof !== "given") ??
    flat.find((goal) => goal.kind === "proven");
  if (success) return success;
  const open = lightest(absorbed(distinct(flat.filter((goal) => goal.kind !== "failed"))));
  const failures = flat.filter((goal) => goal.kind === "failed");
  const best =
    failures.find((goal) => goal.why.kind === "nobody") ??
    failures.find((goal) => goal.why.kind === "unknown" && goal.why.isCheck) ??
    // Limited to a row, it is as good as that row: whatever fetched it answers for it.
    failures.find((goal) => goal.why.kind === "row") ??
    failures[0];
  if (open.length === 0) return best ?? nothing;
  const left = [...open, ...(best ? [best] : [])];
  return left.length === 1 ? left[0]! : { kind: "any", goals: left };
}

export const tooMuchToFollow: Failed = failed({ kind: "unknown", reason: "there is too much to follow" });

/** Parameters in one goal. Of more than this, the later ones are hardly what anybody meant. */
const heaviest = 24;

function weightOf(goals: readonly Goal[]): number {
  return goals.reduce(
    (weight, goal) =>
      weight +
      (goal.kind === "all" || goal.kind === "any" ? weightOf(goal.goals) : goal.kind === "open" ? 1 : 0),
    0,
  );
}

/** With no more reasons than are its share, the best of them. */
function ofFewer(goal: Goal, shares: number): Goal {
  if (goal.kind !== "any") return goal;
  const goals = lightest(goal.goals, Math.max(1, Math.floor(heaviest / shares)));
  // That the best of them is too heavy does not say that it fails.
  if (!goals.some(isAskedFurther)) return goal;
  return goals.length === 1 ? goals[0]! : { kind: "any", goals };
}

/** The first of them, as far as anybody can follow. */
function lightest(goals: readonly Goal[], most = heaviest): readonly Goal[] {
  let left = most;
  return goals.filter((goal) => {
    const weight = weightOf([goal]);
    const isLight = weight <= left;
    if (isLight) left -= weight;
    return isLight;
  });
}

/** `a or (a and b)` is `a`, and so is `a and (a or b)`. */
function absorbed(goals: readonly Goal[]): readonly Goal[] {
  if (goals.length < 2) return goals;
  const single = new Set(goals.filter(({ kind }) => kind === "open").map(keyOfGoal));
  return goals.filter(
    (goal) =>
      (goal.kind !== "all" && goal.kind !== "any") ||
      !goal.goals.some((inner) => single.has(keyOfGoal(inner))),
  );
}

function distinct(goals: readonly Goal[]): readonly Goal[] {
  if (goals.length < 2) return goals;
  return [...new Map(goals.map((goal) => [keyOfGoal(goal), goal] as const)).values()];
}

const numbers = new WeakMap<Facts, number>();
let numbered = 0;

function numberOf(facts: Facts): number {
  let number = numbers.get(facts);
  if (number === undefined) numbers.set(facts, (number = numbered += 1));
  return number;
}

const nothing: Goal = {
  kind: "failed",
  why: { kind: "unknown", reason: "nothing ties it to a tenant" },
  steps: [],
};

/** Whether anybody comes to what is walked here, with what is known there, who may not see everything. */
export function whoComes(root: string, facts: Facts): Goal {
  const fn = /^.*?#\d+/s.exec(root)?.[0];
  // No function: something that is done once, for nobody.
  if (fn === undefined) return failed(nothingTies);
  const value: SymbolicValue = {
    kind: "symbolic",
    id: `parameter:${fn}.(who)`,
    origin: "parameter",
    text: "whoever comes",
    absent: false,
    type: null,
    row: null,
  };
  return { kind: "open", value, facts, isOfWhoComes: true };
}

export type Open = Goal & { readonly kind: "open" };

/** The first value that a goal waits for: a parameter, or what was taken out of a queue. */
export function findOpen(goal: Goal, isMeant: (open: Open) => boolean = () => true): Open | null {
  switch (goal.kind) {
    case "open":
      return isMeant(goal) ? goal : null;
    case "all":
    case "any":
      for (const inner of goal.goals) {
        const open = findOpen(inner, isMeant);
        if (open) return open;
      }
      return null;
    default:
      return null;
  }
}

export function mapOpen(goal: Goal, change: (open: Goal & { kind: "open" }) => Goal): Goal {
  switch (goal.kind) {
    case "open": {
      const changed = change(goal);
      const proven = (goal.as ?? []).reduce((one, as) => readAs(as, one), changed);
      return (goal.steps ?? []).reduce(withStep, proven);
    }
    case "all":
      return all(goal.goals.map((inner) => mapOpen(inner, change)));
    case "any":
      return any(goal.goals.map((inner) => mapOpen(inner, change)));
    default:
      return goal;
  }
}

/** What was shown to somebody who says whose it is: a credential makes its owner known, and nothing else does. */
export function asCredential(goal: Goal): Goal {
  switch (goal.kind) {
    case "open":
      return { ...goal, as: alsoAs(goal.as, "credential") };
    case "all":
    case "any":
      return any(goal.goals.map(asCredential));
    case "proven":
      return goal.proof === "secret" || goal.proof === "principal"
        ? { ...proven("principal", "principal"), steps: goal.steps }
        : noCredential;
    case "failed":
      return noCredential;
  }
}

/** What only its owner can name: a secret that was made to be nobody else's. */
export function asKey(goal: Goal): Goal {
  return provenAs(
    "key",
    goal,
    (one) => (one.proof === "secret" && !one.steps.some(isChosenByPeople) ? one : noCredential),
    () => noCredential,
  );
}

/** A public key in the place of a secret one. */
export function asKnown(goal: Goal): Goal {
  return provenAs("known", goal, (one) => (one.proof === "secret" ? failed(nothingTies) : one));
}

/** Two people may have the same password. */
function isChosenByPeople({ said }: Step): boolean {
  return said.kind === "credential" && /(?:password|passphrase|pin|otp)$/i.test(said.value);
}

/** What names somebody: a constant names nobody. */
export function asSomebodys(goal: Goal): Goal {
  return provenAs("somebody's", goal, (one) =>
    isCertain(one) && one.proof !== "none" ? one : failed(nothingTies),
  );
}

/** What is read out of a row's JSON. Of a row that a secret names, its owner says what is in it. */
export function asContent(goal: Goal): Goal {
  return provenAs("content", goal, (one) =>
    isCertain(one) && one.proof !== "secret" && one.proof !== "none" ? failed(writtenByWhoever) : one,
  );
}

/** It is asked what a row was fetched by, and what stands in its JSON is not believed for that. */
export function isOfContent(goal: Goal): boolean {
  return findOpen(goal, ({ as }) => as?.includes("content") === true) !== null;
}

/** What a row is called, which has to be asked for by somebody: a request may, and what that is worth is said of the lookup. */
export function asNameOf(access: string, goal: Goal): Goal {
  return provenAs(
    `named ${access}`,
    goal,
    (one) => one,
    (one) => (one.why.kind === "request" ? { ...one, why: { kind: "row", access } } : one),
  );
}

function alsoAs(known: readonly As[] = [], as: As): readonly As[] {
  return known.includes(as) ? known : [...known, as];
}

function provenAs(
  as: As,
  goal: Goal,
  ofProven: (goal: Proven) => Goal,
  ofFailed: (goal: Failed) => Goal = (one) => one,
): Goal {
  switch (goal.kind) {
    case "open":
      return { ...goal, as: alsoAs(goal.as, as) };
    case "all":
    case "any":
      return { ...goal, goals: goal.goals.map((inner) => provenAs(as, inner, ofProven, ofFailed)) };
    case "proven":
      return ofProven(goal);
    case "failed":
      return ofFailed(goal);
  }
}

const writtenByWhoever: Failure = {
  kind: "unknown",
  reason: "it stands in what a row holds as JSON, and whoever writes that says what it is",
};

function readAs(as: As, goal: Goal): Goal {
  switch (as) {
    case "credential":
      return asCredential(goal);
    case "somebody's":
      return asSomebodys(goal);
    case "content":
      return asContent(goal);
    case "key":
      return asKey(goal);
    case "known":
      return asKnown(goal);
    default:
      return asNameOf(as.slice("named ".length), goal);
  }
}

const noCredential: Failed = failed({
  kind: "unknown",
  reason: "who is asking is found out from no credential",
});

/** What a person would want to see of why it is believed. */
export function shown(goal: Goal, steps: readonly Step[]): Goal {
  return goal.kind === "proven" && steps.length > 0 ? { ...goal, steps: [...goal.steps, ...steps] } : goal;
}

/** Shown wherever it turns out not to be proven. */
export function withStep(goal: Goal, step: Step): Goal {
  switch (goal.kind) {
    case "open":
    case "failed": {
      const { steps = [] } = goal;
      return steps.some((other) => other.site === step.site) ? goal : { ...goal, steps: [...steps, step] };
    }
    case "all":
    case "any":
      return { ...goal, goals: goal.goals.map((inner) => withStep(inner, step)) };
    case "proven":
      return goal;
  }
}

/** What is asked for, whatever is known where it is asked. */
export function shapeOf(goal: Goal): string {
  switch (goal.kind) {
    case "open":
      return goal.value.id;
    case "all":
    case "any":
      return `${goal.kind}(${goal.goals.map(shapeOf).join(",")})`;
    case "failed":
      return goal.why.kind === "unknown" && goal.why.isCheck ? "checked" : `failed ${goal.why.kind}`;
    case "proven":
      return `proven ${goal.proof}`;
  }
}

/** So that the same question is not asked for ever. */
export function keyOfGoal(goal: Goal): string {
  switch (goal.kind) {
    case "open":
      return `${goal.as?.join(" ") ?? ""} ${goal.value.id} ${numberOf(goal.facts)}`;
    case "all":
    case "any":
      return `${goal.kind}(${goal.goals.map(keyOfGoal).join(",")})`;
    case "failed":
      return `failed ${goal.why.kind}`;
    case "proven":
      return "proven";
  }
}
