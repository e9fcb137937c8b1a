/** Places in a text for SQLite (https://www.sqlite.org/lang_expr.html#varparam): `?`, `?2`, `:name`, `@name`, `$name`. */
import { parameter, type Marks } from "../../raw-sql/driver.js";
import { valueAmong } from "../../raw-sql/given.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type ArrayValue, type Value } from "../../trace/value.js";

export const marks: Marks = {
  pattern: /\?\d{0,4}|[:@$][a-z_]\w{0,99}/iy,
  counted: (mark) => (mark === "?" ? "value" : null),
  named(tracer, given, [mark]) {
    if (mark.startsWith("?")) {
      const before = Number(mark.slice(1)) - 1;
      return parameter(
        valueAmong(
          tracer,
          given,
          { least: before, most: before },
          { least: 0, most: Number.MAX_SAFE_INTEGER },
        ),
      );
    }
    return given ? parameter(namedIn(tracer, given, mark)) : null;
  },
};

/** Drivers differ in whether the sign belongs to the name: what the object has decides. */
function namedIn(tracer: Tracer, given: Value, mark: string): Value {
  const objects = given.kind === "array" ? given.elements.filter(({ kind }) => kind !== "literal") : [given];
  const [only, ...others] = objects;
  if (!only || others.length > 0) return unknown;
  const isSpelledOut = only.kind === "object" && only.fields.has(mark);
  return tracer.memberOf(only, isSpelledOut ? mark : mark.slice(1));
}

/** `get(a, b)`, `get([a, b])`, `get({ name })`: what a statement is given as arguments. */
export function givenTo({ arguments: all, trailing, spread }: Call, tracer: Tracer): Value | undefined {
  if (trailing) return withSpread(all.slice(0, -1), trailing, tracer);
  // Behind a list of which nobody knows how long it is, no value has a place.
  if (spread) return { kind: "array", elements: [], rest: unknown };
  const given = all.filter(({ kind }) => kind !== "function");
  const [first, ...others] = given;
  if (first && others.length === 0 && (first.kind === "array" || first.kind === "object")) return first;
  if (first?.kind === "symbolic" && others.length === 0 && tracer.elementOf(first)) return first;
  return { kind: "array", elements: given, rest: null };
}

function withSpread(before: readonly Value[], trailing: Value, tracer: Tracer): ArrayValue {
  if (trailing.kind === "array") return { ...trailing, elements: [...before, ...trailing.elements] };
  return { kind: "array", elements: before, rest: tracer.elementOf(trailing) ?? unknown };
}
