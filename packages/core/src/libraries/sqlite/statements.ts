/** A statement of SQLite that is run: prepared before, or handed to the database with its values. */
import { ask, firstOf, tellCallback } from "../../raw-sql/driver.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { givenTo, marks } from "./marks.js";

export const library = "sqlite";

const asking = new Set(["all", "get", "run", "each", "exec", "map", "values", "iterate"]);

export function isAsking(method: string): boolean {
  return asking.has(method);
}

/** `db.all(text, values)`, `db.exec(text)` */
export function askNow(_: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [text, ...others] = call.arguments;
  const given = method === "exec" ? undefined : givenTo({ ...call, arguments: others }, tracer);
  return asked(tracer, text, given, method, call);
}

/** `statement.all(…)`; what comes first are the values that were bound before. */
export function runStatement(
  receiver: LibraryValue,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [text, ...bound] = receiver.holds ?? [];
  switch (method) {
    case "pluck":
    case "raw":
    case "expand":
    case "safeIntegers":
    case "setReadBigInts":
    case "as":
      return receiver;
    case "bind": {
      const given = givenTo(call, tracer);
      return text && given ? { ...receiver, holds: [text, given] } : receiver;
    }
    default: {
      if (!isAsking(method)) return null;
      const [before] = bound;
      const isBound = before !== undefined && !call.arguments.some(({ kind }) => kind !== "function");
      return asked(tracer, text, isBound ? before : givenTo(call, tracer), method, call);
    }
  }
}

function asked(
  tracer: Tracer,
  text: Value | undefined,
  given: Value | undefined,
  method: string,
  call: Call,
): Value | null {
  const rows = ask(tracer, {
    library,
    site: call.site,
    text,
    given,
    marks,
    isOnPool: false,
    dialects: ["sqlite"],
  });
  if (!rows) return null;
  const result = method === "get" || method === "each" ? firstOf(rows) : rows;
  tellCallback(tracer, call, result);
  return method === "run" || method === "exec" ? unknown : result;
}
