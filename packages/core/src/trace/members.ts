/** Properties and elements of values, and the values that declared types promise. */
import { unresolvedPackage, type DeclaredType, type ResolvedMember, type TypeIn } from "../link/program.js";
import type { ClassNode, Expression, Statement, TypeNode } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { callFunction } from "./calls.js";
import { evaluate } from "./evaluate.js";
import { moduleFrame, moduleOf, type Machine } from "./machine.js";
import { findHome, inFreshContext, valueOfSymbol } from "./modules.js";
import { choiceOf, optionsOf, withAbsence, withoutAbsence } from "./choice.js";
import {
  frameOf,
  isUndefined,
  setValue,
  siteKey,
  undefinedValue,
  unknown,
  type ClassValue,
  type InstanceValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

export function memberOf(machine: Machine, object: Value, property: string, site: Site): Value {
  switch (object.kind) {
    case "object": {
      const field = object.fields.get(property);
      if (field) {
        const value = field.overwritable
          ? choiceOf([field.value, unknown], "a spread may replace it")
          : field.value;
        return field.sometimes ? withAbsence(value) : value;
      }
      return object.open ? unknown : undefinedValue;
    }
    case "symbolic":
      return memberOfSymbolic(machine, object, property, site);
    case "rows":
      return object.many
        ? unknown
        : {
            kind: "symbolic",
            id: `row:${object.access}.${property}`,
            origin: "row",
            text: object.text === "" ? property : `${object.text}.${property}`,
            absent: object.absent,
            type: null,
            row: { access: object.access, column: property },
          };
    case "instance":
      return memberOfInstance(machine, object, property, site);
    case "class":
      return staticMember(machine, object, property);
    case "module": {
      const exported = valueOfSymbol(machine, machine.program.exportOf(object.file, property));
      const isMissing = exported.kind === "external" && exported.package === unresolvedPackage;
      return isMissing && property === "default" ? object : exported;
    }
    case "external":
      return { kind: "external", package: object.package, path: [...object.path, property] };
    case "library":
    case "query":
      return machine.modelOfName.get(object.library)?.member?.(object, property, machine.tracer) ?? unknown;
    case "choice":
      return chosen(
        object.options
          .filter((option) => !isUndefined(option))
          .map((option) => memberOf(machine, option, property, site)),
        object.reason,
      );
    case "array":
      return property === "length" ? unknown : unknown;
    default:
      return unknown;
  }
}

/** What we can follow says more than what we cannot: unknown options are dropped beside known ones. */
export function chosen(options: readonly Value[], reason: string): Value {
  const known = options.filter((option) => option.kind !== "unknown" && option.kind !== "external");
  return choiceOf(known.length > 0 ? known : options, reason);
}

function memberOfSymbolic(machine: Machine, object: SymbolicValue, property: string, site: Site): Value {
  const member = membersOfType(machine, object.type)?.get(property);
  const symbol: SymbolicValue = {
    kind: "symbolic",
    id: `${object.id}.${property}`,
    // A field of a column (JSON) is not the column.
    origin: object.row ? "unknown" : object.origin,
    text: object.text === "" || object.text.startsWith("{") ? property : `${object.text}.${property}`,
    absent: (member?.optional ?? false) && !object.present?.includes(property),
    type: member?.type ?? null,
    row: null,
    ...presentBelow(object, property),
  };
  const value = member?.type ? specialize(machine, symbol, member.type, site) : symbol;
  return symbol.absent && !(value.kind === "symbolic" && machine.narrowed.has(value.id))
    ? withAbsence(value)
    : value;
}

function presentBelow(object: SymbolicValue, property: string): Pick<SymbolicValue, "present"> {
  const prefix = `${property}.`;
  const below = (object.present ?? []).flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  );
  return below.length > 0 ? { present: below } : {};
}

/** The members of a type, looking through a library's wrappers that keep them: `Insertable<T>`. */
export function membersOfType(
  machine: Machine,
  type: TypeIn | null,
): ReadonlyMap<string, ResolvedMember> | null {
  if (!type) return null;
  let declared = machine.program.typeOf(type);
  for (let depth = 0; declared.kind === "external" && depth < 4; depth += 1) {
    const wrappers = machine.modelOfPackage.get(declared.package)?.transparentTypes;
    const [inner] = declared.arguments;
    if (!inner || !wrappers?.includes(declared.path.join("."))) return null;
    declared = machine.program.typeOf(inner);
  }
  return machine.program.membersOf(declared);
}

export function elementOf(machine: Machine, value: Value, site: Site): Value {
  switch (value.kind) {
    case "array": {
      // `undefined` stands for an element that is not there; whoever gets one gets one that is.
      const elements = value.elements.filter((one) => !isUndefined(one)).map(withoutAbsence);
      return elements.length === 0 && !value.rest
        ? unknown
        : choiceOf([...elements, ...(value.rest ? [value.rest] : [])], "");
    }
    case "rows":
      return { ...value, many: false };
    case "choice":
      return chosen(
        value.options
          .filter((option) => !isUndefined(option))
          .map((option) => elementOf(machine, option, site)),
        value.reason,
      );
    case "symbolic": {
      const element: SymbolicValue = {
        ...value,
        id: `${value.id}[]`,
        absent: false,
        type: elementType(machine, value.type),
        text: value.text,
      };
      return element.type ? specialize(machine, element, element.type, site) : element;
    }
    default:
      return unknown;
  }
}

function elementType(machine: Machine, type: TypeIn | null): TypeIn | null {
  if (!type) return null;
  const declared = machine.program.typeOf(type);
  if (declared.kind === "node" && declared.in.node.kind === "array")
    return { ...declared.in, node: declared.in.node.element };
  return null;
}

// -------------------------------------------------------------------------------------------------- declared types

/** A value known only by its declared type. */
export function valueOfType(machine: Machine, type: TypeIn, site: Site, text: string): Value {
  return specialize(machine, symbolicAt(site, text, type), type, site);
}

export function symbolicAt(site: Site, text: string, type: TypeIn | null): SymbolicValue {
  return {
    kind: "symbolic",
    id: `value:${siteKey(site)}`,
    origin: "unknown",
    text,
    absent: false,
    type,
    row: null,
  };
}

/** A declared type is a hint: it says what we do not know otherwise, and never contradicts a value. */
export function typedFallback(machine: Machine, value: Value, type: TypeIn, site: Site, text = ""): Value {
  if (value.kind === "symbolic")
    return value.type ? value : specialize(machine, { ...value, type }, type, site);
  if (value.kind === "unknown") return valueOfType(machine, type, site, text);
  if (value.kind === "external" && !machine.modelOfPackage.has(value.package)) {
    const typed = valueOfType(machine, type, site, text);
    return typed.kind === "symbolic" ? value : typed;
  }
  if (
    value.kind === "choice" &&
    value.options.some((option) => option.kind === "unknown" || option.kind === "external")
  ) {
    const typed = valueOfType(machine, type, site, text);
    return typed.kind === "symbolic"
      ? value
      : choiceOf(
          [
            ...value.options.filter((option) => option.kind !== "unknown" && option.kind !== "external"),
            typed,
          ],
          value.reason,
        );
  }
  return value;
}

/** Replaces a symbolic value by what its type stands for, when that is something we can follow. */
export function specialize(machine: Machine, symbol: SymbolicValue, type: TypeIn, site: Site): Value {
  return fromDeclared(machine, symbol, machine.program.typeOf(type), site, 0);
}

function fromDeclared(
  machine: Machine,
  symbol: SymbolicValue,
  declared: DeclaredType,
  site: Site,
  depth: number,
): Value {
  if (depth > 4) return symbol;
  switch (declared.kind) {
    case "class":
      return { kind: "instance", file: declared.file, class: declared.class, arguments: null };
    case "constructor":
      return { kind: "class", file: declared.file, class: declared.class };
    case "interface": {
      const implementations = machine.program.implementationsOf(declared.file, declared.type);
      if (implementations.length === 0 || implementations.length > 6) return symbol;
      return choiceOf(
        implementations.map((one): InstanceValue => ({
          kind: "instance",
          file: one.file,
          class: one.class,
          arguments: null,
        })),
        "the implementation",
      );
    }
    case "external": {
      const isModelled = machine.modelOfPackage.has(declared.package);
      const home = isModelled ? declared.package : (findHome(machine, declared.path) ?? declared.package);
      const external: Value = { kind: "external", package: home, path: declared.path };
      const model = machine.modelOfPackage.get(home);
      return model?.typed?.(external, declared.arguments, machine.tracer) ?? symbol;
    }
    case "union": {
      let absent = symbol.absent;
      const parts: DeclaredType[] = [];
      for (const part of declared.types) {
        const keyword = part.kind === "node" && part.in.node.kind === "keyword" ? part.in.node.name : null;
        if (keyword === "undefined" || keyword === "void") absent = true;
        else if (keyword !== "null") parts.push(part);
      }
      const self = absent === symbol.absent ? symbol : { ...symbol, absent };
      const values = parts
        .map((part) => fromDeclared(machine, self, part, site, depth + 1))
        .filter((value) => value.kind !== "symbolic");
      if (values.length === 0) return self;
      return absent ? withAbsence(choiceOf(values, symbol.text)) : choiceOf(values, symbol.text);
    }
    case "intersection": {
      for (const part of declared.types) {
        const value = fromDeclared(machine, symbol, part, site, depth + 1);
        if (value.kind !== "symbolic") return value;
      }
      return symbol;
    }
    case "node":
      return clientOfNode(machine, declared.in, site, depth) ?? symbol;
    case "unknown":
      return symbol;
  }
}

/** `Omit<PrismaClient, "$on">`, `typeof db`, `ReturnType<typeof createDb>`, where that is a library's client. */
function clientOfNode(machine: Machine, type: TypeIn, site: Site, depth: number): Value | null {
  const { node } = type;
  const value =
    node.kind === "typeof"
      ? valueOfTypeof(machine, type.file, node)
      : node.kind !== "reference" || node.binding !== null || !node.arguments[0]
        ? null
        : node.name === "Omit" || node.name === "Pick"
          ? fromDeclared(
              machine,
              symbolicAt(site, "", null),
              machine.program.typeOf({ ...type, node: node.arguments[0] }),
              site,
              depth + 1,
            )
          : node.name === "ReturnType" && node.arguments[0].kind === "typeof"
            ? returnedBy(machine, valueOfTypeof(machine, type.file, node.arguments[0]), site)
            : null;
  return value && optionsOf(value).some((option) => option.kind === "library") ? value : null;
}

function valueOfTypeof(machine: Machine, file: string, node: TypeNode & { kind: "typeof" }): Value {
  if (node.binding === null) return unknown;
  const [, ...path] = node.name.split(".");
  const value = valueOfSymbol(machine, machine.program.symbolOf(file, node.binding));
  return path.reduce<Value>((at, name) => memberOf(machine, at, name, { file, start: 0, end: 0 }), value);
}

function returnedBy(machine: Machine, value: Value, site: Site): Value | null {
  return value.kind === "function" ? callFunction(machine, value, [], site) : null;
}

// -------------------------------------------------------------------------------------------------- classes

function memberOfInstance(machine: Machine, instance: InstanceValue, property: string, site: Site): Value {
  for (const owner of lineage(machine, instance.file, instance.class)) {
    const node = moduleOf(machine, owner.file).classes[owner.class]!;
    const method = node.methods.find((one) => one.name === property && !one.static && one.kind !== "setter");
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
    const fields = fieldsOf(machine, { ...instance, file: owner.file, class: owner.class });
    const field = fields.get(property);
    if (field !== undefined) return field;
  }
  const base = libraryBaseOf(machine, instance);
  return base ? memberOf(machine, base, property, site) : unknown;
}

/** What a class inherits from a library: `class Database extends PrismaClient`. */
export function libraryBaseOf(machine: Machine, instance: InstanceValue): Value | null {
  const last = lineage(machine, instance.file, instance.class).at(-1)!;
  const { extends: extended } = moduleOf(machine, last.file).classes[last.class]!;
  if (!extended) return null;
  const key = `base:${last.file}#${last.class}`;
  const known = machine.moduleValues.get(key);
  if (known) return known === "running" || known.kind !== "library" ? null : known;
  machine.moduleValues.set(key, "running");
  const base = inFreshContext(machine, () => evaluate(machine, moduleFrame(machine, last.file), extended));
  const site: Site = { file: last.file, start: extended.start, end: extended.end };
  const call = { site, arguments: [], typeArguments: [], spread: false, written: [] };
  const made =
    base.kind === "external"
      ? (machine.modelOfPackage.get(base.package)?.construct?.(base, call, machine.tracer) ?? null)
      : null;
  machine.moduleValues.set(key, made ?? unknown);
  return made;
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
function fieldsOf(machine: Machine, instance: InstanceValue): ReadonlyMap<string, Value> {
  const key = `${instance.file}#${instance.class}`;
  const isShared =
    instance.arguments === null ||
    instance.arguments.every((one) => one.kind === "unknown" || one.kind === "literal");
  const known = isShared ? machine.instanceFields.get(key) : undefined;
  if (known === "running") return new Map();
  if (known) return known;
  if (isShared) machine.instanceFields.set(key, "running");
  // A class whose fields make another instance of itself would go on for ever.
  if (machine.openClasses.has(key)) return new Map();
  machine.openClasses.add(key);
  const fields = inFreshContext(machine, () => computeFields(machine, instance));
  machine.openClasses.delete(key);
  if (isShared) machine.instanceFields.set(key, fields);
  return fields;
}

function computeFields(machine: Machine, instance: InstanceValue): ReadonlyMap<string, Value> {
  const module = moduleOf(machine, instance.file);
  const node = module.classes[instance.class]!;
  const fields = new Map<string, Value>();
  const frame = frameOf({ file: instance.file, function: 0, parent: null, self: instance });
  const constructed = node.constructor === null ? null : module.functions[node.constructor]!;
  if (constructed) {
    constructed.parameters.forEach((parameter, index) => {
      const given = instance.arguments?.[index];
      const value = parameterValue(machine, instance.file, constructed.id, index, given ?? null);
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

/** `private static instance: Queue | null = null`: it is filled later, and its type says with what. */
function isNothing(value: Value): boolean {
  return value.kind === "literal" && (value.value === null || value.value === undefined);
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

function staticMember(machine: Machine, value: ClassValue, property: string): Value {
  for (const owner of lineage(machine, value.file, value.class)) {
    const node: ClassNode = moduleOf(machine, owner.file).classes[owner.class]!;
    const method = node.methods.find((one) => one.name === property && one.static && one.kind !== "setter");
    const self: ClassValue = { kind: "class", file: owner.file, class: owner.class };
    if (method) return { kind: "function", file: owner.file, function: method.function, closure: null, self };
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
        ? inFreshContext(machine, () => evaluate(machine, frame, field.initializer!))
        : unknown;
      const typed = field.type
        ? typedFallback(
            machine,
            isNothing(initial) ? unknown : initial,
            { file: owner.file, node: field.type, parameters: new Map() },
            site,
            property,
          )
        : initial;
      machine.moduleValues.set(key, typed);
      return typed;
    }
  }
  return unknown;
}

// -------------------------------------------------------------------------------------------------- parameters

/** What a parameter holds: the argument given, refined by its declared type, or a value known only as this parameter. */
export function parameterValue(
  machine: Machine,
  file: string,
  functionId: number,
  index: number,
  given: Value | null,
): Value {
  const module = moduleOf(machine, file);
  const parameter = module.functions[functionId]!.parameters[index]!;
  const inner = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
  const name = inner.kind === "binding" ? module.bindings[inner.binding]!.name : "";
  const type = parameter.type ?? (inner.kind === "binding" ? module.bindings[inner.binding]!.type : null);
  const typeIn: TypeIn | null = type ? { file, node: type, parameters: new Map() } : null;
  const site: Site = { file, start: parameter.start, end: parameter.end };
  if (given) return typeIn ? typedFallback(machine, given, typeIn, site, name) : given;
  const symbol: SymbolicValue = {
    kind: "symbolic",
    id: `parameter:${file}#${functionId}.${name === "" ? index : name}`,
    origin: "parameter",
    text: name,
    absent: parameter.optional,
    type: typeIn,
    row: null,
  };
  const value = typeIn ? specialize(machine, symbol, typeIn, site) : symbol;
  return parameter.optional ? withAbsence(value) : value;
}
