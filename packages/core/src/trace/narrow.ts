/** What a condition tells about values once it held, or did not. */
import type { Expression } from "../lower/module.js";
import { evaluate } from "./evaluate.js";
import type { Machine } from "./machine.js";
import { withField } from "./objects.js";
import { isPerhapsAbsent, withOptions, withoutAbsence } from "./choice.js";
import { isUndefined, setValue, undefinedValue, type Frame, type Value } from "./value.js";

/** Whether a value is true or false in a condition, where that is certain. */
export function truthOf(_machine: Machine, value: Value): boolean | null {
  switch (value.kind) {
    case "literal":
      return Boolean(value.value);
    case "object":
    case "array":
    case "function":
    case "class":
    case "module":
    case "library":
    case "query":
      return true;
    case "instance":
      // It came in, and whoever handed it in may have had none.
      return value.as?.absent ? null : true;
    case "choice": {
      const truths = value.options.map((option) => truthOf(_machine, option));
      return truths.every((truth) => truth === truths[0]) ? (truths[0] ?? null) : null;
    }
    default:
      return null;
  }
}

/** Records what holds when `test` came out as `outcome`. */
export function narrow(machine: Machine, frame: Frame, test: Expression, outcome: boolean): void {
  switch (test.kind) {
    case "unary":
      if (test.operator === "!") narrow(machine, frame, test.operand, !outcome);
      return;
    case "logical":
      if ((test.operator === "&&" && outcome) || (test.operator === "||" && !outcome)) {
        narrow(machine, frame, test.left, outcome);
        narrow(machine, frame, test.right, outcome);
      }
      // `found && "owner" in found`: whatever is not there has no property either.
      if (test.operator === "&&" && !outcome && isAskedOfItself(test))
        narrow(machine, frame, test.right, false);
      return;
    case "binary":
      narrowByComparison(machine, frame, test, outcome);
      return;
    case "cast":
    case "await":
      narrow(machine, frame, test.expression, outcome);
      return;
    case "assign":
      if (test.target.kind === "binding" && outcome)
        keep(
          machine,
          frame,
          { kind: "name", name: "", binding: test.target.binding, start: test.start, end: test.end },
          true,
        );
      return;
    case "name":
    case "member":
    case "index":
      keep(machine, frame, test, outcome);
      return;
    case "call":
      // `Boolean(x)` and `isDefined(x)`-like calls are no proof, but `Boolean` is JavaScript's own.
      if (
        test.callee.kind === "name" &&
        test.callee.binding === null &&
        test.callee.name === "Boolean" &&
        test.arguments[0]
      ) {
        narrow(machine, frame, test.arguments[0], outcome);
      }
      return;
    default:
      return;
  }
}

function narrowByComparison(
  machine: Machine,
  frame: Frame,
  test: Expression & { kind: "binary" },
  outcome: boolean,
): void {
  if (test.operator === "in") {
    narrowByProperty(machine, frame, test, outcome);
    return;
  }
  const equals = test.operator === "===" || test.operator === "==";
  if (!equals && test.operator !== "!==" && test.operator !== "!=") return;
  const [subject, other] = isNothing(test.left) ? [test.right, test.left] : [test.left, test.right];
  const holds = equals === outcome;
  if (isTypeofUndefined(subject, other)) {
    if (!holds && subject.kind === "unary") keep(machine, frame, subject.operand, true);
    return;
  }
  if (holds && subject.kind === "unary" && subject.operator === "typeof") {
    looked(machine, frame, subject.operand);
    return;
  }
  if (isNothing(other)) {
    const strictNull = (test.operator === "===" || test.operator === "!==") && other.kind === "literal";
    if (!holds && !strictNull) keep(machine, frame, subject, true);
    return;
  }
  // Equal to something that is there: it is there as well.
  if (holds && other.kind === "literal") keep(machine, frame, subject, true);
}

/** `"owner" in found`, where `found` is one of several: those that certainly have it, or have not, are left out. */
function narrowByProperty(
  machine: Machine,
  frame: Frame,
  { left, right }: Expression & { kind: "binary" },
  outcome: boolean,
): void {
  if (left.kind !== "literal" || right.kind !== "name" || right.binding === null) return;
  const value = evaluate(machine, frame, right);
  const name = String(left.value);
  if (value.kind !== "choice") {
    // Whatever certainly has it, and was asked whether it is there as well, is not there.
    if (!outcome && hasProperty(withoutAbsence(value), name) === true)
      replace(frame, right.binding, undefinedValue);
    return;
  }
  const kept = value.options.map((option) => {
    const isThere = hasProperty(withoutAbsence(option), name);
    if (isThere === null || isThere === outcome) return option;
    return !outcome && isPerhapsAbsent(option) ? undefinedValue : null;
  });
  const isSame = kept.every((option, index) => option === value.options[index]);
  if (isSame || kept.every((option) => option === null)) return;
  const options = new Map(value.options.map((option, index) => [option, kept[index]!]));
  replace(
    frame,
    right.binding,
    withOptions(value, (option) => options.get(option) ?? null),
  );
}

/** Null where it may be either, or where asking fails. */
export function hasProperty(value: Value, name: string): boolean | null {
  switch (value.kind) {
    case "choice": {
      const answers = value.options.map((option) => hasProperty(option, name));
      return answers.every((answer) => answer === answers[0]) ? (answers[0] ?? null) : null;
    }
    case "rows":
      return value.many || value.absent || !value.has ? null : value.has.includes(name);
    case "object": {
      const field = value.fields.get(name);
      if (field) return field.sometimes ? null : true;
      return value.open ? null : false;
    }
    default:
      return null;
  }
}

function isAskedOfItself({ left, right }: Expression & { kind: "logical" }): boolean {
  return (
    right.kind === "binary" &&
    right.operator === "in" &&
    left.kind === "name" &&
    right.right.kind === "name" &&
    left.binding !== null &&
    left.binding === right.right.binding
  );
}

function isNothing(expression: Expression): boolean {
  return (
    (expression.kind === "name" && expression.binding === null && expression.name === "undefined") ||
    (expression.kind === "literal" && expression.value === null)
  );
}

function isTypeofUndefined(subject: Expression, other: Expression): boolean {
  return (
    subject.kind === "unary" &&
    subject.operator === "typeof" &&
    other.kind === "literal" &&
    other.value === "undefined"
  );
}

/** What it is said to be (`as`) is what it was found to be. */
function looked(machine: Machine, frame: Frame, expression: Expression): void {
  if (expression.kind !== "name" || expression.binding === null) return;
  const value = evaluate(machine, frame, expression);
  if (value.kind !== "symbolic" || !value.isCast) return;
  const { isCast: _, ...plain } = value;
  replace(frame, expression.binding, plain);
}

/** From here on the expression's value is there (or, for false, may be dropped from a choice when it can't be falsy). */
function keep(machine: Machine, frame: Frame, expression: Expression, outcome: boolean): void {
  if (!outcome) {
    dropTruthyOptions(machine, frame, expression);
    return;
  }
  const ids = new Set(machine.narrowed);
  const path: string[] = [];
  for (let at: Expression | null = expression; at;) {
    while (at.kind === "cast") at = at.expression;
    const value = evaluate(machine, frame, at);
    if (value.kind === "symbolic") ids.add(value.id);
    if (at.kind === "name" && at.binding !== null) replace(frame, at.binding, refined(value, path) ?? value);
    if (at.kind !== "member") break;
    path.unshift(at.property);
    at = at.object;
  }
  machine.narrowed = ids;
}

/** The value as it is once the property at `path` is known to be there; null when it cannot be so. */
function refined(value: Value, path: readonly string[]): Value | null {
  const [first, ...others] = path;
  switch (value.kind) {
    case "choice": {
      const isAny = value.options.some((option) => refined(option, path) !== null);
      return isAny ? withOptions(value, (option) => refined(option, path)) : null;
    }
    case "literal":
      return value.value ? value : null;
    case "rows":
      return withoutAbsence(value);
    case "symbolic": {
      const there = withoutAbsence(value);
      return first === undefined || there.kind !== "symbolic"
        ? there
        : { ...there, present: [...(there.present ?? []), path.join(".")] };
    }
    case "object": {
      if (first === undefined) return value;
      const field = value.fields.get(first);
      if (!field) return value.open ? value : null;
      const inner = refined(field.value, others);
      return inner && withField(value, first, { ...field, value: inner, sometimes: false });
    }
    default:
      return value;
  }
}

function dropTruthyOptions(machine: Machine, frame: Frame, expression: Expression): void {
  if (expression.kind !== "name" || expression.binding === null) return;
  const value = evaluate(machine, frame, expression);
  if (value.kind !== "choice") return;
  const isLeft = (option: Value): boolean => truthOf(machine, option) !== true || isUndefined(option);
  if (value.options.some(isLeft) && !value.options.every(isLeft))
    replace(
      frame,
      expression.binding,
      withOptions(value, (option) => (isLeft(option) ? option : null)),
    );
}

function replace(frame: Frame, binding: number, value: Value): void {
  for (let at: Frame | null = frame; at; at = at.parent) {
    if (at.values.has(binding)) {
      setValue(at, binding, value);
      return;
    }
  }
}
