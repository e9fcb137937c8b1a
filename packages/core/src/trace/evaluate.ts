/** What an expression stands for, in one frame, at one point of the walk. */
import type { BindingId, Expression, ObjectProperty, Pattern, TypeNode } from "../lower/module.js";
import { conditionText } from "../lower/visit.js";
import { callExpression, constructExpression, taggedExpression } from "./calls.js";
import { maximalNesting, moduleOf, snapshot, visitRuledOut, type Machine } from "./machine.js";
import { elementOf, memberOf, specialize, typedFallback } from "./members.js";
import { moduleValue } from "./modules.js";
import { emptyObject, spreadInto, withField } from "./objects.js";
import { narrow, truthOf } from "./narrow.js";
import { join } from "./state.js";
import { choiceOf, isPerhapsAbsent, optionsOf, withAbsence, withoutAbsence } from "./choice.js";
import {
  isUndefined,
  setValue,
  undefinedValue,
  unknown,
  type Frame,
  type ObjectValue,
  type Site,
  type SymbolicValue,
  type TextValue,
  type Value,
} from "./value.js";

export function evaluate(machine: Machine, frame: Frame, expression: Expression): Value {
  if (machine.depth >= maximalNesting) return unknown;
  machine.depth += 1;
  const value = evaluateAsWritten(machine, frame, expression);
  machine.depth -= 1;
  return value.kind === "symbolic" && value.absent && machine.narrowed.has(value.id)
    ? { ...value, absent: false }
    : value;
}

function evaluateAsWritten(machine: Machine, frame: Frame, expression: Expression): Value {
  switch (expression.kind) {
    case "literal":
      return { kind: "literal", value: expression.value };
    case "constant":
      return { kind: "literal", value: expression.text };
    case "name":
      return readName(machine, frame, expression.name, expression.binding);
    case "this":
      return selfOf(frame);
    case "member": {
      const object = evaluate(machine, frame, expression.object);
      const member = memberOf(machine, object, expression.property, siteOf(frame, expression));
      return expression.optional || isPerhapsAbsent(object) ? withAbsence(member) : member;
    }
    case "index": {
      const object = evaluate(machine, frame, expression.object);
      const index = evaluate(machine, frame, expression.index);
      if (index.kind === "literal" && typeof index.value === "string") {
        return memberOf(machine, object, index.value, siteOf(frame, expression));
      }
      if (object.kind === "array" && index.kind === "literal" && typeof index.value === "number") {
        return object.elements[index.value] ?? object.rest ?? undefinedValue;
      }
      return elementOf(machine, object, siteOf(frame, expression));
    }
    case "call":
      return callExpression(machine, frame, expression);
    case "new":
      return constructExpression(machine, frame, expression);
    case "tagged":
      return taggedExpression(machine, frame, expression);
    case "import": {
      const specifier = evaluate(machine, frame, expression.specifier);
      if (specifier.kind !== "literal" || typeof specifier.value !== "string") return unknown;
      const target = machine.program.resolve(frame.file, specifier.value);
      if (target.kind === "module") return { kind: "module", file: target.file };
      return target.kind === "external" ? { kind: "external", package: target.package, path: [] } : unknown;
    }
    case "object":
      return evaluateObject(machine, frame, expression.properties);
    case "array":
      return evaluateArray(machine, frame, expression.elements);
    case "spread":
      return evaluate(machine, frame, expression.expression);
    case "function": {
      const value: Value = {
        kind: "function",
        file: frame.file,
        function: expression.function,
        closure: frame,
        self: closureSelf(machine, frame, expression.function),
      };
      machine.pending.push(value);
      return value;
    }
    case "class":
      return { kind: "class", file: frame.file, class: expression.class };
    case "template":
      return textOf(
        expression.texts.flatMap((text, index) => {
          const inserted = expression.expressions[index];
          return inserted ? [text, evaluate(machine, frame, inserted)] : [text];
        }),
      );
    case "unary":
      if (expression.operator === "delete") assignInto(machine, frame, expression.operand, undefinedValue);
      return evaluateUnary(machine, frame, expression.operator, evaluate(machine, frame, expression.operand));
    case "binary": {
      const left = evaluate(machine, frame, expression.left);
      const right = evaluate(machine, frame, expression.right);
      if (expression.operator === "+") return concatenate(left, right);
      if (expression.operator === "in") return hasField(left, right) ?? computed(frame, expression);
      return computed(frame, expression);
    }
    case "logical":
      return evaluateLogical(machine, frame, expression);
    case "conditional":
      return evaluateConditional(machine, frame, expression);
    case "assign":
      return evaluateAssignment(machine, frame, expression);
    case "sequence":
      return expression.expressions.map((part) => evaluate(machine, frame, part)).at(-1) ?? undefinedValue;
    case "await":
      return machine.settle(evaluate(machine, frame, expression.expression), siteOf(frame, expression));
    case "yield":
      return expression.expression ? evaluate(machine, frame, expression.expression) : unknown;
    case "cast": {
      const value = evaluate(machine, frame, expression.expression);
      // `!` is gone when the program runs; what is absent then is absent.
      if (expression.cast === "non-null") return value;
      if (!expression.type) return value;
      const type = { file: frame.file, node: expression.type, parameters: new Map() };
      // The author says what it is; that is more than what was declared where it came from.
      const isStated =
        expression.cast === "as" && value.kind === "symbolic" && saysSomething(expression.type);
      return isStated
        ? specialize(machine, { ...value, type }, type, siteOf(frame, expression))
        : typedFallback(machine, value, type, siteOf(frame, expression));
    }
    case "unknown":
      for (const child of expression.children)
        machine.escape(evaluate(machine, frame, child), siteOf(frame, child));
      return unknown;
    case "super":
      return selfOf(frame);
  }
}

/** `as any`, `as unknown` and `as const` do not. */
function saysSomething(type: TypeNode): boolean {
  if (type.kind === "reference") return type.name !== "const";
  return (
    type.kind !== "unknown" && !(type.kind === "keyword" && ["any", "unknown", "never"].includes(type.name))
  );
}

export function siteOf(frame: Frame, span: { readonly start: number; readonly end: number }): Site {
  return { file: frame.file, start: span.start, end: span.end };
}

function selfOf(frame: Frame): Value {
  for (let at: Frame | null = frame; at; at = at.parent) if (at.self) return at.self;
  return unknown;
}

/** An arrow function keeps `this`; any other function gets its own from the call. */
function closureSelf(machine: Machine, frame: Frame, id: number): Value | null {
  return moduleOf(machine, frame.file).functions[id]?.kind === "arrow" ? selfOf(frame) : null;
}

/** A number, a boolean, a comparison: known only to be computed here. */
function computed(frame: Frame, expression: Expression): SymbolicValue {
  return {
    kind: "symbolic",
    id: `computed:${frame.file}:${expression.start}`,
    origin: "unknown",
    text: "a computed value",
    absent: false,
    type: null,
    row: null,
  };
}

/** `"organizationId" in scope`, where the object tells. */
function hasField(name: Value, object: Value): Value | null {
  if (name.kind !== "literal" || object.kind !== "object") return null;
  const field = object.fields.get(String(name.value));
  if (field ? field.sometimes : object.open) return null;
  return { kind: "literal", value: field !== undefined };
}

// -------------------------------------------------------------------------------------------------- names

function readName(machine: Machine, frame: Frame, name: string, binding: BindingId | null): Value {
  if (binding === null)
    return name === "undefined" ? undefinedValue : { kind: "external", package: globalPackage, path: [name] };
  for (let at: Frame | null = frame; at; at = at.parent) {
    const value = at.values.get(binding);
    if (value !== undefined) return value;
  }
  const declared = moduleOf(machine, frame.file).bindings[binding]!;
  if (declared.scope === 0 || declared.kind === "import") return moduleValue(machine, frame.file, binding);
  if (declared.kind === "function" && declared.target !== null) {
    return {
      kind: "function",
      file: frame.file,
      function: declared.target,
      closure: frameOfScope(frame, declared.scope),
      self: null,
    };
  }
  if (declared.kind === "class" && declared.target !== null)
    return { kind: "class", file: frame.file, class: declared.target };
  return unknown;
}

/** What JavaScript itself provides: `Promise`, `Object`, `globalThis`. */
export const globalPackage = "(global)";

function frameOfScope(frame: Frame, scope: number): Frame | null {
  for (let at: Frame | null = frame; at; at = at.parent) if (at.function === scope) return at;
  return null;
}

// -------------------------------------------------------------------------------------------------- operators

function evaluateUnary(machine: Machine, _frame: Frame, operator: string, operand: Value): Value {
  if (operator === "void") return undefinedValue;
  if (operator === "!") {
    const truth = truthOf(machine, operand);
    if (truth !== null) return { kind: "literal", value: !truth };
  }
  return unknown;
}

function evaluateLogical(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "logical" },
): Value {
  const left = evaluate(machine, frame, expression.left);
  const truth = truthOf(machine, left);
  const before = snapshot(machine, frame);
  if (expression.operator === "&&") {
    if (truth === false) return besides(machine, frame, expression.right, left);
    narrow(machine, frame, expression.left, true);
    const right = evaluate(machine, frame, expression.right);
    const after = snapshot(machine, frame);
    join(machine, [before, { ...after, narrowed: before.narrowed }], "");
    return truth === true ? right : choiceOf([right, undefinedValue], conditionText(expression.left));
  }
  if (expression.operator === "||" && truth === true) return besides(machine, frame, expression.right, left);
  if (expression.operator === "||") narrow(machine, frame, expression.left, false);
  if (
    expression.operator === "??" &&
    left.kind !== "unknown" &&
    left.kind !== "choice" &&
    left.kind !== "literal" &&
    left.kind !== "symbolic" &&
    left.kind !== "rows" &&
    left.kind !== "external"
  ) {
    return left;
  }
  const right = evaluate(machine, frame, expression.right);
  const after = snapshot(machine, frame);
  join(machine, [before, { ...after, narrowed: before.narrowed }], "");
  const isEmpty =
    expression.operator === "||"
      ? truth === false
      : isUndefined(left) || (left.kind === "literal" && left.value === null);
  if (isEmpty) return right;
  return choiceOf([withoutAbsence(left), right], conditionText(expression.left));
}

function evaluateConditional(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "conditional" },
): Value {
  const truth = truthOf(machine, evaluate(machine, frame, expression.test));
  const before = snapshot(machine, frame);
  const arms: Value[] = [];
  const states = [];
  if (truth !== null) besides(machine, frame, truth ? expression.else : expression.then, unknown);
  if (truth !== false) {
    narrow(machine, frame, expression.test, true);
    arms.push(evaluate(machine, frame, expression.then));
    states.push({ ...snapshot(machine, frame), narrowed: before.narrowed });
  }
  if (truth !== true) {
    join(machine, [before], "");
    narrow(machine, frame, expression.test, false);
    arms.push(evaluate(machine, frame, expression.else));
    states.push({ ...snapshot(machine, frame), narrowed: before.narrowed });
  }
  const reason = conditionText(expression.test);
  join(machine, states, reason);
  return choiceOf(arms, reason);
}

/** The value, after a look at what cannot run beside it. */
function besides(machine: Machine, frame: Frame, expression: Expression, value: Value): Value {
  visitRuledOut(machine, frame, expression.start, () => void evaluate(machine, frame, expression));
  return value;
}

// -------------------------------------------------------------------------------------------------- texts

function textOf(parts: readonly (string | Value)[]): Value {
  const flat: (string | Value)[] = [];
  for (const part of parts) {
    const piece: readonly (string | Value)[] =
      typeof part === "string"
        ? [part]
        : part.kind === "text"
          ? part.parts
          : part.kind === "literal" && part.value !== undefined
            ? [String(part.value)]
            : [part];
    for (const one of piece) {
      const last = flat.at(-1);
      if (typeof one === "string" && typeof last === "string") flat[flat.length - 1] = last + one;
      else if (one !== "") flat.push(one);
    }
  }
  if (flat.every((part) => typeof part === "string")) return { kind: "literal", value: flat.join("") };
  return { kind: "text", parts: flat } satisfies TextValue;
}

function concatenate(left: Value, right: Value): Value {
  if (left.kind === "literal" && typeof left.value === "number") return unknown;
  const isText = (value: Value): boolean =>
    value.kind === "text" || (value.kind === "literal" && typeof value.value === "string");
  return isText(left) || isText(right) ? textOf([left, right]) : unknown;
}

// -------------------------------------------------------------------------------------------------- objects

function evaluateObject(machine: Machine, frame: Frame, properties: readonly ObjectProperty[]): Value {
  let shapes: readonly ObjectValue[] = [emptyObject];
  let reason = "";
  for (const property of properties) {
    const value = evaluate(machine, frame, property.value);
    if (property.kind === "spread") {
      shapes = spreadInto(machine, shapes, value, siteOf(frame, property));
      if (value.kind === "choice") reason ||= value.reason;
      continue;
    }
    const key =
      typeof property.key === "string" ? property.key : literalKey(evaluate(machine, frame, property.key));
    shapes = shapes.map((shape) =>
      key === null
        ? { ...shape, open: true }
        : withField(shape, key, { value, sometimes: false, overwritable: false }),
    );
  }
  return choiceOf(shapes, reason);
}

function literalKey(value: Value): string | null {
  return value.kind === "literal" && (typeof value.value === "string" || typeof value.value === "number")
    ? String(value.value)
    : null;
}

function evaluateArray(machine: Machine, frame: Frame, elements: readonly Expression[]): Value {
  const values: Value[] = [];
  let rest: Value | null = null;
  for (const element of elements) {
    const value = evaluate(machine, frame, element);
    if (element.kind !== "spread") {
      if (rest) rest = choiceOf([rest, value], "");
      else values.push(value);
    } else if (value.kind === "array" && !rest) {
      values.push(...value.elements);
      rest = value.rest;
    } else {
      const one = elementOf(machine, value, siteOf(frame, element));
      rest = rest ? choiceOf([rest, one], "") : one;
    }
  }
  return { kind: "array", elements: values, rest };
}

// -------------------------------------------------------------------------------------------------- assignment

function evaluateAssignment(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "assign" },
): Value {
  const value = evaluate(machine, frame, expression.value);
  const target = expression.target;
  if (expression.operator === "=") {
    assign(machine, frame, target, value);
    return value;
  }
  const current = readTarget(machine, frame, target);
  const next =
    expression.operator === "+="
      ? concatenate(current, value)
      : expression.operator === "||=" || expression.operator === "??="
        ? choiceOf([withoutAbsence(current), value], "")
        : expression.operator === "&&="
          ? choiceOf([current, value], "")
          : unknown;
  assign(machine, frame, target, next);
  return next;
}

function readTarget(machine: Machine, frame: Frame, target: Pattern): Value {
  if (target.kind === "binding") return readName(machine, frame, "", target.binding);
  return target.kind === "expression" ? evaluate(machine, frame, target.expression) : unknown;
}

/** Stores a value where a pattern or an expression on the left of `=` says. */
export function assign(machine: Machine, frame: Frame, target: Pattern, value: Value): void {
  if (target.kind === "binding") {
    setBinding(frame, target.binding, value);
  } else if (target.kind === "expression") {
    assignInto(machine, frame, target.expression, value);
  } else {
    bind(machine, frame, target, value);
  }
}

function setBinding(frame: Frame, binding: BindingId, value: Value): void {
  for (let at: Frame | null = frame; at; at = at.parent) {
    if (at.values.has(binding)) {
      setValue(at, binding, value);
      return;
    }
  }
  setValue(frame, binding, value);
}

/** `where.organizationId = value`: the variable gets a new object. What else points at the old object is not followed. */
export function assignInto(machine: Machine, frame: Frame, target: Expression, value: Value): void {
  if (target.kind === "cast") {
    assignInto(machine, frame, target.expression, value);
    return;
  }
  if (target.kind === "name") {
    if (target.binding !== null) setBinding(frame, target.binding, value);
    return;
  }
  if (target.kind !== "member" && target.kind !== "index") return;
  if (target.object.kind === "this" || target.object.kind === "super") return;
  const object = evaluate(machine, frame, target.object);
  const key = target.kind === "member" ? target.property : literalKey(evaluate(machine, frame, target.index));
  const changed = choiceOf(
    optionsOf(object).map((option) => {
      if (option.kind !== "object") return option;
      return key === null
        ? { ...option, open: true }
        : withField(option, key, { value, sometimes: false, overwritable: false });
    }),
    "",
  );
  if (changed !== object) assignInto(machine, frame, target.object, changed);
}

/** Declares what a pattern names. */
export function bind(machine: Machine, frame: Frame, pattern: Pattern, value: Value): void {
  switch (pattern.kind) {
    case "binding":
      setValue(frame, pattern.binding, renamed(machine, frame, pattern.binding, value));
      return;
    case "default": {
      const isKnown = !isPerhapsAbsent(value) && value.kind !== "unknown" && value.kind !== "symbolic";
      if (isKnown) {
        bind(machine, frame, pattern.pattern, value);
        return;
      }
      const fallback = evaluate(machine, frame, pattern.value);
      bind(
        machine,
        frame,
        pattern.pattern,
        isUndefined(value) ? fallback : choiceOf([withoutAbsence(value), fallback], "the default"),
      );
      return;
    }
    case "object": {
      const taken: string[] = [];
      for (const property of pattern.properties) {
        const key =
          typeof property.key === "string"
            ? property.key
            : literalKey(evaluate(machine, frame, property.key));
        if (key !== null) taken.push(key);
        const member = key === null ? unknown : memberOf(machine, value, key, siteOf(frame, property.value));
        bind(machine, frame, property.value, isPerhapsAbsent(value) ? withAbsence(member) : member);
      }
      if (pattern.rest) bind(machine, frame, pattern.rest, withoutFields(value, taken));
      return;
    }
    case "array":
      pattern.elements.forEach((element, index) => {
        if (!element) return;
        const one =
          value.kind === "array" && value.elements[index] !== undefined
            ? value.elements[index]
            : elementOf(machine, value, siteOf(frame, element));
        bind(machine, frame, element, one);
      });
      if (pattern.rest)
        bind(
          machine,
          frame,
          pattern.rest,
          value.kind === "array"
            ? { ...value, elements: value.elements.slice(pattern.elements.length) }
            : value,
        );
      return;
    case "expression":
      assignInto(machine, frame, pattern.expression, value);
  }
}

/** A value nobody named yet takes the name of the variable that holds it; messages read better. */
function renamed(machine: Machine, frame: Frame, binding: BindingId, value: Value): Value {
  if ((value.kind !== "symbolic" && value.kind !== "rows") || value.text !== "") return value;
  return { ...value, text: moduleOf(machine, frame.file).bindings[binding]!.name };
}

function withoutFields(value: Value, names: readonly string[]): Value {
  if (value.kind !== "object")
    return value.kind === "symbolic" ? { ...value, id: `${value.id}.*`, type: null } : unknown;
  return { ...value, fields: new Map([...value.fields].filter(([name]) => !names.includes(name))) };
}
