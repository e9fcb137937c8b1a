/** The tables of a statement: what `from`, `insert`, `update`, `delete` and the joins name. */
import type { Resource } from "../../constraint/predicate.js";
import { readSource } from "../../raw-sql/fragment.js";
import { alternativesOf } from "../../trace/builders.js";
import type { Clause, LibraryValue, Value } from "../../trace/value.js";
import type { Reader } from "./expressions.js";
import { sqlTextOf } from "./sql-text.js";
import { dataOf, library } from "./values.js";

export function sourcesOf(
  reader: Reader,
  value: Value | undefined,
  join: Resource["join"],
  on: Resource["on"] = { kind: "true" },
): readonly Clause[] {
  if (!value) return [];
  if (value.kind === "choice") {
    const arms = value.options.map((option) => sourcesOf(reader, option, join, on));
    return [alternativesOf(arms) ?? { kind: "choice", arms, reason: value.reason }];
  }
  const data = dataOf(value);
  switch (data?.type) {
    case "table": {
      const { name, alias } = data;
      return [resource({ table: name, alias, join, on, query: null, outputs: null })];
    }
    case "derived": {
      const { alias, selection } = data;
      return selection
        ? [resource({ table: null, alias, join, on, query: selection, outputs: selection.outputs })]
        : [{ kind: "unclear", reason: "it reads from a query built elsewhere" }];
    }
    case "sql": {
      const text = sqlTextOf(reader, value as LibraryValue);
      const { tracer, commonTables } = reader;
      const named = readSource(tracer, { library, site: data.site, text, commonTables }, null);
      return named
        ? named.map((one) => resource({ ...one, join, on }))
        : [{ kind: "unclear", reason: "it reads from raw SQL" }];
    }
    default:
      reader.tracer.needsArgument(value);
      return [{ kind: "unclear", reason: "the table is chosen when the program runs", isOpenTable: true }];
  }
}

function resource(one: Resource): Clause {
  return { kind: "resource", resource: one };
}

/** The tables that are named, for the inventory. */
export function namesIn(clauses: readonly Clause[]): readonly string[] {
  return clauses.flatMap((clause) => (clause.kind === "resource" ? (clause.resource.table ?? []) : []));
}
