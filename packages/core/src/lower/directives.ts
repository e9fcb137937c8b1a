/** Comments that speak to us, or to ESLint about our rules. */
import type ts from "typescript";
import type { Compiler } from "./lowering.js";
import type { Directive, Span } from "./module.js";

export function directivesOf(source: ts.SourceFile, ts: Compiler): Directive[] {
  // Hardly any file has one, and finding out where comments are costs a walk over the file.
  if (!isDirective(source.text)) return [];
  const comments = commentsOf(source.text, literalsOf(source, ts));
  const [before, below] = [codeBefore(source.text, comments), codeBelow(source.text, comments)];
  return comments
    .map(({ start, end }, index) => ({
      text: withoutDelimiters(source.text.slice(start, end)),
      above: before[index] ? null : below[index]!,
      start,
      end,
    }))
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

/** For each comment, where the code begins below it; null across a blank line, and at the end of the text. */
function codeBelow(text: string, comments: readonly Span[]): readonly (number | null)[] {
  const below: (number | null)[] = [];
  for (let index = comments.length - 1; index >= 0; index--) {
    const { end } = comments[index]!;
    const next = skipSpace(text, end);
    const isParted = text.slice(end, next).split(lineBreak).length > 2;
    const isComment = comments[index + 1]?.start === next;
    below[index] = isParted || next === text.length ? null : isComment ? below[index + 1]! : next;
  }
  return below;
}

const lineBreak = /\r\n|[\n\r\u2028\u2029]/;

function skipSpace(text: string, from: number): number {
  const space = /\s*/y;
  space.lastIndex = from;
  return from + space.exec(text)![0].length;
}

/** For each comment, whether code stands before it on its line; another comment is none. */
function codeBefore(text: string, comments: readonly Span[]): readonly boolean[] {
  const before: boolean[] = [];
  for (const [index, { start }] of comments.entries()) {
    const previous = comments[index - 1]?.end ?? 0;
    const gap = text.slice(previous, start);
    const code = gap.trimEnd();
    if (lineBreak.test(gap.slice(code.length))) before.push(false);
    else before.push(code === "" ? (before[index - 1] ?? false) : true);
  }
  return before;
}
