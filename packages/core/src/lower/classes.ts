/** Classes: fields, methods and accessors. Signatures without a body (overloads, abstract methods) do nothing and are left out. */
import type ts from "typescript";
import { lowerExpression, lowerNamed } from "./expressions.js";
import { decoratorsOf, lowerFunction, lowerStaticBlock } from "./functions.js";
import { methodKind } from "./literals.js";
import { type Draft, hasModifier, type Lowering, spanOf } from "./lowering.js";
import type { ClassId, ClassNode, Expression, Field, Method } from "./module.js";
import { declareBoth, declareTypeParameters, findValue, inScope, setTarget } from "./scopes.js";
import { lowerReference, lowerType } from "./types.js";

export function lowerClass(
  node: ts.ClassLikeDeclaration,
  givenName: string | null,
  lowering: Lowering,
): ClassId {
  const { ts } = lowering;
  const made: Draft<ClassNode> = {
    id: lowering.classes.length,
    name: node.name?.text ?? givenName,
    binding: ts.isClassDeclaration(node) && givenName !== null ? findValue(givenName, lowering) : null,
    scope: lowering.function,
    typeParameters: [],
    extends: null,
    extendsArguments: [],
    implements: [],
    abstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
    constructor: null,
    fields: [],
    methods: [],
    decorators: decoratorsOf(node, lowering),
    ...spanOf(node, lowering),
  };
  lowering.classes.push(made);

  inScope(lowering, () => {
    if (ts.isClassExpression(node) && node.name !== undefined) {
      made.binding = declareBoth(node.name.text, "class", lowering);
    }
    if (made.binding !== null) setTarget(made.binding, "class", made.id, lowering);
    made.typeParameters = declareTypeParameters(node.typeParameters, lowering);
    lowerHeritage(node, made, lowering);
    lowerMembers(node, made, lowering);
  });
  return made.id;
}

function lowerHeritage(node: ts.ClassLikeDeclaration, made: Draft<ClassNode>, lowering: Lowering): void {
  for (const clause of node.heritageClauses ?? []) {
    if (clause.token === lowering.ts.SyntaxKind.ImplementsKeyword) {
      made.implements = clause.types.map((type) => lowerReference(type, lowering));
    } else {
      const [base] = clause.types;
      if (base === undefined) continue;
      made.extends = lowerExpression(base.expression, lowering);
      made.extendsArguments = (base.typeArguments ?? []).map((type) => lowerType(type, lowering));
    }
  }
}

function lowerMembers(node: ts.ClassLikeDeclaration, made: Draft<ClassNode>, lowering: Lowering): void {
  const { ts } = lowering;
  const fields: Field[] = [];
  const methods: Method[] = [];
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member)) fields.push(lowerField(member, made.id, lowering));
    else if (ts.isConstructorDeclaration(member)) {
      if (member.body === undefined) continue;
      made.constructor = lowerFunction(
        member,
        { kind: "constructor", name: "constructor", class: made.id },
        lowering,
      );
    } else if (ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isSetAccessor(member)) {
      if (member.body === undefined) continue;
      methods.push(lowerMethod(member, made.id, lowering));
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      const block = lowerStaticBlock(member, made.id, lowering);
      methods.push({ name: "[static]", static: true, kind: "method", function: block });
    }
  }
  made.fields = fields;
  made.methods = methods;
}

function lowerField(node: ts.PropertyDeclaration, inClass: ClassId, lowering: Lowering): Field {
  const name = memberName(node.name, lowering);
  return {
    name,
    static: hasModifier(node, lowering.ts.SyntaxKind.StaticKeyword),
    optional: node.questionToken !== undefined,
    type: node.type === undefined ? null : lowerType(node.type, lowering),
    initializer: lowerInitializer(node.initializer, name, inClass, lowering),
    decorators: decoratorsOf(node, lowering),
    ...spanOf(node, lowering),
  };
}

function lowerInitializer(
  node: ts.Expression | undefined,
  name: string,
  inClass: ClassId,
  lowering: Lowering,
): Expression | null {
  if (node === undefined) return null;
  const outer = lowering.fieldOf;
  lowering.fieldOf = inClass;
  const initializer = lowerNamed(node, name, lowering);
  lowering.fieldOf = outer;
  return initializer;
}

function lowerMethod(
  node: ts.MethodDeclaration | ts.AccessorDeclaration,
  inClass: ClassId,
  lowering: Lowering,
): Method {
  const kind = methodKind(node, lowering.ts);
  const name = memberName(node.name, lowering);
  const isStatic = hasModifier(node, lowering.ts.SyntaxKind.StaticKeyword);
  return {
    name,
    static: isStatic,
    kind,
    function: lowerFunction(node, { kind, name, class: inClass }, lowering),
  };
}

/** Brackets cannot stand in a name, so `[computed]` is nobody's. */
function memberName(name: ts.PropertyName, { ts }: Lowering): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : "[computed]";
}
