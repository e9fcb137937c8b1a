/** What an exemption's claim about its callers is checked against. */
import type { Flows } from "../../proof/flows.js";
import { isRequest } from "../../trace/entry.js";
import type { Trace } from "../../trace/trace.js";
import { siteKey, type Site } from "../../trace/value.js";

export interface Reach {
  readonly requests: readonly {
    /** `GET /api/v1/alerts/:id` */
    readonly name: string;
    /** It is behind an administrator's guard. */
    readonly isAdmin: boolean;
  }[];
  /** Workers, schedules and scripts, by name. */
  readonly others: readonly string[];
  /** No other can reach it: every call that could has been followed. */
  readonly isClosed: boolean;
}

/** What reaches the path at this place; null when nobody knows. */
export type ReachedBy = (path: Site) => Reach | null;

export const reachUnknown: ReachedBy = () => null;

export function reachIn(trace: Trace, flows: Flows): ReachedBy {
  const roots = new Map<string, Set<string>>();
  for (const { site, root } of trace.accesses) {
    const key = siteKey(site);
    const known = roots.get(key);
    if (known) known.add(root);
    else roots.set(key, new Set([root]));
  }
  return (path) => {
    const functions = [...(roots.get(siteKey(path)) ?? [])];
    const entries = new Set(functions.flatMap((fn) => flows.entriesReaching(fn)));
    // Of an application that nobody was seen to make, not all that runs before is known.
    const known = [...entries].filter((entry) => !entry.isDetached || flows.isAdministrators(entry));
    return {
      requests: known
        .filter(({ kind }) => isRequest(kind))
        .map((entry) => ({ name: entry.name, isAdmin: flows.isAdministrators(entry) })),
      others: known.filter(({ kind }) => !isRequest(kind)).map(({ name }) => name),
      isClosed:
        functions.length > 0 &&
        known.length === entries.size &&
        functions.every((fn) => fn !== "" && flows.isClosed(fn)),
    };
  };
}
