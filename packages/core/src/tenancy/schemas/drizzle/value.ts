/**
 * What an expression of a schema stands for, as far as reading it says. A call of the library stays a call: nothing runs,
 * and `uuid("id").notNull()` is kept as the chain of calls that it is.
 */
import type { BindingId, ClassId, FunctionId } from "../../../lower/module.js";

export type Value =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Not complete when something of unknown content was spread into it. */
  | { readonly kind: "object"; readonly properties: ReadonlyMap<string, Value>; readonly complete: boolean }
  | { readonly kind: "list"; readonly elements: readonly Value[]; readonly complete: boolean }
  | {
      readonly kind: "function";
      readonly file: string;
      readonly function: FunctionId;
      readonly scope: Scope | null;
    }
  | ClassValue
  /** What `new` makes of a class. */
  | { readonly kind: "instance"; readonly of: Value; readonly arguments: readonly Value[] }
  | { readonly kind: "module"; readonly file: string }
  /** What every program knows without importing it: `String`, `Date`. */
  | { readonly kind: "global"; readonly name: string }
  /** Something of a package: `path` is empty for the package itself. */
  | { readonly kind: "library"; readonly package: string; readonly path: readonly string[] }
  | { readonly kind: "member"; readonly object: Value; readonly property: string }
  | CallValue
  | {
      readonly kind: "template";
      readonly tag: Value;
      readonly texts: readonly string[];
      readonly values: readonly Value[];
    }
  /** Which of the two is decided when the program runs. */
  | { readonly kind: "either"; readonly one: Value; readonly other: Value }
  | { readonly kind: "unknown" };

export interface ClassValue {
  readonly kind: "class";
  readonly file: string;
  readonly class: ClassId;
  /** Of a class that a function makes: what that function was given. */
  readonly scope: Scope | null;
}

export interface CallValue {
  readonly kind: "call";
  readonly callee: Value;
  readonly arguments: readonly Value[];
  readonly file: string;
  readonly start: number;
}

/** The names of a function that is being read, with what its caller gave it. */
export interface Scope {
  readonly file: string;
  readonly function: FunctionId;
  readonly arguments: readonly Value[];
  readonly known: Map<BindingId, Value>;
  readonly parent: Scope | null;
}

export const unknown: Value = { kind: "unknown" };

/** What a condition leaves when it does not hold. */
export const nothing: Value = { kind: "literal", value: null };

/** Whether a condition on it is decided. */
export function isDecided(value: Value): boolean {
  return value.kind !== "unknown" && value.kind !== "either" && value.kind !== "member";
}

/** Whether what it does not have is not there. */
export function isKnown(value: Value): boolean {
  return value.kind === "object" || value.kind === "list";
}

/** One value where both ways lead to the same. */
export function either(one: Value, other: Value): Value {
  return one === other ? one : { kind: "either", one, other };
}

const longestText = 2_000;

/** The text that a template makes of its parts; unknown when one of them is. */
export function joined(texts: readonly string[], values: readonly Value[]): Value {
  let text = texts[0] ?? "";
  for (const [index, value] of values.entries()) {
    if (value.kind !== "literal" || text.length > longestText) return unknown;
    text += String(value.value) + (texts[index + 1] ?? "");
  }
  return text.length > longestText ? unknown : { kind: "literal", value: text };
}

export function library(...path: readonly string[]): Value {
  return { kind: "library", package: drizzle, path };
}

export const drizzle = "drizzle-orm";

/** The path inside the library, if the value is something of it. */
export function pathInDrizzle(value: Value): readonly string[] | null {
  return value.kind === "library" && value.package === drizzle ? value.path : null;
}

export function textOf(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

export function propertyOf(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === "object" ? value.properties.get(name) : undefined;
}

/** The elements of a list, the values of an object, and nothing of anything else. */
export function elementsOf(value: Value | undefined): readonly Value[] {
  if (value?.kind === "list") return value.elements;
  return value?.kind === "object" ? [...value.properties.values()] : [];
}

export interface Chain {
  readonly root: Value;
  readonly steps: readonly Step[];
}

/** `.references(…)`; `arguments` is null where the property is only named. */
export interface Step {
  /** Null for a call of what stands before it: `uuid("id")`. */
  readonly name: string | null;
  readonly arguments: readonly Value[] | null;
}

/** `uuid("id").notNull()` taken apart: it begins with `uuid`, then come a call and `.notNull()`. */
export function chainOf(value: Value): Chain {
  const steps: Step[] = [];
  let at = value;
  while (at.kind === "call" || at.kind === "member") {
    if (at.kind === "member") {
      steps.push({ name: at.property, arguments: null });
      at = at.object;
    } else if (at.callee.kind === "member") {
      steps.push({ name: at.callee.property, arguments: at.arguments });
      at = at.callee.object;
    } else {
      steps.push({ name: null, arguments: at.arguments });
      at = at.callee;
    }
  }
  return { root: at, steps: steps.reverse() };
}
