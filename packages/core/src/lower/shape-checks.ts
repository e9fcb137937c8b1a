/** What a module is checked with when it comes from a cache (shape.ts). */
import { moduleVersion } from "./module.js";

/** How much there is of everything that a number may point to. */
export interface Bounds {
  readonly length: number;
  readonly bindings: number;
  readonly functions: number;
  readonly classes: number;
  readonly types: number;
}

export type Check = (value: unknown, within: Bounds) => boolean;
type Fields<Node> = { readonly [Key in keyof Node]-?: Check };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const text: Check = (value) => typeof value === "string";
export const flag: Check = (value) => typeof value === "boolean";
export const literalValue: Check = (value) =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
export const isIndex = (value: unknown, count: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count;
export const position: Check = (value, { length }) => isIndex(value, length + 1);
export const binding: Check = (value, { bindings }) => isIndex(value, bindings);
export const functionId: Check = (value, { functions }) => isIndex(value, functions);
export const classId: Check = (value, { classes }) => isIndex(value, classes);
export const typeId: Check = (value, { types }) => isIndex(value, types);
export const nothing: Check = (value) => value === null;
export const version: Check = (value) => value === moduleVersion;

export function oneOf(...words: readonly string[]): Check {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value) => known.has(value);
}

export function orNull(check: Check): Check {
  return (value, within) => value === null || check(value, within);
}

export function either(one: Check, other: Check): Check {
  return (value, within) => one(value, within) || other(value, within);
}

export function list(check: Check): Check {
  return (value, within) => Array.isArray(value) && value.every((each) => check(each, within));
}

export function record<Node>(fields: Fields<Node>): Check {
  const checks = Object.entries(fields) as readonly [string, Check][];
  return (value, within) => isObject(value) && checks.every(([key, check]) => check(value[key], within));
}

/** Of nodes that have a `kind`: what each kind has besides. */
export function kinds<Node extends { readonly kind: string }, Common = unknown>(
  fields: {
    readonly [Kind in Node["kind"]]: Fields<Omit<Extract<Node, { kind: Kind }>, "kind" | keyof Common>>;
  },
  common: Fields<Common>,
): Check {
  const checks = new Map<unknown, Check>(
    Object.entries<Fields<unknown>>(fields).map(([kind, own]) => [kind, record({ ...common, ...own })]),
  );
  return (value, within) => isObject(value) && checks.get(value["kind"])?.(value, within) === true;
}
