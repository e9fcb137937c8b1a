/** Which entry points, and which files that are loaded, lead to a function, as far as calls were followed. */
import type { EntryPoint } from "../trace/entry.js";
import { fileStartedBy } from "../trace/machine.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { ReachedBy } from "./reached-by.js";
import { rootOfEntry } from "./roles.js";
import type { MayBeCalledUnseen } from "./unseen.js";

export interface Reaching {
  /** The entry points from which a function can be reached. */
  entriesReaching(this: void, fn: string): readonly EntryPoint[];
  /** The function itself, and those whose calls and callbacks lead to it. */
  functionsReaching(this: void, fn: string): ReadonlySet<string>;
  /** The files that call it when they are loaded; null where some function on the way was made there and nobody is seen to call it. */
  startsReaching(this: void, fn: string): readonly string[] | null;
  /** Nobody can reach it whom we do not see. */
  isClosed(this: void, fn: string): boolean;
  /** Nobody calls it, nor anything that leads to it. */
  isUncalled(this: void, fn: string): boolean;
}

export function reachingIn(
  trace: Pick<Trace, "escaped" | "parentOf">,
  { entriesAt, callersAt }: ReachedBy,
  mayBeCalledUnseen: MayBeCalledUnseen,
): Reaching {
  const reached = new Map<string, readonly EntryPoint[]>();
  const entriesReaching = (fn: string): readonly EntryPoint[] => {
    const known = reached.get(fn);
    if (known) return known;
    const found = new Set<EntryPoint>();
    for (const one of functionsReaching(fn)) for (const entry of entriesAt(one)) found.add(entry);
    const list = [...found];
    reached.set(fn, list);
    return list;
  };
  const reaching = new Map<string, ReadonlySet<string>>();
  const functionsReaching = (fn: string): ReadonlySet<string> => {
    const known = reaching.get(fn);
    if (known) return known;
    const seen = new Set([fn]);
    reaching.set(fn, seen);
    for (const one of seen) {
      for (const caller of callersAt(one)) if (caller.root !== "") seen.add(caller.root);
      // A callback runs for whoever made it.
      const parent = entriesAt(one).length > 0 ? null : trace.parentOf(one);
      if (parent) seen.add(parent);
    }
    return seen;
  };
  const startsReaching = (fn: string): readonly string[] | null => {
    const all = [...functionsReaching(fn)];
    const isMadeOnly = (one: string): boolean =>
      entriesAt(one).length === 0 && callersAt(one).length === 0 && trace.parentOf(one) !== null;
    const files = all.flatMap((one) => fileStartedBy(one) ?? []);
    return files.length > 0 && all.some(isMadeOnly) ? null : files;
  };
  const isClosed = (fn: string): boolean =>
    [...functionsReaching(fn)].every(
      (one) => entriesAt(one).length > 0 || !trace.escaped.has(keyOfRoot(one)),
    );

  const isUncalled = (fn: string): boolean =>
    [...functionsReaching(fn)].every(
      (one) =>
        entriesAt(one).length === 0 &&
        fileStartedBy(one) === null &&
        !trace.escaped.has(keyOfRoot(one)) &&
        (callersAt(one).length > 0 || !mayBeCalledUnseen(one)),
    );
  return { entriesReaching, functionsReaching, startsReaching, isClosed, isUncalled };
}

/** A handler that was met on an application which the program makes counts as that; else as it was met. */
export function entriesByHandler(entries: readonly EntryPoint[]): ReadonlyMap<string, readonly EntryPoint[]> {
  const byHandler = new Map<string, EntryPoint[]>();
  for (const entry of entries) {
    const key = rootOfEntry(entry);
    const known = byHandler.get(key) ?? [];
    const isKnown = known.some(
      (other) =>
        other.name === entry.name &&
        other.isDetached === entry.isDetached &&
        other.site.start === entry.site.start,
    );
    if (!isKnown) byHandler.set(key, [...known, entry]);
  }
  return new Map(
    [...byHandler].map(([key, list]) => {
      const attached = list.filter((entry) => !entry.isDetached);
      return [key, attached.length > 0 ? attached : list];
    }),
  );
}
