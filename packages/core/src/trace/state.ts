/** Joining what two branches left behind. */
import { restore, type Machine, type Snapshot } from "./machine.js";
import type { BindingId } from "../lower/module.js";
import { choiceOf } from "./choice.js";
import { beyond, meetOf, type Facts } from "./facts.js";

/** Leaves the machine in the state that holds after either of `states`. There is at least one. */
export function join(machine: Machine, states: readonly Snapshot[], reason: string): void {
  const [first, ...others] = states;
  if (!first) return;
  if (others.length === 0) {
    restore(machine, first);
    return;
  }
  const facts = meetOf(states.map((state) => state.facts));
  let known: readonly Facts[] | null = null;
  const givens = (): readonly Facts[] => (known ??= states.map((state) => beyond(state.facts, facts)));
  const values = first.values.map(([frame, map], index) => {
    // Most branches change nothing in the frames around them.
    if (others.every((other) => other.values[index]![1] === map)) return [frame, map] as const;
    return [
      frame,
      mergedIn(
        states.map((state) => state.values[index]![1]),
        reason,
        givens,
      ),
    ] as const;
  });
  const narrowed = new Set(
    [...first.narrowed].filter((id) => others.every((other) => other.narrowed.has(id))),
  );
  restore(machine, { values, narrowed, facts });
}

type Values = Snapshot["values"][number][1];

/** What a variable stands for after either of them, with what is known where it is the one or the other. */
export function mergedIn(maps: readonly Values[], reason: string, givens: () => readonly Facts[]): Values {
  const [first, ...others] = maps;
  const merged = new Map(first);
  const differing = new Set<BindingId>();
  for (const other of others) {
    for (const [binding, value] of other) {
      const here = merged.get(binding);
      if (here === undefined) merged.set(binding, value);
      else if (here !== value) differing.add(binding);
    }
  }
  for (const binding of differing) {
    const held = maps.flatMap((map, index) => {
      const one = map.get(binding);
      return one === undefined ? [] : [{ one, facts: givens()[index]! }];
    });
    const values = held.map(({ one }) => one);
    merged.set(
      binding,
      choiceOf(
        values,
        reason,
        held.map(({ facts }) => facts),
      ),
    );
  }
  return merged;
}
