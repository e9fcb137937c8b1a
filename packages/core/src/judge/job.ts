/** Judging job payloads. */
import type { Access } from "../trace/library.js";
import type { QueryContext } from "./query.js";
import { unclear } from "./query.js";
import type { ResourceVerdict } from "./verdict.js";

export function judgeJob(
  _context: QueryContext,
  _detail: Access["detail"] & { kind: "job" },
): ResourceVerdict {
  return unclear("", "jobs are not judged yet");
}
