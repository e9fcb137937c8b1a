/** Comments that speak to us, or to ESLint about our rules. */
import type ts from "typescript";
import type { Compiler } from "./lowering.js";
import type { Directive, Span } from "./module.js";

export function directivesOf(source: ts.SourceFile, ts: Compiler): Directive[] {
  // Hardly any file has one, and finding out where comments are costs a walk over the file.
  if (!isDirective(source.text)) return [];
  return commentsOf(source.text, literalsOf(source, ts))
    .map(({ start, end }) => ({ text: withoutDelimiters(source.text.slice(start, end)), start, end }))
    .filter(({ text }) => isDirective(text));
}

function isDirective(text: string): boolean {
  return (
    text.includes("tenant-audit:") || (text.includes("eslint-disable") && text.includes("tenant-isolation/"))
  );
}

function withoutDelimiters(comment: string): string {
  return comment.replace(/^\/\/|^\/\*+|\*+\/$/g, "").trim();
}

/** Where `//` and `/*` are not the beginning of a comment, in the order of the text. */
function literalsOf(source: ts.SourceFile, ts: Compiler): Span[] {
  const literals: Span[] = [];
  const waiting: ts.Node[] = [source];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isJsxText(node)) literals.push({ start: node.pos, end: node.end });
    else if (
      ts.isLiteralExpression(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isTemplateHead(node)
    ) {
      literals.push({ start: node.getStart(source), end: node.end });
    } else {
      ts.forEachChild(node, (child) => {
        waiting.push(child);
      });
    }
  }
  return literals.sort((a, b) => a.start - b.start);
}

function commentsOf(text: string, literals: readonly Span[]): Span[] {
  const comments: Span[] = [];
  let literal = 0;
  let position = text.startsWith("#!") ? lineEnd(text, 0) : 0;
  while (position < text.length) {
    while (literal < literals.length && literals[literal]!.end <= position) literal++;
    const next = nextSlash(text, position);
    const opaque = literals[literal];
    if (opaque !== undefined && opaque.start <= next) position = opaque.end;
    else if (text.startsWith("//", next) || text.startsWith("/*", next)) {
      position = commentEnd(text, next);
      comments.push({ start: next, end: position });
    } else position = next + 1;
  }
  return comments;
}

function nextSlash(text: string, from: number): number {
  const found = text.indexOf("/", from);
  return found === -1 ? text.length : found;
}

function commentEnd(text: string, start: number): number {
  if (text[start + 1] === "/") return lineEnd(text, start);
  const found = text.indexOf("*/", start + 2);
  return found === -1 ? text.length : found + 2;
}

function lineEnd(text: string, start: number): number {
  const length = text.slice(start).search(/[\n\r\u2028\u2029]/);
  return length === -1 ? text.length : start + length;
}
