/** What cannot all hold at once, by the facts themselves or by what the schema says of the rows that they speak of. */
import { isContradictory, type Facts } from "../trace/facts.js";
import type { FindFetched } from "./rows.js";
import { keyOfRows, rowsOf } from "./same.js";

export function isImpossible(facts: Facts, findFetched: FindFetched): boolean {
  return isContradictory(facts) || lacksAnId(facts, findFetched);
}

/** A row is there, and its id is not: `if (verifiedId) … else …`, of an id that was just read from a row. */
function lacksAnId(facts: Facts, findFetched: FindFetched): boolean {
  for (const fact of facts.values()) {
    if (fact.kind !== "absent" || fact.value.kind !== "symbolic" || fact.value.row === null) continue;
    const { id, row } = fact.value;
    const rows = rowsOf(fact.value);
    if (
      rows === null ||
      id !== `${keyOfRows(rows)}.${row.column}` ||
      !facts.has(`present ${keyOfRows(rows)}`)
    )
      continue;
    const fetched = findFetched(rows.access, rows.context ?? "");
    const isId = fetched.every(({ tables: [table, ...others] }) =>
      Boolean(table?.isPrimaryKey(row.column) && others.length === 0),
    );
    if (fetched.length > 0 && isId) return true;
  }
  return false;
}
