/** Judging calls of the project's own data layers: whether the tenant they are given can be believed. */
import type { Claim } from "../proof/claims.js";
import type { Access, CallDetail } from "../trace/library.js";
import { beliefOf } from "./belief.js";
import { findNamingOfWords } from "./naming.js";
import type { QueryContext } from "./query.js";
import { faultOf } from "./untrusted.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

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
  const scoped = (proof: "given" | "none"): ResourceVerdict => ({
    resource: layer,
    verdict: "scoped",
    constraint: { kind: "predicate", key: first.name, origin: "unknown", proof },
    unclear: null,
    fault: null,
  });
  switch (belief.kind) {
    case "nothing":
      return [];
    case "proven":
      return [
        {
          ...scoped("given"),
          constraint: { kind: "predicate", key: first.name, origin: belief.origin, proof: belief.proof },
        },
      ];
    case "unknown":
      return [unclear(layer, belief.reason)];
    case "row":
    case "given":
      return [scoped("given")];
    case "untrusted": {
      const level = findNamingOfWords(context.tenancy, first.name);
      return [
        {
          resource: layer,
          verdict: "untrusted",
          constraint: { kind: "predicate", key: first.name, origin: "request", proof: "none" },
          unclear: null,
          fault: null,
          untrusted: belief.flows.map((flow) =>
            faultOf(
              context,
              layer,
              {
                column: first.name,
                isReference: level?.kind !== "tenant",
                isWritten: false,
                isCheckedAfter: false,
              },
              flow,
            ),
          ),
        },
      ];
    }
  }
}
