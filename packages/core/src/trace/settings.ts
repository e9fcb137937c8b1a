/**
 * What is set on a connection (`set_config`, `SET LOCAL`) holds there and nowhere else, so it is kept as a fact about that
 * connection: from where it is set to where it is taken back, its transaction ends or it is given back.
 */
import type { Span } from "../lower/module.js";
import { symbolicAt } from "./declared-types.js";
import { keyOfValue, withFacts, type Fact, type Facts, type SetFact } from "./facts.js";
import type { Access, SettingChange, SettingDetail } from "./library.js";
import { contextOf, functionOfKey, rootOf, type Machine } from "./machine.js";
import { variablesIn, type Session, type SessionChange, type Within } from "./session.js";
import type { Site, SymbolicValue, Value } from "./value.js";

/** Where the tables are looked up that a statement names. */
export function withinOf(session: Session | undefined, facts: Facts): Within | null {
  if (session?.within) return session.within;
  const path = settingsOn(session, facts).find(({ name }) => name === "search_path");
  return path && variablesIn(path.value).length > 0 ? { kind: "schema", value: path.value } : null;
}

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
  if (key === null) return [];
  return [...facts.values()].filter(
    (fact): fact is SessionFact =>
      (fact.kind === "set" || fact.kind === "begun") && keyOfValue(fact.on) === key,
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
