/**
 * What leads to a function that is walked for its own sake: entry points, and calls. Of what is written once and made anew for
 * each caller (`trace/roots.ts`), each that was made has its own.
 */
import type { EntryPoint } from "../trace/entry.js";
import type { CallerRecord } from "../trace/machine.js";
import { isMade, keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";

export interface ReachedBy {
  /** Of a function of which several were made: those of each. */
  entriesAt(root: string): readonly EntryPoint[];
  /** What was made for one caller is called by others only where they are not followed into it; a run by nobody. */
  callersAt(root: string): readonly CallerRecord[];
}

/** `entries`: by root. */
export function reachedByIn(
  trace: Pick<Trace, "callers">,
  entries: ReadonlyMap<string, readonly EntryPoint[]>,
): ReachedBy {
  const madeOf = new Map<string, EntryPoint[]>();
  for (const [root, own] of entries) {
    const key = keyOfRoot(root);
    if (isMade(root)) madeOf.set(key, [...(madeOf.get(key) ?? []), ...own]);
  }
  return {
    entriesAt: (root) => entries.get(root) ?? madeOf.get(root) ?? [],
    callersAt: (root) => {
      if (!isMade(root)) return trace.callers.get(root) ?? [];
      const callers = trace.callers.get(keyOfRoot(root)) ?? [];
      return entries.has(root) ? callers.filter((one) => !one.isFollowed) : callers;
    },
  };
}
