/**
 * The values that declared types promise. A type is a hint: it says what is not known otherwise, and is how a client that
 * arrives as a parameter is recognised.
 */
import type { DeclaredType, TypeIn } from "../link/program.js";
import type { TypeNode } from "../lower/module.js";
import { choiceOf, optionsOf, withAbsence } from "./choice.js";
import { callFunction } from "./functions.js";
import { contextOf, type Machine } from "./machine.js";
import { memberOf } from "./members.js";
import { findHome, valueOfSymbol } from "./modules.js";
import { globalPackage } from "./names.js";
import { siteKey, unknown, type InstanceValue, type Site, type SymbolicValue, type Value } from "./value.js";

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

function isNull(node: TypeNode): boolean {
  return (
    (node.kind === "keyword" && node.name === "null") || (node.kind === "literal" && node.value === null)
  );
}

/** A value known only by its declared type. */
export function valueOfType(machine: Machine, type: TypeIn, site: Site, text: string): Value {
  return specialize(machine, symbolicHere(machine, site, text, type), type, site);
}

/** What an expression gives this time: the same place, followed from two calls, gives two values. */
export function symbolicHere(
  machine: Machine,
  site: Site,
  text: string,
  type: TypeIn | null = null,
): SymbolicValue {
  const context = contextOf(machine);
  const value = symbolicAt(site, text, type);
  return context === "" ? value : { ...value, id: `${value.id}@${context}` };
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
    return value.type || isAnything(machine, type)
      ? value
      : specialize(machine, { ...value, type }, type, site);
  if (value.kind === "unknown") return valueOfType(machine, type, site, text);
  if (value.kind === "external" && isElsewhere(machine, value)) {
    const typed = valueOfType(machine, type, site, text);
    return typed.kind === "symbolic" ? value : typed;
  }
  if (value.kind === "choice" && value.options.some((option) => isElsewhere(machine, option))) {
    const typed = valueOfType(machine, type, site, text);
    return typed.kind === "symbolic"
      ? value
      : choiceOf([...value.options.filter((option) => !isElsewhere(machine, option)), typed], value.reason);
  }
  return value;
}

/** Nothing is known of it; what a model knows of its package is. */
function isElsewhere(machine: Machine, value: Value): boolean {
  if (value.kind === "external") return !machine.modelOfPackage.has(value.package);
  return value.kind === "unknown";
}

/** `<Given>(given: Given)`: whatever is passed. */
function isAnything(machine: Machine, type: TypeIn): boolean {
  return type.node.kind === "reference" && machine.program.typeOf(type).kind === "unknown";
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
      return { kind: "instance", file: declared.file, class: declared.class, arguments: null, as: symbol };
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
          as: symbol,
        })),
        "the implementation",
      );
    }
    case "external": {
      const isModelled = machine.modelOfPackage.has(declared.package);
      const home = isModelled ? declared.package : (findHome(machine, declared.path) ?? declared.package);
      const external: Value = { kind: "external", package: home, path: declared.path };
      const model = machine.modelOfPackage.get(home);
      return model?.typed?.(external, declared.arguments, machine.tracer, symbol) ?? symbol;
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
      return (
        globalClient(machine, symbol, declared.in) ??
        clientOfNode(machine, declared.in, site, depth) ??
        symbol
      );
    case "unknown":
      return symbol;
  }
}

/** `EXPORTS: Queue<Export>`, of a type that nothing here declares or imports. */
function globalClient(machine: Machine, symbol: SymbolicValue, { node, ...type }: TypeIn): Value | null {
  if (node.kind !== "reference" || node.binding !== null) return null;
  const model = machine.modelOfGlobalType.get(node.name);
  const external: Value = { kind: "external", package: globalPackage, path: [node.name] };
  const given = node.arguments.map((argument): TypeIn => ({ ...type, node: argument }));
  return model?.typed?.(external, given, machine.tracer, symbol) ?? null;
}

/** `Omit<PrismaClient, "$on">`, `typeof db`, `ReturnType<typeof createDb>`, where that is a library's client. */
function clientOfNode(machine: Machine, type: TypeIn, site: Site, depth: number): Value | null {
  const { node } = type;
  const value =
    node.kind === "typeof"
      ? valueOfTypeof(machine, type.file, node)
      : node.kind === "indexed"
        ? handedTo(machine, type, site)
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

/** `Parameters<Parameters<typeof db.transaction>[0]>[0]`: what a library's function hands to its callback. */
function handedTo(machine: Machine, type: TypeIn, site: Site): Value | null {
  const callback = firstParameterOf(type.node);
  const method = callback && firstParameterOf(callback);
  const value = method && functionOfType(machine, { ...type, node: method }, site);
  return value?.kind === "library" ? (machine.modelOfName.get(value.library)?.handed?.(value) ?? null) : null;
}

/** `typeof db.transaction`, `Database["transaction"]` */
function functionOfType(machine: Machine, type: TypeIn, site: Site): Value | null {
  const { node } = type;
  if (node.kind === "typeof") return valueOfTypeof(machine, type.file, node);
  if (node.kind !== "indexed" || node.index.kind !== "literal") return null;
  const owner = valueOfType(machine, { ...type, node: node.object }, site, "");
  return memberOf(machine, owner, String(node.index.value), site);
}

/** Of `Parameters<F>[0]`, `F`. */
function firstParameterOf(node: TypeNode): TypeNode | null {
  if (node.kind !== "indexed" || node.index.kind !== "literal" || node.index.value !== 0) return null;
  const { object } = node;
  const isGlobal = object.kind === "reference" && object.binding === null && object.name === "Parameters";
  return isGlobal ? (object.arguments[0] ?? null) : null;
}

/** `typeof schemas.invoice` */
export function valueOfTypeof(machine: Machine, file: string, node: TypeNode & { kind: "typeof" }): Value {
  if (node.binding === null) return unknown;
  const [, ...path] = node.name.split(".");
  const value = valueOfSymbol(machine, machine.program.symbolOf(file, node.binding));
  return path.reduce<Value>((at, name) => memberOf(machine, at, name, { file, start: 0, end: 0 }), value);
}

function returnedBy(machine: Machine, value: Value, site: Site): Value | null {
  return value.kind === "function" ? callFunction(machine, value, [], site) : null;
}
