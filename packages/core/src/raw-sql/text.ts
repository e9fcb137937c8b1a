/**
 * SQL as a program puts it together: texts, and what stands between them. A library says which of its values are SQL; here
 * they become one text for each way in which the program may choose, with its values as numbered parameters.
 */
import type { Predicate, Selection } from "../constraint/predicate.js";
import { isUndefined, type LibraryValue, type Value } from "../trace/value.js";

export type SqlText = readonly Piece[];

export type Piece = string | Slot | Choice | List;

/** The program decides which of them stands here. `key`: the same choice, wherever it stands. */
export interface Choice {
  readonly kind: "choice";
  readonly key: object;
  readonly options: readonly SqlText[];
  readonly reason: string;
}

/** Several, with a separator between them; one that is null is left out. */
export interface List {
  readonly kind: "list";
  readonly items: readonly Item[];
  readonly separator: SqlText;
}

export interface Item {
  readonly key: object;
  readonly options: readonly (SqlText | null)[];
  readonly reason: string;
}

/** What stands in a text as a parameter. */
export type Slot =
  | { readonly kind: "value"; readonly value: Value }
  /** A query that a builder made. */
  | { readonly kind: "query"; readonly selection: Selection }
  /** An expression that a builder made. */
  | { readonly kind: "expression"; readonly predicate: Predicate; readonly nested: readonly Selection[] }
  /** A condition that the program chooses; null where it leaves it out, which then says `neutral`. */
  | {
      readonly kind: "condition";
      readonly options: readonly (SqlText | null)[];
      readonly neutral: Predicate;
      readonly reason: string;
    }
  /** An object, or a list of them, whose fields are columns: what a row is made of. */
  | { readonly kind: "row"; readonly value: Value }
  | OpenSlot;

/** SQL that nobody can read here. `isSpliced`: a value that is made a part of the text. */
export interface OpenSlot {
  readonly kind: "open";
  readonly value: Value;
  readonly isSpliced: boolean;
  /** What it is read as all the same: a name that is none of ours. */
  readonly otherwise?: string;
}

/** Templates that are built up in a loop may hold themselves. */
const mostPieces = 20_000;

/** In any of the options. */
export function openAnywhere(text: SqlText): readonly OpenSlot[] {
  const found: OpenSlot[] = [];
  const pending: Piece[] = [...text].reverse();
  for (let piece = pending.pop(), steps = 0; piece !== undefined; piece = pending.pop()) {
    if ((steps += 1) > mostPieces) break;
    if (typeof piece === "string") continue;
    if (piece.kind === "open") found.push(piece);
    if (piece.kind === "choice") pending.push(...piece.options.flat().reverse());
    if (piece.kind === "list")
      pending.push(
        ...piece.items.flatMap(({ options }) => options.flatMap((option) => option ?? [])).reverse(),
      );
  }
  return found;
}

/** What a library's own value says as SQL; null for what is none. */
export type FragmentOf = (value: Value) => SqlText | null;

/** A template: texts, and the values between them. */
export function templateOf(
  texts: readonly string[],
  values: readonly Value[],
  fragmentOf: FragmentOf,
): SqlText {
  return texts.flatMap((text, index) => [
    text,
    ...(index < texts.length - 1 ? piecesOf(values[index], fragmentOf) : []),
  ]);
}

/** A value where a statement takes SQL or a value. */
export function piecesOf(value: Value | undefined, fragmentOf: FragmentOf): SqlText {
  if (value === undefined) return [{ kind: "open", value: { kind: "unknown" }, isSpliced: false }];
  const own = fragmentOf(value);
  if (own) return own;
  if (value.kind === "choice" && value.options.some((option) => fragmentOf(option) !== null))
    return [
      {
        kind: "choice",
        key: value.decision ?? value,
        options: value.options.map((option) => piecesOf(option, fragmentOf)),
        reason: value.reason,
      },
    ];
  return [{ kind: "value", value }];
}

/** `sql.join(parts, separator)` */
export function joinOf(list: Value | undefined, separator: SqlText, fragmentOf: FragmentOf): SqlText {
  if (list?.kind === "choice")
    return [
      {
        kind: "choice",
        key: list,
        options: list.options.map((option) => joinOf(option, separator, fragmentOf)),
        reason: list.reason,
      },
    ];
  if (list?.kind !== "array") return piecesOf(list, fragmentOf);
  const items = list.elements.map((element): Item => itemOf(element, fragmentOf));
  const rest = restOf(list, items.length, fragmentOf);
  return [
    { kind: "list", items: [...items, ...rest, ...(isIdle(separator) ? [] : repeated(rest))], separator },
  ];
}

/** Between conditions that all have to hold, or values, it says the same however many there are. */
function isIdle(separator: SqlText): boolean {
  return (
    separator.length > 0 &&
    separator.every((piece) => typeof piece === "string" && /^\s*(,|and)\s*$/i.test(piece))
  );
}

/** What may be there more than once stands beside itself. */
function repeated(rest: readonly Item[]): readonly Item[] {
  return rest.flatMap(({ options, reason }): readonly Item[] => {
    const written = options.filter((option) => option !== null);
    const isSql = written.some((option) => option.some((piece) => typeof piece === "string"));
    return isSql ? [{ key: {}, options: [...written, null], reason }] : [];
  });
}

/** `undefined` stands for an element that is there on some paths only. */
function itemOf(element: Value, fragmentOf: FragmentOf): Item {
  if (element.kind !== "choice")
    return { key: element, options: [piecesOf(element, fragmentOf)], reason: "" };
  return {
    key: element,
    options: element.options.map((option) => (isUndefined(option) ? null : piecesOf(option, fragmentOf))),
    reason: element.reason,
  };
}

/** A list as long as something else: any of what it holds may be there, or all. */
function restOf(
  { rest }: Value & { kind: "array" },
  others: number,
  fragmentOf: FragmentOf,
): readonly Item[] {
  if (!rest) return [];
  const kinds = (rest.kind === "choice" ? rest.options : [rest]).filter((one) => !isUndefined(one));
  const isSql = kinds.some((one) => fragmentOf(one) !== null);
  // Values between brackets: how many there are says nothing of which rows they name.
  if (!isSql) return [{ key: rest, options: [[{ kind: "value", value: rest }]], reason: "" }];
  const reason = "a list that may be empty";
  return kinds.map((one, index) => ({
    key: one,
    options: [piecesOf(one, fragmentOf), ...(others > 0 || index > 0 ? [null] : [])],
    reason,
  }));
}

/** A text that is not a template: what is not constant in it is made a part of it, whatever it says. */
export function splicedText(value: Value | undefined, isHarmless: (value: Value) => boolean): SqlText {
  if (value === undefined) return [];
  switch (value.kind) {
    case "literal":
      // Left out of a list that is joined, or written as a word: nobody knows which.
      if (isUndefined(value)) return [{ kind: "open", value, isSpliced: true }];
      return [String(value.value)];
    case "text":
      return value.parts.flatMap((part) =>
        typeof part === "string"
          ? [part]
          : isHarmless(part)
            ? [{ kind: "value" as const, value: part }]
            : splicedText(part, isHarmless),
      );
    case "choice":
      return [
        {
          kind: "choice",
          key: value.decision ?? value,
          options: value.options.map((option) => splicedText(option, isHarmless)),
          reason: value.reason,
        },
      ];
    case "library":
      return value.type === "written"
        ? (value.data as Written).write(value.holds ?? [])
        : [{ kind: "open", value, isSpliced: true }];
    default:
      return [{ kind: "open", value, isSpliced: true }];
  }
}

/** What a library makes a text of by itself: `escape(value)`, `format(text, values)`. The value holds what it is made of. */
interface Written {
  readonly write: (holds: readonly Value[]) => SqlText;
}

export function writtenText(library: string, holds: readonly Value[], write: Written["write"]): LibraryValue {
  return { kind: "library", library, type: "written", data: { write } satisfies Written, holds };
}

/** A fragment as a text of the program; null where values stand in it, or lists. */
export function wordsOf(text: SqlText): Value | null {
  const parts: (string | Value)[] = [];
  for (const piece of text) {
    const part = partOf(piece);
    if (part === null) return null;
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  const [first = "", ...others] = parts;
  return others.length === 0 && typeof first === "string"
    ? { kind: "literal", value: first }
    : { kind: "text", parts };
}

function partOf(piece: Piece): string | Value | null {
  if (typeof piece === "string") return piece;
  if (piece.kind === "open") return piece.isSpliced ? piece.value : null;
  if (piece.kind !== "choice") return null;
  const options = piece.options.flatMap((option) => wordsOf(option) ?? []);
  return options.length < piece.options.length ? null : { kind: "choice", options, reason: piece.reason };
}

/** Around a name that a library puts between quotes: it knows which quotes its database has, and here nobody does yet. */
const [opening, closing] = ["\u0001", "\u0002"];
const quoted = new RegExp(`${opening}([^${closing}]*)${closing}`, "g");

/** A name between quotes, of a table or column. */
export function quotedName(name: string): string {
  return name.split(".").map(quotedPart).join(".");
}

export function quotedPart(part: string): string {
  return `${opening}${part}${closing}`;
}

/** A name that a library quotes, which the program makes: `tenant_${id}.invoices`. */
export function madeName(value: Value | undefined): SqlText {
  if (value?.kind === "literal" && typeof value.value === "string") return [quotedName(value.value)];
  if (value?.kind === "choice")
    return [
      {
        kind: "choice",
        key: value.decision ?? value,
        options: value.options.map(madeName),
        reason: value.reason,
      },
    ];
  if (value?.kind !== "text")
    return [{ kind: "open", value: value ?? { kind: "unknown" }, isSpliced: false }];
  const parts = value.parts.map((part): Piece =>
    typeof part === "string"
      ? part.replaceAll(".", `${closing}.${opening}`)
      : { kind: "open", value: part, isSpliced: false },
  );
  return [opening, ...parts, closing];
}

/** As a database reads it that has these quotes. */
export function withQuotes(sql: string, quote: '"' | "`"): string {
  return sql.replace(quoted, (_, name: string) => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`);
}

/** What people see of it. */
export function shownText(text: SqlText): string {
  return withQuotes(shown(text), '"');
}

function shown(text: SqlText): string {
  return text
    .map((piece): string => {
      if (typeof piece === "string") return piece;
      if (piece.kind === "choice") return shown(piece.options[0] ?? []);
      if (piece.kind === "list")
        return piece.items.map((item) => shown(item.options[0] ?? [])).join(shown(piece.separator));
      return "?";
    })
    .join("");
}
