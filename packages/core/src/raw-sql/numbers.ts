import type { Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";

/** A number cannot say anything else than a number. */
export function isNumber(tracer: Tracer, value: Value): boolean {
  if (value.kind !== "symbolic" || !value.type) return false;
  const declared = tracer.typeOf(value.type);
  return (
    declared.kind === "node" &&
    declared.in.node.kind === "keyword" &&
    ["number", "bigint", "boolean"].includes(declared.in.node.name)
  );
}
