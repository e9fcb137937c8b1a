/** What an exemption's claim about its callers is checked against. */
import type { Flows } from "../../proof/flows.js";
import { isRequest } from "../../trace/entry.js";
import type { Trace } from "../../trace/trace.js";
import type { Access } from "../../trace/library.js";
import { siteKey, type Site } from "../../trace/value.js";

export interface Reach {
  readonly requests: readonly {
    /** `GET /api/v1/alerts/:id` */
    readonly name: string;
    /** It is behind an administrator's guard, or asks for one before it comes here. */
    readonly isAdmin: boolean;
  }[];
  /** Workers, schedules and scripts by name, and files that run it when they are loaded. */
  readonly others: readonly string[];
  /** No other can reach it: every call that could has been followed. */
  readonly isClosed: boolean;
}

/** What reaches the path at this place; null when nobody knows. */
export type ReachedBy = (path: Site) => Reach | null;

export interface Reaches {
  readonly reachedBy: ReachedBy;
  /** Nothing calls what makes the path at this place, and nothing could that is not seen. */
  isUncalled(path: Site): boolean;
}

export const reachUnknown: Reaches = { reachedBy: () => null, isUncalled: () => false };

export function reachIn(trace: Trace, flows: Flows): Reaches {
  const byPlace = new Map<string, Access[]>();
  for (const access of trace.accesses) {
    const key = siteKey(access.site);
    const known = byPlace.get(key);
    if (known) known.push(access);
    else byPlace.set(key, [access]);
  }
  // A statement that is prepared in one place and run in another is reached where it is run.
  const accessesAt = (path: Site): readonly Access[] => {
    const known = byPlace.get(siteKey(path)) ?? [];
    const run = known.filter(({ stage }) => stage !== "built");
    return run.length > 0 ? run : known;
  };
  const rootsOf = (accesses: readonly Access[]): readonly string[] => [
    ...new Set(accesses.map(({ root }) => root)),
  ];
  const isUncalled = (path: Site): boolean => {
    const functions = rootsOf(accessesAt(path));
    return functions.length > 0 && functions.every((fn) => fn !== "" && flows.isUncalled(fn));
  };
  const reachedBy: ReachedBy = (path) => {
    const accesses = accessesAt(path);
    const functions = rootsOf(accesses);
    const entries = new Set(functions.flatMap((fn) => flows.entriesReaching(fn)));
    const isChecked = entries.size > 0 && accesses.every((access) => flows.isAdministratorsOnly(access));
    // Of an application that nobody was seen to make, not all that runs before is known.
    const known = [...entries].filter(
      (entry) => !entry.isDetached || isChecked || flows.isAdministrators(entry),
    );
    const starts = functions.map((fn) => flows.startsReaching(fn));
    const requests = known.filter(({ kind }) => isRequest(kind));
    return {
      requests: requests.map((entry) => ({
        name: entry.name,
        isAdmin: isChecked || flows.isAdministrators(entry),
      })),
      others: [
        ...known.filter(({ kind }) => !isRequest(kind)).map(({ name }) => name),
        ...new Set(starts.flatMap((files) => files ?? [])),
      ],
      isClosed:
        functions.length > 0 &&
        known.length === entries.size &&
        starts.every((files) => files !== null) &&
        functions.every((fn) => fn !== "" && flows.isClosed(fn)),
    };
  };
  return { reachedBy, isUncalled };
}
