/**
 * Of a place in the program, who comes there: nobody but those who may name whom they like, or others as well. It hangs on no
 * value, so it says something also where a value can't be followed.
 */
import { isRequest, type EntryPoint } from "../trace/entry.js";
import { isContradictory, type Facts } from "../trace/facts.js";
import { fileStartedBy, type CallerRecord } from "../trace/machine.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { Asking } from "./asking.js";
import type { FactSets } from "./fact-sets.js";
import type { Goal, Proven } from "./goal.js";
import type { ReachedBy } from "./reached-by.js";
import type { EntryScope } from "./roles.js";

export interface WhoeverComes {
  /** Of all requests that come so far, as far as calls were followed: with what is known, only administrators are left. */
  isAdministratorsOnly(this: void, fn: string, facts: Facts): boolean;
  /** Why whoever comes may name anybody; null where somebody comes who may not, or nobody is seen. */
  standingOfAll(this: void, fn: string, facts: Facts): Proven | null;
}

interface Service {
  readonly trace: Pick<Trace, "escaped" | "asSeenBy">;
  readonly reachedBy: ReachedBy;
  readonly factSets: FactSets;
  readonly asking: Pick<Asking, "isOperators" | "standingOfAnything">;
  scopeIn(this: void, entry: EntryPoint): EntryScope;
  factsIn(this: void, scope: EntryScope, facts: Facts): Facts;
}

const mostSteps = 12;

export function whoeverComesIn({
  trace: { escaped, asSeenBy },
  reachedBy: { entriesAt, callersAt },
  factSets,
  asking: { isOperators, standingOfAnything },
  scopeIn,
  factsIn,
}: Service): WhoeverComes {
  const atCaller = (fn: string, caller: CallerRecord, facts: Facts): Facts =>
    factSets.merged(caller.facts, asSeenBy(fn, caller).facts(facts));

  const leadsAdministratorsOnly = (fn: string, facts: Facts, steps: number): boolean => {
    if (fileStartedBy(fn) !== null) return true;
    const handlers = entriesAt(fn);
    const handled = handlers.filter(({ kind }) => isRequest(kind));
    const callers = callersAt(fn);
    if (steps === 0 || handlers.length + callers.length === 0) return false;
    return (
      handled.every((entry) => {
        const scope = scopeIn(entry);
        return isOperators(factsIn(scope, facts), scope);
      }) &&
      callers.every((caller) => leadsAdministratorsOnly(caller.root, atCaller(fn, caller, facts), steps - 1))
    );
  };

  /** What runs for nobody's request may work on what somebody has left for it: that says nothing of who that was. */
  const standingOfAll = (fn: string, facts: Facts, steps: number): Goal | null => {
    const handlers = entriesAt(fn);
    const callers = callersAt(fn);
    if (steps === 0 || (handlers.length === 0 && escaped.has(keyOfRoot(fn)))) return null;
    let standing: Goal | null = null;
    for (const entry of handlers) {
      const scope = scopeIn(entry);
      const own = isRequest(entry.kind) ? standingOfAnything(factsIn(scope, facts), scope) : null;
      if (!own) return null;
      standing ??= own;
    }
    for (const caller of callers) {
      const here = atCaller(fn, caller, facts);
      if (isContradictory(here)) continue;
      const own = standingOfAll(caller.root, here, steps - 1);
      if (!own) return null;
      standing ??= own;
    }
    return standing;
  };

  return {
    isAdministratorsOnly: (fn, facts) => leadsAdministratorsOnly(fn, facts, mostSteps),
    standingOfAll: (fn, facts) => {
      const standing = standingOfAll(fn, facts, mostSteps);
      return standing?.kind === "proven" ? standing : null;
    },
  };
}
