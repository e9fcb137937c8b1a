/** What is kept for all who come: a module's variable, an entry of a cache under a word. What one request leaves there another finds. */
import { failed, type Failed, type Proven } from "./goal.js";
import type { Step } from "./steps.js";

/** `where`: for people, what it is kept in. */
export function asShared(outcome: Proven | Failed, where: string): Proven | Failed {
  return outcome.kind === "proven" && outcome.steps.some(isOfWhoAsks) ? leftByAnother(where) : outcome;
}

export function leftByAnother(where: string): Failed {
  return failed({
    kind: "unknown",
    reason: `it is kept in the ${where}, where all requests find what one has left`,
  });
}

/** It is the caller's own, or was shown by the caller. */
function isOfWhoAsks({ said }: Step): boolean {
  return ofWhoAsks.has(said.kind);
}

const ofWhoAsks: ReadonlySet<Step["said"]["kind"]> = new Set([
  "principal",
  "credential",
  "authenticated",
  "sent",
  "signed",
  "kept",
  "kept-for",
  "vouched",
] as const);
