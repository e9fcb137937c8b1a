/** What an expression stands for, in one frame, at one point of the walk. */
import type { Expression, TypeNode } from "../lower/module.js";
import { deleteFrom, evaluateAssignment } from "./assignment.js";
import { assume } from "./assume.js";
import { asItIs } from "./cells.js";
import { callExpression, constructExpression, taggedExpression } from "./calls.js";
import { choiceOf, isPerhapsAbsent, withAbsence } from "./choice.js";
import { specialize, typedFallback } from "./declared-types.js";
import { evaluateArray, evaluateObject } from "./literals.js";
import { cutShort, maximalNesting, moduleOf, type Machine } from "./machine.js";
import { elementAt, elementOf, memberByKey, memberOf, undeclaredMember } from "./members.js";
import { hasProperty } from "./narrow.js";
import { readName, selfOf } from "./names.js";
import { evaluateBinary, evaluateConditional, evaluateLogical, evaluateUnary } from "./operators.js";
import { textOf } from "./texts.js";
import { siteOf, undefinedValue, unknown, type Frame, type ObjectField, type Value } from "./value.js";

export function evaluate(machine: Machine, frame: Frame, expression: Expression): Value {
  if (machine.depth >= maximalNesting) {
    cutShort(machine);
    return unknown;
  }
  machine.depth += 1;
  const value = asItIs(machine, evaluateAsWritten(machine, frame, expression));
  machine.depth -= 1;
  return value.kind === "symbolic" && value.absent && machine.narrowed.has(value.id)
    ? { ...value, absent: false }
    : value;
}

/** `a?.b.c`: where there is no `a`, the whole chain is nothing; `!` does not end it. */
function isInOptionalChain(expression: Expression): boolean {
  let at = expression;
  for (;;) {
    if (at.kind === "member" || at.kind === "index" || at.kind === "call") {
      if (at.optional) return true;
      at = at.kind === "call" ? at.callee : at.object;
    } else if (at.kind === "cast" && at.cast === "non-null") at = at.expression;
    else return false;
  }
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
      const { property } = expression;
      const site = siteOf(frame, expression);
      const declared = memberOf(machine, object, property, site);
      const member =
        declared.kind === "unknown"
          ? (undeclaredMember(machine, object, property, site) ?? declared)
          : declared;
      const isChained = expression.optional || isInOptionalChain(expression.object);
      if (isChained && object.kind === "literal" && (object.value === undefined || object.value === null))
        return undefinedValue;
      if (expression.optional) return withAbsence(member);
      if (!isPerhapsAbsent(object)) return member;
      if (isChained) return withAbsence(member);
      // Of nothing there are no properties: whoever comes further has something.
      assume(machine, object, true);
      return member;
    }
    case "index": {
      const object = evaluate(machine, frame, expression.object);
      const index = evaluate(machine, frame, expression.index);
      if (index.kind === "literal" && typeof index.value === "string") {
        const word =
          isOwnKey(expression.index) &&
          hasProperty(object, index.value) !== true &&
          wordOfTable(object, expression.index);
        if (word) return word;
        // What is taken by a key that is not written here is named where the object is.
        const isNamed = expression.index.kind === "literal";
        const site = (!isNamed && object.kind === "symbolic" && object.site) || siteOf(frame, expression);
        return memberOf(machine, object, index.value, site);
      }
      const site = siteOf(frame, expression);
      if (index.kind === "literal" && typeof index.value === "number")
        return elementAt(machine, object, index.value, site);
      return wordOfTable(object, expression.index) ?? memberByKey(machine, object, index, site);
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
      machine.pending.push({ value, facts: machine.facts });
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
      if (expression.operator === "delete") deleteFrom(machine, frame, expression.operand);
      return evaluateUnary(machine, frame, expression, evaluate(machine, frame, expression.operand));
    case "binary":
      return evaluateBinary(machine, frame, expression);
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
      return evaluateYield(machine, frame, expression);
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
        ? specialize(machine, { ...value, type, isCast: true }, type, siteOf(frame, expression))
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

/** Libraries that run generators give back what they were given, once it is there: `const user = yield* findUser(id)`. */
function evaluateYield(machine: Machine, frame: Frame, expression: Expression & { kind: "yield" }): Value {
  if (!expression.expression) return unknown;
  const site = siteOf(frame, expression);
  const value = evaluate(machine, frame, expression.expression);
  const given = expression.isEach ? elementOf(machine, value, site) : value;
  const isAsync = moduleOf(machine, frame.file).functions[frame.function]?.async === true;
  frame.yielded.push(isAsync ? machine.settle(given, site) : given);
  return value;
}

/** `columns[key]`, of a table of words: one of them. Whoever says that the key is one of its own gets one. */
function wordOfTable(object: Value, index: Expression): Value | null {
  if (object.kind !== "object" || object.open || object.fields.size === 0) return null;
  const fields = [...object.fields.values()];
  const isWord = ({ value, sometimes, overwritable }: ObjectField): boolean =>
    value.kind === "literal" && typeof value.value === "string" && !sometimes && overwritable === false;
  if (!fields.every(isWord)) return null;
  const words = fields.map(({ value }) => value);
  return choiceOf(isOwnKey(index) ? words : [...words, undefinedValue], "which of them is asked for");
}

/** `key as keyof typeof columns` */
function isOwnKey(index: Expression): boolean {
  return index.kind === "cast" && index.type?.kind === "keyof";
}

/** `as any`, `as unknown` and `as const` do not. */
function saysSomething(type: TypeNode): boolean {
  if (type.kind === "reference") return type.name !== "const";
  return (
    type.kind !== "unknown" && !(type.kind === "keyword" && ["any", "unknown", "never"].includes(type.name))
  );
}

/** An arrow function keeps `this`; any other function gets its own from the call. */
function closureSelf(machine: Machine, frame: Frame, id: number): Value | null {
  return moduleOf(machine, frame.file).functions[id]?.kind === "arrow" ? selfOf(frame) : null;
}
