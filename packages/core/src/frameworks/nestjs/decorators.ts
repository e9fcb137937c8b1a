/** Decorators of classes, methods and parameters, and the classes a class inherits from. */
import type { Tracer } from "../../trace/library.js";
import type { ClassNode, Expression, Module } from "../../lower/module.js";
import type { ClassValue, Value } from "../../trace/value.js";
import { decoratorsIn, type Decorator } from "./values.js";

export function decoratorsOf(
  file: string,
  expressions: readonly Expression[],
  tracer: Tracer,
): readonly Decorator[] {
  return expressions.flatMap((expression) => decoratorsIn(tracer.evaluateIn(file, expression)));
}

export function findDecorator(
  decorators: readonly Decorator[],
  from: string,
  ...names: readonly string[]
): Decorator | null {
  return decorators.find((one) => one.package === from && names.includes(one.name)) ?? null;
}

export interface Owner {
  readonly value: ClassValue;
  readonly module: Module;
  readonly node: ClassNode;
}

export interface Lineage {
  /** The class itself, then what it extends, as far as that is in the program. */
  readonly owners: readonly Owner[];
  /** What the last of them extends. */
  readonly base: Value | null;
}

export function lineageOf(value: ClassValue, tracer: Tracer): Lineage {
  const owners: Owner[] = [];
  let at: Value | null = value;
  while (at?.kind === "class" && owners.length < deepestLineage) {
    const module = tracer.moduleOf(at.file);
    const node: ClassNode | undefined = module?.classes[at.class];
    if (!module || !node) return { owners, base: null };
    owners.push({ value: at, module, node });
    at = node.extends ? tracer.evaluateIn(at.file, node.extends) : null;
  }
  return { owners, base: at?.kind === "class" ? null : at };
}

/** A class may be made to extend itself. */
const deepestLineage = 12;
