/** Where statements run: on whichever connection of a pool is free, on one connection, or in a transaction. */
import { keyOfValue } from "./facts.js";
import type { SettingChange, Tracer } from "./library.js";
import { unknown, type Value } from "./value.js";

export interface Session {
  /** `unknown`: a pool, a connection or a transaction, as whoever handed it in decides. */
  readonly kind: "pool" | "connection" | "transaction" | "unknown";
  /** Two of one identity are the same connection. */
  readonly id: Value;
  /** It goes back to a pool, with whatever is still set for the session. */
  readonly isPooled: boolean;
  /** Where its tables are looked up, where a value of the program decides that: each tenant has them for itself. */
  readonly within?: Within;
  /** What each of its statements finds set, since its client sets it before. */
  readonly sets?: readonly SettingChange[];
}

export interface Within {
  readonly kind: "schema" | "database";
  readonly value: Value;
  /** It is made a part of a statement's text: whoever sends it writes SQL. */
  readonly isSpliced?: true;
}

/** The same connection, with its tables where this value says; constants are the same for everybody. */
export function within(
  session: Session | undefined,
  kind: Within["kind"],
  value: Value | undefined,
  isSpliced = false,
): Session | undefined {
  if (value === undefined || variablesIn(value).length === 0) return session;
  return { ...(session ?? somewhere), within: { kind, value, ...(isSpliced && { isSpliced }) } };
}

/** What chooses the database, of what a client is made with: an address, or `{ connectionString, database, host }`. */
export function databaseOf(tracer: Tracer, options: Value | undefined): Value | undefined {
  if (options?.kind !== "object") return options;
  const parts = ["connectionString", "database", "filename", "host"].map((name) =>
    tracer.memberOf(options, name),
  );
  return parts.find((part) => variablesIn(part).length > 0);
}

/** A client of which nothing else is known. */
const somewhere: Session = { kind: "unknown", id: unknown, isPooled: true };

/** What is chosen: the values that differ from call to call. */
export function variablesIn(value: Value, depth = 0): readonly Value[] {
  if (depth > 8) return [];
  switch (value.kind) {
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : variablesIn(part, depth + 1)));
    case "choice":
      return value.options.flatMap((option) => variablesIn(option, depth + 1));
    case "object":
      return [...value.fields.values()].flatMap((field) => variablesIn(field.value, depth + 1));
    case "symbolic": {
      // `url.replace("<database>", name)`: what a call makes of a word is chosen by that word.
      const made = value.text.endsWith(")") ? (value.from ?? []) : [];
      const inside = made.flatMap((one) => variablesIn(one, depth + 1));
      return inside.length > 0 ? inside : [value];
    }
    default:
      return [];
  }
}

/** What chooses, so that the same is known again; null where nobody can say. */
export function keyOfPlace(value: Value): string | null {
  return keyOfValue(value);
}

export type SessionChange =
  | ({ readonly kind: "set" } & SettingChange)
  /** `name` is null for all of them. */
  | { readonly kind: "reset"; readonly name: string | null }
  | { readonly kind: "begin" | "end" };

/** Each statement on whichever connection is free. */
export const poolSession: Session = { kind: "pool", id: unknown, isPooled: true };

/** What was said of a client that came in, said of the one that was passed. */
export function rewrittenSession(session: Session, value: (one: Value) => Value): Session {
  const given = value(session.id);
  const sets = session.sets?.map((one) => ({
    ...one,
    value: value(one.value),
    spliced: one.spliced.map(value),
  }));
  const place = session.within && value(session.within.value);
  const chosen = place && session.within ? { within: { ...session.within, value: place } } : {};
  const isSameSet =
    sets === undefined || sets.every((one, index) => one.value === session.sets![index]!.value);
  if (given === session.id && isSameSet && place === session.within?.value) return session;
  const passed = given.kind === "library" ? given.session : undefined;
  if (passed && !sets)
    return { ...passed, ...(session.kind !== "unknown" && { kind: session.kind }), ...chosen };
  return { ...session, id: passed?.id ?? given, ...(sets && { sets }), ...chosen };
}

/** By which a client's connection is known, where one was passed. */
export function connectionOf(value: Value): Value {
  return value.kind === "library" ? (value.session?.id ?? value) : value;
}

export function isSameSession(one: Session | undefined, other: Session | undefined): boolean {
  if (one === other) return true;
  if (!one || !other || one.kind !== other.kind || one.sets !== other.sets) return false;
  if (one.within?.kind !== other.within?.kind) return false;
  if (one.within && other.within && keyOfValue(one.within.value) !== keyOfValue(other.within.value))
    return false;
  const key = keyOfValue(one.id);
  return key !== null && key === keyOfValue(other.id);
}
