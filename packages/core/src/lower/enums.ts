/** An enum is a type, and at run time an object. */
import type ts from "typescript";
import { addExported } from "./exports.js";
import { lowerExpression } from "./expressions.js";
import { type Lowering, spanOf } from "./lowering.js";
import type { Expression, ObjectProperty, Span, Statement, TypeNode } from "./module.js";
import { declareBoth, findValue } from "./scopes.js";

export function lowerEnum(node: ts.EnumDeclaration, span: Span, lowering: Lowering): Statement {
  const name = node.name.text;
  const binding = findValue(name, lowering) ?? declareBoth(name, "enum", lowering);
  const members = lowerMembers(node, lowering);
  lowering.types.push({
    name,
    binding,
    kind: "enum",
    typeParameters: [],
    extends: [],
    type: { kind: "union", types: members.map(({ value }) => literalTypeOf(value)), ...span },
    augments: lowering.augments,
    ...span,
  });
  addExported(node, name, binding, lowering);
  const initializer: Expression = { kind: "object", properties: members, ...span };
  const pattern = { kind: "binding", binding, ...spanOf(node.name, lowering) } as const;
  return { kind: "variables", declarations: [{ pattern, type: null, initializer, ...span }], ...span };
}

function lowerMembers(
  node: ts.EnumDeclaration,
  lowering: Lowering,
): Extract<ObjectProperty, { kind: "property" }>[] {
  let next: number | null = 0;
  return node.members.map((member) => {
    const span = spanOf(member, lowering);
    const value = valueOf(member, next, span, lowering);
    const type = literalTypeOf(value);
    next = type.kind === "literal" && typeof type.value === "number" ? type.value + 1 : null;
    return { kind: "property", key: keyOf(member.name, lowering), value, ...span };
  });
}

function valueOf(member: ts.EnumMember, next: number | null, span: Span, lowering: Lowering): Expression {
  if (member.initializer !== undefined) return lowerExpression(member.initializer, lowering);
  return next === null
    ? { kind: "unknown", children: [], ...span }
    : { kind: "literal", value: next, ...span };
}

function keyOf(name: ts.PropertyName, { ts }: Lowering): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : "[computed]";
}

function literalTypeOf(value: Expression): TypeNode {
  const { start, end } = value;
  if (value.kind === "literal") return { kind: "literal", value: value.value, start, end };
  if (value.kind === "unary" && value.operator === "-" && value.operand.kind === "literal") {
    return { kind: "literal", value: -Number(value.operand.value), start, end };
  }
  return { kind: "unknown", start, end };
}
