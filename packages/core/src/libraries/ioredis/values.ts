/** The values that only the model of ioredis understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "ioredis";

export interface RedisData {
  /** A pipeline collects commands and gives itself back for each. */
  readonly type: "client" | "pipeline";
  /** Put before every key: `new Redis({ keyPrefix })`. */
  readonly prefix: Value | null;
}

/** One object each, so that two ways to the same client are one value. */
export const client = valueOf({ type: "client", prefix: null });
const pipeline = valueOf({ type: "pipeline", prefix: null });

export function clientWith(prefix: Value | null): LibraryValue {
  return prefix === null ? client : valueOf({ type: "client", prefix });
}

export function pipelineWith(prefix: Value | null): LibraryValue {
  return prefix === null ? pipeline : valueOf({ type: "pipeline", prefix });
}

export function dataOf(value: Value): RedisData | null {
  return value.kind === "library" && value.library === library ? (value.data as RedisData) : null;
}

function valueOf(data: RedisData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}
