/**
 * What is known of a text that was found in another one: an edit changes one stretch, and what stands before or behind it
 * stays as it was.
 */
import type { FileFinding } from "./findings.js";

export interface Edit {
  readonly before: string;
  readonly after: string;
  /** Where the two begin to differ, in both. */
  readonly start: number;
  /** Where they are the same again. */
  readonly endBefore: number;
  readonly endAfter: number;
}

export function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { before, after, start, endBefore: before.length - same, endAfter: after.length - same };
}

/** Findings in the text before, as they stand in the text after; those that the edit touches are left out. */
export function carriedOver(findings: readonly FileFinding[], edit: Edit): readonly FileFinding[] {
  const [from, to] = [lineStartsOf(edit.before), lineStartsOf(edit.after)];
  const moved = edit.endAfter - edit.endBefore;
  return findings.flatMap(({ finding, repair }): FileFinding[] => {
    const start = offsetOf(from, finding.line, finding.column);
    const end = offsetOf(from, finding.endLine, finding.endColumn);
    if (end < edit.start) return [{ finding, repair }];
    if (start <= edit.endBefore) return [];
    const [first, last] = [placeAt(to, start + moved), placeAt(to, end + moved)];
    const place = { ...first, endLine: last.line, endColumn: last.column };
    return [{ finding: { ...finding, ...place }, repair: repair && { ...repair, at: repair.at + moved } }];
  });
}

/** Those of the first that none of the second equals, by rule and place. */
export function without(
  findings: readonly FileFinding[],
  others: readonly FileFinding[],
): readonly FileFinding[] {
  const known = new Set(others.map(identified));
  return findings.filter((finding) => !known.has(identified(finding)));
}

function identified({ finding }: FileFinding): string {
  const { rule, line, column, endLine, endColumn } = finding;
  return `${rule} ${line}:${column}-${endLine}:${endColumn}`;
}

/** As the engine and ESLint count lines. */
function lineStartsOf(text: string): readonly number[] {
  return [
    0,
    ...Array.from(text.matchAll(/\r\n|[\n\r\u2028\u2029]/g), ({ 0: end, index }) => index + end.length),
  ];
}

function offsetOf(lineStarts: readonly number[], line: number, column: number): number {
  return (lineStarts[line - 1] ?? 0) + column - 1;
}

function placeAt(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  const line = lineStarts.findLastIndex((start) => start <= offset);
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}
