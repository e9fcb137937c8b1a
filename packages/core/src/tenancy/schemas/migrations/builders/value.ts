/**
 * What an expression of a migration stands for, as far as reading it says. Calls on the database stay calls: nothing runs, and
 * `db.schema.createTable("users")` is kept as the chain of calls that it is.
 */
import type { BindingId, ClassId, FunctionId } from "../../../../lower/module.js";

export type Value =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Grows with `push`. */
  | { readonly kind: "list"; readonly elements: Value[] }
  /** Open when something of unknown content was spread into it. */
  | { readonly kind: "object"; readonly properties: Map<string, Value>; readonly open: boolean }
  | {
      readonly kind: "function";
      readonly file: string;
      readonly function: FunctionId;
      readonly frame: Frame | null;
    }
  | { readonly kind: "class"; readonly file: string; readonly class: ClassId }
  | { readonly kind: "module"; readonly file: string }
  /** Something of a package: `path` is empty for the package itself. */
  | { readonly kind: "library"; readonly package: string; readonly path: readonly string[] }
  /** What `up` is given: a connection, a transaction, a query runner. */
  | { readonly kind: "database" }
  /** `this` in a migration that is a class. */
  | { readonly kind: "migration"; readonly file: string; readonly class: ClassId }
  /** What a callback is given to say what a table or a column is like: everything that is called on it is written down. */
  | { readonly kind: "builder"; readonly lines: Call[][] }
  /** One such line, to which further calls add. */
  | { readonly kind: "line"; readonly calls: Call[] }
  | Step
  | Template
  /** `new Table({…})` */
  | { readonly kind: "made"; readonly callee: Value; readonly arguments: readonly Value[] }
  /** `begins` is how a text begins whose rest is decided at run time. */
  | { readonly kind: "unknown"; readonly begins?: string };

export interface Call {
  readonly name: string;
  /** Null for a property that is not called. */
  readonly arguments: readonly Value[] | null;
}

/** A property or a call of something that is not looked into. */
export interface Step extends Call {
  readonly kind: "step";
  readonly of: Value;
  /** What the chain begins with. */
  readonly root: Value;
  readonly file: string;
  /** Where the name stands. */
  readonly start: number;
  /** Where the first argument begins. */
  readonly argumentStart: number;
}

export interface Template {
  readonly kind: "template";
  readonly texts: readonly string[];
  readonly values: readonly Value[];
  readonly file: string;
  readonly start: number;
}

/** The names of a function that is being followed. */
export interface Frame {
  readonly file: string;
  readonly function: FunctionId;
  readonly names: Map<BindingId, Value>;
  readonly self: Value;
  readonly parent: Frame | null;
}

export const unknown: Value = { kind: "unknown" };
export const database: Value = { kind: "database" };

export function literal(value: string | number | boolean | null): Value {
  return { kind: "literal", value };
}

/** The text of a value, where it is one. */
export function textOf(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

/** The texts of a list, or of a single text; null when one of them is decided at run time. */
export function textsOf(value: Value | undefined): readonly string[] | null {
  const elements = value?.kind === "list" ? value.elements : value ? [value] : [];
  const texts = elements.map(textOf).filter((text) => text !== null);
  return texts.length === elements.length && texts.length > 0 ? texts : null;
}

export function propertyOf(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === "object" ? value.properties.get(name) : undefined;
}

/** False only for what is known to be `false`: a flag that is decided at run time stays what it is by default. */
export function flagOf(value: Value | undefined, byDefault: boolean): boolean {
  return value?.kind === "literal" && typeof value.value === "boolean" ? value.value : byDefault;
}

/** The calls of a chain from its root on, and that root. */
export function chainOf(last: Value): { readonly root: Value; readonly steps: readonly Step[] } {
  const steps: Step[] = [];
  let root = last;
  while (root.kind === "step") {
    steps.push(root);
    root = root.of;
  }
  return { root, steps: steps.reverse() };
}

/** Whether it leads to what `up` is given. */
export function isOfDatabase(value: Value): boolean {
  return value.kind === "database" || (value.kind === "step" && value.root.kind === "database");
}

const longestText = 1_000_000;

/** The text that a template makes of its parts. */
export function joined(texts: readonly string[], values: readonly Value[]): Value {
  let text = texts[0] ?? "";
  for (const [index, value] of values.entries()) {
    if (value.kind !== "literal" || text.length > longestText) {
      const more = value.kind === "unknown" ? (value.begins ?? "") : "";
      return { kind: "unknown", begins: text + more };
    }
    text += String(value.value) + (texts[index + 1] ?? "");
  }
  return literal(text);
}
