/**
 * Whether the tenant whose entry is asked for is the caller's. What comes back from a cache was loaded for whoever the key names, and
 * a hit asks nobody: a key that names a tenant because the request does is as good as a query that does.
 */
import type { Claim } from "../proof/claims.js";
import { rootLevelOf } from "../tenancy/lookup.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Access, KeyDetail } from "../trace/library.js";
import { operandOf } from "../trace/operand.js";
import { siteKey, type Value } from "../trace/value.js";
import { beliefOf } from "./belief.js";
import { fetchedIn } from "./kept-as-asked.js";
import type { QueryContext } from "./query.js";
import { faultOf, nothingBesides } from "./untrusted.js";
import { untrustedBy, type JudgedConstraint, type ResourceVerdict } from "./verdict.js";

export interface Asked {
  /** What names the tenant in the key. */
  readonly value: Value;
  readonly constraint: JudgedConstraint;
  /** Of which rows are kept there. */
  readonly tables: readonly Table[];
  /** What is put under such keys, here or elsewhere. */
  readonly stored: readonly Value[];
}

/** Null where there is nothing to object to, or nobody is told what is there. */
export function judgeAsked(
  context: QueryContext,
  access: Access,
  detail: KeyDetail,
  resource: string,
  { value, constraint, tables, stored }: Asked,
): ResourceVerdict | null {
  const { flows, root, tenancy } = context;
  const isRead = detail.isReadThrough === true || root.operation === "get";
  if (!flows || !isRead || constraint.kind !== "key" || context.isDropped()) return null;
  // What a tenant itself is called, and shows of itself, is asked for by a name before anybody is known.
  const table = tables.find((one) => rootLevelOf(tenancy, one) === null);
  const { text } = operandOf(value);
  if (!table || !/id$/i.test(text)) return null;
  const claim: Claim = { status: "tenant", column: constraint.key, values: [value] };
  const belief = beliefOf(flows, access, [[claim]]);
  if (belief.kind !== "untrusted") return null;
  // The loader is asked by the same request, and says so itself.
  const queries = stored.flatMap((one) => fetchedIn(context.findFetched, one, null) ?? []);
  if (queries.some((one) => context.verdictOf(siteKey(one.access.site)) === "untrusted"))
    return untrustedBy(resource, "key", constraint.key, []);
  const reading = { ...context, root: { ...root, operation: "read" as const } };
  const shown = {
    table: table.name,
    limit: "bound" as const,
    ties: [{ column: constraint.key, through: [], value: text }],
    isWritten: false,
  };
  const use = { column: constraint.key, isReference: false, isWritten: false, ...nothingBesides, shown };
  const faults = belief.flows.map((flow) => faultOf(reading, access, table.name, use, flow));
  return untrustedBy(resource, "key", constraint.key, faults);
}
