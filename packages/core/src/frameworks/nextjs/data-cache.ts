/**
 * What Next.js keeps from one request to the next. The key of `unstable_cache(load, keyParts)` is the text of the function, the key
 * parts and the arguments of each call, and nothing that the function closes over:
 * https://nextjs.org/docs/app/api-reference/functions/unstable_cache
 */
import { callMemo, memoIn, memoOf } from "../../keyed/memo.js";
import { listedIn } from "../../keyed/record.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { ExternalValue, LibraryValue, Value } from "../../trace/value.js";

const library = "nextjs";

export function cachedBy({ path }: ExternalValue, call: Call, tracer: Tracer): Value | null {
  const [load, parts] = call.arguments;
  if (path[0] !== "unstable_cache" || !load) return null;
  return memoOf(library, { answers: load, parts: parts ? listedIn(tracer, parts) : [] });
}

export function callCached(callee: LibraryValue, call: Call, tracer: Tracer): Value | null {
  const memo = memoIn(library, callee);
  return memo && callMemo(library, memo, call, tracer);
}
