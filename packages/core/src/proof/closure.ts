/**
 * What held where rows were fetched holds wherever they are at hand, since values do not change. Said at once of all rows
 * that an argument may come to, so that its steps are asked with the same knowledge.
 */
import { meetOf, type Fact, type Facts } from "../trace/facts.js";
import type { RowsValue, Value } from "../trace/value.js";
import type { FactSets } from "./fact-sets.js";
import type { Fetched } from "./rows.js";
import { keyOfRows, rowsOf } from "./same.js";

/** Of more rows than this, nothing further is brought along. */
const mostRows = 40;

export function closureOf(
  facts: Facts,
  about: readonly Value[],
  factSets: FactSets,
  findFetched: (rows: RowsValue) => readonly Fetched[],
  /** Those of the facts that were not there before; all of them where nothing was brought along yet. */
  added: Facts = facts,
): Facts {
  const met = new Set<string>();
  const waiting: RowsValue[] = [];
  const meet = (value: Value): void => {
    for (const part of certainIn(value, mostDeep)) {
      const rows = rowsOf(part);
      if (!rows || met.size >= mostRows || met.has(keyOfRows(rows))) continue;
      met.add(keyOfRows(rows));
      waiting.push(rows);
    }
  };
  const meetIn = (fact: Fact): void => valuesIn(fact).forEach(meet);

  about.forEach(meet);
  let all = facts;
  for (const fact of added.values()) meetIn(fact);
  for (let rows = waiting.shift(); rows; rows = waiting.shift()) {
    const fetched = findFetched(rows);
    for (const { tables } of fetched)
      for (const { ways } of tables)
        for (const way of ways) for (const { values } of way) values.forEach(meet);
    const held = meetOf(fetched.map((one) => one.facts));
    if (held.size === 0) continue;
    for (const fact of held.values()) meetIn(fact);
    all = factSets.merged(all, held);
  }
  return all;
}

const mostDeep = 3;

/** What it is made of in any case. Of several that it may be, what held where one was fetched does not hold for the others. */
function certainIn(value: Value, depth: number): readonly Value[] {
  const below = (parts: readonly Value[]): readonly Value[] =>
    depth === 0 ? [] : parts.flatMap((part) => certainIn(part, depth - 1));
  switch (value.kind) {
    case "choice": {
      const [only, ...others] = value.options.filter(({ kind }) => kind !== "literal");
      return only && others.length === 0 ? certainIn(only, depth) : [];
    }
    case "text":
      return below(value.parts.filter((part) => typeof part !== "string"));
    case "array":
      return below(value.elements);
    case "object":
      return below([...value.fields.values()].map((field) => field.value));
    default:
      return [value];
  }
}

/** What was found, found missing or compared: of what stands below several paths, each path has its own. */
function valuesIn(fact: Fact): readonly Value[] {
  switch (fact.kind) {
    case "present":
    case "absent":
    case "missing":
      return [fact.value];
    case "equal":
      return [fact.left, fact.right];
    case "listed":
      return [fact.value, fact.list];
    default:
      return [];
  }
}
