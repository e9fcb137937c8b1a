/** Literals: strings, numbers, templates, arrays and objects. */
import type ts from "typescript";
import { lowerExpression, lowerNamed } from "./expressions.js";
import { lowerFunction } from "./functions.js";
import { type Lowering, type ReadersByKind, spanOf } from "./lowering.js";
import type { Expression, ObjectProperty, Span } from "./module.js";
import { lowerKey } from "./patterns.js";
import { lowerType } from "./types.js";

export const literalReaders: ReadersByKind<Expression> = {
  StringLiteral: readString,
  NoSubstitutionTemplateLiteral: readString,
  NumericLiteral: readNumber,
  BigIntLiteral: readConstant,
  RegularExpressionLiteral: readConstant,
  TrueKeyword: readKeyword(true),
  FalseKeyword: readKeyword(false),
  NullKeyword: readKeyword(null),
  TemplateExpression: readTemplate,
  TaggedTemplateExpression: readTagged,
  ArrayLiteralExpression: readArray,
  OmittedExpression: readHole,
  ObjectLiteralExpression: readObject,
};

function readString(node: ts.StringLiteralLike, span: Span): Expression {
  return { kind: "literal", value: node.text, ...span };
}

function readNumber(node: ts.NumericLiteral, span: Span): Expression {
  const value = Number(node.text);
  // JSON has no infinity, which is what `1e999` is.
  if (!Number.isFinite(value)) return readConstant(node, span);
  return { kind: "literal", value, ...span };
}

function readConstant(node: ts.LiteralLikeNode, span: Span): Expression {
  return { kind: "constant", text: node.text, ...span };
}

function readKeyword(value: boolean | null) {
  return (_node: ts.Node, span: Span): Expression => ({ kind: "literal", value, ...span });
}

function readTemplate(node: ts.TemplateExpression, span: Span, lowering: Lowering): Expression {
  return { kind: "template", ...partsOf(node, lowering), ...span };
}

function readTagged(node: ts.TaggedTemplateExpression, span: Span, lowering: Lowering): Expression {
  return {
    kind: "tagged",
    tag: lowerExpression(node.tag, lowering),
    typeArguments: (node.typeArguments ?? []).map((type) => lowerType(type, lowering)),
    ...partsOf(node.template, lowering),
    ...span,
  };
}

function partsOf(
  template: ts.TemplateLiteral,
  lowering: Lowering,
): { texts: string[]; expressions: Expression[] } {
  if (lowering.ts.isNoSubstitutionTemplateLiteral(template))
    return { texts: [template.text], expressions: [] };
  return {
    texts: [template.head.text, ...template.templateSpans.map((span) => span.literal.text)],
    expressions: template.templateSpans.map((span) => lowerExpression(span.expression, lowering)),
  };
}

function readArray(node: ts.ArrayLiteralExpression, span: Span, lowering: Lowering): Expression {
  return {
    kind: "array",
    elements: node.elements.map((element) => lowerExpression(element, lowering)),
    ...span,
  };
}

/** The hole in `[a, , b]` reads as undefined. */
function readHole(_node: ts.Node, span: Span): Expression {
  return { kind: "name", name: "undefined", binding: null, ...span };
}

function readObject(node: ts.ObjectLiteralExpression, span: Span, lowering: Lowering): Expression {
  const properties = node.properties.map((property) => lowerProperty(property, lowering));
  return { kind: "object", properties, ...span };
}

function lowerProperty(node: ts.ObjectLiteralElementLike, lowering: Lowering): ObjectProperty {
  const { ts } = lowering;
  const span = spanOf(node, lowering);
  if (ts.isSpreadAssignment(node)) {
    return { kind: "spread", value: lowerExpression(node.expression, lowering), ...span };
  }
  const key = lowerKey(node.name, lowering);
  if (ts.isShorthandPropertyAssignment(node)) {
    return { kind: "property", key, value: lowerExpression(node.name, lowering), ...span };
  }
  const name = typeof key === "string" ? key : null;
  if (ts.isPropertyAssignment(node)) {
    return { kind: "property", key, value: lowerNamed(node.initializer, name, lowering), ...span };
  }
  const kind = methodKind(node, ts);
  const value: Expression = {
    kind: "function",
    function: lowerFunction(node, { kind, name, class: null }, lowering),
    ...span,
  };
  return { kind: "property", key, value, ...span };
}

export function methodKind(
  node: ts.MethodDeclaration | ts.AccessorDeclaration,
  ts: Lowering["ts"],
): "method" | "getter" | "setter" {
  if (ts.isGetAccessorDeclaration(node)) return "getter";
  return ts.isSetAccessorDeclaration(node) ? "setter" : "method";
}
