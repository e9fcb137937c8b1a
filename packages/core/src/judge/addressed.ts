/**
 * Rows that are addressed to a person: `invitations.email` is the e-mail address of whoever is invited. They are a person's own
 * where the address is what the service knows of who is asking, and by nobody's word but that.
 */
import { bind } from "../constraint/bind.js";
import type { Binding, Evidence } from "../constraint/binding.js";
import type { Facts } from "../constraint/facts.js";
import type { Selection } from "../constraint/predicate.js";
import type { Flows } from "../proof/flows.js";
import type { Access } from "../trace/library.js";
import { beliefIn, type Belief } from "./belief.js";

export interface Addressed {
  readonly evidence: Evidence;
  readonly belief: Belief;
}

interface Schemas {
  readonly facts: Facts;
  /** The same, where addresses are owners. */
  readonly addressed: Facts;
}

/** Null where no address says whose the rows are, on some way or at all. */
export function findAddressed(
  flows: Flows,
  { facts, addressed }: Schemas,
  access: Access,
  { resource, site }: Binding,
  selection: Selection,
): Addressed | null {
  const binding = bind(selection, addressed).find((one) => one.resource === resource && one.site === site);
  const isAddress = ({ status, column, through }: Evidence): boolean => {
    const table = facts.findTable((through.at(-1)?.resource ?? resource).table ?? "");
    return status === "owner" && table?.findColumn(column)?.isOwner !== true;
  };
  const evidence = binding?.ways.flat().find(isAddress);
  if (!binding || !evidence) return null;
  const belief = beliefIn(flows, access, binding, false);
  return belief && { evidence, belief };
}

/** An address that is written down is nobody's who asks. */
export function isCallers(belief: Belief): belief is Belief & { readonly kind: "proven" } {
  return belief.kind === "proven" && belief.origin !== "constant";
}

/** Nobody is seen to make it up, nor to make sure of it. */
export function isAnybodys({ kind }: Belief): boolean {
  return kind === "unknown" || kind === "row";
}
