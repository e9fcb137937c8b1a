/**
 * What a block or function declares, before any of it is read: JavaScript lets a name be used above its declaration.
 */
import type ts from "typescript";
import { hasModifier, type Lowering } from "./lowering.js";
import type { BindingKind } from "./module.js";
import { findRequire } from "./require.js";
import { declareBoth, declareType, declareValue, type Scope } from "./scopes.js";

/** Everything a function's body declares: its `var`s from any depth, and its own block. */
export function declareBody(
  statements: readonly ts.Statement[],
  parameters: Scope | null,
  lowering: Lowering,
): void {
  declareVars(statements, parameters, lowering);
  declareBlock(statements, lowering);
}

/** `let`, `const`, functions, classes, enums, namespaces, imports and types of one block. */
export function declareBlock(statements: readonly ts.Statement[], lowering: Lowering): void {
  for (const statement of statements) declareValuesOf(statement, lowering);
  // Afterwards, so that an interface that merges with a class or a namespace finds it.
  for (const statement of statements) {
    const { ts } = lowering;
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      declareType(statement.name.text, lowering);
    }
  }
}

export function declareVariables(list: ts.VariableDeclarationList, lowering: Lowering): void {
  for (const declaration of list.declarations) {
    const required = findRequire(declaration, lowering);
    if (required !== null) {
      for (const { name } of required.names) declareBoth(name, "import", lowering);
    } else {
      for (const name of boundNames(declaration.name, lowering)) {
        declareValue(name, variableKind(list, lowering), lowering);
      }
    }
  }
}

/** The names that a destructuring pattern binds, in order. */
export function boundNames(pattern: ts.BindingName, lowering: Lowering): string[] {
  const { ts } = lowering;
  const names: string[] = [];
  const waiting: ts.BindingName[] = [pattern];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (ts.isIdentifier(next)) names.push(next.text);
    else {
      const elements: readonly ts.ArrayBindingElement[] = next.elements;
      const inside = elements.flatMap((element) => (ts.isBindingElement(element) ? [element.name] : []));
      for (const name of inside.reverse()) waiting.push(name);
    }
  }
  return names;
}

export function isVar(list: ts.VariableDeclarationList, lowering: Lowering): boolean {
  return (list.flags & lowering.ts.NodeFlags.BlockScoped) === 0;
}

function variableKind(list: ts.VariableDeclarationList, lowering: Lowering): BindingKind {
  if (isVar(list, lowering)) return "var";
  return (list.flags & lowering.ts.NodeFlags.BlockScoped) === lowering.ts.NodeFlags.Let ? "let" : "const";
}

function declareValuesOf(statement: ts.Statement, lowering: Lowering): void {
  const { ts } = lowering;
  switch (statement.kind) {
    case ts.SyntaxKind.VariableStatement: {
      const list = (statement as ts.VariableStatement).declarationList;
      if (!isVar(list, lowering)) declareVariables(list, lowering);
      return;
    }
    case ts.SyntaxKind.FunctionDeclaration:
      declareValue(declaredName(statement as ts.FunctionDeclaration, lowering), "function", lowering);
      return;
    case ts.SyntaxKind.ClassDeclaration:
      declareBoth(declaredName(statement as ts.ClassDeclaration, lowering), "class", lowering);
      return;
    case ts.SyntaxKind.EnumDeclaration:
      declareBoth((statement as ts.EnumDeclaration).name.text, "enum", lowering);
      return;
    case ts.SyntaxKind.ModuleDeclaration: {
      const { name, flags } = statement as ts.ModuleDeclaration;
      const isAmbient = ts.isStringLiteral(name) || (flags & ts.NodeFlags.GlobalAugmentation) !== 0;
      if (!isAmbient) declareBoth(name.text, "namespace", lowering);
      return;
    }
    case ts.SyntaxKind.ImportDeclaration:
      for (const name of importedNames((statement as ts.ImportDeclaration).importClause)) {
        declareBoth(name.text, "import", lowering);
      }
      return;
    case ts.SyntaxKind.ImportEqualsDeclaration: {
      const { name, moduleReference } = statement as ts.ImportEqualsDeclaration;
      declareBoth(name.text, ts.isExternalModuleReference(moduleReference) ? "import" : "const", lowering);
      return;
    }
  }
}

/** `export default function () {}` is known as `default`. */
export function declaredName(node: ts.FunctionDeclaration | ts.ClassDeclaration, lowering: Lowering): string {
  if (node.name !== undefined) return node.name.text;
  return hasModifier(node, lowering.ts.SyntaxKind.DefaultKeyword) ? "default" : "";
}

function importedNames(clause: ts.ImportClause | undefined): ts.Identifier[] {
  if (clause === undefined) return [];
  const names = clause.name === undefined ? [] : [clause.name];
  if (clause.namedBindings === undefined) return names;
  if ("name" in clause.namedBindings) return [...names, clause.namedBindings.name];
  return [...names, ...clause.namedBindings.elements.map((element) => element.name)];
}

/** `var` belongs to the function, however deep the block it stands in. A parameter of the same name is the same variable. */
function declareVars(
  statements: readonly ts.Statement[],
  parameters: Scope | null,
  lowering: Lowering,
): void {
  const { ts } = lowering;
  const waiting: ts.Node[] = [...statements].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isVariableDeclarationList(node)) {
      if (isVar(node, lowering)) declareVarsOf(node, parameters, lowering);
    } else if (mayHoldStatements(node, ts)) {
      const inside: ts.Node[] = [];
      ts.forEachChild(node, (child) => {
        inside.push(child);
      });
      for (const child of inside.reverse()) waiting.push(child);
    }
  }
}

function declareVarsOf(list: ts.VariableDeclarationList, parameters: Scope | null, lowering: Lowering): void {
  for (const declaration of list.declarations) {
    for (const name of boundNames(declaration.name, lowering)) {
      const parameter = parameters?.values.get(name);
      if (parameter !== undefined) lowering.scope.values.set(name, parameter);
    }
  }
  declareVariables(list, lowering);
}

function mayHoldStatements(node: ts.Node, { SyntaxKind }: Lowering["ts"]): boolean {
  switch (node.kind) {
    case SyntaxKind.VariableStatement:
    case SyntaxKind.Block:
    case SyntaxKind.IfStatement:
    case SyntaxKind.ForStatement:
    case SyntaxKind.ForOfStatement:
    case SyntaxKind.ForInStatement:
    case SyntaxKind.WhileStatement:
    case SyntaxKind.DoStatement:
    case SyntaxKind.TryStatement:
    case SyntaxKind.CatchClause:
    case SyntaxKind.SwitchStatement:
    case SyntaxKind.CaseBlock:
    case SyntaxKind.CaseClause:
    case SyntaxKind.DefaultClause:
    case SyntaxKind.LabeledStatement:
    case SyntaxKind.WithStatement:
      return true;
    default:
      return false;
  }
}
