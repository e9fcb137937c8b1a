/** Interfaces and type aliases. They leave no statement behind. */
import type ts from "typescript";
import { addExported } from "./exports.js";
import type { Lowering } from "./lowering.js";
import type { Span, TypeDeclaration } from "./module.js";
import { declareType, declareTypeParameters, findType, inScope, setTarget } from "./scopes.js";
import { lowerReference, lowerType, lowerTypeMembers } from "./types.js";

export function lowerInterface(node: ts.InterfaceDeclaration, span: Span, lowering: Lowering): null {
  const { ts } = lowering;
  const bases = (node.heritageClauses ?? [])
    .filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap((clause) => clause.types);
  return addType(node, lowering, () => ({
    kind: "interface",
    extends: bases.map((base) => lowerReference(base, lowering)),
    type: { kind: "object", members: lowerTypeMembers(node.members, lowering), ...span },
    ...span,
  }));
}

export function lowerAlias(node: ts.TypeAliasDeclaration, span: Span, lowering: Lowering): null {
  return addType(node, lowering, () => ({
    kind: "alias",
    extends: [],
    type: lowerType(node.type, lowering),
    ...span,
  }));
}

function addType(
  node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration,
  lowering: Lowering,
  read: () => Pick<TypeDeclaration, "kind" | "extends" | "type" | "start" | "end">,
): null {
  const name = node.name.text;
  const binding = findType(name, lowering) ?? declareType(name, lowering);
  // Of several interfaces that merge, the first stands for the name.
  if (lowering.bindings[binding]!.target === null)
    setTarget(binding, "type", lowering.types.length, lowering);
  addExported(node, name, binding, lowering);
  const made = inScope(lowering, () => {
    const typeParameters = declareTypeParameters(node.typeParameters, lowering);
    return { ...read(), name, binding, typeParameters, augments: lowering.augments };
  });
  lowering.types.push(made);
  return null;
}
