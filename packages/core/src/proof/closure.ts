/**
 * What held where rows were fetched holds wherever they are at hand, since values do not change. Said at once of all rows
 * that an argument may come to, so that its steps are asked with the same knowledge.
 */
import { meetOf, type Fact, type Facts } from "../trace/facts.js";
import type { RowsValue, Value } from "../trace/value.js";
import type { FactSets } from "./fact-sets.js";
import type { Fetched } from "./rows.js";
import { keyOfRows, partsOf, rowsOf } from "./same.js";

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
    const isPlain = value.kind === "rows" || value.kind === "symbolic";
    for (const part of isPlain ? [value] : partsOf([value])) {
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
