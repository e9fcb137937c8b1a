/** SQL that is written behind a tag and runs when somebody awaits it; inside of another it is a part of that. */
import type { Template, Tracer } from "../trace/library.js";
import type { LibraryValue, Site, Value } from "../trace/value.js";
import { textWith } from "./driver.js";
import { numberedIn } from "./given.js";
import { runSql } from "./run.js";
import { piecesOf, shownText, type SqlText } from "./text.js";

/** A value of it holds what stands between the texts; of a plain text, that and what is given beside it. */
export interface Tagged {
  readonly made: "template" | "text" | "open";
  readonly texts: readonly string[];
  readonly site: Site;
  readonly isPool: boolean;
}

/** What a library's own values say as SQL, behind the text that stands before them; null for a value. */
export type TaggedPart = (tracer: Tracer, value: Value, before: string) => SqlText | null;

export function taggedValue(
  library: string,
  { texts, values, site }: Template,
  isPool: boolean,
): LibraryValue {
  const data: Tagged = { made: "template", texts, site, isPool };
  return valueOf(library, data, values, isStatementText(texts[0] ?? ""));
}

/** `sql.unsafe(text, values)` */
export function textValue(
  library: string,
  site: Site,
  held: readonly Value[],
  isPool: boolean,
): LibraryValue {
  return valueOf(library, { made: "text", texts: [], site, isPool }, held, true);
}

/** SQL that came in. */
export function openValue(library: string, value: Value, site: Site): LibraryValue {
  return valueOf(library, { made: "open", texts: [], site, isPool: false }, [value], false);
}

function valueOf(library: string, data: Tagged, holds: readonly Value[], isStatement: boolean): LibraryValue {
  return { kind: "library", library, type: isStatement ? "statement" : "fragment", data, holds };
}

export function isTagged(value: Value, library: string): value is LibraryValue & { readonly data: Tagged } {
  return (
    value.kind === "library" &&
    value.library === library &&
    (value.type === "statement" || value.type === "fragment")
  );
}

/** It begins as a statement does; behind comments and brackets too. */
function isStatementText(text: string): boolean {
  return beginning.test(text.slice(0, longestBeginning).replace(comments, " "));
}

const longestBeginning = 2_000;
const comments = /--[^\n]*|\/\*[^*]*\*\//g;
const beginning =
  /^[\s(]*(?:select|insert|update|delete|with|merge|truncate|values|call|copy|set|begin|commit|rollback|create|alter|drop|refresh|lock|explain|do|grant|revoke|listen|notify|vacuum)\b/i;

export function taggedText(
  tracer: Tracer,
  value: LibraryValue & { readonly data: Tagged },
  part: TaggedPart,
): SqlText {
  const { made, texts } = value.data;
  const [first, second] = value.holds ?? [];
  switch (made) {
    case "template":
      return texts.flatMap((text, index) => {
        if (index >= texts.length - 1) return [text];
        const before = texts.slice(0, index + 1).join(" ? ");
        return [text, ...piecesOf(value.holds?.[index], (one) => part(tracer, one, before))];
      });
    case "text":
      return first ? textWith(tracer, first, second, null) : [];
    case "open":
      return first && first.kind !== "symbolic"
        ? piecesOf(first, (one) => part(tracer, one, ""))
        : [{ kind: "open", value: first ?? { kind: "unknown" }, isSpliced: false }];
  }
}

/** Runs it. Null for a part of a statement that only leaves our sight: whoever gets it puts it into one. */
export function runTagged(
  tracer: Tracer,
  library: string,
  value: LibraryValue & { readonly data: Tagged },
  stage: "run" | "handed-on",
  part: TaggedPart,
): Value | null {
  if (stage === "handed-on" && value.type === "fragment") return null;
  const text = taggedText(tracer, value, part);
  if (shownText(text).trim() === "") return null;
  const [, given] = value.holds ?? [];
  return runSql(tracer, {
    library,
    site: value.data.site,
    text,
    parameters: value.data.made === "text" ? numberedIn(given) : [],
    isOnPool: value.data.isPool,
    dialects: ["postgresql"],
    stage,
  });
}

/** A list of statements, or one, that is handed to whoever awaits them: what a transaction gives back. */
export function runEach(tracer: Tracer, library: string, value: Value, part: TaggedPart): Value {
  if (value.kind === "array")
    return {
      ...value,
      elements: value.elements.map((one) => runEach(tracer, library, one, part)),
      rest: value.rest && runEach(tracer, library, value.rest, part),
    };
  return (isTagged(value, library) && runTagged(tracer, library, value, "run", part)) || value;
}
