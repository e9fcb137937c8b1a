/** JSX: of no interest itself, but the expressions inside it are, and so are the components it names. */
import type ts from "typescript";
import { lowerExpression } from "./expressions.js";
import { type Lowering, type ReadersByKind } from "./lowering.js";
import type { Expression } from "./module.js";

export const jsxReaders: ReadersByKind<Expression> = {
  JsxElement: (node: ts.JsxElement, span, lowering) => ({
    kind: "unknown",
    children: [
      ...lowerTag(node.openingElement, lowering),
      ...node.children.flatMap((child) => lowerChild(child, lowering)),
    ],
    ...span,
  }),
  JsxSelfClosingElement: (node: ts.JsxSelfClosingElement, span, lowering) => ({
    kind: "unknown",
    children: lowerTag(node, lowering),
    ...span,
  }),
  JsxFragment: (node: ts.JsxFragment, span, lowering) => ({
    kind: "unknown",
    children: node.children.flatMap((child) => lowerChild(child, lowering)),
    ...span,
  }),
};

/** `<Table rows={rows}>` is a use of `Table`; `<div>` is a use of nothing. */
function lowerTag(node: ts.JsxOpeningLikeElement, lowering: Lowering): Expression[] {
  const { ts } = lowering;
  const tag = node.tagName;
  const isIntrinsic = ts.isJsxNamespacedName(tag) || (ts.isIdentifier(tag) && /^[^A-Z_$]/.test(tag.text));
  const component = isIntrinsic ? [] : [lowerExpression(tag, lowering)];
  return [
    ...component,
    ...node.attributes.properties.flatMap((attribute) => lowerAttribute(attribute, lowering)),
  ];
}

function lowerAttribute(node: ts.JsxAttributeLike, lowering: Lowering): Expression[] {
  const { ts } = lowering;
  if (ts.isJsxSpreadAttribute(node)) return [lowerExpression(node.expression, lowering)];
  if (node.initializer === undefined || ts.isStringLiteral(node.initializer)) return [];
  return lowerChild(node.initializer, lowering);
}

function lowerChild(node: ts.JsxChild, lowering: Lowering): Expression[] {
  const { ts } = lowering;
  if (ts.isJsxText(node)) return [];
  if (!ts.isJsxExpression(node)) return [lowerExpression(node, lowering)];
  return node.expression === undefined ? [] : [lowerExpression(node.expression, lowering)];
}
