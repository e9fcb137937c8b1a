/** What an expression stands for; calls on the database in it are read on the way. */
import { unwrap } from "../../../../link/declarations.js";
import type { Expression } from "../../../../lower/module.js";
import { call, taken, tellOfLost } from "./calls.js";
import { listOf, objectOf } from "./elements.js";
import type { Follower } from "./follower.js";
import { keepGuarded, tried } from "./found.js";
import { lookUp, member } from "./members.js";
import { awaited, binary, eitherOf, stepOf } from "./operations.js";
import { truthOf } from "./statements.js";
import { isOfDatabase, joined, literal, unknown, type Frame, type Value } from "./value.js";

export function evaluate(follower: Follower, frame: Frame, written: Expression): Value {
  if (!follower.spend() || !follower.enter()) return unknown;
  const value = read(follower, frame, unwrap(written));
  follower.leave();
  return value;
}

function read(follower: Follower, frame: Frame, expression: Expression): Value {
  const within = (each: Expression) => follower.evaluate(frame, each);
  switch (expression.kind) {
    case "literal":
      return literal(expression.value);
    case "name":
      return nameOf(follower, frame, expression);
    case "this":
      return frame.self;
    case "member": {
      const { object, property, nameStart } = expression;
      return member(follower, within(object), property, frame, nameStart);
    }
    case "index": {
      const property = within(expression.index);
      if (property.kind !== "literal") return unknown;
      return member(follower, within(expression.object), String(property.value), frame, expression.start);
    }
    case "call":
      return call(follower, frame, expression);
    case "new": {
      const callee = within(expression.callee);
      const given = expression.arguments.map(within);
      if (callee.kind === "class") tellOfLost(follower, given, frame, expression.start);
      return { kind: "made", callee, arguments: given };
    }
    case "array":
      return { kind: "list", elements: listOf(follower, frame, expression.elements) };
    case "object":
      return objectOf(follower, frame, expression);
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
      return isOfDatabase(tag) ? taken(follower, stepOf(tag, "query", [made], frame, start, start)) : made;
    }
    case "unary":
      return unary(expression.operator, within(expression.operand));
    case "binary":
      return binary(expression.operator, within(expression.left), within(expression.right));
    case "logical":
      return logical(follower, frame, expression);
    case "conditional":
      return conditional(follower, frame, expression);
    case "assign":
      return assign(follower, frame, expression);
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

function nameOf(follower: Follower, frame: Frame, { name, binding }: Expression & { kind: "name" }): Value {
  if (binding !== null) return lookUp(follower, frame, binding);
  return name === "undefined" ? literal(null) : { kind: "library", package: "", path: [name] };
}

function unary(operator: string, operand: Value): Value {
  const truth = truthOf(operand);
  if (operator === "!") return truth === null ? unknown : literal(!truth);
  const isNumber = operand.kind === "literal" && typeof operand.value === "number";
  return operator === "-" && isNumber ? literal(-Number(operand.value)) : unknown;
}

function logical(
  follower: Follower,
  frame: Frame,
  { operator, left, right }: Expression & { kind: "logical" },
): Value {
  const value = follower.evaluate(frame, left);
  const truth = operator === "??" && value.kind === "literal" ? value.value !== null : truthOf(value);
  if (truth === null) {
    maybe(follower, frame, right);
    return unknown;
  }
  return truth === (operator === "&&") ? follower.evaluate(frame, right) : value;
}

function conditional(
  follower: Follower,
  frame: Frame,
  expression: Expression & { kind: "conditional" },
): Value {
  const truth = truthOf(follower.evaluate(frame, expression.test));
  if (truth !== null) return follower.evaluate(frame, truth ? expression.then : expression.else);
  const one = maybe(follower, frame, expression.then);
  const other = maybe(follower, frame, expression.else);
  return one.kind === "line" && other.kind === "line" ? one : eitherOf(one, other);
}

/** What happens only under a condition that can't be decided. */
function maybe(follower: Follower, frame: Frame, expression: Expression): Value {
  const way = tried(follower.found, () => follower.evaluate(frame, expression));
  keepGuarded(follower.found, way.found);
  return way.result;
}

function assign(
  follower: Follower,
  frame: Frame,
  { operator, target, value: assigned }: Expression & { kind: "assign" },
): Value {
  const value = follower.evaluate(frame, assigned);
  const isPlain = operator === "=";
  const before =
    target.kind === "binding" && operator === "+=" ? lookUp(follower, frame, target.binding) : null;
  follower.bind(frame, target, before ? binary("+", before, value) : isPlain ? value : unknown);
  return value;
}
