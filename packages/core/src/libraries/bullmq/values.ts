/** The values that only BullMQ's model understands. */
import type { TypeIn } from "../../link/program.js";
import { optionsOf } from "../../trace/choice.js";
import { anything } from "../../trace/channel.js";
import type { LibraryValue, SymbolicValue, Value } from "../../trace/value.js";

export const library = "bullmq";

export type BullData =
  | { readonly type: "queue"; readonly name: string | null }
  | { readonly type: "flow-producer" }
  /** `data`: what its type argument says, or null. `as`: how it came here, where that is known. */
  | { readonly type: "job"; readonly data: TypeIn | null; readonly as: SymbolicValue | null }
  /** What it tells of its jobs, in events: `worker.on("failed", (job) => …)`. */
  | { readonly type: "worker"; readonly queues: readonly (string | null)[] }
  /** Events: nothing is enqueued through them. */
  | { readonly type: "other" };

export function valueOf(data: BullData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

/** One object each, so that two ways to the same thing are one value. */
export const namelessQueue = valueOf({ type: "queue", name: null });
export const flowProducer = valueOf({ type: "flow-producer" });
export const untypedJob = valueOf({ type: "job", data: null, as: null });
export const other = valueOf({ type: "other" });

export function dataOf(value: Value): BullData | null {
  return value.kind === "library" && value.library === library ? (value.data as BullData) : null;
}

/** `exports`; `exports-*` where only parts of the name are known. */
export function nameIn(value: Value | undefined): string | null {
  if (value?.kind === "literal") return typeof value.value === "string" ? value.value : null;
  if (value?.kind !== "text" || !value.parts.some((part) => typeof part === "string" && part !== ""))
    return null;
  return value.parts.map((part) => (typeof part === "string" ? part : (nameIn(part) ?? anything))).join("");
}

/** What it may be called; null stands for a name that is not known. */
export function namesIn(value: Value | undefined): readonly (string | null)[] {
  return value ? [...new Set(optionsOf(value).map(nameIn))] : [null];
}
