/** Accesses, as they are written down: with what holds there, and how the walk came there. */
import { withoutRuledOut } from "../constraint/ruled-out.js";
import { isContradictory, withFacts, type Facts } from "./facts.js";
import type { Access, AccessDetail, AccessDraft } from "./library.js";
import { contextOf, rootOf, type Machine } from "./machine.js";
import { accessesOf } from "./query.js";
import { keyOfRoot } from "./roots.js";
import { placed } from "./placed.js";
import { siteKey, type LibraryValue, type QueryValue, type Value } from "./value.js";

/** A query that leaves our sight: whoever gets it awaits it, where that is how it runs, unless it is made to be added to. */
export function leaving(
  machine: Machine,
  query: QueryValue,
  stage: "escaped" | "built",
): readonly AccessDraft[] {
  if (query.isPart) return [];
  const isPromise = machine.modelOfName.get(query.library)?.runsWhenAwaited === true && !query.isOpen;
  return accessesOf(query, isPromise ? "handed-on" : stage, query.root.end);
}

/** Of a library's own value that is a statement: what comes of it. */
export function ranWhenAwaited(
  machine: Machine,
  value: LibraryValue,
  stage: "run" | "handed-on",
): Value | null {
  const made = machine.modelOfName.get(value.library)?.runAwaited?.(value, stage, machine.tracer);
  return made ? placed(machine, made) : null;
}

/** What callers make of a query that they are given back says more than the function that gives it does by itself. */
export function withoutGivenBack({ accesses, callers }: Machine): readonly Access[] {
  const isGivenBack = ({ stage, root }: Access): boolean =>
    stage === "handed-on" && (callers.get(keyOfRoot(root)) ?? []).some(({ isFollowed }) => isFollowed);
  const elsewhere = new Set(accesses.flatMap((one) => (isGivenBack(one) ? [] : [siteKey(one.site)])));
  return accesses.filter((one) => !isGivenBack(one) || !elsewhere.has(siteKey(one.site)));
}

export function writeDown(machine: Machine, accesses: readonly AccessDraft[]): void {
  for (const access of accesses)
    machine.accesses.push({
      ...access,
      detail: reachedDetail(access.detail, machine.facts),
      facts: machine.facts,
      context: contextOf(machine),
      root: rootOf(machine),
    });
}

/** Of what the program decides about a statement, that which it can decide here. */
function reachedDetail(detail: AccessDetail, facts: Facts): AccessDetail {
  if (detail.kind !== "query" || facts.size === 0) return detail;
  const selection = withoutRuledOut(
    detail.selection,
    // What the predicate carries for the tracer are the tracer's own facts.
    (given) => given.size > 0 && isContradictory(withFacts(facts, (given as Facts).values())),
  );
  return selection === detail.selection ? detail : { ...detail, selection };
}
