/** The lines of code a finding is about, with the place underlined. */
import { type Range, sourceLine } from "@tenant-audit/core";
import type { Colors } from "./colors.js";

const mostLines = 5;

export function codeFrame(
  text: string,
  range: Range,
  width: number,
  colors: Colors,
  linesBefore = 1,
): readonly string[] {
  const lines = text.replace(/^\ufeff/, " ").split(/\r\n|[\n\r\u2028\u2029]/);
  const first = Math.max(1, range.line - linesBefore);
  const last = Math.min(lines.length, range.endLine, first + mostLines - 1);
  const gutter = String(last).length;
  const room = Math.max(20, width - gutter - 3);

  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index).flatMap(
    (number) => {
      const code = sourceLine(lines[number - 1] ?? "");
      const isMarked = number >= range.line;
      const from = number === range.line ? range.column - 1 : code.length - code.trimStart().length;
      const to = number === range.endLine ? Math.min(range.endColumn - 1, code.length) : code.length;
      const start = startOfWindow(code, number === range.line ? from : 0, room);
      const shown = code.slice(start, start + room).trimEnd();

      const prefix = `${String(number).padStart(gutter)} │ `;
      const codeLine = (colors.dim(prefix) + shown).trimEnd();
      const underline = "~".repeat(Math.max(1, Math.min(to - start, shown.length) - (from - start)));
      const isUnderlined = isMarked && range.line === range.endLine;
      return isUnderlined
        ? [
            codeLine,
            colors.dim(`${" ".repeat(gutter)} │ `) +
              " ".repeat(Math.max(0, from - start)) +
              colors.red(underline),
          ]
        : [codeLine];
    },
  );
}

/** Long lines are shown from a little before the place that matters. */
function startOfWindow(code: string, column: number, room: number): number {
  if (code.length <= room || column < room - 10) return 0;
  return Math.max(0, Math.min(column - 10, code.length - room));
}
