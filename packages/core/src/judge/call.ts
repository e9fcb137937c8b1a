/** Judging calls of the project's own data layers: whether the tenant they are given can be believed. */
import type { Claim } from "../proof/claims.js";
import type { Flow } from "../proof/flows.js";
import type { Access, CallDetail } from "../trace/library.js";
import type { Origin, Proof } from "../vocabulary.js";
import { beliefOf } from "./belief.js";
import type { QueryContext } from "./query.js";
import { faultOf } from "./untrusted.js";
import { unclear, untrustedBy, type ResourceVerdict } from "./verdict.js";
import { waysOf, type Shown } from "./ways.js";

export function judgeCall(
  context: QueryContext,
  access: Access,
  { layer, passed }: CallDetail,
): readonly ResourceVerdict[] {
  const [first] = passed;
  if (!context.flows || !first) return [];
  // A layer that is given several filters by all of them: one that is believed is enough.
  const way = passed.map(({ name, value }): Claim => ({ status: "tenant", column: name, values: [value] }));
  const belief = beliefOf(context.flows, access, [way]);
  const value = first.value.kind === "symbolic" ? first.value.text : null;
  const use: Shown = {
    table: layer,
    limit: "bound",
    ties: [{ column: first.name, through: [], value }],
    isWritten: false,
  };
  const scoped = (origin: Origin, proof: Proof, flows: readonly Flow[] = []): ResourceVerdict => ({
    resource: layer,
    verdict: "scoped",
    constraint: { kind: "predicate", key: first.name, origin, proof, ...waysOf(context, access, flows, use) },
    unclear: null,
    fault: null,
  });
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
      // What is passed was taken for what it names a tenant by.
      const passing = {
        column: first.name,
        isReference: false,
        isWritten: false,
        isCheckedAfter: false,
        isByName: false,
        isPublic: false,
        shown: use,
      };
      const faults = belief.flows.map((flow) => faultOf(context, access, layer, passing, flow));
      return [untrustedBy(layer, "predicate", first.name, faults)];
    }
  }
}
