/** The shapes that the audit document is made of. */

/** From this many rows on, a list is folded away. */
export const foldFrom = 25;

export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}

export function foldedIfLong(summary: string, content: string, rows: number): string {
  return rows < foldFrom ? content : folded(summary, content);
}

/** The blank lines are what makes Markdown inside HTML be read as Markdown. */
export function folded(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
