/** The values that only this model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "sqs";

export type SqsData =
  | { readonly type: "client" }
  | { readonly type: "producer"; readonly queueUrl: Value | null }
  /** A command that asks for messages, and what it will be answered. */
  | { readonly type: "receiving"; readonly answer: Value }
  | { readonly type: "sending" };

export function valueOf(data: SqsData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value): SqsData | null {
  return value.kind === "library" && value.library === library ? (value.data as SqsData) : null;
}
