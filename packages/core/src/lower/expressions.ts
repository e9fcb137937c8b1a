/** Expressions. One reader per syntax kind; what has none becomes `unknown` around the expressions inside it. */
import type ts from "typescript";
import { lowerClass } from "./classes.js";
import { lowerFunction } from "./functions.js";
import { jsxReaders } from "./jsx.js";
import { literalReaders } from "./literals.js";
import {
  givenName,
  isTooDeep,
  type Lowering,
  nameNext,
  type ReadersByKind,
  spanOf,
  startOf,
} from "./lowering.js";
import type { Expression, Span, TypeNode } from "./module.js";
import { lowerTarget, skipParentheses } from "./patterns.js";
import { findValue } from "./scopes.js";
import { lowerType } from "./types.js";

export function lowerExpression(expression: ts.Node, lowering: Lowering): Expression {
  // Parentheses mean nothing any more, however many there are.
  const node = skipParentheses(expression as ts.Expression, lowering.ts);
  const span = spanOf(node, lowering);
  if (isTooDeep(node, lowering)) return { kind: "unknown", children: [], ...span };
  lowering.depth++;
  const read = lowering.readers.expressions[node.kind] ?? readUnknown;
  const result = read(node as never, span, lowering);
  lowering.depth--;
  return result;
}

/** An expression that is given to a variable or property: a function or class without a name takes that one. */
export function lowerNamed(node: ts.Expression, name: string | null, lowering: Lowering): Expression {
  nameNext(node, name, lowering);
  return lowerExpression(node, lowering);
}

/** The expressions inside something we do not know, as far up as they are expressions. */
export function lowerExpressionsIn(
  node: ts.Node,
  lowering: Lowering,
  found: Expression[] = [],
): Expression[] {
  lowering.ts.forEachChild(node, (child) => {
    const isExpression = lowering.readers.expressions[child.kind] !== undefined;
    if (isExpression || lowering.ts.isParenthesizedExpression(child))
      found.push(lowerExpression(child, lowering));
    else if (!isTooDeep(child, lowering)) {
      lowering.depth++;
      lowerExpressionsIn(child, lowering, found);
      lowering.depth--;
    }
  });
  return found;
}

export const expressionReaders: ReadersByKind<Expression> = {
  ...literalReaders,
  ...jsxReaders,
  Identifier: readName,
  ThisKeyword: (_node: ts.Node, span) => ({ kind: "this", ...span }),
  SuperKeyword: (_node: ts.Node, span) => ({ kind: "super", ...span }),
  PropertyAccessExpression: readMember,
  // `import X = N.Y`
  QualifiedName: readQualifiedName,
  ElementAccessExpression: readIndex,
  CallExpression: readCall,
  NewExpression: readNew,
  SpreadElement: (node: ts.SpreadElement, span, lowering) => ({
    kind: "spread",
    expression: lowerExpression(node.expression, lowering),
    ...span,
  }),
  FunctionExpression: readFunction,
  ArrowFunction: readFunction,
  ClassExpression: (node: ts.ClassExpression, span, lowering) => ({
    kind: "class",
    class: lowerClass(node, givenName(node, lowering), lowering),
    ...span,
  }),
  PrefixUnaryExpression: readUnary,
  PostfixUnaryExpression: readUnary,
  TypeOfExpression: readKeywordUnary("typeof"),
  VoidExpression: readKeywordUnary("void"),
  DeleteExpression: readKeywordUnary("delete"),
  BinaryExpression: readBinary,
  ConditionalExpression: (node: ts.ConditionalExpression, span, lowering) => ({
    kind: "conditional",
    test: lowerExpression(node.condition, lowering),
    then: lowerExpression(node.whenTrue, lowering),
    else: lowerExpression(node.whenFalse, lowering),
    ...span,
  }),
  AwaitExpression: (node: ts.AwaitExpression, span, lowering) => ({
    kind: "await",
    expression: lowerExpression(node.expression, lowering),
    ...span,
  }),
  YieldExpression: (node: ts.YieldExpression, span, lowering) => ({
    kind: "yield",
    expression: node.expression === undefined ? null : lowerExpression(node.expression, lowering),
    isEach: node.asteriskToken !== undefined,
    ...span,
  }),
  AsExpression: readCast("as"),
  TypeAssertionExpression: readCast("as"),
  SatisfiesExpression: readCast("satisfies"),
  NonNullExpression: (node: ts.NonNullExpression, span, lowering) => ({
    kind: "cast",
    cast: "non-null",
    expression: lowerExpression(node.expression, lowering),
    type: null,
    ...span,
  }),
  // `make<string>` without a call.
  ExpressionWithTypeArguments: (node: ts.ExpressionWithTypeArguments, _span, lowering) =>
    lowerExpression(node.expression, lowering),
  // `import.meta`, `new.target`
  MetaProperty: (_node: ts.Node, span) => ({ kind: "unknown", children: [], ...span }),
  // `#name in object`
  PrivateIdentifier: (node: ts.PrivateIdentifier, span) => ({
    kind: "constant",
    text: node.text,
    ...span,
  }),
};

function readUnknown(node: ts.Node, span: Span, lowering: Lowering): Expression {
  return { kind: "unknown", children: lowerExpressionsIn(node, lowering), ...span };
}

function readName(node: ts.Identifier, span: Span, lowering: Lowering): Expression {
  const name = node.text;
  // Where an expression is missing, the parser puts a name without letters.
  if (name === "") return { kind: "unknown", children: [], ...span };
  return { kind: "name", name, binding: findValue(name, lowering), ...span };
}

function readMember(node: ts.PropertyAccessExpression, span: Span, lowering: Lowering): Expression {
  return {
    kind: "member",
    object: lowerExpression(node.expression, lowering),
    property: node.name.text,
    optional: node.questionDotToken !== undefined,
    nameStart: startOf(node.name, lowering),
    ...span,
  };
}

function readQualifiedName(node: ts.QualifiedName, span: Span, lowering: Lowering): Expression {
  return {
    kind: "member",
    object: lowerExpression(node.left, lowering),
    property: node.right.text,
    optional: false,
    nameStart: startOf(node.right, lowering),
    ...span,
  };
}

function readIndex(node: ts.ElementAccessExpression, span: Span, lowering: Lowering): Expression {
  return {
    kind: "index",
    object: lowerExpression(node.expression, lowering),
    index: lowerExpression(node.argumentExpression, lowering),
    optional: node.questionDotToken !== undefined,
    ...span,
  };
}

function readCall(node: ts.CallExpression, span: Span, lowering: Lowering): Expression {
  const [first] = node.arguments;
  if (node.expression.kind === lowering.ts.SyntaxKind.ImportKeyword && first !== undefined) {
    return { kind: "import", specifier: lowerExpression(first, lowering), ...span };
  }
  return {
    kind: "call",
    callee: lowerExpression(node.expression, lowering),
    arguments: node.arguments.map((argument) => lowerExpression(argument, lowering)),
    typeArguments: lowerTypeArguments(node.typeArguments, lowering),
    optional: node.questionDotToken !== undefined,
    ...span,
  };
}

function readNew(node: ts.NewExpression, span: Span, lowering: Lowering): Expression {
  return {
    kind: "new",
    callee: lowerExpression(node.expression, lowering),
    arguments: (node.arguments ?? []).map((argument) => lowerExpression(argument, lowering)),
    typeArguments: lowerTypeArguments(node.typeArguments, lowering),
    ...span,
  };
}

function lowerTypeArguments(types: readonly ts.TypeNode[] | undefined, lowering: Lowering): TypeNode[] {
  return (types ?? []).map((type) => lowerType(type, lowering));
}

function readFunction(
  node: ts.FunctionExpression | ts.ArrowFunction,
  span: Span,
  lowering: Lowering,
): Expression {
  const name = node.name?.text ?? givenName(node, lowering);
  const kind = lowering.ts.isArrowFunction(node) ? "arrow" : "function";
  return { kind: "function", function: lowerFunction(node, { kind, name, class: null }, lowering), ...span };
}

function readUnary(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  span: Span,
  lowering: Lowering,
): Expression {
  return {
    kind: "unary",
    operator: textOf(node.operator, lowering),
    operand: lowerExpression(node.operand, lowering),
    ...span,
  };
}

function readKeywordUnary(operator: "typeof" | "void" | "delete") {
  return (
    node: ts.TypeOfExpression | ts.VoidExpression | ts.DeleteExpression,
    span: Span,
    lowering: Lowering,
  ): Expression => ({
    kind: "unary",
    operator,
    operand: lowerExpression(node.expression, lowering),
    ...span,
  });
}

function readCast(cast: "as" | "satisfies") {
  return (
    node: ts.AsExpression | ts.TypeAssertion | ts.SatisfiesExpression,
    span: Span,
    lowering: Lowering,
  ): Expression => ({
    kind: "cast",
    cast,
    expression: lowerExpression(node.expression, lowering),
    type: lowerType(node.type, lowering),
    ...span,
  });
}

function readBinary(node: ts.BinaryExpression, span: Span, lowering: Lowering): Expression {
  const { SyntaxKind } = lowering.ts;
  const token = node.operatorToken.kind;
  if (token === SyntaxKind.CommaToken)
    return { kind: "sequence", expressions: lowerSequence(node, lowering), ...span };
  const operator = textOf(token, lowering);
  if (token >= SyntaxKind.FirstAssignment && token <= SyntaxKind.LastAssignment) {
    const target = lowerTarget(node.left, lowering);
    const value = lowerNamed(node.right, findTargetName(node.left, lowering), lowering);
    return { kind: "assign", operator, target, value, ...span };
  }
  const left = lowerExpression(node.left, lowering);
  const right = lowerExpression(node.right, lowering);
  if (operator === "&&" || operator === "||" || operator === "??")
    return { kind: "logical", operator, left, right, ...span };
  return { kind: "binary", operator, left, right, ...span };
}

/** Minified code has thousands in a row, so `a, b, c` is read as one list and not as pairs of pairs. */
function lowerSequence(node: ts.BinaryExpression, lowering: Lowering): Expression[] {
  const { ts } = lowering;
  const parts: ts.Expression[] = [];
  let left: ts.Expression = node;
  while (ts.isBinaryExpression(left) && left.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    parts.push(left.right);
    left = left.left;
  }
  parts.push(left);
  return parts.reverse().map((part) => lowerExpression(part, lowering));
}

function findTargetName(target: ts.Expression, { ts }: Lowering): string | null {
  if (ts.isIdentifier(target)) return target.text;
  return ts.isPropertyAccessExpression(target) ? target.name.text : null;
}

function textOf(token: ts.SyntaxKind, lowering: Lowering): string {
  return lowering.ts.tokenToString(token) ?? "";
}
