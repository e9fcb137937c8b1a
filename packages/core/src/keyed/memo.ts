/** Functions whose answers are kept under what they are called with. */
import type { Call, Tracer } from "../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../trace/value.js";
import { recordEntries } from "./record.js";

export interface Memo {
  readonly answers: Value;
  /** What stands in the key besides the arguments. */
  readonly parts: readonly Value[];
}

export function memoOf(library: string, memo: Memo): LibraryValue {
  return { kind: "library", library, type: "memo", data: memo, holds: [memo.answers, ...memo.parts] };
}

export function memoIn(library: string, value: Value): Memo | null {
  return value.kind === "library" && value.library === library && value.type === "memo"
    ? (value.data as Memo)
    : null;
}

/** `recent(organizationId)`: kept under the parts and the arguments, and loaded with those. */
export function callMemo(library: string, { answers, parts }: Memo, call: Call, tracer: Tracer): Value {
  const { site, arguments: given, spread } = call;
  const loaded = tracer.settle(tracer.invoke(answers, given, site), site);
  const all = [...parts, ...(spread ? [unknown] : given)];
  const key: Value = { kind: "text", parts: all.flatMap((part, at) => (at === 0 ? [part] : [",", part])) };
  recordEntries(tracer, { site, library, operation: "set", prefix: null, isReadThrough: true }, [
    { key, field: null, stores: loaded },
  ]);
  return loaded;
}
