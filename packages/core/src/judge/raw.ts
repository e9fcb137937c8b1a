/** Judging SQL that is not read: why it is not, and whether a request may write a part of it. */
import type { Access } from "../trace/library.js";
import { beliefOf } from "./belief.js";
import type { QueryContext } from "./query.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

/** Null where each call was followed, and is judged for itself, and where it reaches no rows. */
export function judgeUnread(
  context: QueryContext,
  access: Access,
  { parts, reason, isDefinition }: Access["detail"] & { kind: "raw" },
): ResourceVerdict | null {
  const { flows } = context;
  for (const part of flows ? parts : []) {
    const belief = beliefOf(flows!, access, [[{ status: "reference", column: "", values: [part] }]]);
    if (belief.kind === "nothing") return null;
    const why = belief.kind === "untrusted" ? belief.flows[0]?.outcome.why : undefined;
    if (why) {
      const reason = `its text is put together with "${why.text}", which comes from ${why.from}`;
      return { ...unclear("", reason), isSent: true };
    }
  }
  return isDefinition ? null : unclear("", reason);
}
