/**
 * Who calls a function, those first that are few calls from where something comes in. Not all ways to a function that hundreds
 * call can be followed; the short ones show most, and are what a person reads.
 */
import type { CallerRecord } from "../trace/machine.js";
import type { Trace } from "../trace/trace.js";

interface NearestFirst {
  callersOf(fn: string): readonly CallerRecord[];
}

/** `entries`: handlers of entry points, by the function's key. */
export function nearestFirst({ callers }: Pick<Trace, "callers">, entries: readonly string[]): NearestFirst {
  const distances = distancesFrom(entries, callers);
  const far = distances.size;
  const distanceOf = ({ root }: CallerRecord): number => distances.get(root) ?? far;
  const sorted = new Map<string, readonly CallerRecord[]>();
  return {
    callersOf: (fn) => {
      let found = sorted.get(fn);
      if (!found) {
        found = [...(callers.get(fn) ?? [])].sort((one, other) => distanceOf(one) - distanceOf(other));
        sorted.set(fn, found);
      }
      return found;
    },
  };
}

/** In calls. */
function distancesFrom(entries: readonly string[], callers: Trace["callers"]): ReadonlyMap<string, number> {
  const calledBy = new Map<string, string[]>();
  for (const [callee, records] of callers)
    for (const { root } of records) {
      const known = calledBy.get(root);
      if (known) known.push(callee);
      else calledBy.set(root, [callee]);
    }
  const distances = new Map(entries.map((entry) => [entry, 0]));
  // A map is walked in the order in which it grows.
  for (const [fn, distance] of distances)
    for (const callee of calledBy.get(fn) ?? [])
      if (!distances.has(callee)) distances.set(callee, distance + 1);
  return distances;
}
