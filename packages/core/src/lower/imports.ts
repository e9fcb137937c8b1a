/** What a file takes from others. */
import type ts from "typescript";
import { addExported } from "./exports.js";
import { lowerExpression } from "./expressions.js";
import { type Lowering, spanOf } from "./lowering.js";
import type { BindingId, ImportedName, Span, Statement } from "./module.js";
import { declareBoth, findValue } from "./scopes.js";

export function readImport(node: ts.ImportDeclaration, span: Span, lowering: Lowering): null {
  const { ts } = lowering;
  if (!ts.isStringLiteral(node.moduleSpecifier)) return null;
  const specifier = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) {
    const names = [...namesOf(clause, true, lowering), ...namesOf(clause, false, lowering)];
    lowering.imports.push({ specifier, typeOnly: true, names, ...span });
    return null;
  }
  // `import { type A, b }` is `import type { A }` and `import { b }`.
  const types = clause === undefined ? [] : namesOf(clause, true, lowering);
  const values = clause === undefined ? [] : namesOf(clause, false, lowering);
  if (types.length > 0) lowering.imports.push({ specifier, typeOnly: true, names: types, ...span });
  if (values.length > 0 || types.length === 0) {
    lowering.imports.push({ specifier, typeOnly: false, names: values, ...span });
  }
  return null;
}

/** `import x = require("y")` is an import, `import X = N.Y` another name for something here. */
export function readImportEquals(
  node: ts.ImportEqualsDeclaration,
  span: Span,
  lowering: Lowering,
): Statement | null {
  const { ts } = lowering;
  const binding = bindingOf(node.name, lowering);
  addExported(node, node.name.text, binding, lowering);
  if (ts.isExternalModuleReference(node.moduleReference)) {
    const specifier = node.moduleReference.expression;
    if (!ts.isStringLiteral(specifier)) return null;
    const names = [{ imported: "*", binding }];
    lowering.imports.push({ specifier: specifier.text, typeOnly: node.isTypeOnly, names, ...span });
    return null;
  }
  const pattern = { kind: "binding", binding, ...spanOf(node.name, lowering) } as const;
  const initializer = lowerExpression(node.moduleReference, lowering);
  return { kind: "variables", declarations: [{ pattern, type: null, initializer, ...span }], ...span };
}

function namesOf(clause: ts.ImportClause, typeOnly: boolean, lowering: Lowering): ImportedName[] {
  const { ts } = lowering;
  const names: ImportedName[] = [];
  if (clause.name !== undefined && !typeOnly) {
    names.push({ imported: "default", binding: bindingOf(clause.name, lowering) });
  }
  const named = clause.namedBindings;
  if (named === undefined) return names;
  if (ts.isNamespaceImport(named)) {
    if (!typeOnly) names.push({ imported: "*", binding: bindingOf(named.name, lowering) });
    return names;
  }
  for (const element of named.elements) {
    if (element.isTypeOnly !== typeOnly) continue;
    const imported = (element.propertyName ?? element.name).text;
    names.push({ imported, binding: bindingOf(element.name, lowering) });
  }
  return names;
}

function bindingOf(name: ts.Identifier, lowering: Lowering): BindingId {
  return findValue(name.text, lowering) ?? declareBoth(name.text, "import", lowering);
}
