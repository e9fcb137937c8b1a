/** A call of one of several, decided when the program runs. */
import { joinedCells, type Cells } from "./cells.js";
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
  const { cells } = machine;
  // Of several queries, whichever it is has been changed: nobody asks for the others by this value.
  const areQueries = called.every(({ kind }) => kind === "query");
  const changed: Cells[] = [];
  const isFollowed = called.map(({ kind }) => kind !== "unknown");
  const behind: Facts[] = [];
  const givens = called.map((option) => given?.[options.indexOf(option)] ?? noFacts);
  const results = called.map((option, index) => {
    machine.facts = withFacts(before, givens[index]!.values());
    if (!areQueries) machine.cells = cells;
    const result = callOne(option);
    changed.push(machine.cells);
    const comesBack = !(result.kind === "unknown" && result.isNever === true);
    if (comesBack && (isFollowed[index] || !isFollowed.includes(true))) behind.push(machine.facts);
    return result;
  });
  machine.facts = behind.length > 0 ? meetOf(behind) : before;
  if (!areQueries) machine.cells = joinedCells(changed, reason, () => givens);
  return chosen(results, reason, givens);
}
