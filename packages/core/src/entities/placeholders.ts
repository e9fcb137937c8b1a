/** SQL that a mapper is handed: places are question marks, or the database's own numbers where the text has those. */
import type { Marks } from "../raw-sql/driver.js";
import type { Tracer } from "../trace/library.js";
import { worded } from "../raw-sql/words.js";
import type { Value } from "../trace/value.js";

const questionMarks: Marks = { pattern: /\?/y, counted: () => "value" };

/** PostgreSQL has an operator that is a question mark. */
export function marksIn(tracer: Tracer, text: Value | undefined): Marks | null {
  return text && isNumbered(worded(tracer, text)) ? null : questionMarks;
}

function isNumbered(text: Value): boolean {
  switch (text.kind) {
    case "literal":
      return typeof text.value === "string" && /\$\d/.test(text.value);
    case "text":
      return text.parts.some((part) => (typeof part === "string" ? /\$\d/.test(part) : isNumbered(part)));
    case "choice":
      return text.options.some(isNumbered);
    default:
      return false;
  }
}
