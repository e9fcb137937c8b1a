/**
 * What drivers have in common: a text, values beside it that it has places for, and rows. Each of them says how its places are
 * written, and in what its rows come back.
 */
import type { Call, Tracer } from "../trace/library.js";
import type { ObjectField, RowsValue, Value } from "../trace/value.js";
import { undefinedValue } from "../trace/value.js";
import { numberedIn, valueAmong } from "./given.js";
import { isNumber } from "./numbers.js";
import { withPlaces, type Places } from "./places.js";
import { runSql, type SqlRun } from "./run.js";
import { joinOf, madeName, splicedText, type SqlText } from "./text.js";
import { worded } from "./words.js";

/** How a driver's texts say where a value stands. */
export interface Marks {
  readonly pattern: RegExp;
  /** Those that take the next value. `name`: of a column or table. */
  counted(mark: string, given: Value | undefined): "value" | "name" | null;
  /** What stands at the others: of the values that are given by name or number. */
  named?(tracer: Tracer, given: Value | undefined, match: RegExpExecArray): SqlText | null;
  /** A value, where it stands for more than a parameter. */
  written?(tracer: Tracer, value: Value, mark: string): SqlText;
  readonly hasEscapes?: true;
}

export interface Asked extends Pick<
  SqlRun,
  "library" | "site" | "isOnPool" | "session" | "dialects" | "stage"
> {
  readonly text: Value | undefined;
  readonly given?: Value | undefined;
  /** Null where the database's own numbers (`$1`) are all there is. */
  readonly marks: Marks | null;
}

/** A statement as a driver is handed it. Null for what a query builder compiled: that is a path where it was built. */
export function ask(tracer: Tracer, asked: Asked): Value | null {
  const { text, given, marks, ...run } = asked;
  if (!text || isCompiled(text)) return null;
  return runSql(tracer, {
    ...run,
    text: textWith(tracer, text, given, marks),
    parameters: numberedIn(given),
  });
}

export function textWith(
  tracer: Tracer,
  text: Value,
  given: Value | undefined,
  marks: Marks | null,
): SqlText {
  const own = splicedText(worded(tracer, text), (value) => isNumber(tracer, value));
  return marks ? withPlaces(own, placesOf(tracer, given, marks)) : own;
}

export function isCompiled(value: Value): boolean {
  return value.kind === "library" && value.type.startsWith("compiled");
}

function placesOf(tracer: Tracer, given: Value | undefined, marks: Marks): Places {
  return {
    pattern: marks.pattern,
    hasEscapes: marks.hasEscapes === true,
    counted: (match) => marks.counted(match[0], given),
    written(place) {
      if (place.kind === "named") return marks.named?.(tracer, given, place.match) ?? null;
      const value = valueAmong(tracer, given, place.before, place.behind);
      return place.isName
        ? nameText(value)
        : (marks.written?.(tracer, value, place.mark) ?? parameter(value));
    },
  };
}

export function parameter(value: Value): SqlText {
  return [{ kind: "value", value }];
}

/** A name that the driver quotes. */
export function nameText(value: Value): SqlText {
  return value.kind === "array" ? joinOf(value, [", "], nameText) : madeName(value);
}

/** Between the brackets of an IN: a list gives each of its elements. */
export function listText(tracer: Tracer, value: Value): SqlText {
  if (value.kind === "array") return joinOf(value, [", "], () => null);
  return parameter(tracer.elementOf(value) ?? value);
}

// -------------------------------------------------------------------------------------------------------------- results

export function field(value: Value): ObjectField {
  return { value, sometimes: false, overwritable: false };
}

/** `{ rows, … }` */
export function resultWith(name: string, rows: Value): Value {
  return { kind: "object", fields: new Map([[name, field(rows)]]), open: true };
}

/** The first of them, or nothing. */
export function firstOf(rows: Value, isThere = false): Value {
  return rows.kind === "rows"
    ? ({ ...rows, many: false, absent: !isThere } satisfies RowsValue)
    : rows.kind === "array"
      ? (rows.elements[0] ?? rows.rest ?? undefinedValue)
      : rows;
}

/** What a driver tells that takes a callback: `(error, rows) => …`. */
export function tellCallback(tracer: Tracer, call: Call, ...results: readonly Value[]): boolean {
  const callback = call.arguments.find((argument) => argument.kind === "function");
  if (callback) tracer.invoke(callback, [undefinedValue, ...results]);
  return callback !== undefined;
}

/** A client, by what of it matters: one object each, so that two ways to it are one value. */
export function clientsOf(library: string): { readonly client: Value; readonly pool: Value } {
  const make = (isPool: boolean): Value => ({ kind: "library", library, type: "client", data: { isPool } });
  return { client: make(false), pool: make(true) };
}

/** `isPool`: each statement runs on whichever connection is free. */
export function isPool(data: unknown): boolean {
  return (data as { readonly isPool?: boolean } | null)?.isPool === true;
}
