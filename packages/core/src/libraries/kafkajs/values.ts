/** The values that only KafkaJS's model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "kafkajs";

export type KafkaData =
  | { readonly type: "client" }
  | { readonly type: "producer" }
  /** `made`: where it was, which tells one consumer's topics from another's; null where nobody saw that. */
  | { readonly type: "consumer"; readonly made: string | null };

export function valueOf(data: KafkaData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

/** One object each, so that two ways to the same thing are one value. */
export const client = valueOf({ type: "client" });
export const producer = valueOf({ type: "producer" });

export function dataOf(value: Value): KafkaData | null {
  return value.kind === "library" && value.library === library ? (value.data as KafkaData) : null;
}
