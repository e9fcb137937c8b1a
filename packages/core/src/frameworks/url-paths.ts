/** Paths of routes and of middleware: as text, and which of them are for which. */
import { optionsOf } from "../trace/choice.js";
import type { Call } from "../trace/library.js";
import type { Value } from "../trace/value.js";

/** A path that is not known, such as a regular expression. */
const anyPath = "…";

/** The paths that an argument says; what is not known of one keeps its name in the code: `/${version}/invoices`. */
export function pathsIn(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  if (value.kind === "array") return value.elements.flatMap(pathsIn);
  return optionsOf(value).map((option) => textOf(option) ?? anyPath);
}

function textOf(value: Value): string | null {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" || typeof value.value === "number" ? String(value.value) : null;
    case "text":
      return value.parts
        .map((part) => (typeof part === "string" ? part : (textOf(part) ?? anyPath)))
        .join("");
    case "symbolic":
      return `\${${value.text}}`;
    default:
      return null;
  }
}

/** Whether a call's first argument says where, and not what, to run: what is called or written as a function is no path. */
export function isPathArgument({ arguments: [first, second], written: [as] }: Call): boolean {
  if (first === undefined || second === undefined) return false;
  if (isPath(first) || as?.kind === "constant") return true;
  return first.kind === "symbolic" && as?.kind !== "call";
}

function isPath(value: Value): boolean {
  if (value.kind === "array") return value.elements.length > 0 && value.elements.every(isPath);
  return optionsOf(value).every(({ kind }) => kind === "literal" || kind === "text");
}

export function joined(...parts: readonly string[]): string {
  return `/${parts.flatMap(segmentsOf).join("/")}`;
}

function segmentsOf(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/** The names of a path's parameters: `/:id`, and wildcards that have one, `/*rest`. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => name!);
}

export interface Matching {
  readonly isPrefix: boolean;
  readonly isWildcardOptional: boolean;
  readonly ignoresCase: boolean;
}

/** Whether each request for a route of this path is one for the pattern as well. What cannot be told is not. */
export function isFor(pattern: string, path: string, matching: Matching): boolean {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  for (const [index, segment] of wanted.entries()) {
    const other = given[index];
    if (isRest(segment) && index === wanted.length - 1)
      return other !== undefined || index === 0 || matching.isWildcardOptional;
    if (other === undefined || !isSegmentFor(segment, other, matching)) return false;
  }
  return matching.isPrefix || wanted.length === given.length;
}

function isSegmentFor(wanted: string, given: string, { ignoresCase }: Matching): boolean {
  if (wanted.includes(anyPath)) return false;
  if (isParameter(wanted)) return isParameter(given) || isPlain(given);
  return wanted === given || (ignoresCase && wanted.toLowerCase() === given.toLowerCase());
}

function isParameter(segment: string): boolean {
  return /^:\w+$/.test(segment);
}

function isPlain(segment: string): boolean {
  return /^[\w.~@-]+$/.test(segment);
}

/** `*`, `*rest`, `{*rest}`, `(.*)`, `:rest(.*)`, `:rest*`, `:rest{.+}` */
function isRest(segment: string): boolean {
  return /^(?:\*\w*|\{\*\w+\}|\(\.\*\)|:\w+(?:\(\.\*\)|\*|\{\.[+*]\}))$/.test(segment);
}
