/** Classes: the fields and methods of their instances, what is static, and what is inherited. */
import type { TypeIn } from "../link/program.js";
import type { ClassId, ClassNode, Expression, FunctionId, Statement } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { choiceOf, optionsOf } from "./choice.js";
import { typedFallback, valueOfType } from "./declared-types.js";
import { evaluate } from "./evaluate.js";
import { callFunction } from "./functions.js";
import { handedUp, libraryBaseOf } from "./inherited.js";
import { functionOf, moduleOf, startOf, type Machine } from "./machine.js";
import { memberOf } from "./members.js";
import { inFreshContext } from "./modules.js";
import { selfOf } from "./names.js";
import { withDefault } from "./parameters.js";
import {
  frameOf,
  isNothing,
  setValue,
  undefinedValue,
  unknown,
  type ClassValue,
  type Frame,
  type FunctionValue,
  type InstanceValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

/** Of an instance that nobody was seen to make, every class below its own may be meant. */
export function memberOfInstance(
  machine: Machine,
  instance: InstanceValue,
  property: string,
  site: Site,
): Value {
  const own = ownMember(machine, instance, property, site);
  if (instance.arguments !== null) return own;
  const overriding = machine.program
    .subclassesOf(instance.file, instance.class)
    .filter((one) => methodOf(machine, one, property) !== undefined)
    .slice(0, mostSubclasses)
    .map((one) => ownMember(machine, { ...instance, ...one }, property, site));
  if (overriding.length === 0) return own;
  const isAbstract =
    own.kind === "unknown" || (own.kind === "function" && functionOf(machine, own).body.length === 0);
  return choiceOf(isAbstract ? overriding : [own, ...overriding], "which class it is of");
}

/** Of more classes than this, which is meant is anybody's guess. */
const mostSubclasses = 24;

function methodOf(
  machine: Machine,
  { file, class: id }: { readonly file: string; readonly class: number },
  name: string,
) {
  const { methods } = moduleOf(machine, file).classes[id]!;
  return methods.find((one) => one.name === name && !one.static && one.kind !== "setter");
}

/** `super.start()`: as the classes above say, for the same object. */
export function inheritedMethod(machine: Machine, frame: Frame, property: string): FunctionValue | null {
  const { functions } = moduleOf(machine, frame.file);
  let owner: ClassId | null = null;
  for (let at: FunctionId | null = frame.function; at !== null && owner === null; at = functions[at]!.parent)
    owner = functions[at]!.class;
  const above = owner === null ? null : machine.program.superclassOf(frame.file, owner);
  for (const one of above ? lineage(machine, above.file, above.class) : []) {
    const method = methodOf(machine, one, property);
    if (method)
      return {
        kind: "function",
        file: one.file,
        function: method.function,
        closure: null,
        self: selfOf(frame),
      };
  }
  return null;
}

function ownMember(machine: Machine, instance: InstanceValue, property: string, site: Site): Value {
  let at = instance;
  for (const owner of lineage(machine, instance.file, instance.class)) {
    if (owner.file !== at.file || owner.class !== at.class)
      at = { ...instance, ...owner, arguments: handedUp(machine, at) };
    const method = methodOf(machine, owner, property);
    if (method) {
      const fn: Value = {
        kind: "function",
        file: owner.file,
        function: method.function,
        closure: null,
        self: instance,
      };
      return method.kind === "getter" ? callFunction(machine, fn, [], site) : fn;
    }
    const isHandedUp = at !== instance && instance.arguments === null && at.arguments !== null;
    const fields = fieldsOf(machine, at, isHandedUp ? `${instance.file}#${instance.class}` : null);
    const field = fields.get(property);
    if (field !== undefined) return instance.as ? heldBy(machine, instance.as, property, field, site) : field;
  }
  const base = libraryBaseOf(machine, instance);
  return base ? memberOf(machine, base, property, site) : unknown;
}

/** What a field holds of something that came in: whoever made it filled it in, with what the class says it is. */
function heldBy(machine: Machine, owner: SymbolicValue, property: string, field: Value, site: Site): Value {
  const held = memberOf(machine, { ...owner, type: null }, property, site);
  if (held.kind !== "symbolic") return field;
  switch (field.kind) {
    case "instance":
      return { ...field, as: held };
    case "symbolic":
      return { ...held, type: field.type, absent: field.absent };
    case "literal":
    case "unknown":
    case "array":
    case "object":
    case "text":
      return held;
    default:
      return field;
  }
}

export function staticMember(machine: Machine, value: ClassValue, property: string): Value {
  for (const owner of lineage(machine, value.file, value.class)) {
    const node: ClassNode = moduleOf(machine, owner.file).classes[owner.class]!;
    const method = node.methods.find((one) => one.name === property && one.static && one.kind !== "setter");
    if (method)
      return { kind: "function", file: owner.file, function: method.function, closure: null, self: value };
    const self: ClassValue = { kind: "class", file: owner.file, class: owner.class };
    const field = node.fields.find((one) => one.name === property && one.static);
    if (field) {
      const site = { file: owner.file, start: field.start, end: field.end };
      const key = `static:${owner.file}#${owner.class}.${property}`;
      const known = machine.moduleValues.get(key);
      if (known === "running") return unknown;
      if (known) return known;
      machine.moduleValues.set(key, "running");
      const frame = frameOf({ file: owner.file, function: 0, parent: null, self });
      const initial = field.initializer
        ? inFreshContext(machine, () => evaluate(machine, frame, field.initializer!), startOf(owner.file))
        : unknown;
      const typed = field.type
        ? // `private static instance: Queue | null = null`: it is filled later, and its type says with what.
          typedFallback(
            machine,
            isNothing(initial) ? unknown : initial,
            { file: owner.file, node: field.type, parameters: new Map() },
            site,
            property,
          )
        : initial;
      const made = isNothing(initial)
        ? inFreshContext(machine, () => madeLater(machine, frame, node, property, true))
        : [];
      const value = made.length > 0 ? choiceOf([typed, ...made], "") : typed;
      machine.moduleValues.set(key, value);
      return value;
    }
  }
  return unknown;
}

/** A method of a class, for an object that stands for one of its instances. */
export function methodFor(
  machine: Machine,
  { file, class: id }: InstanceValue,
  name: string,
  self: Value,
): FunctionValue | null {
  for (const owner of lineage(machine, file, id)) {
    const method = methodOf(machine, owner, name);
    if (method?.kind === "method")
      return { kind: "function", file: owner.file, function: method.function, closure: null, self };
  }
  return null;
}

/** The class itself, then what it extends; a class that extends itself ends the walk. */
function lineage(
  machine: Machine,
  file: string,
  classId: number,
): readonly { file: string; class: number }[] {
  const chain: { file: string; class: number }[] = [];
  let at: { readonly file: string; readonly class: number } | null = { file, class: classId };
  while (at && chain.length < 12 && !chain.some((one) => one.file === at!.file && one.class === at!.class)) {
    chain.push({ file: at.file, class: at.class });
    at = machine.program.superclassOf(at.file, at.class);
  }
  return chain;
}

/** A class's instance fields: from initialisers, constructor parameters, what the constructor assigns, and declared types. */
function fieldsOf(
  machine: Machine,
  instance: InstanceValue,
  /** The class that handed it its arguments, where that does so for all of its instances. */
  handedBy: string | null = null,
): ReadonlyMap<string, Value> {
  const key = `${instance.file}#${instance.class}`;
  const isShared =
    handedBy !== null ||
    instance.arguments === null ||
    instance.arguments.every((one) => one.kind === "unknown" || one.kind === "literal");
  // Instances that were made of the same are alike.
  const shared =
    handedBy !== null
      ? `${key}<${handedBy}`
      : `${key}(${(instance.arguments ?? []).map((one) => (one.kind === "literal" ? JSON.stringify(one.value) : "")).join()})`;
  const known = isShared ? machine.instanceFields.get(shared) : undefined;
  if (known === "running") return new Map();
  if (known) return known;
  if (isShared) machine.instanceFields.set(shared, "running");
  // A class whose fields make another instance of itself would go on for ever.
  if (machine.openClasses.has(key)) return new Map();
  machine.openClasses.add(key);
  const fields = inFreshContext(machine, () => computeFields(machine, instance));
  machine.openClasses.delete(key);
  if (isShared) machine.instanceFields.set(shared, fields);
  return fields;
}

function computeFields(machine: Machine, instance: InstanceValue): ReadonlyMap<string, Value> {
  const module = moduleOf(machine, instance.file);
  const node = module.classes[instance.class]!;
  const fields = new Map<string, Value>();
  const frame = frameOf({ file: instance.file, function: 0, parent: null, self: instance });
  const constructed = node.constructor === null ? null : module.functions[node.constructor]!;
  if (constructed) {
    const constructor: FunctionValue = {
      kind: "function",
      file: instance.file,
      function: constructed.id,
      closure: null,
      self: instance,
    };
    constructed.parameters.forEach((parameter, index) => {
      const given = instance.arguments?.[index];
      const value = withDefault(machine, frame, constructor, index, given ?? null);
      const pattern = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
      if (pattern.kind !== "binding") return;
      setValue(frame, pattern.binding, value);
      if (parameter.property) fields.set(module.bindings[pattern.binding]!.name, value);
    });
  }
  const typeOfField = (name: string): TypeIn | null => {
    const field = node.fields.find((one) => one.name === name && !one.static);
    return field?.type ? { file: instance.file, node: field.type, parameters: new Map() } : null;
  };
  const keep = (name: string, value: Value, site: Site): void => {
    const type = typeOfField(name);
    const typed = type ? typedFallback(machine, value, type, site, `this.${name}`) : value;
    const before = fields.get(name);
    fields.set(name, before && before.kind !== "unknown" ? choiceOf([before, typed], "") : typed);
  };
  for (const field of node.fields) {
    if (field.static) continue;
    const site = { file: instance.file, start: field.start, end: field.end };
    const initial = field.initializer ? evaluate(machine, frame, field.initializer) : undefinedValue;
    if (field.initializer && !(field.type && isNothing(initial))) keep(field.name, initial, site);
    else if (field.type)
      fields.set(
        field.name,
        namedField(
          valueOfType(
            machine,
            { file: instance.file, node: field.type, parameters: new Map() },
            site,
            `this.${field.name}`,
          ),
          instance,
          field.name,
        ),
      );
  }
  for (const field of node.fields) {
    if (field.static || (field.initializer && field.initializer.kind !== "literal")) continue;
    const made = madeLater(machine, frame, node, field.name, false);
    if (made.length > 0) fields.set(field.name, choiceOf([fields.get(field.name) ?? unknown, ...made], ""));
  }
  if (constructed) {
    const firstPending = machine.pending.length;
    for (const [name, value, span] of assignmentsToThis(constructed.body)) {
      keep(name, evaluate(machine, frame, value), { file: instance.file, start: span.start, end: span.end });
    }
    // Callbacks met here lack the constructor's own variables; they are walked where the constructor is.
    machine.pending.length = firstPending;
  }
  return fields;
}

/** `Reminders.instance ??= new Queue("reminders")`: clients that are made when they are first needed. */
function madeLater(
  machine: Machine,
  frame: Frame,
  node: ClassNode,
  property: string,
  isStatic: boolean,
): readonly Value[] {
  const { functions } = moduleOf(machine, frame.file);
  const found: Value[] = [];
  for (const method of node.methods)
    forEachExpressionIn(functions[method.function]!.body, (expression) => {
      if (expression.kind !== "assign" || expression.target.kind !== "expression") return;
      const target = expression.target.expression;
      if (target.kind !== "member" || target.property !== property) return;
      const { object } = target;
      const isOwn =
        object.kind === "this"
          ? method.static === isStatic
          : isStatic && object.kind === "name" && object.name === node.name;
      if (!isOwn) return;
      for (const one of constructionsIn(expression.value)) {
        const made = evaluate(machine, frame, one);
        if (optionsOf(made).every(({ kind }) => kind === "library")) found.push(made);
      }
    });
  return found;
}

function constructionsIn(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "new":
      return [expression];
    case "conditional":
      return [...constructionsIn(expression.then), ...constructionsIn(expression.else)];
    case "logical":
      return [...constructionsIn(expression.left), ...constructionsIn(expression.right)];
    case "cast":
      return constructionsIn(expression.expression);
    default:
      return [];
  }
}

/** A field without a value keeps one identity through all methods. */
function namedField(value: Value, instance: InstanceValue, name: string): Value {
  return value.kind === "symbolic"
    ? { ...value, id: `field:${instance.file}#${instance.class}.${name}` }
    : value;
}

function assignmentsToThis(
  body: readonly Statement[],
): readonly (readonly [string, Expression, { start: number; end: number }])[] {
  const found: (readonly [string, Expression, { start: number; end: number }])[] = [];
  forEachExpressionIn(body, (expression) => {
    if (expression.kind !== "assign" || expression.target.kind !== "expression") return;
    const target = expression.target.expression;
    if (target.kind === "member" && target.object.kind === "this")
      found.push([target.property, expression.value, expression]);
  });
  return found;
}
