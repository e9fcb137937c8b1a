/** Judging SQL that is not read: why it is not, and whether a request may write a part of it. */
import type { Access } from "../trace/library.js";
import { beliefOf } from "./belief.js";
import type { QueryContext } from "./query.js";
import { unclear, type ResourceVerdict } from "./verdict.js";

export function judgeUnread(
  context: QueryContext,
  access: Access,
  detail: Access["detail"] & { kind: "raw" },
): ResourceVerdict {
  return unclear("", sentIn(context, access, detail.parts) ?? detail.reason);
}

function sentIn(
  { flows }: QueryContext,
  access: Access,
  parts: (Access["detail"] & { kind: "raw" })["parts"],
): string | null {
  for (const part of flows ? parts : []) {
    const belief = beliefOf(flows!, access, [[{ status: "reference", column: "", values: [part] }]]);
    const why = belief.kind === "untrusted" ? belief.flows[0]?.outcome.why : undefined;
    if (why) return `its text is put together with "${why.text}", which comes from ${why.from}`;
  }
  return null;
}
