/**
 * Which function a call calls, where names, declared types and plain initializers say so.
 *
 * This is the static half of following values: no library is known here and nothing is executed, so what depends on who
 * calls (a callback that is passed in, a client from a context) stays open. Null means "we could not tell".
 */
import type {
  BindingId,
  ClassId,
  Expression,
  FunctionId,
  FunctionNode,
  Module,
  TypeNode,
} from "../lower/module.js";
import { declarationsOf, findOwner, unwrap, type Placed, type Source } from "./declarations.js";
import type { DeclaredType, Program, Symbol, TypeIn } from "./program.js";
import { bind, noParameters, withoutAbsence } from "./types.js";

export interface Callee {
  readonly file: string;
  readonly function: FunctionId;
}

export type Call = Expression & { readonly kind: "call" | "new" };

/** The function or method whose body runs first; `call` stands in the function `functionId` of `file`. */
export function resolveCallee(
  program: Program,
  file: string,
  functionId: FunctionId,
  call: Call,
): Callee | null {
  return resolverOf(program)(file, functionId, call);
}

type Value =
  | {
      readonly kind: "function";
      readonly file: string;
      readonly function: FunctionId;
      /** What stands for the type parameters of the class that it was found in. */
      readonly parameters: TypeIn["parameters"];
      readonly receiver: Value | null;
    }
  /** The class itself. */
  | { readonly kind: "class"; readonly file: string; readonly class: ClassId }
  | {
      readonly kind: "instance";
      readonly type: DeclaredType;
      /** Of a function type: what the type `this` means in it. */
      readonly receiver: Value | null;
    }
  | { readonly kind: "object"; readonly file: string; readonly object: Placed }
  | { readonly kind: "module"; readonly file: string }
  | { readonly kind: "promise"; readonly of: Value };

type Instance = DeclaredType & { readonly kind: "class" };

interface Trail {
  depth: number;
  steps: number;
  readonly open: Set<Expression>;
  /** What a variable is taken to be while we look whether its assignments leave it that: `query = query.where(…)`. */
  readonly assumed: Map<string, Value>;
  /** Whether something was given up because it leads in a circle or too far; such an answer is not kept. */
  cut: boolean;
}

const deepest = 200;
const mostSteps = 5_000;

const resolvers = new WeakMap<Program, (file: string, functionId: FunctionId, call: Call) => Callee | null>();

function resolverOf(program: Program) {
  let resolver = resolvers.get(program);
  if (!resolver) resolvers.set(program, (resolver = createResolver(program)));
  return resolver;
}

function createResolver(program: Program) {
  const known = new Map<string, WeakMap<Expression, Value | null>>();
  const variables = new Map<string, Value | null>();

  return (file: string, functionId: FunctionId, call: Call): Callee | null => {
    const trail: Trail = { depth: 0, steps: mostSteps, open: new Set(), assumed: new Map(), cut: false };
    const callee = unwrap(call.callee);
    if (callee.kind === "super") {
      const superclass = findSuperclassAround(file, functionId);
      return superclass && findConstructor(superclass);
    }
    const value = valueOf(file, functionId, callee, trail);
    if (call.kind === "new") return value?.kind === "class" ? findConstructor(value) : null;
    return value?.kind === "function" ? { file: value.file, function: value.function } : null;
  };

  function findConstructor(start: { file: string; class: ClassId }): Callee | null {
    let current: { file: string; class: ClassId } | null = start;
    for (let rounds = 0; current && rounds < deepest; rounds++) {
      const { file, class: id }: { file: string; class: ClassId } = current;
      const constructor = program.module(file)?.classes[id]?.constructor ?? null;
      if (constructor !== null) return { file, function: constructor };
      current = program.superclassOf(file, id);
    }
    return null;
  }

  function findSuperclassAround(
    file: string,
    functionId: FunctionId,
  ): { file: string; class: ClassId } | null {
    const module = program.module(file);
    const owner = module && findOwner(module, functionId);
    return owner?.kind === "class" ? program.superclassOf(file, owner.class) : null;
  }

  function valueOf(file: string, functionId: FunctionId, expression: Expression, trail: Trail): Value | null {
    let inFile = known.get(file);
    if (!inFile) known.set(file, (inFile = new WeakMap()));
    const kept = inFile.get(expression);
    if (kept !== undefined) return kept;
    if (trail.open.has(expression) || trail.depth === deepest || trail.steps === 0) {
      trail.cut = true;
      return null;
    }

    const cutBefore = trail.cut;
    trail.cut = false;
    trail.steps--;
    trail.depth++;
    trail.open.add(expression);
    const value = evaluate(file, functionId, expression, trail);
    trail.open.delete(expression);
    trail.depth--;
    if (!trail.cut && trail.assumed.size === 0) inFile.set(expression, value);
    trail.cut ||= cutBefore;
    return value;
  }

  function evaluate(
    file: string,
    functionId: FunctionId,
    expression: Expression,
    trail: Trail,
  ): Value | null {
    const here = (inner: Expression) => valueOf(file, functionId, inner, trail);
    switch (expression.kind) {
      case "name":
        if (expression.binding === null) return null;
        return valueOfSymbol(program.symbolOf(file, expression.binding), trail);
      case "this":
        return valueOfThis(file, functionId);
      case "super": {
        const superclass = findSuperclassAround(file, functionId);
        if (!superclass) return null;
        const self = valueOfThis(file, functionId);
        return self?.kind === "class"
          ? { ...self, ...superclass }
          : instance({ kind: "class", ...superclass, arguments: [] });
      }
      case "member":
        return memberOf(here(expression.object), expression.property, trail);
      case "index":
        if (expression.index.kind !== "literal") return null;
        return memberOf(here(expression.object), String(expression.index.value), trail);
      case "function":
        return {
          kind: "function",
          file,
          function: expression.function,
          parameters: noParameters,
          receiver: null,
        };
      case "class":
        return { kind: "class", file, class: expression.class };
      case "object":
        return { kind: "object", file, object: { function: functionId, expression } };
      case "new":
        return created(file, here(expression.callee), expression.typeArguments);
      case "call":
        return called(file, functionId, expression, trail);
      case "import":
        return imported(file, expression.specifier);
      case "await":
        return awaited(here(expression.expression));
      case "cast":
        return cast(file, functionId, expression, trail);
      case "logical":
        return expression.operator === "&&"
          ? here(expression.right)
          : agreedOf(file, placedIn(functionId, [expression.left, expression.right]), trail);
      case "conditional":
        return agreedOf(file, placedIn(functionId, [expression.then, expression.else]), trail);
      case "assign":
        return here(expression.value);
      case "sequence": {
        const last = expression.expressions.at(-1);
        return last ? here(last) : null;
      }
      default:
        return null;
    }
  }

  function valueOfThis(file: string, functionId: FunctionId): Value | null {
    const module = program.module(file);
    const owner = module && findOwner(module, functionId);
    if (!owner) return null;
    if (owner.kind === "object") return { kind: "object", file, object: owner.object };
    return owner.static
      ? { kind: "class", file, class: owner.class }
      : instance({ kind: "class", file, class: owner.class, arguments: [] });
  }

  function valueOfSymbol(symbol: Symbol, trail: Trail): Value | null {
    switch (symbol.kind) {
      case "function":
        return { ...symbol, parameters: noParameters, receiver: null };
      case "class":
      case "module":
        return symbol;
      case "variable":
        return valueOfVariable(symbol.file, symbol.binding, trail);
      default:
        return null;
    }
  }

  function valueOfVariable(file: string, binding: BindingId, trail: Trail): Value | null {
    const key = `${binding}\0${file}`;
    const kept = trail.assumed.get(key) ?? variables.get(key);
    if (kept !== undefined) return kept;
    const cutBefore = trail.cut;
    trail.cut = false;
    const value = followVariable(file, binding, key, trail);
    if (!trail.cut && trail.assumed.size === 0) variables.set(key, value);
    trail.cut ||= cutBefore;
    return value;
  }

  function followVariable(file: string, binding: BindingId, key: string, trail: Trail): Value | null {
    const module = program.module(file);
    const source = module && declarationsOf(module).sources.get(binding);
    if (!module || !source) return null;
    const written =
      source.from.kind === "initializer" && source.from.expression && unwrap(source.from.expression);
    // What is written here says more than the type it is declared with.
    const literal = written && (written.kind === "function" || written.kind === "object");
    if (literal && module.bindings[binding]?.kind === "const" && source.path.length === 0) {
      return valueOf(file, source.function, written, trail);
    }
    const assigned = declarationsOf(module).assignments.get(binding) ?? [];
    if (source.type || source.path.length > 0 || assigned.length === 0)
      return valueAlong(file, source, trail);
    const initial = written && !isAbsent(written) ? valueAlong(file, source, trail) : null;
    return initial || !written || isAbsent(written) ? afterAll(file, initial, assigned, key, trail) : null;
  }

  /** What a variable is if none of its assignments makes it something else. */
  function afterAll(
    file: string,
    initial: Value | null,
    assigned: readonly Placed[],
    key: string,
    trail: Trail,
  ): Value | null {
    const [first, ...rest] = assigned.filter((each) => !isAbsent(each.expression));
    if (!first) return initial;
    const start = initial ?? valueOf(file, first.function, first.expression, trail);
    if (!start) return null;
    trail.assumed.set(key, start);
    const values = (initial ? [first, ...rest] : rest).map((each) =>
      valueOf(file, each.function, each.expression, trail),
    );
    trail.assumed.delete(key);
    return agreed([start, ...values]);
  }

  function valueAlong(file: string, source: Source, trail: Trail): Value | null {
    let value = typed(file, source.type) ?? valueOfOrigin(file, source, trail);
    for (const key of source.path) {
      if (key.name === null) return null;
      value = typeof key.name === "number" ? elementAt(value) : memberOf(value, key.name, trail);
      if (!value && key.default) value = valueOf(file, source.function, key.default, trail);
    }
    return value;
  }

  function valueOfOrigin(file: string, { from, function: functionId }: Source, trail: Trail): Value | null {
    switch (from.kind) {
      case "initializer":
        return from.expression && valueOf(file, functionId, from.expression, trail);
      case "element":
        return elementAt(valueOf(file, functionId, from.of, trail));
      case "parameter": {
        const standard = program.module(file)?.functions[functionId]?.parameters[from.index]?.default;
        const given = from.rest ? null : parameterFromContext(file, functionId, from.index, trail);
        return given ?? (standard ? valueOf(file, functionId, standard, trail) : null);
      }
    }
  }

  /** The type of a parameter that is written without one, from where its function is passed or assigned to. */
  function parameterFromContext(
    file: string,
    functionId: FunctionId,
    index: number,
    trail: Trail,
  ): Value | null {
    const module = program.module(file);
    const context = module && declarationsOf(module).contexts.get(functionId);
    if (!context) return null;
    if (context.kind === "type") return parameterOf(typed(file, context.type), index);
    const { call, index: position } = context;
    if (call.expression.kind !== "call" && call.expression.kind !== "new") return null;
    const callee = valueOf(file, call.function, unwrap(call.expression.callee), trail);
    const target = callee?.kind === "class" ? constructorOf(callee) : callee;
    return parameterOf(parameterOf(target, position), index);
  }

  function constructorOf(value: Value & { kind: "class" }): Value | null {
    const found = findConstructor(value);
    return found && { kind: "function", ...found, parameters: noParameters, receiver: null };
  }

  /** What a function says about its parameter at this place. */
  function parameterOf(value: Value | null, index: number): Value | null {
    if (value?.kind === "function") {
      const type = program.module(value.file)?.functions[value.function]?.parameters[index]?.type ?? null;
      const declared = typed(value.file, type, value.parameters);
      // `when(condition, change: (builder: this) => this)`
      return declared?.kind === "instance" ? { ...declared, receiver: value.receiver } : declared;
    }
    if (value?.kind !== "instance") return null;
    const type = withoutAbsence(value.type);
    if (type.kind !== "node" || type.in.node.kind !== "function") return null;
    const node = type.in.node.parameters[index]?.type ?? null;
    return isThis(node) ? value.receiver : typed(type.in.file, node, type.in.parameters);
  }

  function typed(file: string, node: TypeNode | null, parameters = noParameters): Value | null {
    if (!node) return null;
    return instance(program.typeOf({ file, node, parameters }));
  }

  function instance(declared: DeclaredType): Value | null {
    const type = withoutAbsence(declared);
    if (type.kind === "unknown" || type.kind === "external") return null;
    if (type.kind === "constructor") return { kind: "class", file: type.file, class: type.class };
    if (type.kind === "node" && type.in.node.kind === "keyword") return null;
    return { kind: "instance", type, receiver: null };
  }

  function created(file: string, callee: Value | null, typeArguments: readonly TypeNode[]): Value | null {
    if (callee?.kind !== "class") return null;
    const given = typeArguments.map((node): TypeIn => ({ file, node, parameters: noParameters }));
    return instance({ kind: "class", file: callee.file, class: callee.class, arguments: given });
  }

  function called(
    file: string,
    functionId: FunctionId,
    call: Expression & { kind: "call" },
    trail: Trail,
  ): Value | null {
    const callee = unwrap(call.callee);
    if (callee.kind === "member" && callee.property === "bind") {
      const bound = valueOf(file, functionId, callee.object, trail);
      if (bound?.kind === "function") return bound;
    }
    const value = valueOf(file, functionId, callee, trail);
    if (value?.kind === "function") return returned(value, file, call, trail);
    if (value?.kind !== "instance") return null;
    const { type } = value;
    if (type.kind !== "node" || type.in.node.kind !== "function") return null;
    return typed(type.in.file, type.in.node.returns, type.in.parameters);
  }

  function returned(
    value: Value & { kind: "function" },
    file: string,
    call: Expression & { kind: "call" },
    trail: Trail,
  ): Value | null {
    const module = program.module(value.file);
    const node = module?.functions[value.function];
    if (!module || !node) return null;
    if (isThis(node.returns)) return value.receiver;
    const given = call.typeArguments.map((each): TypeIn => ({ file, node: each, parameters: noParameters }));
    const parameters = new Map([...value.parameters, ...bind(node.typeParameters, given)]);
    return typed(value.file, node.returns, parameters) ?? returnedByBody(value.file, module, node, trail);
  }

  function returnedByBody(file: string, module: Module, node: FunctionNode, trail: Trail): Value | null {
    if (node.generator) return null;
    const returns = declarationsOf(module).returns.get(node.id) ?? [];
    const value = agreedOf(file, placedIn(node.id, returns), trail);
    return value && node.async ? { kind: "promise", of: awaited(value) ?? value } : value;
  }

  function imported(file: string, specifier: Expression): Value | null {
    if (specifier.kind !== "literal" || typeof specifier.value !== "string") return null;
    const target = program.resolve(file, specifier.value);
    return target.kind === "module" ? { kind: "promise", of: { kind: "module", file: target.file } } : null;
  }

  function awaited(value: Value | null): Value | null {
    if (value?.kind === "promise") return value.of;
    return value?.kind === "instance" ? instance(program.awaitedOf(value.type)) : value;
  }

  function cast(
    file: string,
    functionId: FunctionId,
    { cast: sort, type, expression }: Expression & { kind: "cast" },
    trail: Trail,
  ): Value | null {
    const declared = sort === "as" ? typed(file, type) : null;
    return declared ?? valueOf(file, functionId, expression, trail);
  }

  function memberOf(value: Value | null, name: string, trail: Trail): Value | null {
    if (!value) return null;
    switch (value.kind) {
      case "module":
        return valueOfSymbol(program.exportOf(value.file, name), trail);
      case "class":
        return memberOfClass(
          { kind: "class", file: value.file, class: value.class, arguments: [] },
          name,
          true,
          value,
          trail,
        );
      case "instance":
        return memberOfType(value.type, name, value, trail);
      case "object":
        return memberOfObject(value, name, trail);
      case "promise":
        return ["then", "catch", "finally"].includes(name) ? null : memberOf(value.of, name, trail);
      case "function":
        return null;
    }
  }

  function memberOfType(type: DeclaredType, name: string, receiver: Value, trail: Trail): Value | null {
    switch (type.kind) {
      case "class":
        return memberOfClass(type, name, false, receiver, trail);
      case "union":
        return agreed(type.types.map((each) => memberOfType(each, name, receiver, trail)));
      case "intersection":
        for (const each of type.types) {
          const member = memberOfType(each, name, receiver, trail);
          if (member) return member;
        }
        return null;
      case "node": {
        const standsFor = valueOfNode(type.in, trail);
        if (standsFor) return memberOf(standsFor, name, trail);
      }
    }
    const member = program.memberOf(type, name);
    return member?.type ? instance(program.typeOf(member.type)) : null;
  }

  /** Types that speak of a value (`typeof x`, `ReturnType<typeof x>`), or pass another type on (`Partial<X>`). */
  function valueOfNode({ file, node, parameters }: TypeIn, trail: Trail): Value | null {
    if (node.kind === "typeof" && node.binding !== null) {
      let value = valueOfSymbol(program.symbolOf(file, node.binding), trail);
      for (const name of node.name.split(".").slice(1)) value = memberOf(value, name, trail);
      return value;
    }
    if (node.kind !== "reference" || node.binding !== null) return null;
    const [first] = node.arguments;
    if (!first) return null;
    if (/^(Partial|Required|Readonly|Pick|Omit)$/.test(node.name)) return typed(file, first, parameters);
    if (node.name !== "ReturnType") return null;
    const value = valueOfNode({ file, node: first, parameters }, trail);
    const module = value?.kind === "function" ? program.module(value.file) : undefined;
    const called = value?.kind === "function" ? module?.functions[value.function] : undefined;
    return value?.kind === "function" && module && called
      ? returnedByBody(value.file, module, called, trail)
      : null;
  }

  function memberOfClass(
    type: Instance,
    name: string,
    isStatic: boolean,
    receiver: Value,
    trail: Trail,
  ): Value | null {
    let current: Instance | null = type;
    for (let rounds = 0; current && rounds < deepest; rounds++) {
      const member = ownMemberOfClass(current, name, isStatic, receiver, trail);
      if (member !== undefined) return member;
      current = superclassOf(current);
    }
    const member = isStatic ? null : program.memberOf(type, name);
    return member?.type ? instance(program.typeOf(member.type)) : null;
  }

  function superclassOf({ file, class: id, arguments: given }: Instance): Instance | null {
    const superclass = program.superclassOf(file, id);
    const declared = program.module(file)?.classes[id];
    if (!superclass || !declared) return null;
    const parameters = bind(declared.typeParameters, given);
    return {
      kind: "class",
      ...superclass,
      arguments: declared.extendsArguments.map((node) => ({ file, node, parameters })),
    };
  }

  /** Undefined when the class itself does not have the member. */
  function ownMemberOfClass(
    { file, class: id, arguments: given }: Instance,
    name: string,
    isStatic: boolean,
    receiver: Value,
    trail: Trail,
  ): Value | null | undefined {
    const module = program.module(file);
    const declared = module?.classes[id];
    if (!module || !declared) return undefined;
    const parameters = bind(declared.typeParameters, given);

    const method = declared.methods.find(
      (each) => each.name === name && each.static === isStatic && each.kind !== "setter",
    );
    const node = method && module.functions[method.function];
    if (method?.kind === "getter" && node) {
      return typed(file, node.returns, parameters) ?? returnedByBody(file, module, node, trail);
    }
    if (method) return { kind: "function", file, function: method.function, parameters, receiver };

    const field = declared.fields.find((each) => each.name === name && each.static === isStatic);
    const assigned = declarationsOf(module).assignedFields.get(id)?.get(name) ?? [];
    if (field) {
      const initializer = field.initializer && unwrap(field.initializer);
      const scope = declared.constructor ?? declared.methods[0]?.function ?? declared.scope;
      const initial = () => initializer && valueOf(file, scope, initializer, trail);
      if (initializer?.kind === "function") return initial();
      return typed(file, field.type, parameters) ?? initial() ?? agreedOf(file, assigned, trail);
    }

    const constructor = declared.constructor === null ? undefined : module.functions[declared.constructor];
    for (const { pattern, property, type, default: standard } of constructor?.parameters ?? []) {
      if (!property || isStatic || pattern.kind !== "binding") continue;
      if (module.bindings[pattern.binding]?.name !== name) continue;
      return (
        typed(file, type, parameters) ?? (standard ? valueOf(file, declared.scope, standard, trail) : null)
      );
    }
    return assigned.length > 0 ? agreedOf(file, assigned, trail) : undefined;
  }

  /** The one value that all these expressions have, apart from those that are plainly nothing. */
  function agreedOf(file: string, choices: readonly Placed[], trail: Trail): Value | null {
    const present = choices.filter((each) => !isAbsent(each.expression));
    return agreed(present.map((each) => valueOf(file, each.function, each.expression, trail)));
  }

  function memberOfObject(
    { file, object }: Value & { kind: "object" },
    name: string,
    trail: Trail,
  ): Value | null {
    if (object.expression.kind !== "object") return null;
    for (const property of object.expression.properties.toReversed()) {
      if (property.kind === "property" && property.key !== name) continue;
      const value = valueOf(file, object.function, property.value, trail);
      if (property.kind === "property") return value;
      // Something unknown, spread over what stands before it, may replace it.
      const found = memberOf(value, name, trail);
      if (found || !value) return found;
    }
    return null;
  }

  function elementAt(value: Value | null): Value | null {
    return value?.kind === "instance" ? instance(program.elementOf(value.type)) : null;
  }
}

function isThis(node: TypeNode | null): boolean {
  return node?.kind === "keyword" && node.name === "this";
}

function placedIn(functionId: FunctionId, expressions: readonly Expression[]): readonly Placed[] {
  return expressions.map((expression) => ({ function: functionId, expression }));
}

function isAbsent(expression: Expression): boolean {
  const inner = unwrap(expression);
  if (inner.kind === "name") return inner.binding === null && inner.name === "undefined";
  return inner.kind === "literal" && inner.value === null;
}

/** The one value that all of them are; a single one that is not known could be anything. */
function agreed(values: readonly (Value | null)[]): Value | null {
  const [first = null, ...rest] = values;
  return first && rest.every((each) => each && isSame(first, each)) ? first : null;
}

function isSame(a: Value, b: Value): boolean {
  if (a.kind === "function" && b.kind === "function") return a.file === b.file && a.function === b.function;
  if (a.kind === "class" && b.kind === "class") return a.file === b.file && a.class === b.class;
  if (a.kind === "module" && b.kind === "module") return a.file === b.file;
  if (a.kind === "object" && b.kind === "object") return a.object.expression === b.object.expression;
  if (a.kind === "promise" && b.kind === "promise") return isSame(a.of, b.of);
  if (a.kind !== "instance" || b.kind !== "instance") return false;
  if (a.type.kind === "class" && b.type.kind === "class") {
    return a.type.file === b.type.file && a.type.class === b.type.class;
  }
  if (a.type.kind === "interface" && b.type.kind === "interface") {
    return a.type.file === b.type.file && a.type.type === b.type.type;
  }
  if (a.type.kind === "node" && b.type.kind === "node") return a.type.in.node === b.type.in.node;
  return a.type === b.type;
}
