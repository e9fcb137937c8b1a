/** What stands on the left of `=`: in declarations, parameters and assignments. */
import type ts from "typescript";
import { lowerExpression, lowerNamed } from "./expressions.js";
import { isTooDeep, type Lowering, spanOf } from "./lowering.js";
import type { Expression, Pattern, PatternProperty, Span } from "./module.js";
import { declareValue, findValue } from "./scopes.js";

/** A declaration's pattern. Its names were declared when the scope was entered. */
export function lowerPattern(node: ts.BindingName, lowering: Lowering): Pattern {
  const { ts } = lowering;
  const span = spanOf(node, lowering);
  if (ts.isIdentifier(node)) {
    return {
      kind: "binding",
      binding: findValue(node.text, lowering) ?? declareValue(node.text, "let", lowering),
      ...span,
    };
  }
  if (isTooDeep(node, lowering)) return unreadPattern(span);
  lowering.depth++;
  const pattern = ts.isObjectBindingPattern(node)
    ? lowerObjectBinding(node, span, lowering)
    : lowerArrayBinding(node, span, lowering);
  lowering.depth--;
  return pattern;
}

/** The target of an assignment, which the parser reads as an expression: `[a, b.c] = …`. */
export function lowerTarget(expression: ts.Expression, lowering: Lowering): Pattern {
  const { ts } = lowering;
  const node = skipParentheses(expression, ts);
  const span = spanOf(node, lowering);
  if (isTooDeep(node, lowering)) return unreadPattern(span);
  lowering.depth++;
  const pattern = lowerTargetInside(node, span, lowering);
  lowering.depth--;
  return pattern;
}

export function skipParentheses(node: ts.Expression, ts: Lowering["ts"]): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return inner;
}

/** A property's name, or for a computed one the expression that makes it. */
export function lowerKey(name: ts.PropertyName, lowering: Lowering): string | Expression {
  const { ts } = lowering;
  if (!ts.isComputedPropertyName(name)) return name.text;
  const key = skipParentheses(name.expression, ts);
  return ts.isStringLiteralLike(key) || ts.isNumericLiteral(key) ? key.text : lowerExpression(key, lowering);
}

function lowerObjectBinding(node: ts.ObjectBindingPattern, span: Span, lowering: Lowering): Pattern {
  const properties: PatternProperty[] = [];
  let rest: Pattern | null = null;
  for (const element of node.elements) {
    if (element.dotDotDotToken !== undefined) rest = lowerPattern(element.name, lowering);
    else {
      const key = element.propertyName ?? (element.name as ts.Identifier);
      properties.push({ key: lowerKey(key, lowering), value: lowerElement(element, lowering) });
    }
  }
  return { kind: "object", properties, rest, ...span };
}

function lowerArrayBinding(node: ts.ArrayBindingPattern, span: Span, lowering: Lowering): Pattern {
  const elements: (Pattern | null)[] = [];
  let rest: Pattern | null = null;
  for (const element of node.elements) {
    if (!lowering.ts.isBindingElement(element)) elements.push(null);
    else if (element.dotDotDotToken !== undefined) rest = lowerPattern(element.name, lowering);
    else elements.push(lowerElement(element, lowering));
  }
  return { kind: "array", elements, rest, ...span };
}

function lowerElement(element: ts.BindingElement, lowering: Lowering): Pattern {
  const pattern = lowerPattern(element.name, lowering);
  if (element.initializer === undefined) return pattern;
  const name = lowering.ts.isIdentifier(element.name) ? element.name.text : null;
  const value = lowerNamed(element.initializer, name, lowering);
  return { kind: "default", pattern, value, ...spanOf(element, lowering) };
}

function lowerTargetInside(node: ts.Expression, span: Span, lowering: Lowering): Pattern {
  const { ts } = lowering;
  if (ts.isObjectLiteralExpression(node)) return lowerObjectTarget(node, span, lowering);
  if (ts.isArrayLiteralExpression(node)) return lowerArrayTarget(node, span, lowering);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const pattern = lowerTarget(node.left, lowering);
    return { kind: "default", pattern, value: lowerExpression(node.right, lowering), ...span };
  }
  const binding = ts.isIdentifier(node) ? findValue(node.text, lowering) : null;
  if (binding !== null) return { kind: "binding", binding, ...span };
  return { kind: "expression", expression: lowerExpression(node, lowering), ...span };
}

function lowerObjectTarget(node: ts.ObjectLiteralExpression, span: Span, lowering: Lowering): Pattern {
  const { ts } = lowering;
  const properties: PatternProperty[] = [];
  let rest: Pattern | null = null;
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) rest = lowerTarget(property.expression, lowering);
    else if (ts.isPropertyAssignment(property)) {
      properties.push({
        key: lowerKey(property.name, lowering),
        value: lowerTarget(property.initializer, lowering),
      });
    } else if (ts.isShorthandPropertyAssignment(property)) {
      properties.push({ key: property.name.text, value: lowerShorthandTarget(property, lowering) });
    }
  }
  return { kind: "object", properties, rest, ...span };
}

function lowerShorthandTarget(property: ts.ShorthandPropertyAssignment, lowering: Lowering): Pattern {
  const pattern = lowerTarget(property.name, lowering);
  if (property.objectAssignmentInitializer === undefined) return pattern;
  const value = lowerExpression(property.objectAssignmentInitializer, lowering);
  return { kind: "default", pattern, value, ...spanOf(property, lowering) };
}

function lowerArrayTarget(node: ts.ArrayLiteralExpression, span: Span, lowering: Lowering): Pattern {
  const { ts } = lowering;
  const elements: (Pattern | null)[] = [];
  let rest: Pattern | null = null;
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) elements.push(null);
    else if (ts.isSpreadElement(element)) rest = lowerTarget(element.expression, lowering);
    else elements.push(lowerTarget(element, lowering));
  }
  return { kind: "array", elements, rest, ...span };
}

function unreadPattern(span: Span): Pattern {
  return { kind: "expression", expression: { kind: "unknown", children: [], ...span }, ...span };
}
