/** Kysely's SQL as text: what each of its ways to make some stands for. */
import { selectionOf } from "../../trace/query.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import {
  joinOf,
  madeName,
  piecesOf,
  quotedName,
  splicedText,
  templateOf,
  type OpenSlot,
  type SqlText,
} from "../../raw-sql/text.js";
import { dataOf } from "./values.js";

/** SQL, or what else a template writes as SQL; null for a value. */
export function fragmentOf(value: Value): SqlText | null {
  if (value.kind === "query") return [{ kind: "query", selection: selectionOf(value) }];
  const data = dataOf(value);
  switch (data?.type) {
    case "raw":
      return sqlTextOf(value as LibraryValue);
    case "expression": {
      const { column, predicate, nested } = data.expression;
      return column === null
        ? [{ kind: "expression", predicate, nested }]
        : [quotedName(column.table === null ? column.name : `${column.table}.${column.name}`)];
    }
    case "aliased":
      return data.query
        ? [{ kind: "query", selection: selectionOf(data.query) }]
        : data.raw
          ? sqlTextOf(data.raw)
          : null;
    default:
      return null;
  }
}

/** A name that only a run of the program knows; no column of ours is called so. */
const unknownName = "(chosen when the program runs)";

/** Of a value that is SQL. */
export function sqlTextOf(value: LibraryValue): SqlText {
  const data = dataOf(value);
  const holds = value.holds ?? [];
  const [first, second] = holds;
  if (data?.type !== "raw") return [];
  switch (data.made) {
    case "template":
      return templateOf(data.texts, holds, fragmentOf);
    case "raw":
      return splicedText(first, () => false);
    case "id": {
      const [only] = holds;
      if (holds.length === 1 && only && nameIn(only) === null) return [chosenName(only)];
      // A schema that the program chooses.
      const names = holds.slice(1).map((part) => nameIn(part));
      if (only && names.length > 0 && !names.includes(null) && nameIn(only) === null)
        return [chosenName(only), ".", quotedName(names.join("."))];
      return named(
        holds.map((part) => nameIn(part)),
        unknownName,
      );
    }
    case "ref":
      return named(
        holds.map((part) => nameIn(part)),
        unknownName,
      );
    case "table":
      return madeName(first);
    case "lit":
      return [{ kind: "value", value: first ?? { kind: "unknown" } }];
    case "join":
      return joinOf(first, second ? piecesOf(second, fragmentOf) : [", "], fragmentOf);
    case "open":
      return openText(first);
  }
}

/** SQL that came in: as a parameter, until a caller says what it is. */
function openText(value: Value | undefined): SqlText {
  const known = value && value.kind !== "symbolic" ? piecesOf(value, fragmentOf) : null;
  return known ?? [{ kind: "open", value: value ?? { kind: "unknown" }, isSpliced: false }];
}

function nameIn(value: Value): string | null {
  return value.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

function chosenName(value: Value): OpenSlot {
  return { kind: "open", value, isSpliced: false, otherwise: quotedName(unknownName) };
}

function named(names: readonly (string | null)[], otherwise: string): SqlText {
  return [quotedName(names.every((name) => name !== null) ? names.join(".") : otherwise)];
}
