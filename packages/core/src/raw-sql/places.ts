/**
 * Values that a driver is given beside a text, and that it puts where the text says so: `?`, `:name`, `{name: String}`. They
 * become values of the text here, so that whoever reads it sees one sort of parameter. Quotes and comments hold none.
 */
import type { Choice, Item, List, Piece, Slot, SqlText } from "./text.js";

/** How many values stand before a place, or behind it: a program may leave some of them out. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export type Place =
  /** The next of the values that are given. */
  | {
      readonly kind: "next";
      readonly mark: string;
      readonly isName: boolean;
      readonly before: Range;
      readonly behind: Range;
    }
  /** What else is written there says which: a name, a number. */
  | { readonly kind: "named"; readonly match: RegExpExecArray };

export interface Places {
  /** What stands for a value, at one place of the text (sticky). Nothing that it finds is longer than a line. */
  readonly pattern: RegExp;
  /** It is one of those that are counted; `name`: of a column or table. Null where what it finds says itself which it is. */
  counted(match: RegExpExecArray): "value" | "name" | null;
  /** What stands there; null leaves the text as it is. */
  written(place: Place): SqlText | null;
  /** Between quotes, the character behind a backslash is one of the text's: MySQL, ClickHouse. */
  readonly hasEscapes: boolean;
}

type Lexed = Piece | Found | LexedChoice | LexedList;

interface Found {
  readonly kind: "place";
  readonly match: RegExpExecArray;
  readonly counted: "value" | "name" | null;
}

interface LexedChoice {
  readonly kind: "lexed-choice";
  readonly piece: Choice;
  readonly options: readonly LexedText[];
}

interface LexedList {
  readonly kind: "lexed-list";
  readonly piece: List;
  readonly items: readonly (readonly (LexedText | null)[])[];
}

type LexedText = readonly Lexed[];

/** Texts that are put together in a loop may be endless; what is left of them stands as it is, and is not read. */
const mostPieces = 20_000;

export function withPlaces(text: SqlText, places: Places): SqlText {
  const state: LexerState = { inside: null, pieces: mostPieces };
  const lexed = lexedText(places, state, text);
  return state.pieces <= 0 ? text : written(places, lexed, none, none);
}

// ------------------------------------------------------------------------------------------------------------- lexing

interface LexerState {
  /** What ends the quotes or the comment that the text stands in. */
  inside: string | null;
  pieces: number;
}

function lexedText(places: Places, state: LexerState, text: SqlText): LexedText {
  const parts: Lexed[] = [];
  for (const piece of text) {
    if ((state.pieces -= 1) <= 0) return parts;
    if (typeof piece === "string") parts.push(...lexedString(places, state, piece));
    else if (piece.kind === "choice") parts.push(lexedChoice(places, state, piece));
    else if (piece.kind === "list") parts.push(lexedList(places, state, piece));
    else parts.push(piece);
  }
  return parts;
}

function lexedChoice(places: Places, state: LexerState, piece: Choice): LexedChoice {
  const { inside } = state;
  const options = piece.options.map((option) => {
    state.inside = inside;
    return lexedText(places, state, option);
  });
  return { kind: "lexed-choice", piece, options };
}

function lexedList(places: Places, state: LexerState, piece: List): LexedList {
  const items = piece.items.map(({ options }) =>
    options.map((option) => option && lexedText(places, state, option)),
  );
  return { kind: "lexed-list", piece, items };
}

/** What may begin something in which nothing is a place. */
const opening = /'|"|`|--|#|\/\*|\$\w*\$/y;

function lexedString(places: Places, state: LexerState, text: string): LexedText {
  const parts: Lexed[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    if (state.inside !== null) {
      at = endOf(text, at, state, places.hasEscapes);
      continue;
    }
    places.pattern.lastIndex = at;
    const match = places.pattern.exec(text);
    if (match && match[0] !== "") {
      parts.push(text.slice(from, at), { kind: "place", match, counted: places.counted(match) });
      at += match[0].length;
      from = at;
      continue;
    }
    opening.lastIndex = at;
    const opened = opening.exec(text)?.[0];
    // A cast (`::text`) names nothing.
    if (opened === undefined) at += text.startsWith("::", at) ? 2 : 1;
    else if (opened !== "#" || places.hasEscapes) {
      state.inside = closing.get(opened) ?? opened;
      at += opened.length;
    } else at += 1;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

const closing = new Map([
  ["--", "\n"],
  ["#", "\n"],
  ["/*", "*/"],
]);

function endOf(text: string, from: number, state: LexerState, hasEscapes: boolean): number {
  const end = state.inside!;
  const isQuote = end === "'" || end === '"';
  for (let at = from; at < text.length; at += 1) {
    if (isQuote && hasEscapes && text[at] === "\\") at += 1;
    else if (text.startsWith(end, at)) {
      state.inside = null;
      return at + end.length;
    }
  }
  return text.length;
}

// ------------------------------------------------------------------------------------------------------------ counting

const none: Range = { least: 0, most: 0 };

function sum(one: Range, other: Range): Range {
  return { least: one.least + other.least, most: one.most + other.most };
}

function widest(ranges: readonly Range[]): Range {
  return {
    least: Math.min(...ranges.map(({ least }) => least)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
}

function countOf(text: LexedText): Range {
  return text.map(countIn).reduce(sum, none);
}

function countIn(piece: Lexed): Range {
  if (typeof piece === "string") return none;
  switch (piece.kind) {
    case "place":
      return piece.counted ? { least: 1, most: 1 } : none;
    case "lexed-choice":
      return widest(piece.options.map(countOf));
    case "lexed-list":
      return piece.items.map(countOfItem).reduce(sum, none);
    default:
      return none;
  }
}

function countOfItem(options: readonly (LexedText | null)[]): Range {
  return widest(options.map((option) => (option ? countOf(option) : none)));
}

// ------------------------------------------------------------------------------------------------------------- writing

function written(places: Places, text: LexedText, before: Range, behind: Range): SqlText {
  const around = surroundings(text.map(countIn), before, behind);
  return text.flatMap((piece, index): SqlText => {
    const [own, next] = around[index]!;
    if (typeof piece === "string") return [piece];
    switch (piece.kind) {
      case "place":
        return writtenPlace(places, piece, own, next);
      case "lexed-choice":
        return [
          { ...piece.piece, options: piece.options.map((option) => written(places, option, own, next)) },
        ];
      case "lexed-list": {
        const inside = surroundings(piece.items.map(countOfItem), own, next);
        const items = piece.items.map((options, place): Item => ({
          ...piece.piece.items[place]!,
          options: options.map((option) => option && written(places, option, ...inside[place]!)),
        }));
        return [{ ...piece.piece, items }];
      }
      default:
        return [piece satisfies Slot | Choice | List];
    }
  });
}

/** What stands before each of them, and behind. */
function surroundings(
  counts: readonly Range[],
  before: Range,
  behind: Range,
): readonly (readonly [Range, Range])[] {
  const left: Range[] = [];
  counts.reduce((all, one) => (left.push(all), sum(all, one)), before);
  const right: Range[] = [];
  counts.reduceRight((all, one) => (right.push(all), sum(all, one)), behind);
  right.reverse();
  return left.map((one, index) => [one, right[index]!]);
}

function writtenPlace(places: Places, { match, counted }: Found, before: Range, behind: Range): SqlText {
  const place: Place = counted
    ? { kind: "next", mark: match[0], isName: counted === "name", before, behind }
    : { kind: "named", match };
  return places.written(place) ?? [match[0]];
}
