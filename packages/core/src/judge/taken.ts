/** What a value is for whoever takes out a job: said of the job, and not of what the function at hand was given. */
import type { EntryPoint } from "../trace/entry.js";
import type { Facts } from "../trace/facts.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { Value } from "../trace/value.js";
import { entriesByHandler } from "../proof/reaching.js";
import { reachedByIn } from "../proof/reached-by.js";

interface Met {
  /** The function that was walked. */
  readonly root: string;
  readonly values: readonly Value[];
  readonly facts: Facts;
}

export interface Taken extends Pick<Met, "values" | "facts"> {
  readonly consumer: EntryPoint;
}

/** More calls than lead from a processor to what it is there for. */
const mostCalls = 8;

/** Once for each processor, and each way of calls, that leads there. */
export function takenIn(trace: Trace): (met: Met) => readonly Taken[] {
  const { entriesAt, callersAt } = reachedByIn(trace, entriesByHandler(trace.entries));
  const follow = ({ root, values, facts }: Met, seen: ReadonlySet<string>): readonly Taken[] => {
    if (seen.has(root) || seen.size > mostCalls) return [];
    const further = new Set([...seen, root]);
    const entries = entriesAt(root);
    const own = entries.flatMap((consumer) => (consumer.kind === "job" ? { consumer, values, facts } : []));
    const called = callersAt(root).flatMap((caller) => {
      // What is followed into is written down there once more, as what it was called with.
      if (caller.isFollowed || caller.root === "" || caller.arguments === null) return [];
      const terms = trace.asSeenBy(keyOfRoot(root), caller);
      const there = values.map((value) => terms.value(value));
      return follow({ root: caller.root, values: there, facts: terms.facts(facts) }, further);
    });
    const parent = entries.length > 0 ? null : trace.parentOf(root);
    return [...own, ...called, ...(parent === null ? [] : follow({ root: parent, values, facts }, further))];
  };
  return (met) => follow(met, new Set());
}
