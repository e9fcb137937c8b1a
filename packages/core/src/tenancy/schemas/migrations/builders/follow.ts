/**
 * Follows a migration's function from what it is given, through variables, helpers of the repository, callbacks and loops over
 * known lists, and hands every call on the database to a reader. Nothing is run, and the work is bounded whatever the code looks like.
 */
import { unwrap } from "../../../../link/declarations.js";
import type { Program, Symbol } from "../../../../link/program.js";
import type { Expression, Pattern } from "../../../../lower/module.js";
import { positionOf } from "../../../../lower/positions.js";
import { callBuiltIn, mostElements } from "./built-in.js";
import { keep, keepGuarded, tried, type Found, type Read } from "./found.js";
import { findMember, findFirstValue } from "./names.js";
import { followStatements, truthOf, type Follower } from "./statements.js";
import { awaited, binary, canChangeSchema, eitherOf, givesDatabase, stepOf } from "./operations.js";
import {
  database,
  isOfDatabase,
  joined,
  literal,
  unknown,
  type Call,
  type Frame,
  type Step,
  type Value,
} from "./value.js";

/** What readers of builders may ask. */
export interface Host {
  apply(fn: Value, given: readonly Value[]): Value;
  /** What a callback calls on the one thing that it is given: a line for each chain. */
  written(callback: Value): readonly (readonly Call[])[];
  /** In the migration's own file, also for what a helper does elsewhere. */
  lineOf(place: { readonly file: string; readonly start: number }): number;
}

/** Null for a call that is none of the builder's. */
export type ReadCall = (step: Step, host: Host) => Read | null;

export interface Followed {
  readonly found: readonly Found[];
  /** False when it was too long to be followed to its end. */
  readonly whole: boolean;
}

const deepest = 450;
const deepestCall = 12;
const mostWork = 100_000;

export function follow(program: Program, file: string, up: Value, self: Value, readCall: ReadCall): Followed {
  const found: Found[] = [];
  const files = new Map<string, Frame>();
  let depth = 0;
  let calls = 0;
  let work = 0;
  let whole = true;
  let line = 1;

  const host: Host = { apply, written, lineOf };
  const follower: Follower = { found, evaluate, bind, spend, enter, leave, at };
  apply(up, [database, { kind: "library", package: "sequelize", path: [] }], self);
  return { found, whole };

  function spend(): boolean {
    whole &&= ++work <= mostWork;
    return whole;
  }

  function enter(): boolean {
    whole &&= depth < deepest;
    if (whole) depth++;
    return whole;
  }

  function leave(): void {
    depth--;
  }

  function at(frame: Frame, start: number): void {
    line = lineOf({ file: frame.file, start });
  }

  function lineOf(place: { readonly file: string; readonly start: number }): number {
    const module = program.module(file);
    return place.file === file && module ? positionOf(module, place.start).line : line;
  }

  function written(callback: Value): readonly (readonly Call[])[] {
    const lines: Call[][] = [];
    const builder: Value = { kind: "builder", lines };
    apply(callback, [builder], builder);
    return lines.filter((each) => each.length > 0);
  }

  function frameOf(of: string): Frame {
    let frame = files.get(of);
    if (!frame) {
      frame = { file: of, function: 0, names: new Map(), self: unknown, parent: null };
      files.set(of, frame);
    }
    return frame;
  }

  function evaluate(frame: Frame, written: Expression): Value {
    if (!spend() || !enter()) return unknown;
    const value = read(frame, unwrap(written));
    leave();
    return value;
  }

  function read(frame: Frame, expression: Expression): Value {
    const within = (each: Expression) => evaluate(frame, each);
    switch (expression.kind) {
      case "literal":
        return literal(expression.value);
      case "name":
        return nameOf(frame, expression);
      case "this":
        return frame.self;
      case "member":
        return member(within(expression.object), expression.property, frame, expression.nameStart);
      case "index": {
        const property = within(expression.index);
        if (property.kind !== "literal") return unknown;
        return member(within(expression.object), String(property.value), frame, expression.start);
      }
      case "call":
        return call(frame, expression);
      case "new": {
        const callee = within(expression.callee);
        const given = expression.arguments.map(within);
        if (callee.kind === "class") tellOfLost(given, frame, expression.start);
        return { kind: "made", callee, arguments: given };
      }
      case "array":
        return { kind: "list", elements: listOf(frame, expression.elements) };
      case "object":
        return objectOf(frame, expression);
      case "function":
        return { kind: "function", file: frame.file, function: expression.function, frame };
      case "class":
        return { kind: "class", file: frame.file, class: expression.class };
      case "template":
        return joined(expression.texts, expression.expressions.map(within));
      case "tagged": {
        const tag = within(expression.tag);
        const values = expression.expressions.map(within);
        const { texts, start } = expression;
        const made: Value = { kind: "template", texts, values, file: frame.file, start };
        return isOfDatabase(tag) ? taken(stepOf(tag, "query", [made], frame, start, start)) : made;
      }
      case "unary": {
        const operand = within(expression.operand);
        const truth = truthOf(operand);
        if (expression.operator === "!") return truth === null ? unknown : literal(!truth);
        const isNumber = operand.kind === "literal" && typeof operand.value === "number";
        return expression.operator === "-" && isNumber ? literal(-Number(operand.value)) : unknown;
      }
      case "binary":
        return binary(expression.operator, within(expression.left), within(expression.right));
      case "logical":
        return logical(frame, expression);
      case "conditional": {
        const truth = truthOf(within(expression.test));
        if (truth !== null) return within(truth ? expression.then : expression.else);
        const one = maybe(frame, expression.then);
        const other = maybe(frame, expression.else);
        return one.kind === "line" && other.kind === "line" ? one : eitherOf(one, other);
      }
      case "assign": {
        const value = within(expression.value);
        const isPlain = expression.operator === "=";
        const before =
          expression.target.kind === "binding" && expression.operator === "+="
            ? lookUp(frame, expression.target.binding)
            : null;
        bind(frame, expression.target, before ? binary("+", before, value) : isPlain ? value : unknown);
        return value;
      }
      case "sequence":
        return expression.expressions.map(within).at(-1) ?? unknown;
      case "await":
        return awaited(within(expression.expression));
      case "yield":
        return expression.expression ? within(expression.expression) : unknown;
      case "unknown":
        expression.children.forEach(within);
        return unknown;
      default:
        return unknown;
    }
  }

  /** What happens only under a condition that can't be decided. */
  function maybe(frame: Frame, expression: Expression): Value {
    const way = tried(found, () => evaluate(frame, expression));
    keepGuarded(found, way.found);
    return way.result;
  }

  function logical(frame: Frame, { operator, left, right }: Expression & { kind: "logical" }): Value {
    const value = evaluate(frame, left);
    const truth = operator === "??" && value.kind === "literal" ? value.value !== null : truthOf(value);
    if (truth === null) {
      maybe(frame, right);
      return unknown;
    }
    return truth === (operator === "&&") ? evaluate(frame, right) : value;
  }

  function nameOf(frame: Frame, { name, binding }: Expression & { kind: "name" }): Value {
    if (binding !== null) return lookUp(frame, binding);
    return name === "undefined" ? literal(null) : { kind: "library", package: "", path: [name] };
  }

  function lookUp(frame: Frame, binding: number): Value {
    for (let each: Frame | null = frame; each; each = each.parent) {
      const value = each.file === frame.file ? each.names.get(binding) : undefined;
      if (value) return value;
    }
    return ofSymbol(program.symbolOf(frame.file, binding), frame);
  }

  function ofSymbol(symbol: Symbol, frame: Frame | null): Value {
    switch (symbol.kind) {
      case "function": {
        const around = frame?.file === symbol.file ? frame : frameOf(symbol.file);
        return { kind: "function", file: symbol.file, function: symbol.function, frame: around };
      }
      case "class":
      case "module":
        return symbol;
      case "external":
        return { kind: "library", package: symbol.package, path: symbol.path };
      case "variable": {
        const own = frameOf(symbol.file);
        const known = own.names.get(symbol.binding);
        if (known) return known;
        own.names.set(symbol.binding, unknown);
        const first = findFirstValue(program, symbol.file, symbol.binding);
        if (first) bind(own, first.pattern, evaluate(own, first.expression));
        return own.names.get(symbol.binding) ?? unknown;
      }
      default:
        return unknown;
    }
  }

  function member(of: Value, name: string, frame: Frame, start: number): Value {
    switch (of.kind) {
      case "object":
        return of.properties.get(name) ?? (of.open ? unknown : literal(null));
      case "list":
        if (name === "length") return literal(of.elements.length);
        return of.elements[Number(name)] ?? unknown;
      case "literal":
        return typeof of.value === "string" && name === "length" ? literal(of.value.length) : unknown;
      case "module":
        return exported(of.file, name);
      case "library":
        return { ...of, path: [...of.path, name] };
      case "class":
      case "migration": {
        const own = findMember(program, of, name, of.kind === "class");
        if (own?.kind === "value") return evaluate(frameWith(own.file, of), own.expression);
        if (own) return { ...own, frame: frameWith(own.file, of) };
        return of.kind === "migration" ? stepOf(of, name, null, frame, start, start) : unknown;
      }
      case "database":
      case "step":
      case "template":
        return stepOf(of, name, null, frame, start, start);
      default:
        return unknown;
    }
  }

  /** Also of what `module.exports = { ...others }` brings. */
  function exported(file: string, name: string): Value {
    const symbol = program.exportOf(file, name);
    if (symbol.kind !== "unresolved" || name === "export=") return ofSymbol(symbol, null);
    const all = exported(file, "export=");
    return all.kind === "object" ? (all.properties.get(name) ?? unknown) : unknown;
  }

  function frameWith(of: string, self: Value): Frame {
    return { file: of, function: 0, names: new Map(), self, parent: frameOf(of) };
  }

  function call(frame: Frame, { callee, arguments: given, start }: Expression & { kind: "call" }): Value {
    const written = unwrap(callee);
    if (written.kind === "member") {
      const of = evaluate(frame, written.object);
      return invoke(of, written.property, listOf(frame, given), frame, written.nameStart, given[0]?.start);
    }
    const required = requiredBy(frame, written, given);
    if (required) return required;
    const fn = evaluate(frame, callee);
    const values = listOf(frame, given);
    if (fn.kind === "function") return apply(fn, values);
    if (fn.kind === "step" && fn.arguments === null)
      return taken(stepOf(fn.of, fn.name, values, frame, start, given[0]?.start ?? start));
    if (fn.kind === "database" || fn.kind === "step") return stepOf(fn, "()", values, frame, start, start);
    tellOfLost(values, frame, start);
    for (const each of values) if (each.kind === "function") apply(each, [unknown, unknown]);
    return fn.kind === "library" ? stepOf(fn, "()", values, frame, start, start) : unknown;
  }

  /** `require("./tables")` where no variable takes it. */
  function requiredBy(frame: Frame, callee: Expression, [given]: readonly Expression[]): Value | null {
    const isRequire = callee.kind === "name" && callee.name === "require" && callee.binding === null;
    if (!isRequire || given?.kind !== "literal" || typeof given.value !== "string") return null;
    const found = program.resolve(frame.file, given.value);
    return found.kind === "module" ? found : unknown;
  }

  function invoke(
    of: Value,
    name: string,
    given: readonly Value[],
    frame: Frame,
    start: number,
    argumentStart = start,
  ): Value {
    const known = callBuiltIn(of, name, given, apply);
    if (known) return known;
    if (of.kind === "builder" || of.kind === "line") {
      if (name === "$call" && given[0]) return apply(given[0], [of]);
      return write(of, { name, arguments: given });
    }
    const fn = member(of, name, frame, start);
    if (fn.kind === "function") return apply(fn, given, of);
    if (fn.kind === "step") return taken(stepOf(fn.of, name, given, frame, start, argumentStart));
    // Of what is not known, nobody knows what it does with its callbacks; they may be called.
    for (const each of given) if (each.kind === "function") apply(each, [unknown, unknown]);
    if (of.kind !== "library" || of.package !== "") tellOfLost(given, frame, start);
    return of.kind === "library" ? stepOf(of, name, given, frame, start, argumentStart) : unknown;
  }

  function write(on: Value & { kind: "builder" | "line" }, made: Call): Value {
    if (on.kind === "line") {
      on.calls.push(made);
      return on;
    }
    const calls = [made];
    on.lines.push(calls);
    found.push({ kind: "line", calls });
    return { kind: "line", calls };
  }

  /** A call on the database, or on something that leads to it. */
  function taken(step: Step): Value {
    const [first = unknown, second = unknown] = step.arguments ?? [];
    if (step.name === "$call" || step.name === "$if" || step.name === "modify") {
      const made = step.name === "$if" ? apply(second, [step.of]) : apply(first, [step.of]);
      return made.kind === "step" ? made : step.of;
    }
    const own = tried(found, () => readCall(step, host));
    if (own.result) {
      // What its callbacks wrote down is part of what was read; statements that they hold are not.
      for (const each of own.found) if (each.kind !== "line") found.push(each);
      found.push({ kind: "read", step, read: own.result });
      return step;
    }
    keep(found, own.found);
    for (const each of step.arguments ?? []) {
      if (each.kind !== "function" || step.name === "catch") continue;
      apply(each, [givesDatabase.test(step.name) && isOfDatabase(step) ? database : unknown]);
    }
    return step;
  }

  function apply(fn: Value, given: readonly Value[], self: Value = unknown): Value {
    if (fn.kind !== "function") return unknown;
    const body = program.module(fn.file)?.functions[fn.function];
    if (!body || body.generator) return unknown;
    if (calls >= deepestCall) whole = false;
    if (!spend()) return unknown;
    const around = fn.frame ?? frameOf(fn.file);
    const frame: Frame = {
      file: fn.file,
      function: fn.function,
      names: new Map(),
      self: body.kind === "arrow" ? around.self : self,
      parent: around,
    };
    calls++;
    const before = line;
    for (const [index, { pattern, rest, default: fallback }] of body.parameters.entries()) {
      const value = rest ? { kind: "list" as const, elements: given.slice(index) } : given[index];
      bind(frame, pattern, value ?? (fallback ? evaluate(frame, fallback) : literal(null)));
    }
    const { value } = followStatements(follower, frame, body.body);
    line = before;
    calls--;
    return value;
  }

  function bind(frame: Frame, pattern: Pattern, value: Value): void {
    switch (pattern.kind) {
      case "binding": {
        let owner = frame;
        for (let each: Frame | null = frame; each; each = each.parent)
          if (each.file === frame.file && each.names.has(pattern.binding)) owner = each;
        owner.names.set(pattern.binding, value);
        return;
      }
      case "default": {
        const isMissing = value.kind === "literal" && value.value === null;
        bind(frame, pattern.pattern, isMissing ? evaluate(frame, pattern.value) : value);
        return;
      }
      case "object":
        for (const { key, value: part } of pattern.properties)
          bind(frame, part, typeof key === "string" ? member(value, key, frame, pattern.start) : unknown);
        if (pattern.rest) bind(frame, pattern.rest, unknown);
        return;
      case "array":
        pattern.elements.forEach((part, index) => {
          if (part) bind(frame, part, member(value, String(index), frame, pattern.start));
        });
        if (pattern.rest) bind(frame, pattern.rest, unknown);
        return;
      case "expression":
    }
  }

  function listOf(frame: Frame, expressions: readonly Expression[]): Value[] {
    const elements: Value[] = [];
    for (const each of expressions) {
      const value = evaluate(frame, each.kind === "spread" ? each.expression : each);
      if (each.kind !== "spread" || value.kind !== "list")
        elements.push(each.kind === "spread" ? unknown : value);
      else if (elements.length + value.elements.length > mostElements) whole = false;
      else for (const one of value.elements) elements.push(one);
      work += each.kind === "spread" ? elements.length : 0;
    }
    return elements;
  }

  function objectOf(frame: Frame, { properties }: Expression & { kind: "object" }): Value {
    const made = new Map<string, Value>();
    let open = false;
    for (const { kind, value: expression, ...rest } of properties) {
      const value = evaluate(frame, expression);
      if (kind === "spread") {
        const isKnown = value.kind === "module" || (value.kind === "object" && !value.open);
        open ||= !isKnown && value.kind !== "literal";
        work += value.kind === "object" ? value.properties.size : 0;
        if (value.kind === "object") for (const [key, each] of value.properties) made.set(key, each);
        if (value.kind === "module")
          for (const each of program.exportNames(value.file)) made.set(each, exported(value.file, each));
        continue;
      }
      const key = "key" in rest ? rest.key : "";
      const name = typeof key === "string" ? literal(key) : evaluate(frame, key);
      if (name.kind === "literal") made.set(String(name.value), value);
      else open = true;
    }
    return { kind: "object", properties: made, open };
  }

  function tellOfLost(given: readonly Value[], frame: Frame, start: number): void {
    if (!given.some(canChangeSchema)) return;
    found.push({ kind: "lost", line: lineOf({ file: frame.file, start }), text: "" });
  }
}
