/**
 * Encapsulation: what is said of an instance holds for it and for all that are registered on it, however deep, and never
 * for the one it was registered on. https://fastify.dev/docs/latest/Reference/Encapsulation/
 */
import type { Value } from "../../trace/value.js";

/** In the order in which they run. https://fastify.dev/docs/latest/Reference/Lifecycle/ */
export const stages = ["onRequest", "preParsing", "preValidation", "preHandler"] as const;

export type Stage = (typeof stages)[number];

export interface Scope {
  readonly parent: Scope | null;
  /** With that of all around it. */
  readonly prefix: string;
  readonly hooks: Hook[];
  readonly decorations: Map<string, Value>;
  /** Nobody was seen to make the application. */
  readonly isDetached: boolean;
}

export interface Hook {
  readonly stage: Stage;
  readonly value: Value;
  /** Of two hooks of a stage, the one that was added first runs first. */
  readonly order: number;
  /** What must have been so for it to be added. */
  readonly conditions: readonly string[];
}

export function applicationScope(isDetached: boolean): Scope {
  return { parent: null, prefix: "", hooks: [], decorations: new Map(), isDetached };
}

export function childScope(parent: Scope, prefix: string): Scope {
  return {
    parent,
    prefix: prefixed(parent.prefix, prefix),
    hooks: [],
    decorations: new Map(),
    isDetached: parent.isDetached,
  };
}

/** Those of a stage that reach an instance, also when they were added after it was registered. */
export function hooksFor(scope: Scope, stage: Stage): readonly Hook[] {
  const hooks: Hook[] = [];
  for (let at: Scope | null = scope; at; at = at.parent)
    hooks.push(...at.hooks.filter((hook) => hook.stage === stage));
  return hooks.sort((one, other) => one.order - other.order);
}

export function findDecoration(scope: Scope, name: string): Value | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = at.decorations.get(name);
    if (found) return found;
  }
  return null;
}

/** `/api/` and `/users` are `/api/users`; `/api` and `users` are `/api/users`. */
function prefixed(outer: string, inner: string): string {
  if (inner === "") return outer;
  if (outer.endsWith("/") && inner.startsWith("/")) return outer + inner.slice(1);
  return inner.startsWith("/") ? outer + inner : `${outer}/${inner}`;
}

/** A route of `/` stands for its prefix. Between the prefix and the path of any other, nothing is put. */
export function urlIn(scope: Scope, path: string): string {
  if (scope.prefix === "") return path === "" ? "/" : path;
  if (path === "/") return scope.prefix;
  return scope.prefix.endsWith("/") && path.startsWith("/")
    ? scope.prefix + path.slice(1)
    : scope.prefix + path;
}
