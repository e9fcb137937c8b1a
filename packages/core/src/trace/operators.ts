/** Operators, and the state behind those that run one side only on a condition: `&&`, `||`, `??`, `?:`. */
import type { Expression } from "../lower/module.js";
import { conditionText } from "../lower/visit.js";
import { choiceOf, withoutAbsence } from "./choice.js";
import { evaluate } from "./evaluate.js";
import { snapshot, visitRuledOut, type Machine } from "./machine.js";
import { narrow, truthOf } from "./narrow.js";
import { join } from "./state.js";
import { concatenate } from "./texts.js";
import { isUndefined, undefinedValue, unknown, type Frame, type SymbolicValue, type Value } from "./value.js";

export function evaluateUnary(machine: Machine, _frame: Frame, operator: string, operand: Value): Value {
  if (operator === "void") return undefinedValue;
  if (operator === "!") {
    const truth = truthOf(machine, operand);
    if (truth !== null) return { kind: "literal", value: !truth };
  }
  return unknown;
}

export function evaluateBinary(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "binary" },
): Value {
  const left = evaluate(machine, frame, expression.left);
  const right = evaluate(machine, frame, expression.right);
  if (expression.operator === "+") return concatenate(left, right);
  if (expression.operator === "in") return hasField(left, right) ?? computed(frame, expression);
  return computed(frame, expression);
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

export function evaluateLogical(
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

export function evaluateConditional(
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
