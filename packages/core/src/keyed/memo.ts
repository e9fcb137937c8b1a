/** Functions whose answers are kept under what they are called with. */
import type { Call, Tracer } from "../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../trace/value.js";
import { recordEntries } from "./record.js";

/** What of a call is the key, after the parts that are the same for all calls. */
export type Keyed =
  /** So many of its arguments; null for all. */
  | { readonly kind: "arguments"; readonly count: number | null }
  /** What a function of the program makes of them, one by one or as a list. */
  | { readonly kind: "made"; readonly isGivenList: boolean };

export interface Memo {
  readonly answers: Value;
  /** What stands in the key besides the arguments; where the key is made, first what makes it. */
  readonly parts: readonly Value[];
  readonly keyed: Keyed;
  /** Two memos have the same keys without having the same entries: which it is, where that is known. */
  readonly store: string | null;
}

export function memoOf(library: string, { answers, parts, keyed, store }: Memo): LibraryValue {
  return { kind: "library", library, type: "memo", data: { keyed, store }, holds: [answers, ...parts] };
}

export function memoIn(library: string, { library: own, type, data, holds = [] }: LibraryValue): Memo | null {
  if (own !== library || type !== "memo") return null;
  const [answers = unknown, ...parts] = holds;
  return { ...(data as Pick<Memo, "keyed" | "store">), answers, parts };
}

/** `recent(organizationId)`: kept under the parts and the arguments, and loaded with those. */
export function callMemo(library: string, memo: Memo, call: Call, tracer: Tracer): Value {
  const { site, arguments: given } = call;
  const loaded = tracer.settle(tracer.invoke(memo.answers, given, site), site);
  const all = partsOf(memo, call, tracer);
  const arePartsApart = memo.keyed.kind === "arguments" || isWrittenAsJson(memo);
  const key: Value =
    all.length === 0
      ? { kind: "literal", value: "(no argument)" }
      : { kind: "text", parts: all.flatMap((part, at) => (at === 0 ? [part] : [",", part])) };
  // Where it has a store of its own it keeps whatever it is for, and most of that is nobody's.
  const { store } = memo;
  const keeping = { site, library, operation: "set", prefix: null, store, isReadThrough: true } as const;
  recordEntries(tracer, { ...keeping, isIncidental: store !== null, arePartsApart }, [
    { key, field: null, stores: loaded },
  ]);
  return loaded;
}

function partsOf(
  { parts, keyed }: Memo,
  { arguments: given, spread, site }: Call,
  tracer: Tracer,
): readonly Value[] {
  if (keyed.kind === "arguments")
    return [...parts, ...(spread ? [unknown] : given.slice(0, keyed.count ?? given.length))];
  const [maker = unknown, ...others] = parts;
  const list: Value = { kind: "array", elements: given, rest: null };
  const made = isWrittenAsJson({ parts })
    ? given
    : [maker.kind === "function" ? tracer.invoke(maker, keyed.isGivenList ? [list] : given, site) : unknown];
  return [...others, ...made];
}

/** `cacheKey: JSON.stringify` */
function isWrittenAsJson({ parts: [maker] }: Pick<Memo, "parts">): boolean {
  return maker?.kind === "external" && maker.path.join(".") === "JSON.stringify";
}
