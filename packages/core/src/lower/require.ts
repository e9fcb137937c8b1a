/** CommonJS: which variables are imports, and which assignments are exports. */
import type ts from "typescript";
import type { Lowering } from "./lowering.js";
import { findValue } from "./scopes.js";

export interface Require {
  readonly specifier: string;
  readonly names: readonly { readonly imported: string; readonly name: string }[];
}

/** `const x = require("y")`, `const { a, b: c } = require("y")`, `const z = require("y").z`. */
export function findRequire(declaration: ts.VariableDeclaration, lowering: Lowering): Require | null {
  const { ts } = lowering;
  if (declaration.initializer === undefined) return null;
  let value = declaration.initializer;
  while (ts.isParenthesizedExpression(value) || ts.isAsExpression(value)) value = value.expression;

  const member = ts.isPropertyAccessExpression(value) ? value.name.text : null;
  if (ts.isPropertyAccessExpression(value)) value = value.expression;
  const specifier = findRequired(value, ts);
  if (specifier === null) return null;

  const pattern = declaration.name;
  if (ts.isIdentifier(pattern))
    return { specifier, names: [{ imported: member ?? "*", name: pattern.text }] };
  if (member !== null || !ts.isObjectBindingPattern(pattern)) return null;
  const names = pattern.elements.map((element) => findImportedName(element, ts));
  return names.every((name) => name !== null) ? { specifier, names } : null;
}

function findRequired(value: ts.Expression, ts: Lowering["ts"]): string | null {
  if (!ts.isCallExpression(value) || !ts.isIdentifier(value.expression)) return null;
  const argument = value.arguments[0];
  if (value.expression.text !== "require" || value.arguments.length !== 1 || argument === undefined)
    return null;
  return ts.isStringLiteralLike(argument) ? argument.text : null;
}

function findImportedName(element: ts.BindingElement, ts: Lowering["ts"]): Require["names"][number] | null {
  if (element.dotDotDotToken !== undefined || element.initializer !== undefined) return null;
  if (!ts.isIdentifier(element.name)) return null;
  const imported = element.propertyName ?? element.name;
  if (!ts.isIdentifier(imported) && !ts.isStringLiteral(imported)) return null;
  return { imported: imported.text, name: element.name.text };
}

/** What `target = …` exports: `export=` for `module.exports`, `x` for `exports.x` and `module.exports.x`. */
export function findExportedName(target: ts.Expression, lowering: Lowering): string | null {
  const { ts } = lowering;
  if (!ts.isPropertyAccessExpression(target)) return null;
  if (isModuleExports(target, lowering)) return "export=";
  const { expression: object, name } = target;
  const isExports = isGlobal(object, "exports", lowering) || isModuleExports(object, lowering);
  return isExports ? name.text : null;
}

function isModuleExports(node: ts.Expression, lowering: Lowering): boolean {
  if (!lowering.ts.isPropertyAccessExpression(node) || node.name.text !== "exports") return false;
  return isGlobal(node.expression, "module", lowering);
}

function isGlobal(node: ts.Expression, name: string, lowering: Lowering): boolean {
  return lowering.ts.isIdentifier(node) && node.text === name && findValue(name, lowering) === null;
}
