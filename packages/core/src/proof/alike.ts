/** Entry points behind the same guards: what the service has put on the request by then is the same for all of them. */
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { Site } from "../trace/value.js";
import type { Goal } from "./goal.js";
import { keyOfHandler, rootOfEntry, type EntryScope, type Kept } from "./roles.js";

export interface Alike {
  /** What is known of all that are like this one; null where its handler puts something on the request itself. */
  goalsOf(scope: EntryScope): Map<string, Goal> | null;
}

export function alikeIn(trace: Trace, kept: readonly Kept[]): Alike {
  const storing = new Set<string>();
  for (const { root } of kept)
    for (let at: string | null = root; at !== null && !storing.has(at); at = trace.parentOf(at)) {
      storing.add(at);
      storing.add(keyOfRoot(at));
    }
  const known = new Map<string, Map<string, Goal>>();
  return {
    goalsOf({ entry, guards }) {
      if (storing.has(rootOfEntry(entry)) || storing.has(keyOfHandler(entry.handler))) return null;
      const before = guards.map(({ function: guard, continues, parameters, principal }) => [
        trace.rootOf(guard),
        continues,
        parameters,
        principal,
      ]);
      const key = JSON.stringify([entry.kind, entry.isShaped, entry.parameters, before]);
      let goals = known.get(key);
      if (!goals) known.set(key, (goals = new Map()));
      return goals;
    },
  };
}

/** It stands where the entry point does, so it is nobody else's. */
export function saysPlace(goal: Goal, place: Site): boolean {
  if (goal.kind !== "proven" && goal.kind !== "failed") return true;
  const isThere = ({ file, start }: Site): boolean => file === place.file && start === place.start;
  const { steps = [] } = goal;
  return (
    steps.some(({ site }) => isThere(site)) ||
    (goal.kind === "failed" && "site" in goal.why && isThere(goal.why.site))
  );
}
