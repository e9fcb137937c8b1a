import { withOptions } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";

/** More than that nobody chooses from. */
const mostWords = 80;

/**
 * A text with what can only be one of a few words said as these. It is asked where the text is made: what was looked at before
 * holds there, and whoever gets it does not know.
 */
export function worded(tracer: Tracer, value: Value): Value {
  switch (value.kind) {
    case "symbolic": {
      const words = tracer.wordsOf(value);
      if (!words || words.length > mostWords) return value;
      // A caller may hand in what its author says is one of them, and is not.
      tracer.needsArgument(value);
      const [only] = words;
      return words.length === 1
        ? { kind: "literal", value: only }
        : {
            kind: "choice",
            options: words.map((word): Value => ({ kind: "literal", value: word })),
            reason: value.text,
          };
    }
    case "text":
      return {
        ...value,
        parts: value.parts.map((part) => (typeof part === "string" ? part : worded(tracer, part))),
      };
    case "choice":
      return withOptions(value, (option) => worded(tracer, option));
    default:
      return value;
  }
}
