/** Texts of which parts are not known. */

/** Whole texts that read as `words` do, with `gap` (a piece of a regular expression) in the place of each `hole`. */
export function patternOf(words: string, hole: string, gap: string): RegExp {
  const parts = words.split(hole).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(gap)}$`, "s");
}
