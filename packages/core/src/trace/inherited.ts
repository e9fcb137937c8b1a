/** What classes give on to those that they extend: `super(…)`, type arguments, and at the end the class of a package. */
import type { TypeIn } from "../link/program.js";
import type { ClassId, Expression } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { evaluate } from "./evaluate.js";
import type { LibraryBase } from "./library.js";
import { moduleFrame, moduleOf, type Machine } from "./machine.js";
import { inFreshContext } from "./modules.js";
import { withDefault } from "./parameters.js";
import {
  frameOf,
  setValue,
  type ClassValue,
  type Frame,
  type FunctionValue,
  type InstanceValue,
  type SymbolicValue,
  type Value,
} from "./value.js";

interface ClassAt {
  readonly file: string;
  readonly class: ClassId;
}

/** Its type allows `null`, and no check before has found that it is something. */
export function mayBeNull(machine: Machine, value: SymbolicValue): boolean {
  if (!value.type || machine.narrowed.has(value.id)) return false;
  const declared = machine.program.typeOf(value.type);
  return (
    declared.kind === "union" &&
    declared.types.some((one) => one.kind === "node" && isNull(one.in.node)) &&
    ![...machine.facts.values()].some(
      (fact) => fact.kind === "present" && fact.value.kind === "symbolic" && fact.value.id === value.id,
    )
  );
}

function isNull(node: TypeIn["node"]): boolean {
  return (
    (node.kind === "keyword" && node.name === "null") || (node.kind === "literal" && node.value === null)
  );
}

/** With the parameters of its constructor, as far as the arguments or their types say what they are. */
function constructorFrame(machine: Machine, instance: InstanceValue): Frame {
  const module = moduleOf(machine, instance.file);
  const node = module.classes[instance.class]!;
  const frame = frameOf({
    file: instance.file,
    function: 0,
    parent: moduleFrame(machine, instance.file),
    self: instance,
  });
  if (node.constructor === null) return frame;
  const { parameters } = module.functions[node.constructor]!;
  const constructor: FunctionValue = {
    kind: "function",
    file: instance.file,
    function: node.constructor,
    closure: null,
    self: instance,
  };
  parameters.forEach((parameter, index) => {
    const pattern = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
    const given = instance.arguments?.[index] ?? null;
    if (pattern.kind === "binding")
      setValue(frame, pattern.binding, withDefault(machine, frame, constructor, index, given));
  });
  return frame;
}

/** What it hands to the constructor of the class it extends; null where it has none of its own that says so. */
export function superArguments(machine: Machine, instance: InstanceValue): readonly Value[] | null {
  const module = moduleOf(machine, instance.file);
  const { constructor } = module.classes[instance.class]!;
  const call = constructor === null ? null : findSuperCall(module.functions[constructor]!.body);
  if (constructor === null) return instance.arguments;
  if (!call || call.arguments.some(({ kind }) => kind === "spread")) return null;
  return inFreshContext(machine, () => {
    const frame = constructorFrame(machine, instance);
    const met = machine.pending.length;
    const given = call.arguments.map((one) => evaluate(machine, frame, one));
    machine.pending.length = met;
    return given;
  });
}

function findSuperCall(
  body: Parameters<typeof forEachExpressionIn>[0],
): (Expression & { kind: "call" }) | null {
  let found: (Expression & { kind: "call" }) | null = null;
  forEachExpressionIn(body, (one) => {
    if (one.kind === "call" && one.callee.kind === "super") found ??= one;
  });
  return found;
}

/** What the library says that it is whose class it extends. */
export function findInherited(machine: Machine, heir: ClassValue | InstanceValue): Value | null {
  const base = findLibraryBase(machine, heir);
  const model = base && machine.modelOfPackage.get(base.base.package);
  return (base && model?.inherited?.(heir, base, machine.tracer)) ?? null;
}

export function findLibraryBase(machine: Machine, value: ClassValue | InstanceValue): LibraryBase | null {
  const key = `inherits:${value.file}#${value.class}`;
  const known = machine.libraryBases.get(key);
  if (known !== undefined && (known === null || value.kind === "class" || value.arguments === null))
    return known;
  machine.libraryBases.set(key, null);
  const found = computeBase(machine, value);
  machine.libraryBases.set(key, found);
  return found;
}

function computeBase(machine: Machine, value: ClassValue | InstanceValue): LibraryBase | null {
  let instance: InstanceValue =
    value.kind === "instance"
      ? value
      : { kind: "instance", file: value.file, class: value.class, arguments: null };
  let parameters: ReadonlyMap<string, TypeIn> = new Map();
  const met: ClassAt[] = [];
  for (;;) {
    const { file, class: id } = instance;
    if (met.length > 12 || met.some((one) => one.file === file && one.class === id)) return null;
    met.push({ file, class: id });
    const node = moduleOf(machine, file).classes[id]!;
    if (!node.extends) return null;
    const typeArguments = node.extendsArguments.map((argument): TypeIn => ({
      file,
      node: argument,
      parameters,
    }));
    const above = machine.program.superclassOf(file, id);
    if (above === null) {
      const base = inFreshContext(machine, () =>
        evaluate(machine, moduleFrame(machine, file), node.extends!),
      );
      if (base.kind !== "external" || !machine.modelOfPackage.has(base.package)) return null;
      const by: ClassValue = { kind: "class", file: value.file, class: value.class };
      return { base, typeArguments, by, arguments: superArguments(machine, instance) ?? [] };
    }
    const given = superArguments(machine, instance);
    const names = moduleOf(machine, above.file).classes[above.class]!.typeParameters;
    parameters = new Map(
      names.flatMap((name, index) => {
        const argument = typeArguments[index];
        return argument ? [[name, argument] as const] : [];
      }),
    );
    instance = { kind: "instance", ...above, arguments: given };
  }
}
