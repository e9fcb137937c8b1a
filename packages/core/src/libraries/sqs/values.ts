/** The values that only this model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "sqs";

export type SqsData =
  /** Of version 2, what it is asked is a request, which gives a promise of its answer or calls back. */
  | { readonly type: "client"; readonly version: 2 | 3 }
  | { readonly type: "producer"; readonly queueUrl: Value | null }
  | Receiving
  | { readonly type: "sending" };

/** A command that asks for messages, and what it will be answered. */
export interface Receiving {
  readonly type: "receiving";
  readonly answer: Value;
}

export function valueOf(data: SqsData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value): SqsData | null {
  return value.kind === "library" && value.library === library ? (value.data as SqsData) : null;
}
