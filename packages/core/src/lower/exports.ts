/** What a file gives to others, in ES modules and in CommonJS. */
import type ts from "typescript";
import { lowerExpression, lowerNamed } from "./expressions.js";
import { addBinding, hasModifier, type Lowering } from "./lowering.js";
import type { BindingId, Export, Expression, Span, Statement } from "./module.js";
import { skipParentheses } from "./patterns.js";
import { findExportedName } from "./require.js";
import { findType, findValue } from "./scopes.js";

/** Exports a declaration if it says `export`. */
export function addExported(
  node: ts.Node,
  name: string,
  binding: BindingId | null,
  lowering: Lowering,
): void {
  const { SyntaxKind } = lowering.ts;
  if (binding === null || !hasModifier(node, SyntaxKind.ExportKeyword)) return;
  const isDefault = hasModifier(node, SyntaxKind.DefaultKeyword);
  addExport({ kind: "local", name: isDefault ? "default" : name, binding }, lowering);
}

export function readExportDeclaration(node: ts.ExportDeclaration, _span: Span, lowering: Lowering): null {
  const { ts } = lowering;
  const specifier = findSpecifier(node, lowering);
  const clause = node.exportClause;
  if (specifier === null) {
    if (clause !== undefined && ts.isNamedExports(clause)) {
      for (const element of clause.elements) {
        addLocalExport(element.name.text, (element.propertyName ?? element.name).text, lowering);
      }
    }
  } else if (clause === undefined) {
    addExport({ kind: "star", specifier }, lowering);
  } else if (ts.isNamespaceExport(clause)) {
    addExport({ kind: "from", name: clause.name.text, imported: "*", specifier }, lowering);
  } else {
    for (const { name, propertyName } of clause.elements) {
      addExport(
        { kind: "from", name: name.text, imported: (propertyName ?? name).text, specifier },
        lowering,
      );
    }
  }
  return null;
}

/** `export default …` and `export = …` */
export function readExportAssignment(
  node: ts.ExportAssignment,
  span: Span,
  lowering: Lowering,
): Statement | null {
  const name = node.isExportEquals === true ? "export=" : "default";
  return exportValue([name], node.expression, span, lowering);
}

/** `module.exports = …` and `exports.x = …` at the top level; also `exports.a = exports.b = …`. */
export function lowerCommonJsExport(
  node: ts.ExpressionStatement,
  span: Span,
  lowering: Lowering,
): Statement | null {
  const { ts } = lowering;
  if (lowering.function !== 0) return null;
  const names: string[] = [];
  let value = node.expression;
  while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const name = findExportedName(value.left, lowering);
    if (name === null && !isExportsItself(value.left, lowering)) break;
    if (name !== null) names.push(name);
    value = value.right;
  }
  // Compilers announce exports with `exports.x = void 0` before they assign them.
  if (names.length === 0 || ts.isVoidExpression(value)) return null;
  const statement = exportValue(names, value, span, lowering);
  // An assignment happens, which is more than what `export { x }` does.
  return statement ?? { kind: "expression", expression: lowerExpression(node.expression, lowering), ...span };
}

/** A value that has a name is exported by its binding; any other gets a binding of its own. */
function exportValue(
  names: readonly string[],
  value: ts.Expression,
  span: Span,
  lowering: Lowering,
): Statement | null {
  const { ts } = lowering;
  const node = skipParentheses(value, ts);
  const known = ts.isIdentifier(node) ? bindingsOf(node.text, lowering) : [];
  if (known.length > 0) {
    for (const name of names)
      for (const binding of known) addExport({ kind: "local", name, binding }, lowering);
    return null;
  }
  const name = names[0] ?? "default";
  const binding = addBinding(name, "synthetic", lowering);
  for (const exported of names) addExport({ kind: "local", name: exported, binding }, lowering);
  const initializer = lowerNamed(node, name === "export=" ? null : name, lowering);
  if (names.includes("export=")) addMembers(initializer, lowering);
  const pattern = { kind: "binding", binding, ...span } as const;
  return { kind: "variables", declarations: [{ pattern, type: null, initializer, ...span }], ...span };
}

/** After `module.exports = { a, b: c }`, others import `a` and `b` by name. */
function addMembers(value: Expression, lowering: Lowering): void {
  if (value.kind !== "object") return;
  for (const property of value.properties) {
    if (property.kind === "spread" || typeof property.key !== "string") continue;
    if (property.value.kind !== "name" || property.value.binding === null) continue;
    addExport({ kind: "local", name: property.key, binding: property.value.binding }, lowering);
  }
}

function addLocalExport(name: string, local: string, lowering: Lowering): void {
  for (const binding of bindingsOf(local, lowering)) addExport({ kind: "local", name, binding }, lowering);
}

/** A value, a type, or one of each under the same name. */
function bindingsOf(name: string, lowering: Lowering): BindingId[] {
  const value = findValue(name, lowering);
  const type = findType(name, lowering);
  return [value, type === value ? null : type].filter((binding) => binding !== null);
}

function addExport(made: Export, lowering: Lowering): void {
  if (lowering.members === null) lowering.exports.push(made);
  else if (made.kind === "local" && lowering.bindings[made.binding]!.kind !== "type") {
    lowering.members.push({ name: made.name, binding: made.binding });
  }
}

function findSpecifier(node: ts.ExportDeclaration, { ts }: Lowering): string | null {
  const specifier = node.moduleSpecifier;
  return specifier !== undefined && ts.isStringLiteral(specifier) ? specifier.text : null;
}

function isExportsItself(node: ts.Expression, lowering: Lowering): boolean {
  return lowering.ts.isIdentifier(node) && node.text === "exports" && findValue("exports", lowering) === null;
}
