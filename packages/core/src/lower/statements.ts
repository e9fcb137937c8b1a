/** Statements. One reader per syntax kind; a reader that gives null had nothing to say at run time. */
import type ts from "typescript";
import { lowerClass } from "./classes.js";
import { lowerEnum } from "./enums.js";
import { addExported, readExportAssignment, readExportDeclaration, lowerCommonJsExport } from "./exports.js";
import { lowerExpression, lowerExpressionsIn, lowerNamed } from "./expressions.js";
import { lowerFunction } from "./functions.js";
import { boundNames, declareBlock, declaredName, declareVariables, isVar } from "./hoisting.js";
import { readImport, readImportEquals } from "./imports.js";
import { isTooDeep, type Lowering, type ReadersByKind, spanOf } from "./lowering.js";
import type { Expression, Pattern, Span, Statement, VariableDeclaration } from "./module.js";
import { lowerNamespace } from "./namespaces.js";
import { lowerPattern, lowerTarget } from "./patterns.js";
import { findRequire } from "./require.js";
import { declareValue, findValue, inScope, setTarget } from "./scopes.js";
import { lowerAlias, lowerInterface } from "./type-declarations.js";
import { lowerType } from "./types.js";

export function lowerStatements(nodes: readonly ts.Statement[], lowering: Lowering): Statement[] {
  const statements: Statement[] = [];
  for (const [index, node] of nodes.entries()) {
    const statement = isOverload(node, nodes[index + 1], lowering) ? null : lowerStatement(node, lowering);
    if (statement !== null) statements.push(statement);
  }
  return statements;
}

export const statementReaders: ReadersByKind<Statement | null> = {
  ExpressionStatement: readExpression,
  VariableStatement: readVariables,
  FunctionDeclaration: readFunction,
  ClassDeclaration: readClass,
  ReturnStatement: (node: ts.ReturnStatement, span, lowering) => ({
    kind: "return",
    argument: lowerOptional(node.expression, lowering),
    ...span,
  }),
  ThrowStatement: (node: ts.ThrowStatement, span, lowering) => ({
    kind: "throw",
    argument: lowerExpression(node.expression, lowering),
    ...span,
  }),
  IfStatement: (node: ts.IfStatement, span, lowering) => ({
    kind: "if",
    test: lowerExpression(node.expression, lowering),
    then: lowerBranch(node.thenStatement, lowering),
    else: node.elseStatement === undefined ? null : lowerBranch(node.elseStatement, lowering),
    ...span,
  }),
  ForStatement: readFor,
  ForOfStatement: readForEach("of"),
  ForInStatement: readForEach("in"),
  WhileStatement: readWhile("while"),
  DoStatement: readWhile("do"),
  SwitchStatement: readSwitch,
  TryStatement: readTry,
  Block: (node: ts.Block, span, lowering) => ({ kind: "block", body: lowerBranch(node, lowering), ...span }),
  LabeledStatement: (node: ts.LabeledStatement, span, lowering) => ({
    kind: "labeled",
    label: node.label.text,
    body: lowerBranch(node.statement, lowering),
    ...span,
  }),
  BreakStatement: (node: ts.BreakStatement, span) => ({
    kind: "break",
    label: node.label?.text ?? null,
    ...span,
  }),
  ContinueStatement: (node: ts.ContinueStatement, span) => ({
    kind: "continue",
    label: node.label?.text ?? null,
    ...span,
  }),
  WithStatement: readWith,
  EmptyStatement: () => null,
  DebuggerStatement: () => null,

  EnumDeclaration: lowerEnum,
  ModuleDeclaration: lowerNamespace,
  InterfaceDeclaration: lowerInterface,
  TypeAliasDeclaration: lowerAlias,
  ImportDeclaration: readImport,
  ImportEqualsDeclaration: readImportEquals,
  ExportDeclaration: readExportDeclaration,
  ExportAssignment: readExportAssignment,
  // `export as namespace Library` in a declaration file.
  NamespaceExportDeclaration: () => null,
};

function lowerStatement(node: ts.Statement, lowering: Lowering): Statement | null {
  const span = spanOf(node, lowering);
  if (isTooDeep(node, lowering)) return { kind: "unknown", children: [], ...span };
  lowering.depth++;
  const read = lowering.readers.statements[node.kind] ?? readUnknown;
  const statement = read(node as never, span, lowering);
  lowering.depth--;
  return statement;
}

/** The signatures before a function's implementation stand directly before it, and say nothing that it does not. */
function isOverload(node: ts.Statement, next: ts.Statement | undefined, lowering: Lowering): boolean {
  const { ts } = lowering;
  if (!ts.isFunctionDeclaration(node) || node.body !== undefined) return false;
  return next !== undefined && ts.isFunctionDeclaration(next) && next.name?.text === node.name?.text;
}

function readUnknown(node: ts.Node, span: Span, lowering: Lowering): Statement {
  return { kind: "unknown", children: lowerExpressionsIn(node, lowering), ...span };
}

/** A block's statements in a scope of their own, or the one statement that stands without braces. */
function lowerBranch(node: ts.Statement, lowering: Lowering): Statement[] {
  const statements = lowering.ts.isBlock(node) ? node.statements : [node];
  return inScope(lowering, () => {
    declareBlock(statements, lowering);
    return lowerStatements(statements, lowering);
  });
}

function lowerOptional(node: ts.Expression | undefined, lowering: Lowering): Expression | null {
  return node === undefined ? null : lowerExpression(node, lowering);
}

function readExpression(node: ts.ExpressionStatement, span: Span, lowering: Lowering): Statement {
  const exported = lowerCommonJsExport(node, span, lowering);
  if (exported !== null) return exported;
  return { kind: "expression", expression: lowerExpression(node.expression, lowering), ...span };
}

function readVariables(node: ts.VariableStatement, span: Span, lowering: Lowering): Statement | null {
  const declarations = lowerDeclarations(node.declarationList, lowering);
  for (const { name } of node.declarationList.declarations) {
    for (const bound of boundNames(name, lowering))
      addExported(node, bound, findValue(bound, lowering), lowering);
  }
  return declarations.length === 0 ? null : { kind: "variables", declarations, ...span };
}

function lowerDeclarations(list: ts.VariableDeclarationList, lowering: Lowering): VariableDeclaration[] {
  const declarations: VariableDeclaration[] = [];
  for (const node of list.declarations) {
    const required = findRequire(node, lowering);
    if (required === null) declarations.push(lowerDeclaration(node, lowering));
    else {
      const names = required.names.map(({ imported, name }) => ({
        imported,
        binding: bindingOf(name, lowering),
      }));
      lowering.imports.push({
        specifier: required.specifier,
        typeOnly: false,
        names,
        ...spanOf(node, lowering),
      });
    }
  }
  return declarations;
}

function bindingOf(name: string, lowering: Lowering): number {
  return findValue(name, lowering) ?? declareValue(name, "import", lowering);
}

function lowerDeclaration(node: ts.VariableDeclaration, lowering: Lowering): VariableDeclaration {
  const span = spanOf(node, lowering);
  const type = node.type === undefined ? null : lowerType(node.type, lowering);
  const pattern = lowerPattern(node.name, lowering);
  if (pattern.kind === "binding") lowering.bindings[pattern.binding]!.type ??= type;
  const name = lowering.ts.isIdentifier(node.name) ? node.name.text : null;
  const initializer = node.initializer === undefined ? null : lowerNamed(node.initializer, name, lowering);
  return { pattern, type, initializer, ...span };
}

function readFunction(node: ts.FunctionDeclaration, span: Span, lowering: Lowering): Statement {
  const name = declaredName(node, lowering);
  const binding = findValue(name, lowering) ?? declareValue(name, "function", lowering);
  addExported(node, name, binding, lowering);
  const id = lowerFunction(node, { kind: "function", name, class: null }, lowering);
  setTarget(binding, "function", id, lowering);
  return { kind: "function", function: id, binding, ...span };
}

function readClass(node: ts.ClassDeclaration, span: Span, lowering: Lowering): Statement {
  const name = declaredName(node, lowering);
  const id = lowerClass(node, name, lowering);
  addExported(node, name, findValue(name, lowering), lowering);
  return { kind: "class", class: id, ...span };
}

function readFor(node: ts.ForStatement, span: Span, lowering: Lowering): Statement {
  return inScope(lowering, () => ({
    kind: "loop",
    loop: "for",
    initializer: lowerInitializer(node.initializer, lowering),
    test: lowerOptional(node.condition, lowering),
    update: lowerOptional(node.incrementor, lowering),
    left: null,
    right: null,
    body: lowerBranch(node.statement, lowering),
    ...span,
  }));
}

function lowerInitializer(node: ts.ForInitializer | undefined, lowering: Lowering): Statement | null {
  if (node === undefined) return null;
  const span = spanOf(node, lowering);
  if (!lowering.ts.isVariableDeclarationList(node)) {
    return { kind: "expression", expression: lowerExpression(node, lowering), ...span };
  }
  if (!isVar(node, lowering)) declareVariables(node, lowering);
  return { kind: "variables", declarations: lowerDeclarations(node, lowering), ...span };
}

function readForEach(loop: "of" | "in") {
  return (node: ts.ForInOrOfStatement, span: Span, lowering: Lowering): Statement => {
    // What is iterated does not see the loop's own variable.
    const right = lowerExpression(node.expression, lowering);
    return inScope(lowering, () => ({
      kind: "loop",
      loop,
      initializer: null,
      test: null,
      update: null,
      left: lowerLoopVariable(node.initializer, lowering),
      right,
      body: lowerBranch(node.statement, lowering),
      ...span,
    }));
  };
}

function lowerLoopVariable(node: ts.ForInitializer, lowering: Lowering): Pattern | null {
  if (!lowering.ts.isVariableDeclarationList(node)) return lowerTarget(node, lowering);
  if (!isVar(node, lowering)) declareVariables(node, lowering);
  const [declaration] = node.declarations;
  return declaration === undefined ? null : lowerPattern(declaration.name, lowering);
}

function readWhile(loop: "while" | "do") {
  return (node: ts.WhileStatement | ts.DoStatement, span: Span, lowering: Lowering): Statement => ({
    kind: "loop",
    loop,
    initializer: null,
    test: lowerExpression(node.expression, lowering),
    update: null,
    left: null,
    right: null,
    body: lowerBranch(node.statement, lowering),
    ...span,
  });
}

function readSwitch(node: ts.SwitchStatement, span: Span, lowering: Lowering): Statement {
  const discriminant = lowerExpression(node.expression, lowering);
  const cases = inScope(lowering, () => {
    for (const clause of node.caseBlock.clauses) declareBlock(clause.statements, lowering);
    return node.caseBlock.clauses.map((clause) => ({
      test: lowering.ts.isCaseClause(clause) ? lowerExpression(clause.expression, lowering) : null,
      body: lowerStatements(clause.statements, lowering),
    }));
  });
  return { kind: "switch", discriminant, cases, ...span };
}

function readTry(node: ts.TryStatement, span: Span, lowering: Lowering): Statement {
  const { catchClause, finallyBlock } = node;
  return {
    kind: "try",
    block: lowerBranch(node.tryBlock, lowering),
    ...lowerCatch(catchClause, lowering),
    finalizer: finallyBlock === undefined ? null : lowerBranch(finallyBlock, lowering),
    ...span,
  };
}

function lowerCatch(
  clause: ts.CatchClause | undefined,
  lowering: Lowering,
): { parameter: Pattern | null; handler: Statement[] | null } {
  if (clause === undefined) return { parameter: null, handler: null };
  const name = clause.variableDeclaration?.name;
  return inScope(lowering, () => {
    for (const bound of name === undefined ? [] : boundNames(name, lowering))
      declareValue(bound, "catch", lowering);
    const parameter = name === undefined ? null : lowerPattern(name, lowering);
    return { parameter, handler: lowerBranch(clause.block, lowering) };
  });
}

function readWith(node: ts.WithStatement, span: Span, lowering: Lowering): Statement {
  const object = lowerExpression(node.expression, lowering);
  const body = lowerBranch(node.statement, lowering);
  return {
    kind: "block",
    body: [{ kind: "expression", expression: object, start: object.start, end: object.end }, ...body],
    ...span,
  };
}
