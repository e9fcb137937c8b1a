/** Judging SQL that is not read: why it is not, and whether a request may write a part of it. */
import type { Access, QueryRoot } from "../trace/library.js";
import { beliefOf } from "./belief.js";
import type { QueryContext } from "./query.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

/** Null where each call was followed, and is judged for itself, and where it reaches no rows. */
export function judgeUnread(
  context: QueryContext,
  access: Access,
  { parts, reason, isDefinition }: Access["detail"] & { kind: "raw" },
): ResourceVerdict | null {
  const { flows, root } = context;
  // Whose word the parts are does not hang on who calls, unless that passes one of them.
  const names = parts.map((part) => (part.kind === "symbolic" && !isPassed(part.id) ? part.id : null));
  const key = names.includes(null) ? null : names.join(" ");
  const said = key === null ? undefined : sent.get(root)?.get(key);
  if (said) return said;
  const noted = (verdict: ResourceVerdict): ResourceVerdict => {
    if (key !== null && parts.length > 0) sent.set(root, new Map(sent.get(root)).set(key, verdict));
    return verdict;
  };
  for (const part of flows ? parts : []) {
    const belief = beliefOf(flows!, access, [[{ status: "reference", column: "", values: [part] }]]);
    if (belief.kind === "nothing") return null;
    const why = belief.kind === "untrusted" ? belief.flows[0]?.outcome.why : undefined;
    if (!why) continue;
    return noted(unclear("", `its text is put together with "${why.text}", which comes from ${why.from}`));
  }
  return isDefinition ? null : noted(unclear("", reason));
}

/** What is known of a statement's parts once one of its callers has been asked. */
const sent = new WeakMap<QueryRoot, ReadonlyMap<string, ResourceVerdict>>();

function isPassed(id: string): boolean {
  return id.startsWith("parameter:");
}
