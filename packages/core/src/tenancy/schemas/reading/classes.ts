/** A class with those it extends, also where a function of the repository makes them: `extends withTimestamps(Base)`. */
import type { Program } from "../../../link/program.js";
import type { ClassNode, Expression, TypeNode } from "../../../lower/module.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import type { ClassValue, Scope, Value } from "../drizzle/value.js";

export interface LineClass {
  readonly value: ClassValue;
  readonly node: ClassNode;
}

export interface ClassLine {
  /** The class itself, then what it extends, and so on. */
  readonly classes: readonly LineClass[];
  /** What the last of them extends, where that is no class of the program. */
  readonly beyond: Value | null;
}

const longest = 32;

export function lineOfClass(start: ClassValue, program: Program, evaluator: Evaluator): ClassLine {
  const classes: LineClass[] = [];
  const seen = new Set<ClassNode>();
  let value: Value = start;
  while (value.kind === "class" && classes.length < longest) {
    const node: ClassNode | undefined = program.module(value.file)?.classes[value.class];
    if (!node || seen.has(node)) break;
    seen.add(node);
    classes.push({ value, node });
    if (!node.extends) return { classes, beyond: null };
    value = evaluator.evaluate(value.file, node.extends, value.scope);
  }
  return { classes, beyond: value };
}

export interface Member {
  readonly name: string;
  readonly file: string;
  readonly type: TypeNode | null;
  readonly initializer: Expression | null;
  readonly decorators: readonly Expression[];
  readonly scope: Scope | null;
  readonly start: number;
}

/** Properties and accessors of a class, those of what it extends first; what is declared anew stands in its place. */
export function membersOfLine({ classes }: ClassLine, program: Program): readonly Member[] {
  const members = new Map<string, Member>();
  for (const { value, node } of [...classes].reverse()) {
    const { file, scope } = value;
    const add = (member: Omit<Member, "file" | "scope">) => {
      if (member.decorators.length > 0) members.set(member.name, { ...member, file, scope });
    };
    for (const field of node.fields) if (!field.static) add(field);
    for (const method of node.methods) {
      const written = program.module(file)?.functions[method.function];
      if (!written || method.static || method.kind === "method") continue;
      const { decorators, start } = written;
      add({ name: method.name, type: written.returns, initializer: null, decorators, start });
    }
  }
  return [...members.values()];
}

/** A property's type as code writes it, without `null`: `string`, `Date`, `Tag[]`. */
export function writtenType(type: TypeNode | null): string {
  switch (type?.kind) {
    case "keyword":
      return type.name;
    case "reference":
      return type.name.slice(0, 80);
    case "array":
      return `${type.element.kind === "array" ? "unknown" : writtenType(type.element)}[]`;
    case "literal":
      return typeof type.value;
    case "object":
      return "json";
    case "intersection": {
      const [first] = type.types;
      return first && first.kind !== "intersection" ? writtenType(first) : "unknown";
    }
    case "union": {
      const meant = type.types.find((each) => !isNothing(each));
      return meant && meant.kind !== "union" ? writtenType(meant) : "unknown";
    }
    default:
      return "unknown";
  }
}

/** The type of a property that says none, by what it starts with. */
export function typeOfInitializer(initializer: Expression | null): string {
  if (initializer?.kind === "literal" && initializer.value !== null) return typeof initializer.value;
  const isMade = initializer?.kind === "new" && initializer.callee.kind === "name";
  return isMade && initializer.callee.name === "Date" ? "Date" : "unknown";
}

export function isNothing(type: TypeNode): boolean {
  if (type.kind === "literal") return type.value === null;
  return type.kind === "keyword" && (type.name === "null" || type.name === "undefined");
}
