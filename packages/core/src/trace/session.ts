/**
 * Where statements run: on whichever connection of a pool is free, on one connection, or in a transaction. What is set on a
 * connection (`set_config`, `SET LOCAL`) holds there and nowhere else, so it is kept as a fact about that connection.
 */
import { symbolicAt } from "./declared-types.js";
import { keyOfValue, withFacts, type Fact, type Facts, type SetFact } from "./facts.js";
import type { Span } from "../lower/module.js";
import type { Access, SettingChange, SettingDetail } from "./library.js";
import { contextOf, functionOfKey, rootOf, type Machine } from "./machine.js";
import { unknown, type Site, type SymbolicValue, type Value } from "./value.js";

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
}

/** The same connection, with its tables where this value says; constants are the same for everybody. */
export function within(
  session: Session | undefined,
  kind: Within["kind"],
  value: Value | undefined,
): Session | undefined {
  if (value === undefined || variablesIn(value).length === 0) return session;
  return { ...(session ?? somewhere), within: { kind, value } };
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
    case "symbolic":
      return [value];
    default:
      return [];
  }
}

/** Where the tables are looked up that a statement names. */
export function withinOf(session: Session | undefined, facts: Facts): Within | null {
  if (session?.within) return session.within;
  const path = settingsOn(session, facts).find(({ name }) => name === "search_path");
  return path && variablesIn(path.value).length > 0 ? { kind: "schema", value: path.value } : null;
}

export type SessionChange =
  | ({ readonly kind: "set" } & SettingChange)
  /** `name` is null for all of them. */
  | { readonly kind: "reset"; readonly name: string | null }
  | { readonly kind: "begin" | "end" };

/** Each statement on whichever connection is free. */
export const poolSession: Session = { kind: "pool", id: unknown, isPooled: true };

export function connectionAt(site: Site, kind: Session["kind"], isPooled = true): Session {
  return { kind, id: symbolicAt(site, "connection", null), isPooled };
}

/** A client that came in is known by what it came in as. */
export function declaredSession(
  machine: Machine,
  symbol: SymbolicValue,
  kind: Session["kind"],
  isPooled = true,
): Session | undefined {
  // Without row security nobody asks, and two ways to the same client are one value.
  return machine.hasRowSecurity ? { kind, id: symbol, isPooled } : undefined;
}

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

/** What is set where a statement runs. */
export function settingsOn(session: Session | undefined, facts: Facts): readonly SettingChange[] {
  if (!session) return [];
  const set = factsOn(session, facts).flatMap((fact) =>
    fact.kind === "set" && !isReset(fact) ? [fact] : [],
  );
  return [
    ...(session.sets ?? []),
    ...set.map(({ name, value, until }): SettingChange => ({ name, value, until, spliced: [] })),
  ];
}

export function transactionOn(session: Session | undefined, facts: Facts): SettingDetail["transaction"] {
  if (!session) return "unknown";
  if (session.kind === "pool") return "none";
  if (session.kind === "transaction" || factsOn(session, facts).some(({ kind }) => kind === "begun"))
    return "open";
  // Whoever passes a connection may have begun one.
  const isTakenHere = session.id.kind === "symbolic" && session.id.id.startsWith("value:");
  return session.kind === "connection" && isTakenHere ? "none" : "unknown";
}

type SessionFact = SetFact | (Fact & { readonly kind: "begun" });

function factsOn({ id }: Session, facts: Facts): readonly SessionFact[] {
  const key = keyOfValue(id);
  return [...facts.values()].filter(
    (fact): fact is SessionFact =>
      (fact.kind === "set" || fact.kind === "begun") && key !== null && keyOfValue(fact.on) === key,
  );
}

export function changeSession(
  machine: Machine,
  session: Session | undefined,
  changes: readonly SessionChange[],
): void {
  // Of a pool nobody knows on which of its connections it was.
  if (!session || session.kind === "pool") return;
  for (const change of changes) {
    switch (change.kind) {
      case "set": {
        const { name, value, until } = change;
        forget(machine, session, (fact) => fact.kind === "set" && fact.name === name);
        if (isLost(change, session, machine.facts)) break;
        machine.facts = withFacts(machine.facts, [{ kind: "set", name, value, until, on: session.id }]);
        break;
      }
      case "reset":
        forget(
          machine,
          session,
          (fact) => fact.kind === "set" && (change.name === null || fact.name === change.name),
        );
        machine.facts = withFacts(machine.facts, [
          { kind: "set", name: change.name ?? everything, value: nothing, until: "session", on: session.id },
        ]);
        break;
      case "begin":
        machine.facts = withFacts(machine.facts, [{ kind: "begun", on: session.id }]);
        break;
      case "end":
        forget(machine, session, (fact) => fact.kind === "begun" || fact.until === "transaction");
    }
  }
}

/** It is over with the statement that sets it: no transaction is open. What came in may have one. */
function isLost({ until }: SettingChange, session: Session, facts: Facts): boolean {
  return until === "transaction" && transactionOn(session, facts) === "none";
}

/** A list of statements: each was written down where it stands, on whichever connection its client has. */
export function runTogether(machine: Machine, session: Session, list: Span): readonly SettingChange[] {
  const [root, context, file] = [rootOf(machine), contextOf(machine), machine.stack.at(-1)];
  const { accesses } = machine;
  const isInList = ({ site }: Access): boolean =>
    file !== undefined &&
    functionOfKey(file).file === site.file &&
    site.start >= list.start &&
    site.start < list.end;
  let first = accesses.length;
  while (first > 0 && accesses[first - 1]!.root === root && accesses[first - 1]!.context === context)
    first -= 1;
  const settings: SettingChange[] = [];
  for (let at = first; at < accesses.length; at += 1) {
    const access = accesses[at]!;
    if (!isInList(access)) continue;
    const { detail } = access;
    const set = settings.map((one): Fact => ({ kind: "set", on: session.id, ...one }));
    accesses[at] = {
      ...access,
      session,
      facts: withFacts(access.facts, set),
      detail: detail.kind === "setting" ? { ...detail, transaction: "open" } : detail,
    };
    if (detail.kind === "setting") settings.push(...detail.settings);
  }
  return settings;
}

/** What was taken back stays known, for whoever asks what the next borrower finds. */
const nothing: Value = { kind: "literal", value: null };
const everything = "*";

function isReset({ value }: SetFact): boolean {
  return value.kind === "literal" && (value.value === null || value.value === "");
}

/** The connection is given back, or the transaction is over. */
export function leaveSession(machine: Machine, session: Session): void {
  const key = keyOfValue(session.id);
  const reset = factsOn(session, machine.facts).flatMap((fact) =>
    fact.kind === "set" && fact.until === "session" && isReset(fact) ? [fact.name] : [],
  );
  if (key !== null) machine.releases.set(key, [...(machine.releases.get(key) ?? []), new Set(reset)]);
  forget(machine, session, () => true);
}

/** A block may have failed before it took back what it set: who comes after it in any case can't count on that. */
export function forgetTakenBack(machine: Machine, before: Facts): void {
  const isLost = (key: string, fact: Fact): boolean =>
    fact.kind === "set" && isReset(fact) && !before.has(key);
  if ([...machine.facts].some(([key, fact]) => isLost(key, fact)))
    machine.facts = new Map([...machine.facts].filter(([key, fact]) => !isLost(key, fact)));
}

/** It is given back where that is seen, and each time the setting was taken back before. */
export function isTakenBack(
  releases: ReadonlyMap<string, readonly ReadonlySet<string>[]>,
  session: Session | undefined,
  name: string,
): boolean {
  const key = session ? keyOfValue(session.id) : null;
  const known = (key !== null && releases.get(key)) || [];
  return known.length > 0 && known.every((names) => names.has(name) || names.has(everything));
}

function forget(machine: Machine, session: Session, isOver: (fact: SessionFact) => boolean): void {
  const over = new Set<Fact>(factsOn(session, machine.facts).filter(isOver));
  if (over.size > 0) machine.facts = new Map([...machine.facts].filter(([, fact]) => !over.has(fact)));
}
