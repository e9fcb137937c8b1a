/** Joining what two branches left behind. */
import { restore, type Machine, type Snapshot } from "./machine.js";
import { choiceOf } from "./choice.js";
import { meetOf } from "./facts.js";
import type { Value } from "./value.js";

/** Leaves the machine in the state that holds after either of `states`. There is at least one. */
export function join(machine: Machine, states: readonly Snapshot[], reason: string): void {
  const [first, ...others] = states;
  if (!first) return;
  if (others.length === 0) {
    restore(machine, first);
    return;
  }
  const values = first.values.map(([frame, map], index) => {
    // Most branches change nothing in the frames around them.
    if (others.every((other) => other.values[index]![1] === map)) return [frame, map] as const;
    const merged = new Map(map);
    for (const other of others) {
      for (const [binding, value] of other.values[index]![1]) {
        const here: Value | undefined = merged.get(binding);
        if (here === undefined) merged.set(binding, value);
        else if (here !== value) merged.set(binding, choiceOf([here, value], reason));
      }
    }
    return [frame, merged] as const;
  });
  const narrowed = new Set(
    [...first.narrowed].filter((id) => others.every((other) => other.narrowed.has(id))),
  );
  restore(machine, { values, narrowed, facts: meetOf(states.map((state) => state.facts)) });
}
