/** A call of one of several, decided when the program runs. */
import { chosen } from "./choice.js";
import { meetOf, noFacts, withFacts, type Facts } from "./facts.js";
import type { Machine } from "./machine.js";
import type { ChoiceValue, Value } from "./value.js";

/** One of them is called: what one makes sure of says nothing where it is another, nor behind them. */
export function calledEach(
  machine: Machine,
  { reason, options, given }: ChoiceValue,
  called: readonly Value[],
  callOne: (option: Value) => Value,
): Value {
  const before = machine.facts;
  const isFollowed = called.map(({ kind }) => kind !== "unknown");
  const behind: Facts[] = [];
  const results = called.map((option, index) => {
    const isGiven = given?.[options.indexOf(option)] ?? noFacts;
    machine.facts = withFacts(before, isGiven.values());
    const result = callOne(option);
    const comesBack = !(result.kind === "unknown" && result.isNever === true);
    if (comesBack && (isFollowed[index] || !isFollowed.includes(true))) behind.push(machine.facts);
    return result;
  });
  machine.facts = behind.length > 0 ? meetOf(behind) : before;
  return chosen(
    results,
    reason,
    called.map((option) => given?.[options.indexOf(option)] ?? noFacts),
  );
}
