/** Parts of keys that nobody can choose so that two keys become one. */
import type { TypeIn } from "../link/program.js";
import type { Tracer } from "../trace/library.js";
import { isUndefined, type Value } from "../trace/value.js";

/** The ids of those of its parts: a number, or a word of a closed set. */
export function boundedIn(tracer: Tracer, value: Value): readonly string[] {
  switch (value.kind) {
    case "symbolic":
      return value.type && isBounded(tracer, value.type) ? [value.id] : [];
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : boundedIn(tracer, part)));
    case "choice":
      return value.options.flatMap((option) => (isUndefined(option) ? [] : boundedIn(tracer, option)));
    default:
      return [];
  }
}

/** The ids of all its parts. */
export function idsIn(value: Value): readonly string[] {
  switch (value.kind) {
    case "symbolic":
      return [value.id];
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : idsIn(part)));
    case "choice":
      return value.options.flatMap(idsIn);
    default:
      return [];
  }
}

function isBounded(tracer: Tracer, type: TypeIn): boolean {
  const declared = tracer.typeOf(type);
  const parts = declared.kind === "union" ? declared.types : [declared];
  return parts.every((part) => {
    if (part.kind !== "node") return false;
    const { node } = part.in;
    if (node.kind === "union") return node.types.every((one) => isBounded(tracer, { ...part.in, node: one }));
    return node.kind === "literal" || (node.kind === "keyword" && boundedKeywords.has(node.name));
  });
}

const boundedKeywords = new Set(["number", "boolean", "bigint", "undefined", "null"]);
