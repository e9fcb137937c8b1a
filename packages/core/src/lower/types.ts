/** Types, as far as they help to find out what a value is. The others are `unknown`. */
import type ts from "typescript";
import { isTooDeep, type Lowering, type ReadersByKind, spanOf } from "./lowering.js";
import type { Span, TypeMember, TypeNode } from "./module.js";
import { declareTypeParameters, findType, findValue, inScope } from "./scopes.js";

export function lowerType(type: ts.TypeNode, lowering: Lowering): TypeNode {
  let node = type;
  while (lowering.ts.isParenthesizedTypeNode(node)) node = node.type;
  const span = spanOf(node, lowering);
  const read = lowering.readers.types[node.kind];
  if (read === undefined || isTooDeep(node, lowering)) return { kind: "unknown", ...span };
  lowering.depth++;
  const result = read(node as never, span, lowering);
  lowering.depth--;
  return result;
}

/** A type after `extends` or `implements`. */
export function lowerReference(node: ts.ExpressionWithTypeArguments, lowering: Lowering): TypeNode {
  const span = spanOf(node, lowering);
  const path = findPath(node.expression, lowering);
  if (path === null) return { kind: "unknown", ...span };
  const binding = findType(path.first, lowering);
  const typeArguments = lowerTypes(node.typeArguments, lowering);
  return { kind: "reference", name: path.name, binding, arguments: typeArguments, specifier: null, ...span };
}

/** Only members with a name: an index signature or a call signature names nothing. */
export function lowerTypeMembers(nodes: readonly ts.TypeElement[], lowering: Lowering): TypeMember[] {
  const { ts } = lowering;
  const members: TypeMember[] = [];
  for (const node of nodes) {
    const name = node.name === undefined ? null : findMemberName(node.name, lowering);
    if (name === null) continue;
    members.push({
      name,
      optional: (node as ts.PropertySignature).questionToken !== undefined,
      type: ts.isMethodSignature(node)
        ? lowerSignature(node, spanOf(node, lowering), lowering)
        : lowerMemberType(node, lowering),
      ...spanOf(node, lowering),
    });
  }
  return members;
}

export const typeReaders: ReadersByKind<TypeNode> = {
  AnyKeyword: readKeyword("any"),
  UnknownKeyword: readKeyword("unknown"),
  StringKeyword: readKeyword("string"),
  NumberKeyword: readKeyword("number"),
  BooleanKeyword: readKeyword("boolean"),
  UndefinedKeyword: readKeyword("undefined"),
  VoidKeyword: readKeyword("void"),
  NeverKeyword: readKeyword("never"),
  ObjectKeyword: readKeyword("object"),
  SymbolKeyword: readKeyword("symbol"),
  BigIntKeyword: readKeyword("bigint"),
  ThisType: readKeyword("this"),
  LiteralType: readLiteral,
  // Which strings it allows does not matter here.
  TemplateLiteralType: readKeyword("string"),
  TypeReference: readReference,
  ExpressionWithTypeArguments: (node: ts.ExpressionWithTypeArguments, _span, lowering) =>
    lowerReference(node, lowering),
  ImportType: readImportType,
  TypeQuery: readTypeQuery,
  TypeLiteral: (node: ts.TypeLiteralNode, span, lowering) => ({
    kind: "object",
    members: lowerTypeMembers(node.members, lowering),
    ...span,
  }),
  UnionType: (node: ts.UnionTypeNode, span, lowering) => ({
    kind: "union",
    types: lowerTypes(node.types, lowering),
    ...span,
  }),
  IntersectionType: (node: ts.IntersectionTypeNode, span, lowering) => ({
    kind: "intersection",
    types: lowerTypes(node.types, lowering),
    ...span,
  }),
  ArrayType: (node: ts.ArrayTypeNode, span, lowering) => ({
    kind: "array",
    element: lowerType(node.elementType, lowering),
    ...span,
  }),
  TupleType: (node: ts.TupleTypeNode, span, lowering) => ({
    kind: "tuple",
    elements: lowerTypes(node.elements, lowering),
    ...span,
  }),
  NamedTupleMember: readInner,
  OptionalType: readInner,
  RestType: readInner,
  FunctionType: (node: ts.FunctionTypeNode, span, lowering) => lowerSignature(node, span, lowering),
  TypeOperator: readOperator,
  IndexedAccessType: (node: ts.IndexedAccessTypeNode, span, lowering) => ({
    kind: "indexed",
    object: lowerType(node.objectType, lowering),
    index: lowerType(node.indexType, lowering),
    ...span,
  }),
  // `value is User` gives a boolean, `asserts value` gives nothing.
  TypePredicate: (node: ts.TypePredicateNode, span) => ({
    kind: "keyword",
    name: node.assertsModifier === undefined ? "boolean" : "void",
    ...span,
  }),
};

function lowerTypes(nodes: readonly ts.TypeNode[] | undefined, lowering: Lowering): TypeNode[] {
  return (nodes ?? []).map((node) => lowerType(node, lowering));
}

function readKeyword(name: string) {
  return (_node: ts.Node, span: Span): TypeNode => ({ kind: "keyword", name, ...span });
}

function readInner(
  node: ts.NamedTupleMember | ts.OptionalTypeNode | ts.RestTypeNode,
  _span: Span,
  lowering: Lowering,
): TypeNode {
  return lowerType(node.type, lowering);
}

function readLiteral({ literal }: ts.LiteralTypeNode, span: Span, { ts }: Lowering): TypeNode {
  if (literal.kind === ts.SyntaxKind.NullKeyword) return { kind: "keyword", name: "null", ...span };
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return { kind: "literal", value: true, ...span };
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return { kind: "literal", value: false, ...span };
  if (ts.isStringLiteralLike(literal)) return { kind: "literal", value: literal.text, ...span };
  const isNegative = ts.isPrefixUnaryExpression(literal);
  const digits = isNegative ? literal.operand : literal;
  const value = ts.isNumericLiteral(digits) ? Number(digits.text) : Number.NaN;
  if (!Number.isFinite(value)) return { kind: "unknown", ...span };
  return { kind: "literal", value: isNegative && value !== 0 ? -value : value, ...span };
}

function readReference(node: ts.TypeReferenceNode, span: Span, lowering: Lowering): TypeNode {
  const { name, first } = pathOf(node.typeName, lowering);
  const typeArguments = lowerTypes(node.typeArguments, lowering);
  return {
    kind: "reference",
    name,
    binding: findType(first, lowering),
    arguments: typeArguments,
    specifier: null,
    ...span,
  };
}

function readImportType(node: ts.ImportTypeNode, span: Span, lowering: Lowering): TypeNode {
  const { ts } = lowering;
  const specifier = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : null;
  if (node.isTypeOf || node.qualifier === undefined || specifier === null || !ts.isStringLiteral(specifier)) {
    return { kind: "unknown", ...span };
  }
  return {
    kind: "reference",
    name: pathOf(node.qualifier, lowering).name,
    binding: null,
    arguments: lowerTypes(node.typeArguments, lowering),
    specifier: specifier.text,
    ...span,
  };
}

function readTypeQuery(node: ts.TypeQueryNode, span: Span, lowering: Lowering): TypeNode {
  if (lowering.ts.isImportTypeNode(node.exprName)) return { kind: "unknown", ...span };
  const { name, first } = pathOf(node.exprName, lowering);
  return { kind: "typeof", name, binding: findValue(first, lowering), ...span };
}

function readOperator(node: ts.TypeOperatorNode, span: Span, lowering: Lowering): TypeNode {
  const { SyntaxKind } = lowering.ts;
  if (node.operator === SyntaxKind.KeyOfKeyword)
    return { kind: "keyof", type: lowerType(node.type, lowering), ...span };
  // `readonly T[]`, `unique symbol`
  return lowerType(node.type, lowering);
}

function lowerSignature(
  node: ts.FunctionTypeNode | ts.MethodSignature,
  span: Span,
  lowering: Lowering,
): TypeNode {
  return inScope(lowering, () => {
    declareTypeParameters(node.typeParameters, lowering);
    return {
      kind: "function",
      parameters: node.parameters.map((parameter) => ({
        name: lowering.ts.isIdentifier(parameter.name) ? parameter.name.text : "",
        optional: parameter.questionToken !== undefined,
        type: parameter.type === undefined ? null : lowerType(parameter.type, lowering),
      })),
      returns: node.type === undefined ? null : lowerType(node.type, lowering),
      ...span,
    };
  });
}

function lowerMemberType(node: ts.TypeElement, lowering: Lowering): TypeNode | null {
  const { ts } = lowering;
  if (ts.isSetAccessorDeclaration(node)) {
    const [parameter] = node.parameters;
    return parameter?.type === undefined ? null : lowerType(parameter.type, lowering);
  }
  const { type } = node as ts.PropertySignature | ts.GetAccessorDeclaration;
  return type === undefined ? null : lowerType(type, lowering);
}

function findMemberName(name: ts.PropertyName, { ts }: Lowering): string | null {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : null;
}

interface Path {
  readonly name: string;
  readonly first: string;
}

function pathOf(node: ts.EntityName, { ts }: Lowering): Path {
  const names: string[] = [];
  let left = node;
  while (ts.isQualifiedName(left)) {
    names.push(left.right.text);
    left = left.left;
  }
  names.push(left.text);
  return { name: names.reverse().join("."), first: left.text };
}

function findPath(node: ts.Expression, { ts }: Lowering): Path | null {
  const names: string[] = [];
  let left = node;
  while (ts.isPropertyAccessExpression(left)) {
    names.push(left.name.text);
    left = left.expression;
  }
  if (!ts.isIdentifier(left)) return null;
  names.push(left.text);
  return { name: names.reverse().join("."), first: left.text };
}
