/** Functions of every sort: their parameters, their scope and their body. */
import type ts from "typescript";
import { lowerExpression, lowerNamed } from "./expressions.js";
import { boundNames, declareBody } from "./hoisting.js";
import { hasModifier, type Draft, type Lowering, modifiersOf, spanOf } from "./lowering.js";
import type { ClassId, Expression, FunctionId, FunctionNode, Parameter, Statement } from "./module.js";
import { lowerPattern } from "./patterns.js";
import { childOf, declareTypeParameters, declareValue, setTarget } from "./scopes.js";
import { lowerStatements } from "./statements.js";
import { lowerType } from "./types.js";

export interface FunctionRole {
  readonly kind: FunctionNode["kind"];
  readonly name: string | null;
  /** The class whose member it is. */
  readonly class: ClassId | null;
}

export function lowerFunction(
  node: ts.FunctionLikeDeclaration,
  role: FunctionRole,
  lowering: Lowering,
): FunctionId {
  const { ts } = lowering;
  const made: Draft<FunctionNode> = {
    id: lowering.functions.length,
    kind: role.kind,
    name: role.name,
    parent: lowering.function,
    // A function in a field's initializer has the class's `this`.
    class: role.class ?? lowering.fieldOf,
    async: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    generator: node.asteriskToken !== undefined,
    typeParameters: [],
    parameters: [],
    returns: null,
    body: [],
    decorators: [],
    ...spanOf(node, lowering),
  };
  lowering.functions.push(made);
  made.decorators = decoratorsOf(node, lowering);

  insideFunction(made.id, lowering, () => {
    declareOwnName(node, made.id, lowering);
    lowering.scope = childOf(lowering.scope);
    made.typeParameters = declareTypeParameters(node.typeParameters, lowering);
    made.parameters = lowerParameters(node, lowering);
    made.returns = node.type === undefined ? null : lowerType(node.type, lowering);
    made.body = lowerBody(node.body, lowering);
  });
  return made.id;
}

/** A class's static block runs once, like a static method that the class calls itself. */
export function lowerStaticBlock(
  node: ts.ClassStaticBlockDeclaration,
  inClass: ClassId,
  lowering: Lowering,
): FunctionId {
  const made: Draft<FunctionNode> = {
    id: lowering.functions.length,
    kind: "method",
    name: "[static]",
    parent: lowering.function,
    class: inClass,
    async: false,
    generator: false,
    typeParameters: [],
    parameters: [],
    returns: null,
    body: [],
    decorators: [],
    ...spanOf(node, lowering),
  };
  lowering.functions.push(made);
  insideFunction(made.id, lowering, () => {
    made.body = lowerBody(node.body, lowering);
  });
  return made.id;
}

export function decoratorsOf(node: ts.Node, lowering: Lowering): Expression[] {
  return modifiersOf(node)
    .filter((modifier) => lowering.ts.isDecorator(modifier))
    .map((decorator) => lowerExpression(decorator.expression, lowering));
}

function insideFunction(id: FunctionId, lowering: Lowering, read: () => void): void {
  const { scope, function: parent, fieldOf } = lowering;
  lowering.scope = childOf(scope);
  lowering.function = id;
  lowering.fieldOf = null;
  read();
  lowering.scope = scope;
  lowering.function = parent;
  lowering.fieldOf = fieldOf;
}

function declareOwnName(node: ts.FunctionLikeDeclaration, id: FunctionId, lowering: Lowering): void {
  if (!lowering.ts.isFunctionExpression(node) || node.name === undefined) return;
  const binding = declareValue(node.name.text, "function", lowering);
  setTarget(binding, "function", id, lowering);
}

function lowerParameters(node: ts.FunctionLikeDeclaration, lowering: Lowering): Parameter[] {
  // `this: Context` only tells the type of `this`; nobody passes it.
  const parameters = node.parameters.filter(
    ({ name }) => !(lowering.ts.isIdentifier(name) && name.text === "this"),
  );
  for (const parameter of parameters) {
    for (const name of boundNames(parameter.name, lowering)) declareValue(name, "parameter", lowering);
  }
  return parameters.map((parameter) => lowerParameter(parameter, lowering));
}

function lowerParameter(node: ts.ParameterDeclaration, lowering: Lowering): Parameter {
  const { ts } = lowering;
  const type = node.type === undefined ? null : lowerType(node.type, lowering);
  const pattern = lowerPattern(node.name, lowering);
  if (pattern.kind === "binding") lowering.bindings[pattern.binding]!.type = type;
  const name = ts.isIdentifier(node.name) ? node.name.text : null;
  return {
    pattern,
    optional: node.questionToken !== undefined,
    default: node.initializer === undefined ? null : lowerNamed(node.initializer, name, lowering),
    rest: node.dotDotDotToken !== undefined,
    type,
    property: modifiersOf(node).some(({ kind }) => kind !== ts.SyntaxKind.Decorator),
    decorators: decoratorsOf(node, lowering),
    ...spanOf(node, lowering),
  };
}

function lowerBody(body: ts.Block | ts.Expression | undefined, lowering: Lowering): Statement[] {
  if (body === undefined) return [];
  if (!lowering.ts.isBlock(body)) {
    return [{ kind: "return", argument: lowerExpression(body, lowering), ...spanOf(body, lowering) }];
  }
  const parameters = lowering.scope;
  lowering.scope = childOf(parameters);
  declareBody(body.statements, parameters, lowering);
  return lowerStatements(body.statements, lowering);
}
