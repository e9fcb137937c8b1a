/** Writing down what is kept under keys, the same for whatever keeps it: a server, a library, the process itself. */
import type { KeyDetail, QueryRoot, Tracer } from "../trace/library.js";
import type { Site, SymbolicValue, Value } from "../trace/value.js";
import { boundedIn, idsIn } from "./bounded.js";

export interface Entry {
  readonly key: Value;
  /** A field of a hash. */
  readonly field: Value | null;
  /** Null for what stores nothing: reading, deleting. */
  readonly stores: Value | null;
}

export interface Keeping {
  readonly site: Site;
  readonly library: string;
  readonly operation: "get" | "set";
  /** What the client puts before every key. */
  readonly prefix: Value | null;
  /** Which of the caches it is whose keys look alike, where that is known: `lru-cache src/users.ts:12`. */
  readonly store?: string | null;
  readonly isMessage?: boolean;
  /** What is under it comes back, and is put there where it was not. */
  readonly isReadThrough?: boolean;
  /** It is a cache only if data of tenants is put there. */
  readonly isIncidental?: boolean;
  /** The parts of its keys are told apart whatever they are: they are compared one by one, or written as JSON. */
  readonly arePartsApart?: boolean;
  /** Entries are dropped by a mark that they share. */
  readonly isForgetting?: boolean;
}

/** One access for each key. */
export function recordEntries(tracer: Tracer, keeping: Keeping, entries: readonly Entry[]): void {
  const { site, library, operation, prefix, store = null } = keeping;
  const { isMessage = false, isReadThrough = false, isIncidental = false, isForgetting = false } = keeping;
  const path = { site, kind: "cache", library, operation } as const satisfies Partial<QueryRoot>;
  tracer.begin({ ...path, tables: [], repair: null, isOnPool: false });
  for (const { key, field, stores } of entries) {
    const bounded = keeping.arePartsApart
      ? idsIn(key)
      : [key, ...(field ? [field] : [])].flatMap((part) => boundedIn(tracer, part));
    const detail: KeyDetail = {
      kind: "key",
      prefix,
      key,
      field,
      stores,
      isMessage,
      bounded,
      ...(store !== null && { store }),
      ...(isReadThrough && { isReadThrough }),
      ...(isIncidental && { isIncidental }),
      ...(isForgetting && { isForgetting }),
      ...(keeping.arePartsApart && { arePartsWhole: true }),
    };
    tracer.record({ ...path, stage: "run", detail });
  }
}

/** Of an entry, what was put there by whoever named the same key. */
export function keptUnder(tracer: Tracer, site: Site, method: string, key: Value | undefined): SymbolicValue {
  const answer = tracer.symbolic(site, `${method}()`);
  return key ? { ...answer, from: [key], madeAs: "kept" } : answer;
}

/** Keys are given one by one or as a list. */
export function listedIn(tracer: Tracer, argument: Value): readonly Value[] {
  if (argument.kind === "array") return [...argument.elements, ...(argument.rest ? [argument.rest] : [])];
  return [tracer.elementOf(argument) ?? argument];
}
