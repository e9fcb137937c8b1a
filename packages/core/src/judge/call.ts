/** Judging calls of the project's own data layers: whether the tenant they are given can be believed. */
import type { Claim } from "../proof/claims.js";
import type { Flow } from "../proof/flows.js";
import type { Access, CallDetail } from "../trace/library.js";
import { isPerhapsAbsent, optionsOf } from "../trace/choice.js";
import { operandOf } from "../trace/operand.js";
import { isUndefined, type Value } from "../trace/value.js";
import type { Origin, Proof, Verdict } from "../vocabulary.js";
import { beliefOf } from "./belief.js";
import { isAlwaysPassed, type QueryContext } from "./query.js";
import { faultOf, nothingBesides } from "./untrusted.js";
import { unclear, untrustedBy, type ResourceVerdict } from "./verdict.js";
import { waysOf, type Shown } from "./ways.js";

export function judgeCall(
  context: QueryContext,
  access: Access,
  detail: CallDetail,
): readonly ResourceVerdict[] {
  const verdicts = judgePassed(context, access, detail);
  return detail.isHandedOn ? verdicts.map((one) => ({ ...one, fault: null, untrusted: [] })) : verdicts;
}

function judgePassed(
  context: QueryContext,
  access: Access,
  { layer, passed, needs }: CallDetail,
): readonly ResourceVerdict[] {
  const [first] = passed;
  if (!context.flows) return [];
  if (!first) return needs === undefined ? [] : [givenNoTenant(context, layer, needs)];
  const named = passed.map((one) => ({
    ...one,
    belief: beliefOf(context.flows!, access, [
      [{ status: "tenant", column: one.name, values: [one.value] } satisfies Claim],
    ]),
  }));
  // Which of them the layer limits what it does by is not seen: each has to be one that the caller may name.
  const { name, value, belief } = weakest.flatMap((kind) =>
    named.filter((one) => one.belief.kind === kind),
  )[0]!;
  const useOf = (column: string, shown: Value): Shown => ({
    table: layer,
    limit: "bound",
    ties: [{ column, through: [], value: shown.kind === "symbolic" ? shown.text : null }],
    isWritten: false,
  });
  const scoped = (origin: Origin, proof: Proof, flows: readonly Flow[] = []): ResourceVerdict => ({
    resource: layer,
    verdict: "scoped",
    constraint: {
      kind: "predicate",
      key: name,
      origin,
      proof,
      ...waysOf(context, access, flows, useOf(name, value)),
    },
    unclear: null,
    fault: null,
  });
  const isVanishing = needs !== undefined && passed.every((one) => isPerhapsAbsent(one.value));
  if (isVanishing && belief.kind !== "nothing" && belief.kind !== "untrusted")
    return [givenSometimes(context, layer, first.name, first.value)];
  switch (belief.kind) {
    case "nothing":
      return [];
    case "proven":
      return [scoped(belief.origin, belief.proof, belief.flows)];
    case "unknown":
      return [unclear(layer, belief.reason)];
    case "row":
      return [scoped("unknown", "given")];
    case "given":
      return [scoped("unknown", "given", belief.flows)];
    case "untrusted": {
      const faults = named.flatMap((one) =>
        one.belief.kind === "untrusted"
          ? one.belief.flows.map((flow) =>
              faultOf(context, access, layer, passingAs(one.name, useOf(one.name, one.value)), flow),
            )
          : [],
      );
      return [untrustedBy(layer, "predicate", name, faults)];
    }
  }
}

/** What says least in favour of a call first. */
const weakest = ["untrusted", "unknown", "row", "given", "proven", "nothing"] as const;

/** What is passed was taken for what it names a tenant by. */
function passingAs(column: string, shown: Shown) {
  return {
    column,
    isReference: false,
    isWritten: false,
    ...nothingBesides,
    shown,
  };
}

/** Whoever says that a layer has to be given a tenant says that without one it works on everybody's data. */
function givenNoTenant(context: QueryContext, layer: string, column: string): ResourceVerdict {
  return faulty(context, "unscoped", "no-unscoped-query", "leak", { layer, column, when: null });
}

function givenSometimes(context: QueryContext, layer: string, column: string, value: Value): ResourceVerdict {
  const { text, value: id } = operandOf(optionsOf(value).find((option) => !isUndefined(option)) ?? value);
  const grade = isAlwaysPassed(context, id) ? "weak" : "leak";
  return faulty(context, "optional", "no-optional-tenant", grade, { layer, column, when: text });
}

function faulty(
  { root }: QueryContext,
  verdict: Verdict,
  rule: string,
  grade: "leak" | "weak",
  about: { readonly layer: string; readonly column: string; readonly when: string | null },
): ResourceVerdict {
  const data = { kind: "unnamed", operation: root.operation, library: root.library, ...about } as const;
  return {
    resource: about.layer,
    verdict,
    constraint: null,
    unclear: null,
    fault: { rule, grade, data, trail: [] },
  };
}
