/** Whether what ties a table to a tenant can be believed, however the values came there. */
import type { Binding } from "../constraint/binding.js";
import type { Flow, Flows } from "../proof/flows.js";
import { all, tooMuchToFollow, type Failed, type Failure } from "../proof/goal.js";
import type { Proof } from "../vocabulary.js";
import { goalOfWay } from "../proof/prove.js";
import { claimsOfWay, waysApart, type Claim } from "../proof/claims.js";
import { keyOfValue, noFacts } from "../trace/facts.js";
import type { Access } from "../trace/library.js";
import type { JudgedConstraint } from "./verdict.js";

/** `isTaken`: what can't be believed of it was taken out of a queue. */
export type Belief = Believed & { readonly isTaken?: boolean };

type Believed =
  | {
      readonly kind: "proven";
      readonly proof: JudgedConstraint["proof"];
      readonly origin: JudgedConstraint["origin"];
      readonly flows: readonly Flow[];
    }
  /** `flows`: that which needs most belief first. By a parameter of a function that nobody is seen to call, or by what somebody put into a queue. */
  | { readonly kind: "given"; readonly flows: readonly Flow[] }
  | { readonly kind: "untrusted"; readonly flows: readonly UntrustedFlow[] }
  | { readonly kind: "row"; readonly access: string; readonly flows: readonly Flow[] }
  | { readonly kind: "unknown"; readonly reason: string; readonly flows: readonly Flow[] }
  /** Nothing comes this way: each call was followed, and is judged for itself. */
  | { readonly kind: "nothing" };

export interface UntrustedFlow extends Flow {
  readonly outcome: Failed & { readonly why: Failure & { readonly kind: "request" | "nobody" } };
}

/**
 * All ways to the rows of one table; null where nothing ties some of them, and nothing is known that would do instead.
 * `isOptional`: the tenant is asked for on some ways only.
 */
export function beliefIn(flows: Flows, access: Access, binding: Binding, isOptional: boolean): Belief | null {
  const apart = waysApart(binding);
  if (isOptional) return apart && beliefApart(flows, access, withoutShared(apart));
  const isWhole = binding.status !== "none" && binding.ways.every((way) => way.length > 0);
  const belief = isWhole
    ? beliefOf(
        flows,
        access,
        binding.ways.map((way) => claimsOfWay(way)),
      )
    : null;
  if (belief && isGood(belief)) return belief;
  return (apart && beliefApart(flows, access, apart)) ?? belief;
}

/** Whoever calls does not get there: what holds there never holds for any of them. */
export function isReachedByNobody(flows: Flows, access: Access): boolean {
  const belief = beliefOf(flows, access, [[{ status: "given", column: "", values: [], facts: noFacts }]]);
  if (belief.kind !== "proven") return belief.kind === "nothing";
  return belief.flows.every(({ outcome }) => outcome.kind === "proven" && outcome.proof === "none");
}

/** With what is known on each way; null where that does not decide it. */
function beliefApart(flows: Flows, access: Access, ways: readonly (readonly Claim[])[]): Belief | null {
  const told = beliefOf(flows, access, ways);
  if (isGood(told)) return told;
  const isFree = (way: readonly Claim[]): boolean => way.every(({ status }) => status === "given");
  const free = ways.filter(isFree);
  const tied = ways.filter((way) => !isFree(way));
  if (free.length === 0 || tied.length === 0 || !isGood(beliefOf(flows, access, free))) return null;
  // Nobody comes by the ways on which nothing ties the rows.
  return beliefOf(flows, access, tied);
}

/**
 * An id by which rows are looked for in any case does not stand in for the tenant where that is left out: what is found by it
 * may be another tenant's. What is asked for instead of the tenant may.
 */
function withoutShared(ways: readonly (readonly Claim[])[]): readonly (readonly Claim[])[] {
  const keyOf = ({ status, column, values }: Claim): string =>
    [status, column, ...values.map((value) => keyOfValue(value) ?? "")].join(" ");
  const isShared = (claim: Claim): boolean =>
    claim.status === "reference" && ways.every((way) => way.some((one) => keyOf(one) === keyOf(claim)));
  return ways.map((way) => way.filter((claim) => !isShared(claim)));
}

function isGood({ kind }: Belief): boolean {
  return kind === "proven" || kind === "nothing";
}

/** Each of the ways has to be believed; one claim in each is enough. */
export function beliefOf(flows: Flows, access: Access, ways: readonly (readonly Claim[])[]): Belief {
  const found = flows.ask(
    access.site,
    () => {
      const goal = all(ways.map((way) => goalOfWay(flows.prover, way, access.facts, access.root)));
      return flows.flowsOf(goal, access.root, access.facts);
    },
    unfollowed,
  );
  return { ...summaryOf(found), isTaken: found.some(isTaken) };
}

const unfollowed: readonly Flow[] = [{ entry: null, outcome: tooMuchToFollow, calls: [] }];

function isTaken({ outcome, calls }: Flow): boolean {
  const isHandedOver = calls.some(({ delivery }) => delivery?.kind === "job");
  if (outcome.kind === "proven") return outcome.proof === "given" && isHandedOver;
  const { why } = outcome;
  return isHandedOver || (why.kind === "unknown" && why.isTaken === true);
}

function summaryOf(found: readonly Flow[]): Believed {
  if (found.length === 0) return { kind: "nothing" };
  const untrusted = found.filter(isUntrusted);
  if (untrusted.length > 0) return { kind: "untrusted", flows: untrusted };
  const reasons = found.flatMap(({ outcome }) => (outcome.kind === "failed" ? [outcome.why] : []));
  // The query that read a row answers for it; for what is not known, nobody does.
  const unknown = reasons.find((why) => why.kind === "unknown");
  if (unknown) return { kind: "unknown", reason: unknown.reason, flows: found };
  const row = reasons.find((why) => why.kind === "row");
  if (row) return { kind: "row", access: row.access, flows: found };
  const flows = [...found].sort((one, other) => weaknessOf(other) - weaknessOf(one));
  const { outcome } = flows[0]!;
  return outcome.kind === "failed" || outcome.proof === "given"
    ? { kind: "given", flows }
    : { kind: "proven", proof: outcome.proof, origin: outcome.origin, flows };
}

/** From what needs no argument to what is taken on trust: of several ways, the one that needs most is told. */
const strongestFirst: readonly Proof[] = [
  "none",
  "principal",
  "secret",
  "scoped-row",
  "verifier",
  "middleware",
  "comparison",
  "producers",
  "given",
];

/** Of what is a constant, nothing has to be believed. */
function weaknessOf({ outcome }: Flow): number {
  return outcome.kind === "proven" ? strongestFirst.indexOf(outcome.proof) : strongestFirst.length;
}

function isUntrusted(flow: Flow): flow is UntrustedFlow {
  return (
    flow.outcome.kind === "failed" &&
    (flow.outcome.why.kind === "request" || flow.outcome.why.kind === "nobody")
  );
}
