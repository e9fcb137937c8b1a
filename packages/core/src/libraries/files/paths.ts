/**
 * Paths as texts (https://nodejs.org/api/path.html): what is joined stands there one behind the other, and a name that is taken out of a
 * path leads nowhere else.
 */
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

export function callOnPath(name: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  switch (name) {
    case "join":
    case "resolve":
      return call.spread || first === undefined ? null : joined(call.arguments);
    case "normalize":
    case "toNamespacedPath":
      return first ?? null;
    case "basename":
      return first ? tracer.choose(optionsOf(first).map(asName), "the file") : null;
    default:
      return null;
  }
}

function joined(segments: readonly Value[]): Value {
  const parts: (string | Value)[] = [];
  const add = (part: string | Value): void => {
    const last = parts.at(-1);
    if (typeof part !== "string" || typeof last !== "string") parts.push(part);
    else
      parts[parts.length - 1] =
        last.endsWith("/") && part.startsWith("/") ? last + part.slice(1) : last + part;
  };
  for (const [index, segment] of segments.entries()) {
    if (index > 0) add("/");
    if (segment.kind === "text") segment.parts.forEach(add);
    else add(segment.kind === "literal" ? String(segment.value ?? "") : segment);
  }
  const [only] = parts;
  return parts.length === 1 && typeof only === "string"
    ? { kind: "literal", value: only }
    : { kind: "text", parts: parts.filter((part) => part !== "") };
}

function asName(path: Value): Value {
  switch (path.kind) {
    case "symbolic":
      return { ...path, madeAs: "segment" };
    case "text": {
      const end = path.parts.findLastIndex((part) => typeof part === "string" && part.includes("/"));
      const last = path.parts[end];
      const rest = typeof last === "string" ? last.slice(last.lastIndexOf("/") + 1) : "";
      const parts = [...(rest === "" ? [] : [rest]), ...path.parts.slice(end + 1)];
      return {
        kind: "text",
        parts: parts.map((part) => (typeof part === "string" ? part : asName(part))),
      };
    }
    case "literal":
      return { kind: "literal", value: String(path.value).replace(/^.*\//s, "") };
    default:
      return path;
  }
}
