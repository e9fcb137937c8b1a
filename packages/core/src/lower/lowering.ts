/**
 * What is at hand while one file is lowered: the compiler, the file, where we stand in it, and what has been made so far.
 * The readers in the files beside this one fill it, node by node.
 */
import type ts from "typescript";
import type {
  Binding,
  BindingId,
  BindingKind,
  ClassId,
  ClassNode,
  Export,
  Expression,
  FunctionId,
  FunctionNode,
  Import,
  Problem,
  Span,
  Statement,
  TypeDeclaration,
  TypeNode,
} from "./module.js";
import type { Scope } from "./scopes.js";

export type Compiler = typeof ts;

/**
 * Whoever walks a module may use plain recursion: nothing in it is nested deeper than this. People's code stays below a
 * hundred; more than this is a generated file or an attack on the stack.
 */
export const deepestNesting = 500;

/** A megabyte of noise has a complaint for every byte, and nobody reads them. */
const mostProblems = 100;

export interface Lowering {
  readonly ts: Compiler;
  readonly source: ts.SourceFile;
  readonly readers: Readers;

  readonly imports: Import[];
  readonly exports: Export[];
  readonly bindings: Draft<Binding>[];
  readonly functions: FunctionNode[];
  readonly classes: ClassNode[];
  readonly types: TypeDeclaration[];
  readonly problems: Problem[];

  scope: Scope;
  function: FunctionId;
  /** The class whose field initializer, not yet inside a function of its own, is being read. */
  fieldOf: ClassId | null;
  /** Inside a namespace or `declare module`: what it exports so far. */
  members: NamespaceMember[] | null;
  /** Inside `declare module "x"` (or `declare global`): which one. */
  augments: string | null;
  /** The function or class about to be read, and the variable or property it is given to. */
  named: { readonly node: ts.Node; readonly name: string } | null;
  depth: number;
  /** The last position whose token was looked for, and where it began. */
  lastPosition: number;
  lastStart: number;
}

export interface NamespaceMember {
  readonly name: string;
  readonly binding: BindingId;
}

export type Draft<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** One reader per syntax kind, at the kind's number in the compiler at hand. */
export interface Readers {
  readonly expressions: readonly (Read<Expression> | undefined)[];
  readonly statements: readonly (Read<Statement | null> | undefined)[];
  readonly types: readonly (Read<TypeNode> | undefined)[];
}

export type Read<Result> = (node: never, span: Span, lowering: Lowering) => Result;

/** Readers are listed by name because the numbers of syntax kinds move between versions of TypeScript. */
export type ReadersByKind<Result> = { readonly [kind in keyof typeof ts.SyntaxKind]?: Read<Result> };

export function byNumber<Result>(readers: ReadersByKind<Result>, ts: Compiler): (Read<Result> | undefined)[] {
  const table: (Read<Result> | undefined)[] = new Array(ts.SyntaxKind.Count).fill(undefined);
  for (const [kind, read] of Object.entries(readers))
    table[ts.SyntaxKind[kind as keyof typeof ts.SyntaxKind]] = read;
  return table;
}

export function startOf(node: ts.Node, lowering: Lowering): number {
  if (node.pos === node.end) return node.pos;
  // In `a.b().c()` every link begins at the same place, perhaps behind a long comment.
  if (node.pos !== lowering.lastPosition) {
    lowering.lastPosition = node.pos;
    lowering.lastStart = node.getStart(lowering.source);
  }
  return lowering.lastStart;
}

export function spanOf(node: ts.Node, lowering: Lowering): Span {
  return { start: startOf(node, lowering), end: node.end };
}

export function addBinding(name: string, kind: BindingKind, lowering: Lowering): BindingId {
  lowering.bindings.push({ name, kind, scope: lowering.function, target: null, type: null });
  return lowering.bindings.length - 1;
}

export function addProblem(problem: Problem, lowering: Lowering): void {
  if (lowering.problems.length < mostProblems) lowering.problems.push(problem);
}

/** Says so in the module's problems when the code is nested too deep to be read on. */
export function isTooDeep(node: ts.Node, lowering: Lowering): boolean {
  if (lowering.depth < deepestNesting) return false;
  addProblem(
    {
      start: startOf(node, lowering),
      end: node.end,
      message: `The code is nested more than ${deepestNesting} levels deep here. What is inside was not read.`,
    },
    lowering,
  );
  return true;
}

/** Makes `name` known as the name of the function or class that `node` is, if it is one. */
export function nameNext(node: ts.Node, name: string | null, lowering: Lowering): void {
  if (name === null) return;
  const { ts } = lowering;
  let value = node;
  while (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) {
    value = value.expression;
  }
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value)) {
    lowering.named = { node: value, name };
  }
}

export function givenName(node: ts.Node, lowering: Lowering): string | null {
  return lowering.named?.node === node ? lowering.named.name : null;
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return modifiersOf(node).some((modifier) => modifier.kind === kind);
}

export function modifiersOf(node: ts.Node): readonly ts.ModifierLike[] {
  return (node as Partial<ts.HasModifiers>).modifiers ?? [];
}
