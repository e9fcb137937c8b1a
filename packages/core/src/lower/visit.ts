/**
 * Walks over what `lower` made. A function's body and a class's members belong to them, so walks stop there. A module's
 * nesting is bounded (lowering.ts), so plain recursion does.
 */
import type { Expression, Pattern, Statement } from "./module.js";

/** The expression itself and every one inside it, the outer before the inner, in the order of the text. */
function forEachExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) forEachExpression(child, visit);
}

/** Every expression in these statements, and in the statements inside them. */
export function forEachExpressionIn(
  statements: readonly Statement[],
  visit: (expression: Expression) => void,
): void {
  for (const statement of statements) {
    for (const part of partsOf(statement)) {
      if (part.kind === "statements") forEachExpressionIn(part.statements, visit);
      else forEachExpression(part.expression, visit);
    }
  }
}

/** These statements and those inside them, the outer before the inner. */
export function forEachStatement(
  statements: readonly Statement[],
  visit: (statement: Statement) => void,
): void {
  for (const statement of statements) {
    visit(statement);
    for (const part of partsOf(statement))
      if (part.kind === "statements") forEachStatement(part.statements, visit);
  }
}

/** The expressions directly inside an expression. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "member":
      return [expression.object];
    case "index":
      return [expression.object, expression.index];
    case "call":
    case "new":
      return [expression.callee, ...expression.arguments];
    case "import":
      return [expression.specifier];
    case "object":
      return expression.properties.flatMap((property) =>
        property.kind === "property" && typeof property.key !== "string"
          ? [property.key, property.value]
          : [property.value],
      );
    case "array":
      return expression.elements;
    case "spread":
    case "await":
    case "cast":
      return [expression.expression];
    case "template":
    case "sequence":
      return expression.expressions;
    case "tagged":
      return [expression.tag, ...expression.expressions];
    case "unary":
      return [expression.operand];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.then, expression.else];
    case "assign":
      return [...expressionsOfPattern(expression.target), expression.value];
    case "yield":
      return expression.expression === null ? [] : [expression.expression];
    case "unknown":
      return expression.children;
    case "literal":
    case "constant":
    case "name":
    case "this":
    case "super":
    case "function":
    case "class":
      return [];
  }
}

/** A pattern's default values, computed keys and targets that are no plain names. */
function expressionsOfPattern(pattern: Pattern): readonly Expression[] {
  switch (pattern.kind) {
    case "binding":
      return [];
    case "object":
      return [
        ...pattern.properties.flatMap(({ key, value }) =>
          typeof key === "string" ? expressionsOfPattern(value) : [key, ...expressionsOfPattern(value)],
        ),
        ...(pattern.rest === null ? [] : expressionsOfPattern(pattern.rest)),
      ];
    case "array":
      return [...pattern.elements, pattern.rest].flatMap((part) =>
        part === null ? [] : expressionsOfPattern(part),
      );
    case "default":
      return [...expressionsOfPattern(pattern.pattern), pattern.value];
    case "expression":
      return [pattern.expression];
  }
}

type Part =
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "statements"; readonly statements: readonly Statement[] };

function partsOf(statement: Statement): Part[] {
  switch (statement.kind) {
    case "expression":
      return expressions([statement.expression]);
    case "variables":
      return statement.declarations.flatMap(({ pattern, initializer }) =>
        expressions([...expressionsOfPattern(pattern), initializer]),
      );
    case "return":
    case "throw":
      return expressions([statement.argument]);
    case "if":
      return [...expressions([statement.test]), ...blocks([statement.then, statement.else])];
    case "loop":
      return [
        ...blocks([statement.initializer === null ? null : [statement.initializer]]),
        ...expressions([statement.test, statement.update]),
        ...expressions(statement.left === null ? [] : expressionsOfPattern(statement.left)),
        ...expressions([statement.right]),
        ...blocks([statement.body]),
      ];
    case "switch":
      return [
        ...expressions([statement.discriminant]),
        ...statement.cases.flatMap(({ test, body }) => [...expressions([test]), ...blocks([body])]),
      ];
    case "try":
      return [
        ...blocks([statement.block]),
        ...expressions(statement.parameter === null ? [] : expressionsOfPattern(statement.parameter)),
        ...blocks([statement.handler, statement.finalizer]),
      ];
    case "block":
    case "labeled":
      return blocks([statement.body]);
    case "unknown":
      return expressions(statement.children);
    case "function":
    case "class":
    case "break":
    case "continue":
      return [];
  }
}

function expressions(found: readonly (Expression | null)[]): Part[] {
  return found
    .filter((expression) => expression !== null)
    .map((expression) => ({ kind: "expression", expression }));
}

function blocks(found: readonly (readonly Statement[] | null)[]): Part[] {
  return found
    .filter((statements) => statements !== null)
    .map((statements) => ({ kind: "statements", statements }));
}

/** A condition in its author's words, as far as it is about one name: `organizationId`, `options.all`. */
export function conditionText(test: Expression): string {
  switch (test.kind) {
    case "name":
      return test.name;
    case "member":
      return `${conditionText(test.object)}.${test.property}`;
    case "this":
      return "this";
    case "call": {
      const [first] = test.arguments;
      const isBoolean =
        test.callee.kind === "name" && test.callee.binding === null && test.callee.name === "Boolean";
      return isBoolean && first ? conditionText(first) : `${conditionText(test.callee)}()`;
    }
    case "unary":
      return conditionText(test.operand);
    case "binary":
      return conditionText(test.left);
    case "logical":
      return conditionText(test.left);
    case "cast":
    case "await":
      return conditionText(test.expression);
    default:
      return "a condition";
  }
}
