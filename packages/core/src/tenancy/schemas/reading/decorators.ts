/**
 * Which decorators of a package stand on a class or a property, also those that a function of the repository applies:
 * `const TenantColumn = () => applyDecorators(Column({ … }), Index())`, `(options) => (target, key) => Column(options)(target, key)`.
 */
import { unwrap } from "../../../link/declarations.js";
import type { Program } from "../../../link/program.js";
import type { Expression } from "../../../lower/module.js";
import { forEachExpressionIn } from "../../../lower/visit.js";
import type { Evaluator } from "../drizzle/evaluate.js";
import { textOf, type Scope, type Value } from "../drizzle/value.js";

export interface Decoration {
  /** What the package calls it: `Column`. */
  readonly name: string;
  /** What it is given. Where a wrapper computes that, what the wrapper is given comes after it. */
  readonly arguments: readonly Value[];
}

export interface DecoratorReader {
  (file: string, decorators: readonly Expression[], scope?: Scope | null): readonly Decoration[];
}

const deepest = 4;
const mostCalls = 200;

export function createDecoratorReader(
  program: Program,
  evaluator: Evaluator,
  isOurs: (packageName: string) => boolean,
): DecoratorReader {
  return (file, decorators, scope = null) =>
    decorators.flatMap((decorator) => {
      if (isForeign(file, decorator)) return [];
      const inner = unwrap(decorator);
      const given =
        inner.kind === "call" ? inner.arguments.map((each) => evaluator.evaluate(file, each, scope)) : [];
      return unfold(evaluator.evaluate(file, decorator, scope), given, deepest);
    });

  /** Most decorators belong to other packages; what they are given need not be read. */
  function isForeign(file: string, decorator: Expression): boolean {
    let at = unwrap(decorator);
    while (at.kind === "member" || at.kind === "call")
      at = unwrap(at.kind === "member" ? at.object : at.callee);
    if (at.kind !== "name" || at.binding === null) return at.kind === "name";
    const symbol = program.symbolOf(file, at.binding);
    return symbol.kind === "external" && !isOurs(symbol.package) && symbol.path.at(-1) !== "applyDecorators";
  }

  function unfold(value: Value, given: readonly Value[], depth: number): readonly Decoration[] {
    switch (value.kind) {
      case "library":
        return isOurs(value.package) ? [{ name: value.path.at(-1) ?? "", arguments: [] }] : [];
      case "either":
        return depth > 0
          ? [...unfold(value.one, given, depth - 1), ...unfold(value.other, given, depth - 1)]
          : [];
      case "function":
        return depth > 0 ? appliedIn(value, given, depth - 1) : [];
      case "call": {
        const { callee } = value;
        if (callee.kind === "call") return unfold(callee, given, depth);
        if (callee.kind !== "library") return [];
        if (callee.path.at(-1) === "applyDecorators" && !isOurs(callee.package))
          return depth > 0 ? value.arguments.flatMap((each) => unfold(each, given, depth - 1)) : [];
        if (!isOurs(callee.package)) return [];
        return [{ name: callee.path.at(-1) ?? "", arguments: completed(value.arguments, given) }];
      }
      default:
        return [];
    }
  }

  /** What a function that is a decorator itself calls: `Column(options)(target, key)`. */
  function appliedIn(
    fn: Value & { kind: "function" },
    given: readonly Value[],
    depth: number,
  ): readonly Decoration[] {
    const body = program.module(fn.file)?.functions[fn.function]?.body ?? [];
    const scope: Scope = {
      file: fn.file,
      function: fn.function,
      arguments: [],
      known: new Map(),
      parent: fn.scope,
    };
    const found: Decoration[] = [];
    let left = mostCalls;
    forEachExpressionIn(body, (expression) => {
      if (expression.kind !== "call" || unwrap(expression.callee).kind !== "call" || left-- <= 0) return;
      found.push(...unfold(evaluator.evaluate(fn.file, expression, scope), given, depth));
    });
    return found;
  }
}

function completed(known: readonly Value[], given: readonly Value[]): readonly Value[] {
  const isWhole = known.every(
    (each) => each.kind !== "unknown" && each.kind !== "either" && (each.kind !== "object" || each.complete),
  );
  return isWhole ? known : [...known, ...given];
}

/** All that may be meant, the likelier first. */
export function alternativesOf(values: readonly Value[]): readonly Value[] {
  const found: Value[] = [];
  const waiting = [...values].reverse();
  while (waiting.length > 0 && found.length < 64) {
    const value = waiting.pop()!;
    if (value.kind === "either") waiting.push(value.other, value.one);
    else if (value.kind !== "unknown") found.push(value);
  }
  return found;
}

export function firstText(values: readonly Value[]): string | null {
  return (
    alternativesOf(values)
      .map(textOf)
      .find((text) => text !== null) ?? null
  );
}

/** The options among what is given, as one: what is said first holds. */
export function optionsIn(values: readonly Value[]): ReadonlyMap<string, Value> {
  const options = new Map<string, Value>();
  for (const value of alternativesOf(values)) {
    if (value.kind !== "object") continue;
    for (const [key, each] of value.properties) {
      const before = options.get(key);
      if (!before || before.kind === "unknown") options.set(key, each);
    }
  }
  return options;
}

/** Whether options may say `true`: what is computed may. */
export function maySay(options: ReadonlyMap<string, Value>, name: string): boolean {
  const value = options.get(name);
  return value !== undefined && (value.kind !== "literal" || Boolean(value.value));
}

export function says(options: ReadonlyMap<string, Value>, name: string, expected: boolean): boolean {
  const value = options.get(name);
  return value?.kind === "literal" && value.value === expected;
}
