/** The values that only BullMQ's model understands. */
import type { TypeIn } from "../../link/program.js";
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "bullmq";

export type BullData =
  | { readonly type: "queue"; readonly name: string | null }
  | { readonly type: "flow-producer" }
  /** `data`: what its type argument says, or null. */
  | { readonly type: "job"; readonly data: TypeIn | null }
  /** Workers, events: nothing is enqueued through them. */
  | { readonly type: "other" };

export function valueOf(data: BullData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

/** One object each, so that two ways to the same thing are one value. */
export const namelessQueue = valueOf({ type: "queue", name: null });
export const flowProducer = valueOf({ type: "flow-producer" });
export const untypedJob = valueOf({ type: "job", data: null });
export const other = valueOf({ type: "other" });

export function dataOf(value: Value): BullData | null {
  return value.kind === "library" && value.library === library ? (value.data as BullData) : null;
}

export function nameIn(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}
