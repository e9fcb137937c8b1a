/** Values that stand in SQL as question marks, as drivers of MySQL and SQLite have it, and mappers on top of any. */
import type { SqlText } from "../raw-sql/text.js";
import type { Value } from "../trace/value.js";

function isNumbered(text: SqlText): boolean {
  return text.some((piece) => typeof piece === "string" && /\$\d/.test(piece));
}

/** `where id = ?`: each in its turn, where the text does not number them itself. */
export function withValues(text: SqlText, values: readonly Value[]): SqlText {
  if (values.length === 0 || isNumbered(text)) return text;
  let next = 0;
  return text.flatMap((piece): SqlText => {
    if (typeof piece !== "string") return [piece];
    const parts: SqlText[number][] = [];
    let end = 0;
    for (const match of piece.matchAll(/'[^']*'|"[^"]*"|`[^`]*`|\?/g)) {
      const value = match[0] === "?" ? values[next++] : undefined;
      if (!value) continue;
      parts.push(piece.slice(end, match.index), { kind: "value", value });
      end = match.index + 1;
    }
    return [...parts, piece.slice(end)];
  });
}
