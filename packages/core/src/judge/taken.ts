/** What a value is for whoever takes out a job: said of the job, and not of what the function at hand was given. */
import type { EntryPoint } from "../trace/entry.js";
import { noFacts, type Facts } from "../trace/facts.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import { unknown, type Value } from "../trace/value.js";
import { entriesByHandler, type Reaching } from "../proof/reaching.js";
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
/** Of what a helper does that is called from everywhere, nobody says for each way of calls what it is there. */
const mostWays = 100;

/** Once for each processor, and each way of calls, that leads there; where there are too many, of what is left nothing is known. */
export function takenIn(
  trace: Pick<Trace, "entries" | "callers" | "asSeenBy" | "parentOf">,
  { entriesReaching }: Pick<Reaching, "entriesReaching">,
): (met: Met) => readonly Taken[] {
  const { entriesAt, callersAt } = reachedByIn(trace, entriesByHandler(trace.entries));
  const consumersOf = (root: string): readonly EntryPoint[] =>
    entriesReaching(root).filter(({ kind }) => kind === "job");
  return (met) => {
    let ways = 0;
    const unfollowed = ({ root, values }: Met): readonly Taken[] =>
      consumersOf(root).map((consumer) => ({ consumer, values: values.map(() => unknown), facts: noFacts }));
    const follow = (at: Met, seen: ReadonlySet<string>): readonly Taken[] => {
      const { root, values, facts } = at;
      if (seen.has(root) || consumersOf(root).length === 0) return [];
      ways += 1;
      if (seen.size > mostCalls || ways > mostWays) return unfollowed(at);
      const further = new Set([...seen, root]);
      const entries = entriesAt(root);
      const own = entries.flatMap((consumer) => (consumer.kind === "job" ? { consumer, values, facts } : []));
      const called = callersAt(root).flatMap((caller) => {
        // What is followed into is written down there once more, as what it was called with.
        if (caller.isFollowed || caller.root === "" || caller.arguments === null) return [];
        if (consumersOf(caller.root).length === 0) return [];
        const terms = trace.asSeenBy(keyOfRoot(root), caller);
        const there = values.map((value) => terms.value(value));
        return follow({ root: caller.root, values: there, facts: terms.facts(facts) }, further);
      });
      const parent = entries.length > 0 ? null : trace.parentOf(root);
      return [
        ...own,
        ...called,
        ...(parent === null ? [] : follow({ root: parent, values, facts }, further)),
      ];
    };
    return follow(met, new Set());
  };
}
