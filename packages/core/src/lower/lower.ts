/**
 * Lowering: one source file becomes one small module of plain data (module.ts). The result depends on the text and the
 * file name's extension alone, and there always is one: what is not known becomes a node of kind `unknown`, and what does
 * not parse is lowered as far as the parser recovers.
 *
 * This is the only stage that sees a syntax tree. The compiler is handed in, so that nobody's own TypeScript is loaded.
 */
import type ts from "typescript";
import { directivesOf } from "./directives.js";
import { expressionReaders } from "./expressions.js";
import { declareBody } from "./hoisting.js";
import { addProblem, byNumber, type Compiler, type Draft, type Lowering, type Readers } from "./lowering.js";
import { type FunctionNode, type Module, moduleVersion, type Problem } from "./module.js";
import { childOf } from "./scopes.js";
import { lowerStatements, statementReaders } from "./statements.js";
import { typeReaders } from "./types.js";

export type { Compiler } from "./lowering.js";

export function lower(ts: Compiler, fileName: string, text: string): Module {
  return lowerFile(ts, fileName, text).module;
}

/** `failure` is a sentence when nothing at all could be read; the module is then empty. */
export function lowerFile(
  ts: Compiler,
  fileName: string,
  text: string,
): { readonly module: Module; readonly failure: string | null } {
  try {
    return { module: lowerSource(ts, parse(ts, fileName, text)), failure: null };
  } catch (error) {
    // TypeScript's parser is recursive, and thousands of nested brackets exhaust its stack.
    if (!(error instanceof RangeError)) throw error;
    const failure = "The code is nested too deep for TypeScript's parser, so nothing in this file was read.";
    const problem = { start: 0, end: text.length, message: failure };
    return { module: emptyModule(text, problem), failure };
  }
}

function parse(ts: Compiler, fileName: string, text: string): ts.SourceFile {
  return ts.createSourceFile(
    fileName,
    text,
    {
      languageVersion: ts.ScriptTarget.ESNext,
      jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
      // Nothing here asks whether the file is a module, and finding out walks the tree.
      setExternalModuleIndicator: () => {},
    },
    false,
  );
}

function lowerSource(ts: Compiler, source: ts.SourceFile): Module {
  const lowering = startLowering(ts, source);
  // The module's own top level is function 0; its body is known last.
  const module: Draft<FunctionNode> = topLevel(source.text);
  lowering.functions.push(module);
  for (const problem of problemsOf(ts, source)) addProblem(problem, lowering);
  declareBody(source.statements, null, lowering);
  module.body = lowerStatements(source.statements, lowering);

  return {
    version: moduleVersion,
    lineStarts: source.getLineStarts(),
    length: source.text.length,
    imports: lowering.imports,
    exports: lowering.exports,
    bindings: lowering.bindings,
    functions: lowering.functions,
    classes: lowering.classes,
    types: lowering.types,
    directives: directivesOf(source, ts),
    problems: lowering.problems,
  };
}

function startLowering(ts: Compiler, source: ts.SourceFile): Lowering {
  return {
    ts,
    source,
    readers: readersFor(ts),
    imports: [],
    exports: [],
    bindings: [],
    functions: [],
    classes: [],
    types: [],
    problems: [],
    scope: childOf(null),
    function: 0,
    fieldOf: null,
    members: null,
    augments: null,
    named: null,
    depth: 0,
    lastPosition: -1,
    lastStart: 0,
  };
}

/** The tables are the same for every file, and making them costs more than lowering a small one. */
const knownReaders = new WeakMap<Compiler, Readers>();

function readersFor(ts: Compiler): Readers {
  const known = knownReaders.get(ts);
  if (known !== undefined) return known;
  const readers = {
    expressions: byNumber(expressionReaders, ts),
    statements: byNumber(statementReaders, ts),
    types: byNumber(typeReaders, ts),
  };
  knownReaders.set(ts, readers);
  return readers;
}

function problemsOf(ts: Compiler, source: ts.SourceFile): Problem[] {
  // The only way to the parser's complaints that does not make a whole program first.
  const { parseDiagnostics } = source as unknown as {
    parseDiagnostics: readonly ts.DiagnosticWithLocation[];
  };
  return parseDiagnostics.map((diagnostic) => ({
    start: diagnostic.start,
    end: diagnostic.start + diagnostic.length,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, " "),
  }));
}

function emptyModule(text: string, problem: Problem): Module {
  return {
    version: moduleVersion,
    lineStarts: [0],
    length: text.length,
    imports: [],
    exports: [],
    bindings: [],
    functions: [topLevel(text)],
    classes: [],
    types: [],
    directives: [],
    problems: [problem],
  };
}

function topLevel(text: string): FunctionNode {
  return {
    id: 0,
    kind: "module",
    name: null,
    parent: null,
    class: null,
    async: false,
    generator: false,
    typeParameters: [],
    parameters: [],
    returns: null,
    body: [],
    decorators: [],
    start: 0,
    end: text.length,
  };
}
