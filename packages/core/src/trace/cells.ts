/**
 * Queries that change in place. A library whose `query.where(…)` alters `query` itself gives each query it begins a cell; what
 * the query has become at a point of the walk stands here, so that whoever holds it finds what anybody has added to it.
 */
import { choiceOf, optionsOf } from "./choice.js";
import type { Facts } from "./facts.js";
import type { Machine } from "./machine.js";
import type { QueryValue, Value } from "./value.js";

/** By cell. Of what nobody has changed, each value says it itself. */
export type Cells = ReadonlyMap<object, Changed>;

interface Changed {
  /** As it was where it was changed first. */
  readonly before: QueryValue;
  readonly now: QueryValue;
}

export const noCells: Cells = new Map();

/** The same value, as it is here. */
export function asItIs(machine: Machine, value: Value): Value {
  if (machine.cells.size === 0) return value;
  if (value.kind === "query") return latest(machine, value);
  if (value.kind !== "choice" || !value.options.some((option) => option.kind === "query")) return value;
  const options = value.options.map((option) => (option.kind === "query" ? latest(machine, option) : option));
  return options.every((option, index) => option === value.options[index]) ? value : { ...value, options };
}

export function latest(machine: Machine, query: QueryValue): QueryValue {
  return (query.cell && machine.cells.get(query.cell)?.now) ?? query;
}

/** `before` has become `now`, for all who hold it. */
export function changeInPlace(machine: Machine, before: QueryValue, now: QueryValue): void {
  if (!before.cell || before === now) return;
  const known = machine.cells.get(before.cell);
  machine.cells = new Map(machine.cells).set(before.cell, { before: known?.before ?? before, now });
}

/** What they have become after one of several ways. */
export function joinedCells(ways: readonly Cells[], reason: string, givens: () => readonly Facts[]): Cells {
  const [first, ...others] = ways;
  if (!first || others.every((other) => other === first)) return first ?? noCells;
  const joined = new Map(first);
  for (const cell of new Set(ways.flatMap((way) => [...way.keys()]))) {
    const found = ways.map((way) => way.get(cell));
    const known = found.find((one) => one !== undefined)!;
    if (found.every((one) => one?.now === known.now)) continue;
    const merged = choiceOf(
      found.map((one) => one?.now ?? known.before),
      reason,
      givens(),
    );
    const [now] = optionsOf(merged);
    if (now?.kind === "query") joined.set(cell, { before: known.before, now: { ...now, cell } });
  }
  return joined;
}
