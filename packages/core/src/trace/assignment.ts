/** Storing values: what an assignment changes, and what a declaration or a pattern names. */
import type { BindingId, Expression, Pattern } from "../lower/module.js";
import { variableId } from "./channel.js";
import { choiceOf, isPerhapsAbsent, optionsOf, withoutAbsence } from "./choice.js";
import { evaluate } from "./evaluate.js";
import { literalKey } from "./literals.js";
import { moduleOf, rootOf, type Machine } from "./machine.js";
import { elementAt, elementOf, memberOf } from "./members.js";
import { readName } from "./names.js";
import { emptyObject, withAnyKey, withField, withoutFields, withOthersOf } from "./objects.js";
import { settable } from "./rows.js";
import { noteInObject, noteInVariable } from "./shared-maps.js";
import { membersOf } from "./shapes.js";
import { concatenate } from "./texts.js";
import {
  isNothing,
  isUndefined,
  setValue,
  siteOf,
  undefinedValue,
  unknown,
  type Frame,
  type Value,
} from "./value.js";

export function evaluateAssignment(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "assign" },
): Value {
  const value = evaluate(machine, frame, expression.value);
  const target = expression.target;
  if (expression.operator === "=") {
    if (copyKey(machine, frame, expression)) return value;
    fillVariable(machine, frame, expression, value);
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
  fillVariable(machine, frame, expression, value);
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

/** `cachedUser = user`: whoever asks for the variable of the module later finds what was put there, whoever it was for. */
function fillVariable(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "assign" },
  value: Value,
): void {
  if (expression.target.kind !== "binding" || frame.function === 0 || isNothing(value)) return;
  const declared = moduleOf(machine, frame.file).bindings[expression.target.binding];
  if (declared?.scope !== 0) return;
  const channel = variableId(frame.file, declared.name);
  const site = siteOf(frame, expression);
  machine.tracer.deliver({ kind: "variable", channel, value, site });
  noteInVariable(machine, frame, declared.name, site, value);
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
  const key = keyOf(machine, frame, target);
  if (target.kind === "index" && optionsOf(object).some((one) => one.kind === "object")) {
    const named = evaluate(machine, frame, target.index);
    noteInObject(machine, frame, target.object, siteOf(frame, target), named, value);
  }
  if (key !== null && object.kind === "symbolic" && object.id.startsWith("parameter:"))
    machine.stores.push({
      target: `${object.id}.${key}`,
      value,
      facts: machine.facts,
      root: rootOf(machine),
      site: siteOf(frame, target),
    });
  change(machine, frame, target.object, object, (given) => {
    const option = key === null ? given : asShape(machine, given, key);
    if (option.kind !== "object") return given;
    return key === null
      ? withAnyKey(option, value)
      : withField(option, key, { value, sometimes: false, overwritable: false });
  });
}

/** `copy[key] = given[key]`: whatever the key is, it is of the same name there. */
function copyKey(
  machine: Machine,
  frame: Frame,
  { target, value }: Expression & { kind: "assign" },
): boolean {
  const to = target.kind === "expression" ? target.expression : null;
  if (to?.kind !== "index" || value.kind !== "index") return false;
  const isSameKey =
    to.index.kind === "name" && value.index.kind === "name" && to.index.binding === value.index.binding;
  if (!isSameKey || literalKey(evaluate(machine, frame, to.index)) !== null) return false;
  const given = evaluate(machine, frame, value.object);
  const object = evaluate(machine, frame, to.object);
  const isOne = given.kind === "symbolic" || (given.kind === "rows" && !given.many);
  if (!isOne || !optionsOf(object).every((one) => one.kind === "object")) return false;
  change(machine, frame, to.object, object, (one) =>
    one.kind === "object" ? withOthersOf(machine, one, given) : one,
  );
  return true;
}

/** Null where nobody knows which property it is. */
function keyOf(
  machine: Machine,
  frame: Frame,
  target: Expression & { kind: "member" | "index" },
): string | null {
  return target.kind === "member" ? target.property : literalKey(evaluate(machine, frame, target.index));
}

/** `delete where.organizationId`: it is gone, whatever is spread over it later. */
export function deleteFrom(machine: Machine, frame: Frame, target: Expression): void {
  if (target.kind !== "member" && target.kind !== "index") return;
  const key = keyOf(machine, frame, target);
  if (key === null) return;
  const object = evaluate(machine, frame, target.object);
  const isPlain = optionsOf(object).every((one) => one.kind === "object" && !one.open);
  if (!isPlain) assignInto(machine, frame, target, undefinedValue);
  else change(machine, frame, target.object, object, (given) => withoutFields(given, [key]));
}

function change(
  machine: Machine,
  frame: Frame,
  target: Expression,
  object: Value,
  changed: (option: Value) => Value,
): void {
  const next = choiceOf(optionsOf(object).map(changed), "");
  if (next !== object) assignInto(machine, frame, target, next);
}

/** What came in as an object of a shape that the program declares, where one of its properties is set: the others are what they were. */
function asShape(machine: Machine, value: Value, key: string): Value {
  const row = settable(machine, value);
  if (row) return row;
  const isDeclared =
    (value.kind === "symbolic" && membersOf(machine, value)?.has(key)) ||
    (value.kind === "instance" && value.as !== undefined);
  return isDeclared ? { ...emptyObject, open: true, others: [value] } : value;
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
        bind(machine, frame, property.value, member);
      }
      if (pattern.rest) bind(machine, frame, pattern.rest, withoutFields(value, taken));
      return;
    }
    case "array":
      pattern.elements.forEach((element, index) => {
        if (!element) return;
        const site = siteOf(frame, element);
        const one =
          value.kind === "symbolic" || (value.kind === "array" && value.elements[index] !== undefined)
            ? elementAt(machine, value, index, site)
            : elementOf(machine, value, site);
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
