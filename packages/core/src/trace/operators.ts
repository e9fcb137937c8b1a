/** Operators, and the state behind those that run one side only on a condition: `&&`, `||`, `??`, `?:`. */
import type { Expression } from "../lower/module.js";
import { conditionText } from "../lower/visit.js";
import { addFacts, answering, compared, implied } from "./assume.js";
import { choiceOf, withoutAbsence } from "./choice.js";
import { noFacts, withFacts, type Facts } from "./facts.js";
import { evaluate } from "./evaluate.js";
import { contextOf, noteVainCheck, snapshot, visitRuledOut, type Machine } from "./machine.js";
import { memberOf } from "./members.js";
import { hasProperty, narrow, truthOf } from "./narrow.js";
import { join } from "./state.js";
import { concatenate } from "./texts.js";
import {
  isUndefined,
  siteOf,
  undefinedValue,
  unknown,
  type Frame,
  type SymbolicValue,
  type Value,
} from "./value.js";

export function evaluateUnary(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "unary" },
  operand: Value,
): Value {
  if (expression.operator === "void") return undefinedValue;
  if (expression.operator === "!") {
    const truth = truthOf(machine, operand);
    if (truth !== null) return { kind: "literal", value: !truth };
    const { whenTrue, whenFalse } = answerTo(machine, frame, expression.operand, operand);
    return isPromise(machine, frame.file, expression.operand)
      ? unknown
      : answering(computed(machine, frame, expression), whenFalse, whenTrue);
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
  if (expression.operator === "in") {
    const known = hasField(left, right);
    return (
      known ?? answering(computed(machine, frame, expression), noFacts, whereMissing(machine, left, right))
    );
  }
  if (left.kind === "literal" && right.kind === "literal") {
    const isEqual = left.value === right.value;
    if (expression.operator === "===") return { kind: "literal", value: isEqual };
    if (expression.operator === "!==") return { kind: "literal", value: !isEqual };
  }
  const place = { site: siteOf(frame, expression), context: contextOf(machine) };
  const facts = compared(expression.operator, left, right, place);
  const value = computed(machine, frame, expression);
  return facts ? answering(value, facts.true, facts.false) : value;
}

/** A number, a boolean, a comparison: known only to be computed here. */
function computed(machine: Machine, frame: Frame, expression: Expression): SymbolicValue {
  const context = contextOf(machine);
  return {
    kind: "symbolic",
    id: `computed:${frame.file}:${expression.start}${context === "" ? "" : `@${context}`}`,
    origin: "unknown",
    text: "a computed value",
    absent: false,
    type: null,
    row: null,
  };
}

/** `"organizationId" in event`: where it is not, there is none. */
function whereMissing(machine: Machine, name: Value, object: Value): Facts {
  if (name.kind !== "literal" || object.kind !== "symbolic") return noFacts;
  return implied(memberOf(machine, object, String(name.value), { file: "", start: 0, end: 0 }), false);
}

/** `"organizationId" in scope`, where the object tells. */
function hasField(name: Value, object: Value): Value | null {
  const isThere = name.kind === "literal" ? hasProperty(object, String(name.value)) : null;
  return isThere === null ? null : { kind: "literal", value: isThere };
}

export function evaluateLogical(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "logical" },
  isTest = false,
): Value {
  const evaluatePart = isTest ? evaluateTest : evaluate;
  const left = evaluatePart(machine, frame, expression.left);
  const truth = truthOf(machine, left);
  const before = snapshot(machine, frame);
  const { whenTrue, whenFalse } = answerTo(machine, frame, expression.left, left);
  if (expression.operator === "&&") {
    if (truth === false) return besides(machine, frame, expression.right, left);
    narrow(machine, frame, expression.left, true);
    addFacts(machine, whenTrue);
    const right = evaluatePart(machine, frame, expression.right);
    const after = snapshot(machine, frame);
    join(machine, [before, { ...after, narrowed: before.narrowed }], "");
    if (truth === true) return right;
    return choiceOf([right, undefinedValue], conditionText(expression.left), [whenTrue, whenFalse]);
  }
  if (expression.operator === "||" && truth === true) return besides(machine, frame, expression.right, left);
  if (expression.operator === "||") narrow(machine, frame, expression.left, false);
  addFacts(machine, whenFalse);
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
  const right = evaluatePart(machine, frame, expression.right);
  const after = snapshot(machine, frame);
  join(machine, [before, { ...after, narrowed: before.narrowed }], "");
  const isEmpty =
    expression.operator === "||"
      ? truth === false
      : isUndefined(left) || (left.kind === "literal" && left.value === null);
  if (isEmpty) return right;
  const isTrue = expression.operator === "||" && !isPromise(machine, frame.file, expression.left);
  const either = choiceOf(
    [isTrue ? whereTrue(withoutAbsence(left)) : withoutAbsence(left), right],
    conditionText(expression.left),
    [isTrue && left.kind === "choice" ? noFacts : whenTrue, whenFalse],
  );
  return either.kind === "choice" ? { ...either, site: siteOf(frame, expression) } : either;
}

/** The left of an `||` is what it gives where it is true: each of its options where that one is. */
function whereTrue(left: Value): Value {
  if (left.kind !== "choice") return left;
  const given = left.options.map((option, index) =>
    withFacts(left.given?.[index] ?? noFacts, implied(option, true).values()),
  );
  return { ...left, given };
}

export function evaluateConditional(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "conditional" },
): Value {
  const tested = evaluateTest(machine, frame, expression.test);
  const truth = truthOf(machine, tested);
  const before = snapshot(machine, frame);
  const { whenTrue, whenFalse } = answerTo(machine, frame, expression.test, tested);
  const given: Facts[] = [];
  const arms: Value[] = [];
  const states = [];
  if (truth !== null) besides(machine, frame, truth ? expression.else : expression.then, unknown);
  if (truth !== false) {
    narrow(machine, frame, expression.test, true);
    given.push(whenTrue);
    addFacts(machine, given.at(-1)!);
    arms.push(evaluate(machine, frame, expression.then));
    states.push({ ...snapshot(machine, frame), narrowed: before.narrowed });
  }
  if (truth !== true) {
    join(machine, [before], "");
    narrow(machine, frame, expression.test, false);
    given.push(whenFalse);
    addFacts(machine, given.at(-1)!);
    arms.push(evaluate(machine, frame, expression.else));
    states.push({ ...snapshot(machine, frame), narrowed: before.narrowed });
  }
  const reason = conditionText(expression.test);
  join(machine, states, reason);
  const either = choiceOf(arms, reason, given);
  return either.kind === "choice" ? { ...either, site: siteOf(frame, expression) } : either;
}

/** Only whether it is true is asked: of a promise among its parts nobody waits for what it says. */
export function evaluateTest(machine: Machine, frame: Frame, test: Expression): Value {
  if (test.kind === "logical") return evaluateLogical(machine, frame, test, true);
  const { facts } = machine;
  const value = evaluate(machine, frame, test);
  if (!isPromise(machine, frame.file, test)) return value;
  answerTo(machine, frame, test, value);
  machine.facts = facts;
  return computed(machine, frame, test);
}

/** What a condition says by being true or not. A promise is always there: what it would have said is only noted. */
function answerTo(
  machine: Machine,
  frame: Frame,
  test: Expression,
  value: Value,
): { readonly whenTrue: Facts; readonly whenFalse: Facts } {
  const [whenTrue, whenFalse] = [implied(value, true), implied(value, false)];
  if (!isPromise(machine, frame.file, test)) return { whenTrue, whenFalse };
  for (const meant of [whenTrue, whenFalse]) noteVainCheck(machine, siteOf(frame, test), meant);
  return { whenTrue: noFacts, whenFalse: noFacts };
}

/** What is handed on as a promise says nothing by being there: `assert(isMember(userId, organizationId))`. */
export function handedOn(machine: Machine, frame: Frame, expression: Expression, value: Value): Value {
  const isAnswer =
    (value.kind === "symbolic" && value.implies !== undefined) ||
    (value.kind === "choice" && value.options.every(({ kind }) => kind === "literal"));
  if (!isAnswer || !isPromise(machine, frame.file, expression)) return value;
  answerTo(machine, frame, expression, value);
  return computed(machine, frame, expression);
}

/** A call of an asynchronous function that nobody awaits: a promise is true whatever it will say. */
export function isPromise(machine: Machine, file: string, expression: Expression): boolean {
  let call = expression;
  while (call.kind === "cast") call = call.expression;
  if (call.kind !== "call") return false;
  // `save().catch(report)`
  if (call.callee.kind === "member" && /^(?:then|catch|finally)$/.test(call.callee.property))
    return isPromise(machine, file, call.callee.object);
  const targets = machine.followed.get(`${file}:${call.start}:${call.end}`);
  return targets !== undefined && [...targets].some((key) => isAsync(machine, key));
}

function isAsync(machine: Machine, key: string): boolean {
  const at = key.lastIndexOf("#");
  const fn = machine.program.module(key.slice(0, at))?.functions[Number(key.slice(at + 1))];
  return fn !== undefined && fn.async && !fn.generator;
}

/** The value, after a look at what cannot run beside it. */
function besides(machine: Machine, frame: Frame, expression: Expression, value: Value): Value {
  visitRuledOut(machine, frame, expression.start, () => void evaluate(machine, frame, expression));
  return value;
}
