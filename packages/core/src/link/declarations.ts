/**
 * Where the names of one module get their values, and who stands around its functions: one walk over the module, kept.
 */
import type {
  BindingId,
  ClassId,
  Expression,
  FunctionId,
  FunctionNode,
  Module,
  Pattern,
  Statement,
  TypeNode,
} from "../lower/module.js";
import { append } from "./append.js";

export interface Declarations {
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

export interface Key {
  /** null for a rest element or a computed key. */
  readonly name: string | number | null;
  readonly default: Expression | null;
}

export type Owner =
  | { readonly kind: "class"; readonly class: ClassId; readonly static: boolean }
  | { readonly kind: "object"; readonly object: Placed };

export type Context =
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

  const visit = (id: FunctionId, expression: Expression | null) => {
    if (expression) readExpression(id, expression);
  };

  // Classes first, so that the methods already know whose fields they assign.
  for (const each of module.classes) readClass(each.id);
  for (const each of module.functions) readFunction(each.id);
  return { sources, assignments, assignedFields, owners, contexts, returns };

  function readClass(id: ClassId): void {
    const each = module.classes[id];
    if (!each) return;
    if (each.constructor !== null) owners.set(each.constructor, { kind: "class", class: id, static: false });
    for (const method of each.methods) {
      owners.set(method.function, { kind: "class", class: id, static: method.static });
    }
    for (const field of each.fields) {
      const value = field.initializer && unwrap(field.initializer);
      if (value?.kind === "function") {
        owners.set(value.function, { kind: "class", class: id, static: field.static });
        if (field.type) contexts.set(value.function, { kind: "type", type: field.type });
      }
      visit(each.scope, field.initializer);
      for (const decorator of field.decorators) visit(each.scope, decorator);
    }
    visit(each.scope, each.extends);
    for (const decorator of each.decorators) visit(each.scope, decorator);
  }

  function readFunction(id: FunctionId): void {
    const each = module.functions[id];
    if (!each) return;
    each.parameters.forEach((parameter, index) => {
      const from = { kind: "parameter", index, rest: parameter.rest } as const;
      readPattern(parameter.pattern, { function: id, from, type: parameter.type, path: [] });
      visit(id, parameter.default);
    });
    for (const statement of each.body) readStatement(id, statement);
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
        visit(source.function, pattern.value);
        const last = source.path.at(-1);
        const path = last ? [...source.path.slice(0, -1), { ...last, default: pattern.value }] : source.path;
        readPattern(pattern.pattern, { ...source, path });
        return;
      }
      case "object":
        for (const { key, value } of pattern.properties) {
          if (typeof key !== "string") visit(source.function, key);
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
        visit(source.function, pattern.expression);
    }
  }

  function readStatement(id: FunctionId, statement: Statement): void {
    const enter = (statements: readonly Statement[] | null) => {
      for (const each of statements ?? []) readStatement(id, each);
    };
    switch (statement.kind) {
      case "expression":
        visit(id, statement.expression);
        return;
      case "variables":
        for (const { pattern, type, initializer } of statement.declarations) {
          const value = initializer && unwrap(initializer);
          if (value?.kind === "function" && type) contexts.set(value.function, { kind: "type", type });
          readPattern(pattern, {
            function: id,
            from: { kind: "initializer", expression: initializer },
            type,
            path: [],
          });
          visit(id, initializer);
        }
        return;
      case "return":
        if (statement.argument) append(returns, id, statement.argument);
        visit(id, statement.argument);
        return;
      case "throw":
        visit(id, statement.argument);
        return;
      case "if":
        visit(id, statement.test);
        enter(statement.then);
        enter(statement.else);
        return;
      case "loop":
        if (statement.initializer) enter([statement.initializer]);
        visit(id, statement.test);
        visit(id, statement.update);
        if (statement.left && statement.right) {
          const of: Source["from"] =
            statement.loop === "of"
              ? { kind: "element", of: statement.right }
              : { kind: "initializer", expression: null };
          readPattern(statement.left, { function: id, from: of, type: null, path: [] });
        }
        visit(id, statement.right);
        enter(statement.body);
        return;
      case "switch":
        visit(id, statement.discriminant);
        for (const { test, body } of statement.cases) {
          visit(id, test);
          enter(body);
        }
        return;
      case "try":
        enter(statement.block);
        enter(statement.handler);
        enter(statement.finalizer);
        return;
      case "block":
      case "labeled":
        enter(statement.body);
        return;
      case "unknown":
        for (const child of statement.children) visit(id, child);
        return;
      case "function":
      case "class":
      case "break":
      case "continue":
    }
  }

  function readExpression(id: FunctionId, expression: Expression): void {
    const visitAll = (expressions: readonly Expression[]) => {
      for (const each of expressions) visit(id, each);
    };
    switch (expression.kind) {
      case "member":
        visit(id, expression.object);
        return;
      case "index":
        visitAll([expression.object, expression.index]);
        return;
      case "call":
      case "new":
        expression.arguments.forEach((argument, index) => {
          const value = unwrap(argument);
          if (value.kind !== "function" || contexts.has(value.function)) return;
          contexts.set(value.function, { kind: "argument", call: { function: id, expression }, index });
        });
        visit(id, expression.callee);
        visitAll(expression.arguments);
        return;
      case "import":
        visit(id, expression.specifier);
        return;
      case "object":
        for (const property of expression.properties) {
          const value = unwrap(property.value);
          if (value.kind === "function" && module.functions[value.function]?.kind !== "arrow") {
            owners.set(value.function, { kind: "object", object: { function: id, expression } });
          }
          if (property.kind === "property" && typeof property.key !== "string") visit(id, property.key);
          visit(id, property.value);
        }
        return;
      case "array":
        visitAll(expression.elements);
        return;
      case "template":
      case "sequence":
        visitAll(expression.expressions);
        return;
      case "tagged":
        visit(id, expression.tag);
        visitAll(expression.expressions);
        return;
      case "unary":
        visit(id, expression.operand);
        return;
      case "binary":
      case "logical":
        visitAll([expression.left, expression.right]);
        return;
      case "conditional":
        visitAll([expression.test, expression.then, expression.else]);
        return;
      case "assign":
        readAssignment(id, expression);
        visit(id, expression.value);
        return;
      case "spread":
      case "await":
      case "yield":
      case "cast":
        visit(id, expression.expression);
        return;
      case "unknown":
        visitAll(expression.children);
        return;
      case "literal":
      case "constant":
      case "name":
      case "this":
      case "super":
      case "function":
      case "class":
    }
  }

  function readAssignment(id: FunctionId, { target, value }: Expression & { kind: "assign" }): void {
    const placed = { function: id, expression: value };
    if (target.kind === "binding") append(assignments, target.binding, placed);
    else if (target.kind !== "expression") readPattern(target, placedSource(placed));
    else {
      const { expression } = target;
      if (expression.kind === "member" && expression.object.kind === "this") {
        const owner = findOwnerAmong(owners, module, id);
        if (owner?.kind !== "class") return;
        let fields = assignedFields.get(owner.class);
        if (!fields) assignedFields.set(owner.class, (fields = new Map()));
        append(fields, expression.property, placed);
      } else visit(id, expression);
    }
  }
}

/** The expression without casts, which change nothing at run time. */
export function unwrap(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "cast") inner = inner.expression;
  return inner;
}

function placedSource({ function: id, expression }: Placed): Source {
  return { function: id, from: { kind: "initializer", expression }, type: null, path: [] };
}
