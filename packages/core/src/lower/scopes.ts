/**
 * Which binding a name means. Values and types live side by side, as in TypeScript: `interface User` and `const User` are
 * two bindings of one name, a class is one binding in both.
 */
import type ts from "typescript";
import { addBinding, type Lowering } from "./lowering.js";
import type { BindingId, BindingKind } from "./module.js";

export interface Scope {
  readonly parent: Scope | null;
  readonly values: Map<string, BindingId>;
  /** A type parameter has a name and no binding. */
  readonly types: Map<string, BindingId | null>;
}

export function childOf(parent: Scope | null): Scope {
  return { parent, values: new Map(), types: new Map() };
}

/** Reads something inside a scope of its own. */
export function inScope<Result>(lowering: Lowering, read: () => Result): Result {
  const outer = lowering.scope;
  lowering.scope = childOf(outer);
  const result = read();
  lowering.scope = outer;
  return result;
}

export function findValue(name: string, lowering: Lowering): BindingId | null {
  for (let scope: Scope | null = lowering.scope; scope !== null; scope = scope.parent) {
    const binding = scope.values.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

export function findType(name: string, lowering: Lowering): BindingId | null {
  for (let scope: Scope | null = lowering.scope; scope !== null; scope = scope.parent) {
    const binding = scope.types.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

/** Declaring a name twice in one scope (`var x; var x`, overloads, merged declarations) is one binding. */
export function declareValue(name: string, kind: BindingKind, lowering: Lowering): BindingId {
  const known = lowering.scope.values.get(name);
  if (known !== undefined) return known;
  const binding = addBinding(name, kind, lowering);
  lowering.scope.values.set(name, binding);
  return binding;
}

export function declareType(name: string, lowering: Lowering): BindingId {
  const known = lowering.scope.types.get(name) ?? null;
  if (known !== null) return known;
  const binding = addBinding(name, "type", lowering);
  lowering.scope.types.set(name, binding);
  return binding;
}

/** Imports, classes, enums and namespaces are values and types at once. */
export function declareBoth(name: string, kind: BindingKind, lowering: Lowering): BindingId {
  const binding = declareValue(name, kind, lowering);
  if (!lowering.scope.types.has(name)) lowering.scope.types.set(name, binding);
  return binding;
}

/** Says which function, class or type in the module's lists a binding is, unless something else took its name first. */
export function setTarget(
  binding: BindingId,
  kind: "function" | "class" | "type",
  target: number,
  lowering: Lowering,
): void {
  const declared = lowering.bindings[binding]!;
  if (declared.kind === kind) declared.target = target;
}

export function declareTypeParameters(
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  lowering: Lowering,
): string[] {
  const names = (parameters ?? []).map((parameter) => parameter.name.text);
  for (const name of names) lowering.scope.types.set(name, null);
  return names;
}
