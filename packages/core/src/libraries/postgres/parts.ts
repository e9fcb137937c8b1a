/** What postgres.js writes in the place of a value: fragments, names, the columns of an object (`src/types.js`). */
import { listText, parameter } from "../../raw-sql/driver.js";
import { joinOf, madeName, quotedName, type SqlText } from "../../raw-sql/text.js";
import { isTagged, taggedText } from "../../raw-sql/tags.js";
import { assignedRow, insertedRows } from "../../raw-sql/whole-rows.js";
import type { Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "postgres";

/** SQL; null for a value. */
export function partOf(tracer: Tracer, value: Value, before: string): SqlText | null {
  if (isTagged(value, library)) return taggedText(tracer, value, partOf);
  if (value.kind === "library" && value.library === library && value.type === "helper")
    return helperText(tracer, value, before);
  // Fragments in a list stand one behind another.
  const isListed =
    value.kind === "array" && [...value.elements, ...(value.rest ? [value.rest] : [])].some(isPart);
  return isListed ? joinOf(value, [" "], (one) => partOf(tracer, one, before)) : null;
}

function isPart(value: Value): boolean {
  return value.kind === "choice" ? value.options.some(isPart) : isTagged(value, library);
}

/** `sql(first, ...columns)`, by the last of the words before it that it knows. */
function helperText(tracer: Tracer, { holds = [] }: LibraryValue, before: string): SqlText {
  const [first, ...others] = holds;
  if (!first) return [];
  switch (lastWord(before)) {
    case "insert":
      return columnsIn(first, others)
        ? rowsOfColumns(tracer, first, columnsIn(first, others)!)
        : insertedRows(first);
    case "update":
      return columnsIn(first, others)
        ? assignments(tracer, first, columnsIn(first, others)!)
        : assignedRow(first);
    case "values":
    case "in":
      return isRows(first)
        ? [{ kind: "open", value: first, isSpliced: false }]
        : ["(", ...listText(tracer, first), ")"];
    default:
      return names(first, others);
  }
}

/** The columns that are named; null where all of the object's are meant. */
function columnsIn(_: Value, others: readonly Value[]): readonly string[] | null {
  const named = others.flatMap((one) => (one.kind === "array" ? one.elements : [one]));
  const columns = named.flatMap((one) => (one.kind === "literal" ? [String(one.value)] : []));
  return columns.length > 0 && columns.length === named.length ? columns : null;
}

function rowsOfColumns(tracer: Tracer, rows: Value, columns: readonly string[]): SqlText {
  const row = tracer.elementOf(rows) ?? rows;
  return [
    " (",
    ...columns.flatMap((name, index) => [index > 0 ? ", " : "", quotedName(name)]),
    ") values (",
    ...columns.flatMap((name, index) => [index > 0 ? ", " : "", ...parameter(tracer.memberOf(row, name))]),
    ") ",
  ];
}

function assignments(tracer: Tracer, row: Value, columns: readonly string[]): SqlText {
  return columns.flatMap((name, index) => [
    index > 0 ? ", " : " ",
    quotedName(name),
    " = ",
    ...parameter(tracer.memberOf(row, name)),
  ]);
}

/** Lists of lists. */
function isRows(value: Value): boolean {
  return (
    value.kind === "array" &&
    [...value.elements, ...(value.rest ? [value.rest] : [])].some(({ kind }) => kind === "array")
  );
}

function names(first: Value, others: readonly Value[]): SqlText {
  const all: Value =
    first.kind === "array" ? first : { kind: "array", elements: [first, ...others], rest: null };
  return joinOf(all, [", "], madeName);
}

const words = new Set(["values", "in", "select", "as", "returning", "update", "insert"]);

/** Between blanks or brackets, as the library looks for them. */
function lastWord(before: string): string | null {
  const found = before
    .toLowerCase()
    .split(/[\s()]+/)
    .filter((word) => words.has(word));
  return found.at(-1) ?? null;
}
