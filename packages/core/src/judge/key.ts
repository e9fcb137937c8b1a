/** Judging cache keys. */
import type { Operation } from "../vocabulary.js";
import type { Access } from "../trace/library.js";
import type { QueryContext } from "./query.js";
import { unclear } from "./query.js";
import type { ResourceVerdict } from "./verdict.js";

export function judgeKey(
  _context: QueryContext,
  _operation: Operation,
  _detail: Access["detail"] & { kind: "key" },
): ResourceVerdict {
  return unclear("", "cache keys are not judged yet");
}
