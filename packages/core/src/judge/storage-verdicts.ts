/** What is asked of the key of a stored object, and the words in which the answer is given. */
import type { Claim } from "../proof/claims.js";
import type { Flow } from "../proof/flows.js";
import type { Facts } from "../trace/facts.js";
import type { Access, StorageDetail } from "../trace/library.js";
import { optionsOf } from "../trace/choice.js";
import { isUndefined, type Value } from "../trace/value.js";
import type { ConstraintKind, Origin, Proof } from "../vocabulary.js";
import { beliefOf, type Belief, type UntrustedFlow } from "./belief.js";
import { shownPart } from "./keys.js";
import { levelNameOf } from "./naming.js";
import { isAlwaysPassed, type QueryContext } from "./query.js";
import type { KeyTie } from "./storage-key.js";
import { faultOf, nothingBesides } from "./untrusted.js";
import { untrustedBy, type ResourceVerdict, type StorageFlaw } from "./verdict.js";
import { waysOf, type Shown } from "./ways.js";

/** What is asked about, with all that it is asked by. */
export interface Asked {
  readonly context: QueryContext;
  readonly access: Access;
  readonly detail: StorageDetail;
  /** The key, for people. */
  readonly resource: string;
  /** What is known where the key is put together as at hand. */
  readonly known: Facts;
}

const statuses = {
  tenant: "tenant",
  owner: "owner",
  row: "reference",
  sent: "reference",
  secret: "secret",
} as const satisfies Record<KeyTie["kind"], Claim["status"]>;

export function believe(asked: Asked, { kind, name, value }: KeyTie): Belief {
  if (asked.context.flows) return beliefIn(asked, statuses[kind], name, value);
  return { kind: "given", flows: [] };
}

export function beliefIn(
  { context, access, known }: Asked,
  status: Claim["status"],
  column: string,
  value: Value,
): Belief {
  const given: Claim = { status: "given", column: "", values: [], facts: known };
  const claim: Claim = { status, column, values: [value] };
  return beliefOf(context.flows!, access, [[claim, ...(known.size > 0 ? [given] : [])]]);
}

const constraints = {
  tenant: "key",
  owner: "owner",
  row: "row",
  sent: "reference",
  secret: "secret",
} as const satisfies Record<KeyTie["kind"], ConstraintKind>;

export function scopedBy(asked: Asked, tie: KeyTie, belief: Belief): ResourceVerdict {
  const isPrincipals = belief.kind === "proven" && belief.proof === "principal";
  const kind = tie.kind === "sent" ? (isPrincipals ? "owner" : "row") : constraints[tie.kind];
  return belief.kind === "proven"
    ? scoped(asked, tie, kind, belief.origin, belief.proof, belief.flows)
    : scoped(asked, tie, kind, "unknown", "given", belief.kind === "given" ? belief.flows : []);
}

export function scoped(
  asked: Asked,
  tie: KeyTie,
  kind: ConstraintKind,
  origin: Origin,
  proof: Proof,
  flows: readonly Flow[] = [],
): ResourceVerdict {
  const { context, access, resource } = asked;
  const ways = waysOf(context, access, flows, useOf(asked, tie));
  const constraint = { kind, key: tie.name, origin, proof, ...ways };
  return { resource, verdict: "scoped", constraint, unclear: null, fault: null };
}

export function everybodys(resource: string): ResourceVerdict {
  return { resource, verdict: "global", constraint: null, unclear: null, fault: null };
}

function useOf({ resource }: Asked, { name, value }: Pick<KeyTie, "name" | "value">): Shown {
  return {
    table: resource,
    limit: "bound",
    ties: [{ column: name, through: [], value: shownPart(value) }],
    isWritten: false,
    isStored: true,
  };
}

export function untrusted(asked: Asked, tie: KeyTie, flows: readonly UntrustedFlow[]): ResourceVerdict {
  const faults = flows
    .map((flow) => enteringFault(asked, tie, flow))
    // Where it was read from a row, the query that fetched the row answers for whose that is.
    .filter(({ data }) => data.kind !== "untrusted" || data.through === null);
  return untrustedBy(asked.resource, constraints[tie.kind], tie.name, faults);
}

function enteringFault(asked: Asked, tie: Pick<KeyTie, "kind" | "name" | "value">, flow: UntrustedFlow) {
  const { context, access, resource } = asked;
  const isReference = tie.kind !== "tenant";
  const use = { column: tie.name, isReference, isWritten: false, ...nothingBesides };
  return faultOf(context, access, resource, { ...use, shown: useOf(asked, tie) }, flow);
}

/** Where a part of it comes from a request, the finding shows how. */
export function flawed(
  asked: Asked,
  grade: "leak" | "weak",
  flaw: StorageFlaw,
  flows: readonly UntrustedFlow[] = [],
): ResourceVerdict {
  const { context, detail, resource } = asked;
  const [flow] = flows;
  const name = "part" in flaw ? flaw.part : "";
  const trail = flow ? enteringFault(asked, { kind: "sent", name, value: detail.key }, flow).trail : [];
  const fault = {
    rule: "no-unscoped-storage-key",
    grade,
    data: {
      kind: "storage-key",
      operation: context.root.operation,
      key: resource,
      isFile: context.root.isPerhaps === true,
      level: levelNameOf(context.tenancy, undefined),
      flaw,
      library: context.root.library,
    },
    trail,
  } as const;
  const verdict = flaw.kind === "fallback" ? "optional" : "unscoped";
  return { resource, verdict, constraint: null, unclear: null, fault };
}

export function fallback(asked: Asked, { value }: KeyTie): ResourceVerdict {
  const [option = value] = optionsOf(value).filter((one) => !isUndefined(one) && one.kind !== "literal");
  const isPassed = option.kind === "symbolic" && isAlwaysPassed(asked.context, option.id);
  return flawed(asked, isPassed ? "weak" : "leak", { kind: "fallback", value: shownPart(option) });
}
