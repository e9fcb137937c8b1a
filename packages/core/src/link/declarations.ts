/** Where the names of one module get their first values: one walk over the module, kept. */
import type {
  BindingId,
  Expression,
  FunctionId,
  FunctionNode,
  Module,
  Pattern,
  Statement,
  TypeNode,
} from "../lower/module.js";
import { forEachStatement } from "../lower/visit.js";

interface Declarations {
  readonly sources: ReadonlyMap<BindingId, Source>;
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

const known = new WeakMap<Module, Declarations>();

export function declarationsOf(module: Module): Declarations {
  let found = known.get(module);
  if (!found) known.set(module, (found = readDeclarations(module)));
  return found;
}

function readDeclarations(module: Module): Declarations {
  const sources = new Map<BindingId, Source>();
  for (const each of module.functions) readFunction(each);
  return { sources };

  function readFunction({ id, parameters, body }: FunctionNode): void {
    parameters.forEach(({ pattern, type, rest }, index) => {
      readPattern(pattern, { function: id, from: { kind: "parameter", index, rest }, type, path: [] });
    });
    forEachStatement(body, (statement) => readStatement(id, statement));
  }

  function readStatement(id: FunctionId, statement: Statement): void {
    if (statement.kind === "loop") {
      if (statement.loop !== "of" || !statement.left || !statement.right) return;
      readPattern(statement.left, {
        function: id,
        from: { kind: "element", of: statement.right },
        type: null,
        path: [],
      });
    } else if (statement.kind === "variables") {
      for (const { pattern, type, initializer } of statement.declarations) {
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
}

/** The expression without casts, which change nothing at run time. */
export function unwrap(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "cast") inner = inner.expression;
  return inner;
}
