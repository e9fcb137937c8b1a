/**
 * What Next.js keeps from one request to the next. The key of `unstable_cache(load, keyParts)` is the text of the function, the key
 * parts and the arguments of each call, and nothing that the function closes over:
 * https://nextjs.org/docs/app/api-reference/functions/unstable_cache
 */
import { callMemo, memoIn, memoOf } from "../../keyed/memo.js";
import { listedIn, recordEntries } from "../../keyed/record.js";
import type { Call, Tracer } from "../../trace/library.js";
import { undefinedValue, type ExternalValue, type LibraryValue, type Value } from "../../trace/value.js";

const library = "nextjs";

export function cachedBy({ package: from, path }: ExternalValue, call: Call, tracer: Tracer): Value | null {
  const [first, parts] = call.arguments;
  const isReact = from === "react";
  switch (path.at(-1)) {
    case "unstable_cache":
      if (!first) return null;
      return memoOf(library, {
        answers: first,
        parts: parts ? listedIn(tracer, parts) : [],
        keyed: { kind: "arguments", count: null },
        store: null,
      });
    // React's `cache` remembers for one request: https://react.dev/reference/react/cache
    case "cache":
      return isReact && first ? first : null;
    case "revalidateTag":
    case "updateTag":
    case "unstable_expireTag":
      return isReact || !first ? null : forget(first, call, tracer);
    default:
      return null;
  }
}

export function callCached(callee: LibraryValue, call: Call, tracer: Tracer): Value | null {
  const memo = memoIn(library, callee);
  return memo && callMemo(library, memo, call, tracer);
}

/** `revalidateTag(tag)`: all that is kept with this tag is loaded again, and nobody is told what it was. */
function forget(tag: Value, { site }: Call, tracer: Tracer): Value {
  const keeping = { site, library, operation: "set", prefix: null, isForgetting: true } as const;
  recordEntries(tracer, keeping, [{ key: tag, field: null, stores: null }]);
  return undefinedValue;
}
