/** Drizzle's SQL as text: what each of the values that may stand in a template is written as. */
import {
  joinOf,
  madeName,
  piecesOf,
  quotedName,
  splicedText,
  templateOf,
  type SqlText,
} from "../../raw-sql/text.js";
import type { Column } from "../../constraint/predicate.js";
import { selectionOf } from "../../trace/query.js";
import { isUndefined, type LibraryValue, type Value } from "../../trace/value.js";
import { expressionOf, type Reader } from "./expressions.js";
import { dataOf, nested } from "./values.js";

/** Of a value that is SQL. */
export function sqlTextOf(reader: Reader, value: LibraryValue): SqlText {
  const data = dataOf(value);
  if (data?.type !== "sql") return [];
  const [first, second] = nested(value);
  const fragment = (one: Value): SqlText | null => fragmentOf(reader, one);
  switch (data.made) {
    case "template":
      return templateOf(data.texts, nested(value), fragment);
    case "raw":
      return splicedText(first, () => false);
    case "identifier":
      return madeName(first);
    case "join":
      return joinOf(first, second ? piecesOf(second, fragment) : [], fragment);
    case "value":
      return [{ kind: "value", value: first ?? { kind: "unknown" } }];
    case "open":
      return openText(reader, first);
  }
}

/** SQL that came in: as a parameter, until a caller says what it is. */
function openText(reader: Reader, value: Value | undefined): SqlText {
  const known = value && value.kind !== "symbolic" ? piecesOf(value, (one) => fragmentOf(reader, one)) : null;
  return known ?? [{ kind: "open", value: value ?? { kind: "unknown" }, isSpliced: false }];
}

/** What a template writes as SQL; null for a value. */
export function fragmentOf(reader: Reader, value: Value): SqlText | null {
  // `undefined` in a template is left out of it (measured).
  if (isUndefined(value)) return [];
  if (value.kind === "query") return [{ kind: "query", selection: selectionOf(value) }];
  if (value.kind === "array") return ["(", ...joinOf(value, [", "], (one) => fragmentOf(reader, one)), ")"];
  const data = dataOf(value);
  switch (data?.type) {
    case "sql":
      return sqlTextOf(reader, value as LibraryValue);
    case "column":
      return [quotedColumn(data.column)];
    case "table":
      return [quotedName(data.name.endsWith(data.alias) ? data.name : data.alias)];
    case "derived":
      return data.isCommon || !data.selection
        ? [quotedName(data.alias)]
        : [{ kind: "query", selection: data.selection }, " ", quotedName(data.alias)];
    case "aliased":
      return [quotedName(data.alias)];
    case "expression": {
      const { predicate, nested: inside, loose } = expressionOf(reader, value);
      // Without brackets of its own, what it says depends on what stands beside it.
      return [
        {
          kind: "expression",
          predicate: loose ? { kind: "unknown", reason: "raw SQL without brackets" } : predicate,
          nested: inside,
        },
      ];
    }
    default:
      return null;
  }
}

export function quotedColumn({ table, name }: Column): string {
  return table === null ? quotedName(name) : `${quotedName(table)}.${quotedName(name)}`;
}
