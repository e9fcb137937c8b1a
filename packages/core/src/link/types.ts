/**
 * Declared types, followed through imports, aliases and type parameters until they say something.
 *
 * There is no type checker here: what is written is followed, and what would have to be computed (conditional types,
 * mapped types, inference) is unknown. A type parameter is kept as the type node that stands for it together with the file
 * that wrote it, so that nothing is ever copied from one file into another.
 */
import type { FunctionNode, Module, TypeDeclaration, TypeNode } from "../lower/module.js";
import { append } from "./append.js";
import { declarationsOf, unwrap } from "./declarations.js";
import {
  unresolvedPackage,
  type DeclaredType,
  type Described,
  type Program,
  type ResolvedMember,
  type Symbol,
  type TypeIn,
} from "./program.js";
import type { Resolve } from "./resolve.js";
import type { Symbols } from "./symbols.js";

export type Types = Pick<Program, "typeOf" | "membersOf" | "memberOf" | "awaitedOf" | "elementOf">;

type FindSuperclass = Program["superclassOf"];

/** Stops types that refer to themselves; people's types stay far below. */
const mostSteps = 2_000;
const deepest = 100;

interface Budget {
  steps: number;
  depth: number;
  readonly described: Described;
}

/** A declaration that others see without importing it. */
interface Addition {
  readonly file: string;
  readonly type: number;
  readonly declared: TypeDeclaration;
}

interface Members {
  readonly byName: ReadonlyMap<string, ResolvedMember>;
  /** Whether there can be no member besides these. */
  readonly complete: boolean;
}

const unknownType: DeclaredType = { kind: "unknown" };
const noMembers: Members = { byName: new Map(), complete: false };

export function createTypes(
  modules: ReadonlyMap<string, Module>,
  resolve: Resolve,
  symbols: Symbols,
  superclassOf: FindSuperclass,
): Types {
  const followed = new Map<string, WeakMap<TypeNode, DeclaredType>>();
  const collected = new WeakMap<Described, WeakMap<DeclaredType, Members>>();
  const declarations = new Map<string, ReadonlyMap<number, readonly TypeDeclaration[]>>();
  let additions: ReadonlyMap<string, readonly Addition[]> | null = null;

  return {
    typeOf,
    membersOf(type, described = undescribed) {
      const members = membersOf(type, described);
      return members.complete ? members.byName : null;
    },
    memberOf: (type, name, described = undescribed) => membersOf(type, described).byName.get(name) ?? null,
    awaitedOf: (type) => awaitedOf(type, freshBudget()),
    elementOf: (type) => elementOf(type, freshBudget()),
  };

  function typeOf(type: TypeIn): DeclaredType {
    if (type.parameters.size > 0) return follow(type, freshBudget());
    let inFile = followed.get(type.file);
    if (!inFile) followed.set(type.file, (inFile = new WeakMap()));
    let found = inFile.get(type.node);
    if (!found) inFile.set(type.node, (found = follow(type, freshBudget())));
    return found;
  }

  function follow(type: TypeIn, budget: Budget): DeclaredType {
    if (budget.steps === 0 || budget.depth === deepest) return unknownType;
    budget.steps--;
    budget.depth++;
    const found = followNode(type, budget);
    budget.depth--;
    return found;
  }

  function followNode(type: TypeIn, budget: Budget): DeclaredType {
    const { node } = type;
    switch (node.kind) {
      case "reference":
        return followReference(type, node, budget);
      case "union":
      case "intersection":
        return combine(
          node.kind,
          node.types.map((each) => follow({ ...type, node: each }, budget)),
        );
      case "typeof":
        return followTypeof(type.file, node, budget) ?? { kind: "node", in: type };
      case "indexed":
        return followIndexed(type, node, budget);
      case "unknown":
        return unknownType;
      default:
        return { kind: "node", in: type };
    }
  }

  function followReference(
    type: TypeIn,
    node: TypeNode & { kind: "reference" },
    budget: Budget,
  ): DeclaredType {
    const [first = "", ...rest] = node.name.split(".");
    const given = node.arguments.map((each): TypeIn => ({ ...type, node: each }));
    if (node.specifier !== null) {
      const symbol = importedSymbol(type.file, node.specifier, first);
      return followSymbol(symbol, rest, given, budget);
    }
    if (node.binding !== null) {
      return followSymbol(symbols.symbolOf(type.file, node.binding, "type"), rest, given, budget);
    }
    const standsFor = rest.length === 0 ? type.parameters.get(first) : undefined;
    if (standsFor) return follow(standsFor, budget);
    return followGlobal(type, node.name, given, budget);
  }

  function importedSymbol(file: string, specifier: string, name: string): Symbol {
    const path = name === "" ? [] : [name];
    const target = resolve(file, specifier);
    if (target.kind === "external") return { kind: "external", package: target.package, path };
    if (target.kind === "unresolved") return { kind: "unresolved", specifier, path };
    return name === "" ? { kind: "module", file: target.file } : symbols.exportOf(target.file, name, "type");
  }

  function followSymbol(
    symbol: Symbol,
    rest: readonly string[],
    given: readonly TypeIn[],
    budget: Budget,
  ): DeclaredType {
    const [next, ...further] = rest;
    switch (symbol.kind) {
      case "module":
        return next === undefined
          ? unknownType
          : followSymbol(symbols.exportOf(symbol.file, next, "type"), further, given, budget);
      case "external":
        return { ...symbol, path: [...symbol.path, ...rest], arguments: given };
      case "unresolved":
        return {
          kind: "external",
          package: unresolvedPackage,
          path: [...symbol.path, ...rest],
          arguments: given,
        };
      case "class":
        return next === undefined ? { ...symbol, arguments: given } : unknownType;
      case "type":
        return followDeclaration(symbol, given, budget);
      default:
        return unknownType;
    }
  }

  function followDeclaration(
    { file, type }: Symbol & { kind: "type" },
    given: readonly TypeIn[],
    budget: Budget,
  ): DeclaredType {
    const declared = modules.get(file)?.types[type];
    if (!declared) return unknownType;
    if (declared.kind === "interface") return { kind: "interface", file, type, arguments: given };
    return follow({ file, node: declared.type, parameters: bind(declared.typeParameters, given) }, budget);
  }

  /** Names that no import brings: `declare global`, and what the language has, as far as it only passes another type on. */
  function followGlobal(type: TypeIn, name: string, given: readonly TypeIn[], budget: Budget): DeclaredType {
    const [declared] = additionsTo("global", name);
    if (declared) return followDeclaration({ kind: "type", ...declared }, given, budget);
    const [argument] = given;
    if (argument) {
      if (name === "NonNullable") return withoutAbsence(follow(argument, budget));
      if (name === "Awaited") return awaitedOf(follow(argument, budget), budget);
      if (name === "InstanceType") return instanceOf(follow(argument, budget));
      if (name === "ReturnType") return returnedBy(argument, budget) ?? { kind: "node", in: type };
    }
    return { kind: "node", in: type };
  }

  function returnedBy(type: TypeIn, budget: Budget): DeclaredType | null {
    if (type.node.kind === "typeof") {
      const symbol = findTypeofSymbol(type.file, type.node);
      const declared =
        symbol?.kind === "function" ? modules.get(symbol.file)?.functions[symbol.function] : null;
      if (!symbol || symbol.kind !== "function" || !declared?.returns) return null;
      return follow({ file: symbol.file, node: declared.returns, parameters: noParameters }, budget);
    }
    const followed = follow(type, budget);
    if (followed.kind !== "node" || followed.in.node.kind !== "function") return null;
    const { returns } = followed.in.node;
    return returns && follow({ ...followed.in, node: returns }, budget);
  }

  function followTypeof(
    file: string,
    node: TypeNode & { kind: "typeof" },
    budget: Budget,
  ): DeclaredType | null {
    const symbol = findTypeofSymbol(file, node);
    if (symbol?.kind === "class") return { kind: "constructor", file: symbol.file, class: symbol.class };
    if (symbol?.kind !== "variable") return null;
    const module = modules.get(symbol.file);
    const source = module && declarationsOf(module).sources.get(symbol.binding);
    if (!source || source.path.length > 0) return null;
    const here = { file: symbol.file, parameters: noParameters };
    if (source.type) return follow({ ...here, node: source.type }, budget);
    const value = source.from.kind === "initializer" ? source.from.expression : null;
    if (value?.kind === "cast" && value.cast === "as" && value.type) {
      return follow({ ...here, node: value.type }, budget);
    }
    const created = value && unwrap(value);
    if (created?.kind !== "new" || created.callee.kind !== "name" || created.callee.binding === null)
      return null;
    const given = created.typeArguments.map((each): TypeIn => ({ ...here, node: each }));
    const constructed = symbols.symbolOf(symbol.file, created.callee.binding);
    return followSymbol(constructed, [], given, budget);
  }

  function findTypeofSymbol(file: string, node: TypeNode & { kind: "typeof" }): Symbol | null {
    if (node.binding === null) return null;
    let symbol = symbols.symbolOf(file, node.binding);
    for (const name of node.name.split(".").slice(1)) {
      if (symbol.kind !== "module") return null;
      symbol = symbols.exportOf(symbol.file, name);
    }
    return symbol;
  }

  function followIndexed(type: TypeIn, node: TypeNode & { kind: "indexed" }, budget: Budget): DeclaredType {
    const object = follow({ ...type, node: node.object }, budget);
    // What a function takes would have to be worked out; who knows the function knows it.
    if (object.kind === "node" && isParameters(object.in.node)) return { kind: "node", in: type };
    const index = follow({ ...type, node: node.index }, budget);
    if (index.kind === "node" && index.in.node.kind === "keyword") {
      return index.in.node.name === "number" ? elementOf(object, budget) : unknownType;
    }
    const members = collect(object, budget);
    const names = namesIn(index, budget);
    if (!names || (index.kind === "node" && index.in.node.kind === "keyof" && !members.complete))
      return unknownType;
    const types = names.map((name) => {
      const tuple = object.kind === "node" && object.in.node.kind === "tuple" ? object.in : null;
      const element = tuple?.node.kind === "tuple" ? tuple.node.elements[Number(name)] : undefined;
      if (tuple && element) return follow({ ...tuple, node: element }, budget);
      const member = members.byName.get(name);
      return member?.type ? follow(member.type, budget) : unknownType;
    });
    return types.length === 0 ? unknownType : combine("union", types);
  }

  /** The names that a union of literals or a `keyof` lists; null when they can't be known. */
  function namesIn(type: DeclaredType, budget: Budget): readonly string[] | null {
    if (type.kind === "union") {
      const names = type.types.map((each) => namesIn(each, budget));
      return names.every((each) => each !== null) ? names.flat() : null;
    }
    if (type.kind !== "node") return null;
    const { node } = type.in;
    if (node.kind === "literal") return [String(node.value)];
    if (node.kind !== "keyof") return null;
    const members = collect(follow({ ...type.in, node: node.type }, budget), budget);
    return members.complete ? [...members.byName.keys()] : null;
  }

  function awaitedOf(type: DeclaredType, budget: Budget): DeclaredType {
    if (type.kind === "union") {
      return combine(
        "union",
        type.types.map((each) => awaitedOf(each, budget)),
      );
    }
    const promised = findArgument(type, /^(Promise|PromiseLike)$/);
    return promised ? awaitedOf(follow(promised, budget), budget) : type;
  }

  function elementOf(type: DeclaredType, budget: Budget): DeclaredType {
    if (type.kind !== "node") return unknownType;
    const { node } = type.in;
    if (node.kind === "array") return follow({ ...type.in, node: node.element }, budget);
    if (node.kind === "tuple") {
      return combine(
        "union",
        node.elements.map((each) => follow({ ...type.in, node: each }, budget)),
      );
    }
    const held = findArgument(
      type,
      /^(Array|ReadonlyArray|Set|ReadonlySet|Iterable|AsyncIterable|Generator|AsyncGenerator)$/,
    );
    return held ? follow(held, budget) : unknownType;
  }

  function membersOf(type: DeclaredType, described: Described): Members {
    let known = collected.get(described);
    if (!known) collected.set(described, (known = new WeakMap<DeclaredType, Members>()));
    let members = known.get(type);
    if (!members) known.set(type, (members = collect(type, freshBudget(described))));
    return members;
  }

  function collect(type: DeclaredType, budget: Budget): Members {
    if (budget.steps === 0 || budget.depth === deepest) return noMembers;
    budget.steps--;
    budget.depth++;
    const members = collectMembers(type, budget);
    budget.depth--;
    return members;
  }

  function collectMembers(type: DeclaredType, budget: Budget): Members {
    switch (type.kind) {
      case "class":
        return membersOfClass(type, budget);
      case "interface":
        return membersOfInterface(type, budget);
      case "intersection":
        return merge(type.types.map((each) => collect(each, budget)));
      case "union": {
        const present = withoutAbsence(type);
        return present.kind === "union" ? noMembers : collect(present, budget);
      }
      case "external": {
        const described = budget.described(type);
        if (described) return collect(follow(described, budget), budget);
        const added = additionsTo(type.package, type.path.join(".")).map((each) =>
          membersOfDeclaration(each.file, each.declared, type.arguments, budget),
        );
        return { ...merge(added), complete: false };
      }
      case "node":
        return membersOfNode(type.in, budget);
      default:
        return noMembers;
    }
  }

  function membersOfNode(type: TypeIn, budget: Budget): Members {
    const { node } = type;
    if (node.kind === "object") return membersOfObject(type, node);
    if (node.kind !== "reference") return noMembers;
    const [first, second] = node.arguments;
    if (!first) return noMembers;
    const of = () => collect(follow({ ...type, node: first }, budget), budget);
    const names = () => second && namesIn(follow({ ...type, node: second }, budget), budget);
    switch (node.name) {
      case "Readonly":
        return of();
      case "Partial":
        return mapMembers(of(), (member) => ({ ...member, optional: true }));
      case "Required":
        return mapMembers(of(), (member) => ({ ...member, optional: false }));
      case "Pick": {
        const picked = names() ?? [];
        const whole = of();
        const isForeign = follow({ ...type, node: first }, budget).kind === "external";
        const byName = new Map(
          picked.flatMap((name) => {
            const member = whole.byName.get(name);
            // Of a package's type, which is not read, they are there, whatever they are.
            const known = member ?? (isForeign ? { name, optional: false, type: null } : null);
            return known ? [[name, known] as const] : [];
          }),
        );
        // What is picked by name is all there is, however little is known of the rest.
        return { byName, complete: byName.size > 0 && byName.size === new Set(picked).size };
      }
      case "Omit": {
        const omitted = names();
        return omitted ? filterMembers(of(), (name) => !omitted.includes(name)) : noMembers;
      }
      case "Record": {
        const keys = namesIn(follow({ ...type, node: first }, budget), budget);
        if (!keys || !second) return noMembers;
        const each = { ...type, node: second };
        const byName = new Map(keys.map((name) => [name, { name, optional: false, type: each }]));
        return { byName, complete: true };
      }
      default:
        return noMembers;
    }
  }

  function membersOfInterface(type: DeclaredType & { kind: "interface" }, budget: Budget): Members {
    const declared = modules.get(type.file)?.types[type.type];
    if (!declared) return noMembers;
    const namesakes = declared.binding === null ? [declared] : interfacesOf(type.file, declared.binding);
    const here = namesakes.map((each) => ({ file: type.file, declared: each }));
    const added = declared.augments === null ? additionsTo(type.file, declared.name) : [];
    return merge(
      [...here, ...added].map((each) =>
        membersOfDeclaration(each.file, each.declared, type.arguments, budget),
      ),
    );
  }

  function membersOfDeclaration(
    file: string,
    declared: TypeDeclaration,
    given: readonly TypeIn[],
    budget: Budget,
  ): Members {
    const parameters = bind(declared.typeParameters, given);
    const own =
      declared.type.kind === "object"
        ? membersOfObject({ file, node: declared.type, parameters }, declared.type)
        : noMembers;
    const inherited = declared.extends.map((node) =>
      collect(follow({ file, node, parameters }, budget), budget),
    );
    return merge([own, ...inherited]);
  }

  /** Interfaces in `declare module` blocks that add to one of a package (by its name) or of a file (by its path). */
  function additionsTo(target: string, name: string): readonly Addition[] {
    return (additions ??= readAdditions()).get(`${target}\0${name}`) ?? [];
  }

  function readAdditions(): ReadonlyMap<string, readonly Addition[]> {
    const found = new Map<string, Addition[]>();
    for (const file of [...modules.keys()].sort()) {
      const { imports = [], exports = [], types = [] } = modules.get(file) ?? {};
      const isScript = imports.length === 0 && exports.length === 0;
      types.forEach((declared, type) => {
        const target = declared.augments ?? (isScript && file.endsWith(".d.ts") ? "global" : null);
        if (target === null) return;
        const resolved = target === "global" ? null : resolve(file, target);
        const place =
          resolved?.kind === "module"
            ? resolved.file
            : resolved?.kind === "external"
              ? resolved.package
              : target;
        append(found, `${place}\0${declared.name}`, { file, type, declared });
      });
    }
    return found;
  }

  function interfacesOf(file: string, binding: number): readonly TypeDeclaration[] {
    let byBinding = declarations.get(file);
    if (!byBinding) {
      const grouped = new Map<number, TypeDeclaration[]>();
      for (const each of modules.get(file)?.types ?? []) {
        if (each.binding !== null && each.kind === "interface") append(grouped, each.binding, each);
      }
      declarations.set(file, (byBinding = grouped));
    }
    return byBinding.get(binding) ?? [];
  }

  function membersOfClass(type: DeclaredType & { kind: "class" }, budget: Budget): Members {
    const module = modules.get(type.file);
    const declared = module?.classes[type.class];
    if (!module || !declared) return noMembers;
    const parameters = bind(declared.typeParameters, type.arguments);
    const { file } = type;
    const byName = new Map<string, ResolvedMember>();
    const add = (name: string, optional: boolean, node: TypeNode | null) => {
      if (!byName.has(name)) byName.set(name, { name, optional, type: node && { file, node, parameters } });
    };

    for (const field of declared.fields) {
      if (!field.static) add(field.name, field.optional, field.type);
    }
    for (const method of declared.methods) {
      const node = module.functions[method.function];
      if (method.static || !node) continue;
      if (method.kind === "getter") add(method.name, false, node.returns);
      else if (method.kind === "method") add(method.name, false, signatureOf(module, node));
    }
    const constructor = declared.constructor === null ? undefined : module.functions[declared.constructor];
    for (const { pattern, property, optional, type: node } of constructor?.parameters ?? []) {
      if (!property || pattern.kind !== "binding") continue;
      const name = module.bindings[pattern.binding]?.name;
      if (name !== undefined) add(name, optional, node);
    }

    const own = { byName, complete: true };
    const merged =
      declared.binding === null
        ? []
        : interfacesOf(file, declared.binding).map((each) =>
            membersOfDeclaration(file, each, type.arguments, budget),
          );
    return merge([own, ...merged, ...inheritedMembers(type, parameters, budget)]);
  }

  function inheritedMembers(
    { file, class: id }: DeclaredType & { kind: "class" },
    parameters: TypeIn["parameters"],
    budget: Budget,
  ): readonly Members[] {
    const declared = modules.get(file)?.classes[id];
    if (!declared?.extends) return [];
    const superclass = superclassOf(file, id);
    if (!superclass) return [noMembers];
    const given = declared.extendsArguments.map((node): TypeIn => ({ file, node, parameters }));
    return [collect({ kind: "class", ...superclass, arguments: given }, budget)];
  }
}

const noParameters: TypeIn["parameters"] = new Map();

/** Type arguments by the names they stand for. */
function bind(names: readonly string[], given: readonly TypeIn[]): TypeIn["parameters"] {
  if (names.length === 0 || given.length === 0) return noParameters;
  const bound = new Map<string, TypeIn>();
  names.forEach((name, index) => {
    const argument = given[index];
    if (argument) bound.set(name, argument);
  });
  return bound;
}

/** The type without `null` and `undefined`. */
function withoutAbsence(type: DeclaredType): DeclaredType {
  if (type.kind !== "union") return type;
  const present = type.types.filter((each) => !isAbsence(each));
  return present.length === type.types.length ? type : combine("union", present);
}

function isParameters(node: TypeNode): boolean {
  return node.kind === "reference" && node.binding === null && node.name === "Parameters";
}

function isAbsence(type: DeclaredType): boolean {
  if (type.kind !== "node") return false;
  const { node } = type.in;
  return (
    (node.kind === "keyword" && ["null", "undefined", "void"].includes(node.name)) ||
    (node.kind === "literal" && node.value === null)
  );
}

function combine(kind: "union" | "intersection", types: readonly DeclaredType[]): DeclaredType {
  const flat = types.flatMap((each) => (each.kind === kind ? each.types : [each]));
  const [only] = flat;
  return flat.length === 1 && only ? only : { kind, types: flat };
}

function instanceOf(type: DeclaredType): DeclaredType {
  return type.kind === "constructor" ? { ...type, kind: "class", arguments: [] } : unknownType;
}

/** The argument of a global generic type: `T` of `Promise<T>`. */
function findArgument(type: DeclaredType, name: RegExp): TypeIn | null {
  if (type.kind !== "node" || type.in.node.kind !== "reference" || !name.test(type.in.node.name)) return null;
  const [argument] = type.in.node.arguments;
  return argument ? { ...type.in, node: argument } : null;
}

function membersOfObject(type: TypeIn, { members }: TypeNode & { kind: "object" }): Members {
  const byName = new Map<string, ResolvedMember>();
  for (const { name, optional, type: node } of members) {
    // Overloads repeat a name.
    if (!byName.has(name)) byName.set(name, { name, optional, type: node && { ...type, node } });
  }
  return { byName, complete: true };
}

/** What several parts of one type say together: the first to declare a member wins. */
function merge(parts: readonly Members[]): Members {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const byName = new Map<string, ResolvedMember>();
  for (const part of parts) {
    for (const [name, member] of part.byName) {
      if (!byName.has(name)) byName.set(name, member);
    }
  }
  return { byName, complete: parts.every((each) => each.complete) };
}

function mapMembers(members: Members, change: (member: ResolvedMember) => ResolvedMember): Members {
  return { ...members, byName: new Map([...members.byName].map(([name, member]) => [name, change(member)])) };
}

function filterMembers(members: Members, keeps: (name: string) => boolean): Members {
  return { ...members, byName: new Map([...members.byName].filter(([name]) => keeps(name))) };
}

/** A method, seen as a member whose type is a function. */
function signatureOf(module: Module, node: FunctionNode): TypeNode {
  return {
    kind: "function",
    start: node.start,
    end: node.end,
    parameters: node.parameters.map(({ pattern, optional, default: value, type }) => ({
      name: pattern.kind === "binding" ? (module.bindings[pattern.binding]?.name ?? "") : "",
      optional: optional || value !== null,
      type,
    })),
    returns: node.returns,
  };
}

const undescribed: Described = () => null;

function freshBudget(described = undescribed): Budget {
  return { steps: mostSteps, depth: 0, described };
}
