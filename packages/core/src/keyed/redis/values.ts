/** A client of Redis, whichever package it is of. */
import type { LibraryValue, Value } from "../../trace/value.js";

export interface RedisData {
  /** A pipeline collects commands and gives itself back for each. */
  readonly type: "client" | "pipeline";
  /** Put before every key: `new Redis({ keyPrefix })`. */
  readonly prefix: Value | null;
  /** `client.json`, whose commands are those of a module of the server. */
  readonly module?: string;
}

/** One object for each library and type, so that two ways to the same client are one value. */
const plain = new Map<string, LibraryValue>();

export function redisOf(library: string, data: RedisData): LibraryValue {
  const made: LibraryValue = { kind: "library", library, type: data.type, data };
  if (data.prefix !== null) return made;
  const name = `${library} ${data.type} ${data.module ?? ""}`;
  const known = plain.get(name) ?? made;
  plain.set(name, known);
  return known;
}

export function redisIn(library: string, value: Value): RedisData | null {
  return value.kind === "library" && value.library === library ? (value.data as RedisData) : null;
}
