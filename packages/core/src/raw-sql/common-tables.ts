/** Named queries: `WITH name AS (…)`, also those that read themselves, and those that write. */
import type { Selection } from "../constraint/predicate.js";
import { child, children, isNode, isSet, strings, text, type Node } from "../sql/tree.js";
import { emptySelection, noColumns, scopeIn, type Derived, type Reading, type Scope } from "./reading.js";
import { queryOf, renamed, selectOf, withNamesOf } from "./select.js";
import { returnedBy, writingOf } from "./writing.js";

export function commonTablesOf(
  reading: Reading,
  outer: Scope | null,
  clause: Node,
): ReadonlyMap<string, Derived> {
  const tables = new Map(outer?.commonTables ?? []);
  const isRecursive = isSet(clause, "recursive");
  for (const each of children(clause, "ctes")) {
    const common = child(each, "CommonTableExpr");
    const name = text(common, "ctename") ?? "";
    const names = strings(common, "aliascolnames");
    const body = child(common, "ctequery");
    const scope = scopeIn(outer, tables);
    tables.set(name, commonTable(reading, scope, { name, names, body, isRecursive }));
  }
  return tables;
}

interface Common {
  readonly name: string;
  readonly names: readonly string[];
  readonly body: Node;
  readonly isRecursive: boolean;
}

function commonTable(reading: Reading, scope: Scope, { name, names, body, isRecursive }: Common): Derived {
  const select = body["SelectStmt"];
  if (!isNode(select)) {
    const statement = writingOf(reading, scope, body);
    if (statement === null) return { selection: emptySelection(reading.site), given: noColumns };
    reading.inner.push(statement);
    return renamed(returnedBy(reading, scope, body, statement), names);
  }
  if (!isRecursive || text(select, "op") !== "SETOP_UNION")
    return renamed(selectOf(reading, scope, body), names);
  // What it reads of itself came from its first query, or from rows that were tied to those in the same way.
  const inner = scopeIn(scope, commonTablesOf(reading, scope, child(select, "withClause")));
  const first = renamed(queryOf(reading, inner, child(select, "larg")), names);
  const within = scopeIn(inner, new Map([...inner.commonTables, [name, { ...first, given: noColumns }]]));
  const arm = queryOf(reading, within, child(select, "rarg")).selection;
  const selection: Selection = {
    ...first.selection,
    arms: [...first.selection.arms, withNamesOf(first.selection, arm)],
  };
  return { selection, given: noColumns };
}
