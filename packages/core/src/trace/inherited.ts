/** What classes give on to those that they extend: `super(…)`, type arguments, and at the end a class of a library. */
import type { TypeIn } from "../link/program.js";
import type { ClassId, Expression } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { optionsOf } from "./choice.js";
import { evaluate } from "./evaluate.js";
import type { Call, LibraryBase } from "./library.js";
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
  type LibraryValue,
  type Value,
} from "./value.js";

/** What a class inherits from a library, for itself or for its instances: `class Database extends PrismaClient`. */
export function libraryBaseOf(machine: Machine, heir: InstanceValue | ClassValue): LibraryValue | null {
  const key = `${heir.kind}:${heir.file}#${heir.class}`;
  const known = machine.heirs.get(key);
  if (known === null || known === "running") return null;
  // What an instance was made with is its own; that its class extends one of a library's is true of all.
  const isMade = heir.kind === "instance" && heir.arguments !== null && heir.arguments.length > 0;
  if (known && !isMade) return known.value;
  const alike = isMade && known === undefined ? libraryBaseOf(machine, { ...heir, arguments: null }) : null;
  const ofAll = machine.heirs.get(key);
  if (isMade && !ofAll) return alike;
  machine.heirs.set(key, "running");
  const base = findBase(machine, heir);
  const found = base && { value: valueOfBase(machine, heir, base) };
  machine.heirs.set(key, ofAll ?? found);
  return found?.value ?? null;
}

function valueOfBase(
  machine: Machine,
  heir: InstanceValue | ClassValue,
  base: LibraryBase,
): LibraryValue | null {
  const model = machine.modelOfPackage.get(base.external.package);
  const inherited = model?.inherited?.(heir, base, machine.tracer);
  if (inherited || heir.kind === "class") return inherited ?? null;
  const { site, typeArguments, arguments: given } = base;
  const call: Call = { site, arguments: given, typeArguments, spread: false, written: [] };
  const made = model?.construct?.(base.external, call, machine.tracer);
  return made?.kind === "library" ? made : null;
}

interface ClassAt {
  readonly file: string;
  readonly class: ClassId;
}

function findBase(machine: Machine, heir: ClassValue | InstanceValue): LibraryBase | null {
  let instance: InstanceValue =
    heir.kind === "instance"
      ? heir
      : { kind: "instance", file: heir.file, class: heir.class, arguments: null };
  let parameters: ReadonlyMap<string, TypeIn> = new Map();
  const met: ClassAt[] = [];
  for (;;) {
    const { file, class: id } = instance;
    // A class that extends itself.
    if (met.length > mostClasses || met.some((one) => one.file === file && one.class === id)) return null;
    met.push({ file, class: id });
    const { extends: extended, extendsArguments } = moduleOf(machine, file).classes[id]!;
    if (!extended) return null;
    const typeArguments = extendsArguments.map((node): TypeIn => ({ file, node, parameters }));
    const above = machine.program.superclassOf(file, id);
    if (above === null) {
      const external = inFreshContext(machine, () => evaluate(machine, moduleFrame(machine, file), extended));
      if (external.kind !== "external" || !machine.modelOfPackage.has(external.package)) return null;
      return {
        external,
        typeArguments,
        arguments: superArguments(machine, instance) ?? [],
        by: { kind: "class", file: heir.file, class: heir.class },
        site: { file, start: extended.start, end: extended.end },
      };
    }
    const names = moduleOf(machine, above.file).classes[above.class]!.typeParameters;
    parameters = new Map(
      names.flatMap((name, index) => {
        const argument = typeArguments[index];
        return argument ? [[name, argument] as const] : [];
      }),
    );
    instance = { kind: "instance", ...above, arguments: superArguments(machine, instance) };
  }
}

const mostClasses = 12;

/** Clients that a class hands to the one it extends say more than their types do there; of anything else, those are enough. */
export function handedUp(machine: Machine, instance: InstanceValue): readonly Value[] | null {
  const key = `${instance.file}#${instance.class}`;
  const isNobodys = instance.arguments === null;
  const known = isNobodys ? machine.handedUp.get(key) : undefined;
  if (known !== undefined) return known === "running" ? null : known;
  if (isNobodys) machine.handedUp.set(key, "running");
  const given = superArguments(machine, instance);
  const isTelling = given?.some((one) =>
    optionsOf(one).some(({ kind }) => kind === "library" || kind === "class"),
  );
  const handed = given && isTelling ? given : instance.arguments;
  if (isNobodys) machine.handedUp.set(key, handed);
  return handed;
}

/** What it hands to the constructor of the class it extends; null where it has none of its own that says so. */
function superArguments(machine: Machine, instance: InstanceValue): readonly Value[] | null {
  const module = moduleOf(machine, instance.file);
  const { constructor } = module.classes[instance.class]!;
  if (constructor === null) return instance.arguments;
  const call = findSuperCall(module.functions[constructor]!.body);
  if (!call || call.arguments.some(({ kind }) => kind === "spread")) return null;
  return inFreshContext(machine, () => {
    const frame = constructorFrame(machine, instance, constructor);
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

/** With the parameters of its constructor, as far as the arguments or their types say what they are. */
function constructorFrame(machine: Machine, instance: InstanceValue, id: FunctionValue["function"]): Frame {
  const { file } = instance;
  const frame = frameOf({ file, function: 0, parent: moduleFrame(machine, file), self: instance });
  const constructor: FunctionValue = { kind: "function", file, function: id, closure: null, self: instance };
  moduleOf(machine, file).functions[id]!.parameters.forEach((parameter, index) => {
    const pattern = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
    if (pattern.kind !== "binding") return;
    const given = instance.arguments?.[index] ?? null;
    setValue(frame, pattern.binding, withDefault(machine, frame, constructor, index, given));
  });
  return frame;
}
