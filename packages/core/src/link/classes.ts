/** How classes hang together: what they extend, and what they say they implement. */
import type { ClassId, Expression, Module } from "../lower/module.js";
import { append } from "./append.js";
import type { Program, Symbol } from "./program.js";
import type { Symbols } from "./symbols.js";

interface ClassRef {
  readonly file: string;
  readonly class: ClassId;
}

export function createSuperclasses(
  modules: ReadonlyMap<string, Module>,
  symbols: Symbols,
): Program["superclassOf"] {
  const known = new Map<string, ClassRef | null>();

  return (file, classId) => {
    const key = classKey({ file, class: classId });
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = findSuperclass(file, classId)));
    return found;
  };

  function findSuperclass(file: string, classId: ClassId): ClassRef | null {
    const extended = modules.get(file)?.classes[classId]?.extends;
    const symbol = extended ? findNamed(file, extended) : null;
    if (symbol?.kind !== "class" || (symbol.file === file && symbol.class === classId)) return null;
    return { file: symbol.file, class: symbol.class };
  }

  function findNamed(file: string, expression: Expression): Symbol | null {
    if (expression.kind === "cast") return findNamed(file, expression.expression);
    if (expression.kind === "class") return { kind: "class", file, class: expression.class };
    if (expression.kind === "name") {
      return expression.binding === null ? null : symbols.symbolOf(file, expression.binding);
    }
    if (expression.kind !== "member") return null;
    const object = findNamed(file, expression.object);
    return object?.kind === "module" ? symbols.exportOf(object.file, expression.property) : null;
  }
}

/** Looked up the other way round: from an interface or a class to the classes below it. */
export function createDescendants(
  modules: ReadonlyMap<string, Module>,
  program: Pick<Program, "superclassOf" | "typeOf">,
): Pick<Program, "implementationsOf" | "subclassesOf"> {
  interface Below {
    readonly subclasses: ReadonlyMap<string, readonly ClassRef[]>;
    readonly implementations: ReadonlyMap<string, readonly ClassRef[]>;
  }
  let found: Below | null = null;
  const below = () => (found ??= readClasses());

  return {
    subclassesOf: (file, classId) => below().subclasses.get(classKey({ file, class: classId })) ?? [],
    implementationsOf: (file, type) => below().implementations.get(typeKey(file, type)) ?? [],
  };

  function readClasses(): Below {
    const subclasses = new Map<string, ClassRef[]>();
    const implementations = new Map<string, ClassRef[]>();
    for (const file of [...modules.keys()].sort()) {
      for (const { id } of modules.get(file)?.classes ?? []) {
        const self = { file, class: id };
        const line = lineOf(self);
        for (const ancestor of line) {
          if (ancestor !== self) append(subclasses, classKey(ancestor), self);
        }
        for (const interfaceKey of interfacesOf(line)) append(implementations, interfaceKey, self);
      }
    }
    return { subclasses, implementations };
  }

  /** A class and its superclasses, nearest first. */
  function lineOf(self: ClassRef): readonly ClassRef[] {
    const line = [self];
    const seen = new Set([classKey(self)]);
    for (let next = program.superclassOf(self.file, self.class); next;) {
      if (seen.has(classKey(next))) break;
      seen.add(classKey(next));
      line.push(next);
      next = program.superclassOf(next.file, next.class);
    }
    return line;
  }

  /** Every interface that one of the classes says it implements, with those that these extend. */
  function interfacesOf(line: readonly ClassRef[]): ReadonlySet<string> {
    const all = new Set<string>();
    const open = line.flatMap(({ file, class: id }) => {
      const nodes = modules.get(file)?.classes[id]?.implements ?? [];
      return nodes.map((node) => ({ file, node }));
    });
    for (let next = open.pop(); next; next = open.pop()) {
      const type = program.typeOf({ ...next, parameters: new Map() });
      if (type.kind !== "interface" || all.has(typeKey(type.file, type.type))) continue;
      all.add(typeKey(type.file, type.type));
      const { file } = type;
      for (const node of modules.get(file)?.types[type.type]?.extends ?? []) open.push({ file, node });
    }
    return all;
  }
}

function classKey({ file, class: id }: ClassRef): string {
  return `${id}\0${file}`;
}

function typeKey(file: string, type: number): string {
  return `${type}\0${file}`;
}
