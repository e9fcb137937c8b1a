/** Knex's SQL as text: what `raw` stands for with its bindings in their places (https://knexjs.org/guide/raw.html). */
import type { Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { isUndefined, unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { isNumber } from "../../raw-sql/numbers.js";
import { madeName, piecesOf, quotedName, splicedText, type Piece, type SqlText } from "../../raw-sql/text.js";
import { splitAlias } from "../../trace/builders.js";
import { dataOf, wordOf } from "./values.js";

/** SQL, or what else is written as SQL where a value may stand; null for a value. */
export function fragmentOf(tracer: Tracer): (value: Value) => SqlText | null {
  return (value) => {
    if (value.kind === "query") {
      const query = tracer.latest(value);
      return [{ kind: "query", selection: selectionOf(query) }];
    }
    switch (dataOf(value)?.type) {
      case "raw":
        return sqlTextOf(tracer, value as LibraryValue);
      case "ref":
        return named((value as LibraryValue).holds?.[0]);
      default:
        return null;
    }
  };
}

export function sqlTextOf(tracer: Tracer, raw: LibraryValue): SqlText {
  const [sql, bindings] = raw.holds ?? [];
  const text = splicedText(sql, (value) => isNumber(tracer, value));
  return bindings === undefined || isUndefined(bindings) ? text : bound(tracer, text, bindings);
}

/** Values for `?`, by number, or for `:name`; null for what is none of its placeholders. */
interface Bindings {
  readonly placeholder: RegExp;
  /** The value of a placeholder, and whether it is the name of a table or column. */
  take(match: string): { readonly value: Value; readonly isName: boolean } | null;
  /** How far the numbered ones have come. */
  at: number;
}

function bound(tracer: Tracer, text: SqlText, given: Value): SqlText {
  tracer.needsArgument(given);
  const isList = given.kind === "array" || given.kind === "rows";
  const isWhole = isList || given.kind === "object" || given.kind === "symbolic" || given.kind === "unknown";
  const bindings =
    given.kind === "object" ? byName(tracer, given) : byNumber(isWhole ? given : listOf([given]));
  return inPlaces(tracer, text, bindings);
}

function listOf(elements: readonly Value[]): Value {
  return { kind: "array", elements, rest: null };
}

function byNumber(given: Value): Bindings {
  const elements = given.kind === "array" ? given.elements : [];
  const rest = given.kind === "array" ? (given.rest ?? unknown) : unknown;
  return {
    placeholder: /\\?\?\??/g,
    at: 0,
    take(match) {
      if (match.startsWith("\\")) return null;
      // Past the end of two lists of different lengths, nobody knows which it is.
      const value = this.at < 0 ? unknown : (elements[this.at] ?? rest);
      if (this.at >= 0) this.at += 1;
      return { value, isName: match === "??" };
    },
  };
}

function byName(tracer: Tracer, given: Value & { kind: "object" }): Bindings {
  return {
    placeholder: /\\?:{1,2}\w+(?::(?!:))?/g,
    at: 0,
    take(match) {
      // `value::uuid` is a cast.
      if (match.startsWith("\\") || match.startsWith("::")) return null;
      const isName = match.endsWith(":");
      const name = match.slice(1, isName ? -1 : undefined);
      if (!given.fields.has(name) && !given.open) return null;
      return { value: tracer.memberOf(given, name), isName };
    },
  };
}

function inPlaces(tracer: Tracer, text: SqlText, bindings: Bindings): SqlText {
  return text.flatMap((piece): readonly Piece[] => {
    if (typeof piece === "string") return inWords(tracer, piece, bindings);
    if (piece.kind !== "choice") return [piece];
    const start = bindings.at;
    const ends = new Set<number>();
    const options = piece.options.map((option) => {
      bindings.at = start;
      const placed = inPlaces(tracer, option, bindings);
      ends.add(bindings.at);
      return placed;
    });
    if (ends.size > 1) bindings.at = -1;
    return [{ ...piece, options }];
  });
}

function inWords(tracer: Tracer, words: string, bindings: Bindings): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: match, index } of words.matchAll(bindings.placeholder)) {
    const taken = bindings.take(match);
    pieces.push(words.slice(from, index));
    from = index + match.length;
    if (taken)
      pieces.push(...(taken.isName ? named(taken.value) : piecesOf(taken.value, fragmentOf(tracer))));
    else pieces.push(match.startsWith("\\") ? match.slice(1) : match);
  }
  return [...pieces, words.slice(from)];
}

/** `"table.column"`, `"table as t"`, a list of them. */
export function named(value: Value | undefined): SqlText {
  const word = wordOf(value);
  if (word !== null) {
    const { name, alias } = splitAlias(word);
    if (name.endsWith("*")) return [name];
    return [quotedName(name), ...(alias === null ? [] : [` as ${quotedName(alias)}`])];
  }
  if (value?.kind === "array" && value.rest === null)
    return value.elements.flatMap((one, index) => [...(index > 0 ? [", "] : []), ...named(one)]);
  if (value?.kind === "choice")
    return [{ kind: "choice", key: value, options: value.options.map(named), reason: value.reason }];
  return madeName(value);
}
