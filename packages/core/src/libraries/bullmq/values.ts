/** The values that only BullMQ's model understands. */
import type { TypeIn } from "../../link/program.js";
import type { JobData } from "../../queues/taken-out.js";
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "bullmq";

export type BullData =
  /** `data`: of its jobs, by its type argument. */
  | { readonly type: "queue"; readonly name: string | null; readonly data: TypeIn | null }
  | { readonly type: "flow-producer" }
  | JobData
  /** What it tells of its jobs, in events: `worker.on("failed", (job) => …)`. */
  | { readonly type: "worker"; readonly queues: readonly (string | null)[] }
  /** Events: nothing is enqueued through them. */
  | { readonly type: "other" };

export function valueOf(data: BullData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

/** One object each, so that two ways to the same thing are one value. */
export const namelessQueue = valueOf({ type: "queue", name: null, data: null });
export const flowProducer = valueOf({ type: "flow-producer" });
export const untypedJob = valueOf({ type: "job", data: null, as: null });
export const other = valueOf({ type: "other" });

export function dataOf(value: Value): BullData | null {
  return value.kind === "library" && value.library === library ? (value.data as BullData) : null;
}
