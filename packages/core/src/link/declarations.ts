/**
 * Where the names of one module get their values, and who stands around its functions: one walk over the module, kept.
 */
import type {
  BindingId,
  ClassId,
  ClassNode,
  Expression,
  FunctionId,
  FunctionNode,
  Module,
  Pattern,
  Statement,
  TypeNode,
} from "../lower/module.js";
import {
  expressionsOfPattern,
  forEachExpression,
  forEachExpressionIn,
  forEachStatement,
} from "../lower/visit.js";
import { append } from "./append.js";

interface Declarations {
  readonly sources: ReadonlyMap<BindingId, Source>;
  /** What a variable is set to after its declaration. */
  readonly assignments: ReadonlyMap<BindingId, readonly Placed[]>;
  /** What `this.name = …` assigns inside a class, by name. */
  readonly assignedFields: ReadonlyMap<ClassId, ReadonlyMap<string, readonly Placed[]>>;
  /** What `this` is in a function that brings its own. */
  readonly owners: ReadonlyMap<FunctionId, Owner>;
  /** What a function expression is given to or assigned to. */
  readonly contexts: ReadonlyMap<FunctionId, Context>;
  readonly returns: ReadonlyMap<FunctionId, readonly Expression[]>;
}

/** An expression and the function whose `this` and parameters it sees. */
export interface Placed {
  readonly function: FunctionId;
  readonly expression: Expression;
}

/** How a binding gets its first value: from an initializer or a parameter, and from there along a path of keys. */
export interface Source {
  readonly function: FunctionId;
  readonly from:
    | { readonly kind: "initializer"; readonly expression: Expression | null }
    | { readonly kind: "parameter"; readonly index: number; readonly rest: boolean }
    /** One element of what `for … of` goes through. */
    | { readonly kind: "element"; readonly of: Expression };
  readonly type: TypeNode | null;
  readonly path: readonly Key[];
}

interface Key {
  /** null for a rest element or a computed key. */
  readonly name: string | number | null;
  readonly default: Expression | null;
}

type Owner =
  | { readonly kind: "class"; readonly class: ClassId; readonly static: boolean }
  | { readonly kind: "object"; readonly object: Placed };

type Context =
  | { readonly kind: "argument"; readonly call: Placed; readonly index: number }
  | { readonly kind: "type"; readonly type: TypeNode };

const known = new WeakMap<Module, Declarations>();

export function declarationsOf(module: Module): Declarations {
  let found = known.get(module);
  if (!found) known.set(module, (found = readDeclarations(module)));
  return found;
}

/** The class or object that `this` stands for inside a function, through arrows; null when nothing says. */
export function findOwner(module: Module, functionId: FunctionId): Owner | null {
  return findOwnerAmong(declarationsOf(module).owners, module, functionId);
}

function findOwnerAmong(
  owners: Declarations["owners"],
  module: Module,
  functionId: FunctionId,
): Owner | null {
  let id: FunctionId | null = functionId;
  while (id !== null) {
    const owner = owners.get(id);
    if (owner) return owner;
    const current: FunctionNode | undefined = module.functions[id];
    if (current?.kind !== "arrow") return null;
    // An arrow somewhere inside a field's initializer.
    if (current.class !== null) return { kind: "class", class: current.class, static: false };
    id = current.parent;
  }
  return null;
}

function readDeclarations(module: Module): Declarations {
  const sources = new Map<BindingId, Source>();
  const assignments = new Map<BindingId, Placed[]>();
  const assignedFields = new Map<ClassId, Map<string, Placed[]>>();
  const owners = new Map<FunctionId, Owner>();
  const contexts = new Map<FunctionId, Context>();
  const returns = new Map<FunctionId, Expression[]>();
  // Whoever is given an object may call its methods with another `this`, as many libraries do.
  const handedOver = new Set<Expression>();

  // Classes first, so that the functions inside them already know whose fields they assign.
  for (const each of module.classes) readClass(each);
  for (const each of module.functions) readFunction(each);
  return { sources, assignments, assignedFields, owners, contexts, returns };

  function readClass({
    id,
    scope,
    constructor,
    methods,
    fields,
    decorators,
    extends: base,
  }: ClassNode): void {
    if (constructor !== null) owners.set(constructor, { kind: "class", class: id, static: false });
    for (const method of methods) {
      owners.set(method.function, { kind: "class", class: id, static: method.static });
    }
    for (const field of fields) {
      const value = field.initializer && unwrap(field.initializer);
      if (value?.kind === "function") {
        owners.set(value.function, { kind: "class", class: id, static: field.static });
        if (field.type) contexts.set(value.function, { kind: "type", type: field.type });
      }
      readInside(scope, field.initializer, ...field.decorators);
    }
    readInside(scope, base, ...decorators);
  }

  function readFunction({ id, parameters, body, decorators }: FunctionNode): void {
    parameters.forEach(({ pattern, type, rest, default: standard, decorators: own }, index) => {
      readPattern(pattern, { function: id, from: { kind: "parameter", index, rest }, type, path: [] });
      readInside(id, standard, ...own, ...expressionsOfPattern(pattern));
    });
    readInside(id, ...decorators);
    forEachStatement(body, (statement) => readStatement(id, statement));
    forEachExpressionIn(body, (expression) => readExpression(id, expression));
  }

  function readInside(id: FunctionId, ...roots: readonly (Expression | null)[]): void {
    for (const root of roots) {
      if (root) forEachExpression(root, (expression) => readExpression(id, expression));
    }
  }

  function readStatement(id: FunctionId, statement: Statement): void {
    if (statement.kind === "return") {
      if (statement.argument) append(returns, id, statement.argument);
    } else if (statement.kind === "loop") {
      if (statement.loop !== "of" || !statement.left || !statement.right) return;
      readPattern(statement.left, {
        function: id,
        from: { kind: "element", of: statement.right },
        type: null,
        path: [],
      });
    } else if (statement.kind === "variables") {
      for (const { pattern, type, initializer } of statement.declarations) {
        const value = initializer && unwrap(initializer);
        if (value?.kind === "function" && type) contexts.set(value.function, { kind: "type", type });
        const from = { kind: "initializer", expression: initializer } as const;
        readPattern(pattern, { function: id, from, type, path: [] });
      }
    }
  }

  function readPattern(pattern: Pattern, source: Source): void {
    const below = (name: Key["name"]): Source => ({
      ...source,
      path: [...source.path, { name, default: null }],
    });
    switch (pattern.kind) {
      case "binding":
        if (!sources.has(pattern.binding)) sources.set(pattern.binding, source);
        return;
      case "default": {
        const last = source.path.at(-1);
        const path = last ? [...source.path.slice(0, -1), { ...last, default: pattern.value }] : [];
        readPattern(pattern.pattern, { ...source, path });
        return;
      }
      case "object":
        for (const { key, value } of pattern.properties) {
          readPattern(value, below(typeof key === "string" ? key : null));
        }
        if (pattern.rest) readPattern(pattern.rest, below(null));
        return;
      case "array":
        pattern.elements.forEach((element, index) => {
          if (element) readPattern(element, below(index));
        });
        if (pattern.rest) readPattern(pattern.rest, below(null));
        return;
      case "expression":
    }
  }

  function readExpression(id: FunctionId, expression: Expression): void {
    switch (expression.kind) {
      case "call":
      case "new":
        expression.arguments.forEach((argument, index) => {
          const value = unwrap(argument);
          if (value.kind === "object") handedOver.add(value);
          if (value.kind !== "function") return;
          contexts.set(value.function, { kind: "argument", call: { function: id, expression }, index });
        });
        return;
      case "object":
        for (const property of expression.properties) {
          const value = unwrap(property.value);
          if (value.kind === "object" && handedOver.has(expression)) handedOver.add(value);
          if (value.kind !== "function" || handedOver.has(expression)) continue;
          if (module.functions[value.function]?.kind === "arrow") continue;
          owners.set(value.function, { kind: "object", object: { function: id, expression } });
        }
        return;
      case "assign":
        readAssignment(id, expression);
    }
  }

  function readAssignment(id: FunctionId, { target, value }: Expression & { kind: "assign" }): void {
    const placed = { function: id, expression: value };
    if (target.kind === "binding") append(assignments, target.binding, placed);
    if (target.kind !== "expression") return;
    const { expression } = target;
    if (expression.kind !== "member" || expression.object.kind !== "this") return;
    const owner = findOwnerAmong(owners, module, id);
    if (owner?.kind !== "class") return;
    let fields = assignedFields.get(owner.class);
    if (!fields) assignedFields.set(owner.class, (fields = new Map()));
    append(fields, expression.property, placed);
  }
}

/** The expression without casts, which change nothing at run time. */
export function unwrap(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "cast") inner = inner.expression;
  return inner;
}
