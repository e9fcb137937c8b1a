/** Rows under headings. A cell that is too wide goes on below itself; nothing is cut, because half a name is useless. */
import type { Colors } from "./colors.js";

export interface Column<Row> {
  readonly heading: string;
  cell(row: Row): string;
  /** The colour of a cell; it gets each line of it, padding excluded. */
  paint?(text: string, row: Row): string;
}

const gap = "  ";
/** Words up to this length stay whole; hardly any name is longer. */
const longestWord = 40;

export interface Aligned {
  readonly heading: string;
  /** The lines of each row. */
  readonly rows: readonly (readonly string[])[];
}

/** A column that is empty in every row is left out. Null when they do not fit beside each other in any readable way. */
export function columnsOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  width: number,
  colors: Colors,
): Aligned | null {
  const used = columns
    .map((column) => ({ column, cells: rows.map((row) => column.cell(row)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const natural = used.map(({ column, cells }) =>
    Math.max(column.heading.length, ...cells.map((cell) => lengthOf(cell))),
  );
  const least = used.map(({ column, cells }) =>
    Math.max(column.heading.length, ...cells.flatMap((cell) => cell.split(" ")).map(wholeLength)),
  );
  const widths = fitted(natural, least, width - gap.length * (used.length - 1));
  if (!widths) return null;

  const heading = used.map(({ column }, index) => column.heading.padEnd(widths[index]!)).join(gap);
  return {
    heading: colors.dim(heading.trimEnd()),
    rows: rows.map((row, at) => {
      const cells = used.map(({ cells: all }, index) => linesOf(all[at]!, widths[index]!));
      const height = Math.max(...cells.map((lines) => lines.length));
      return Array.from({ length: height }, (_, line) =>
        used
          .map(({ column }, index) => {
            const text = cells[index]![line] ?? "";
            const painted = column.paint && text !== "" ? column.paint(text, row) : text;
            return painted + " ".repeat(widths[index]! - lengthOf(text));
          })
          .join(gap)
          .trimEnd(),
      );
    }),
  };
}

function wholeLength(word: string): number {
  return Math.min(longestWord, lengthOf(word));
}

/** The columns give way that have most to give, down to their longest word. */
function fitted(
  natural: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] | null {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    const spare = widths.map((each, index) => each - least[index]!);
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest]! <= 0) return null;
    const step = Math.min(excess, Math.ceil(spare[widest]! / 2));
    widths[widest]! -= step;
    excess -= step;
  }
  return widths;
}

function linesOf(cell: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of cell.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...pieces(word, width));
  }
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  const characters = Array.from(word);
  if (characters.length <= width) return [word];
  return Array.from({ length: Math.ceil(characters.length / width) }, (_, index) =>
    characters.slice(index * width, (index + 1) * width).join(""),
  );
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
