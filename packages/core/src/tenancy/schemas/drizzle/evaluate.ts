/**
 * Reads what expressions stand for: through names, imports, spreads, and functions of the repository that make columns.
 * Functions are read with what they are given, never run, and the work is bounded whatever the code looks like.
 */
import { declarationsOf, unwrap, type Source } from "../../../link/declarations.js";
import type { Program, Symbol } from "../../../link/program.js";
import type { BindingId, Expression } from "../../../lower/module.js";
import { forEachStatement } from "../../../lower/visit.js";
import {
  either,
  isDecided,
  isKnown,
  joined,
  nothing,
  textOf,
  unknown,
  type Scope,
  type Value,
} from "./value.js";

export interface Evaluator {
  /** What an expression of a file stands for. Without a scope nothing is known of the parameters around it. */
  evaluate(file: string, expression: Expression, scope?: Scope | null): Value;
  apply(fn: Value, given: readonly Value[]): Value;
  member(object: Value, property: string): Value;
  exportNames(file: string): readonly string[];
}

const deepest = 400;
const mostWork = 20_000_000;
const mostWorkAtOnce = 500_000;

export function createEvaluator(program: Program): Evaluator {
  const known = new WeakMap<Expression, Value>();
  let depth = 0;
  let work = 0;
  let limit = 0;

  return {
    evaluate: (file, expression, scope = null) => bounded(() => evaluate(file, expression, scope)),
    apply: (fn, given) => bounded(() => apply(fn, given)),
    member: (object, property) => bounded(() => member(object, property)),
    exportNames: program.exportNames,
  };

  function bounded(read: () => Value): Value {
    if (depth === 0) limit = Math.min(mostWork, work + mostWorkAtOnce);
    return read();
  }

  function evaluate(file: string, expression: Expression, scope: Scope | null): Value {
    const before = scope === null ? known.get(expression) : undefined;
    if (before) return before;
    if (depth >= deepest || ++work > limit) return unknown;
    // What is asked for while it is being read depends on itself.
    if (scope === null) known.set(expression, unknown);
    depth++;
    const value = read(file, expression, scope);
    depth--;
    if (scope === null) known.set(expression, value);
    return value;
  }

  function read(file: string, expression: Expression, scope: Scope | null): Value {
    const inner = unwrap(expression);
    const within = (each: Expression) => evaluate(file, each, scope);
    switch (inner.kind) {
      case "literal":
        return { kind: "literal", value: inner.value };
      case "name":
        return inner.binding === null ? global(inner.name) : name(file, inner.binding, scope);
      case "member":
        return member(within(inner.object), inner.property);
      case "index": {
        const property = within(inner.index);
        return property.kind === "literal" ? member(within(inner.object), String(property.value)) : unknown;
      }
      case "call": {
        const { elements, complete } = list(file, inner.arguments, scope);
        if (isAssign(inner.callee)) return assigned(elements, complete);
        return complete ? call(within(inner.callee), elements, { file, start: inner.start }) : unknown;
      }
      case "new": {
        const { elements } = list(file, inner.arguments, scope);
        return { kind: "instance", of: within(inner.callee), arguments: elements };
      }
      case "class":
        return { kind: "class", file, class: inner.class, scope };
      case "object":
        return object(file, inner.properties, scope);
      case "array":
        return { kind: "list", ...list(file, inner.elements, scope) };
      case "function":
        return { kind: "function", file, function: inner.function, scope };
      case "template":
        return joined(inner.texts, inner.expressions.map(within));
      case "tagged":
        return {
          kind: "template",
          tag: within(inner.tag),
          texts: inner.texts,
          values: inner.expressions.map(within),
        };
      case "binary":
        return inner.operator === "+"
          ? joined(["", "", ""], [within(inner.left), within(inner.right)])
          : unknown;
      case "conditional": {
        const test = within(inner.test);
        if (test.kind === "literal") return within(test.value ? inner.then : inner.else);
        return either(within(inner.then), within(inner.else));
      }
      case "logical": {
        const left = within(inner.left);
        if (!isDecided(left)) return either(inner.operator === "&&" ? nothing : left, within(inner.right));
        const empty =
          left.kind === "literal" && (inner.operator === "??" ? left.value === null : !left.value);
        return empty === (inner.operator !== "&&") ? within(inner.right) : left;
      }
      default:
        return unknown;
    }
  }

  function name(file: string, binding: BindingId, scope: Scope | null): Value {
    const symbol = program.symbolOf(file, binding);
    return ofSymbol(symbol, "file" in symbol && symbol.file === file ? scope : null);
  }

  function ofSymbol(symbol: Symbol, scope: Scope | null): Value {
    switch (symbol.kind) {
      case "function":
        return { kind: "function", file: symbol.file, function: symbol.function, scope };
      case "class":
        return { kind: "class", file: symbol.file, class: symbol.class, scope };
      case "variable":
        return variable(symbol.file, symbol.binding, scope);
      case "module":
        return symbol;
      case "external":
        return { kind: "library", package: symbol.package, path: symbol.path };
      default:
        return unknown;
    }
  }

  function variable(file: string, binding: BindingId, scope: Scope | null): Value {
    const module = program.module(file);
    const source = module && declarationsOf(module).sources.get(binding);
    if (!source) return unknown;
    let own = scope;
    while (own && (own.file !== file || own.function !== source.function)) own = own.parent;
    const before = own?.known.get(binding);
    if (before) return before;
    own?.known.set(binding, unknown);
    const value = source.path.reduce(
      (at, key) => {
        const part = key.name === null ? unknown : member(at, String(key.name));
        const isMissing = part.kind === "unknown" && isKnown(at);
        return isMissing && key.default ? evaluate(file, key.default, own) : part;
      },
      first(file, source, own),
    );
    own?.known.set(binding, value);
    return value;
  }

  /** What a declaration starts from, before a pattern takes it apart. */
  function first(file: string, { from, function: id }: Source, scope: Scope | null): Value {
    if (from.kind === "initializer")
      return from.expression ? evaluate(file, from.expression, scope) : unknown;
    if (from.kind === "element" || !scope) return unknown;
    if (from.rest) return { kind: "list", elements: scope.arguments.slice(from.index), complete: true };
    const given = scope.arguments[from.index];
    if (given) return given;
    const fallback = program.module(file)?.functions[id]?.parameters[from.index]?.default;
    return fallback ? evaluate(file, fallback, scope) : unknown;
  }

  function member(value: Value, property: string): Value {
    switch (value.kind) {
      case "object":
        return value.properties.get(property) ?? unknown;
      case "list":
        return value.elements[Number(property)] ?? unknown;
      case "module":
        return ofSymbol(program.exportOf(value.file, property), null);
      case "library":
        return { ...value, path: [...value.path, property] };
      case "call":
      case "member":
      case "instance":
        return { kind: "member", object: value, property };
      case "template":
        return { kind: "member", object: value, property };
      case "either":
        return below(() => either(member(value.one, property), member(value.other, property)));
      default:
        return unknown;
    }
  }

  function call(callee: Value, given: readonly Value[], place: { file: string; start: number }): Value {
    switch (callee.kind) {
      case "function":
        return apply(callee, given);
      case "library":
      case "member":
      case "call":
        return { kind: "call", callee, arguments: given, ...place };
      case "either":
        return below(() => either(call(callee.one, given, place), call(callee.other, given, place)));
      default:
        return unknown;
    }
  }

  function apply(fn: Value, given: readonly Value[]): Value {
    if (fn.kind !== "function") return unknown;
    const written = program.module(fn.file)?.functions[fn.function];
    if (!written || written.async || written.generator) return unknown;
    const scope: Scope = {
      file: fn.file,
      function: fn.function,
      arguments: given,
      known: new Map(),
      parent: fn.scope,
    };
    const results: Expression[] = [];
    forEachStatement(written.body, (statement) => {
      if (statement.kind === "return" && statement.argument) results.push(statement.argument);
    });
    const [last, ...others] = results.slice(0, 4).reverse();
    if (!last) return unknown;
    return below(() =>
      others.reduce<Value>(
        (result, each) => either(evaluate(fn.file, each, scope), result),
        evaluate(fn.file, last, scope),
      ),
    );
  }

  function list(
    file: string,
    written: readonly Expression[],
    scope: Scope | null,
  ): { elements: readonly Value[]; complete: boolean } {
    const elements: Value[] = [];
    let complete = true;
    for (const each of written) {
      if (each.kind !== "spread") {
        elements.push(evaluate(file, each, scope));
        continue;
      }
      const spread = evaluate(file, each.expression, scope);
      if (spread.kind === "list" && afford(spread.elements.length)) {
        for (const element of spread.elements) elements.push(element);
        complete &&= spread.complete;
      } else if (spread.kind === "call") {
        // A call of the library that gives several at once, such as a set of policies.
        elements.push(spread);
      } else complete = false;
    }
    return { elements, complete };
  }

  function object(
    file: string,
    written: readonly (Expression & { kind: "object" })["properties"][number][],
    scope: Scope | null,
  ): Value {
    const properties = new Map<string, Value>();
    let complete = true;
    for (const property of written) {
      const value = evaluate(file, property.value, scope);
      if (property.kind === "spread") complete = spreadInto(properties, value) && complete;
      else if (typeof property.key === "string") properties.set(property.key, value);
      else {
        const key = textOf(evaluate(file, property.key, scope));
        if (key === null) complete = false;
        else properties.set(key, value);
      }
    }
    return { kind: "object", properties, complete };
  }

  /** `Object.assign(target, …)`: an object with more, or what the target is. */
  function assigned([target = unknown, ...more]: readonly Value[], isComplete: boolean): Value {
    if (target.kind !== "object") return target;
    const properties = new Map(target.properties);
    const whole = more.map((each) => spreadInto(properties, each));
    return { kind: "object", properties, complete: isComplete && target.complete && !whole.includes(false) };
  }

  /** Whether all of it could be taken over. */
  function spreadInto(properties: Map<string, Value>, value: Value): boolean {
    if (value.kind === "literal") return true;
    if (value.kind === "module") {
      for (const each of program.exportNames(value.file)) properties.set(each, member(value, each));
      return true;
    }
    if (value.kind === "either") {
      const [one, other] = [spreadInto(properties, value.one), spreadInto(properties, value.other)];
      return one && other;
    }
    if (value.kind !== "object" || !afford(value.properties.size)) return false;
    for (const [key, each] of value.properties) properties.set(key, each);
    return value.complete;
  }

  function afford(amount: number): boolean {
    work += amount;
    return work <= limit;
  }

  function below(read: () => Value): Value {
    if (depth >= deepest || ++work > limit) return unknown;
    depth++;
    const value = read();
    depth--;
    return value;
  }
}

/** Types that are named by what makes them. A misspelt or a forgotten name says nothing. */
function global(name: string): Value {
  return /^(?:String|Number|Boolean|Date|BigInt|Buffer|Object|Array|Uint8Array)$/.test(name)
    ? { kind: "global", name }
    : unknown;
}

function isAssign(callee: Expression): boolean {
  return (
    callee.kind === "member" &&
    callee.property === "assign" &&
    callee.object.kind === "name" &&
    callee.object.name === "Object" &&
    callee.object.binding === null
  );
}
