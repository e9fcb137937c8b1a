/** Named sub-queries (`with`), and the arms of a union, which may read from the query they are a part of. */
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import { clausesOf, siteKey, type QueryValue, type Value } from "../../trace/value.js";
import { queryIn, type Reader } from "./expressions.js";
import { readQuery } from "../../raw-sql/fragment.js";
import { sqlTextOf } from "./sql-text.js";
import {
  builderFor,
  clientWith,
  dataOf,
  emptyJoin,
  library,
  valueOf,
  type ClientData,
  type CommonTables,
} from "./values.js";

/** `db.with("name", …)`, `db.withRecursive("name", …)` */
export function withCommonTable(
  tracer: Tracer,
  { commonTables, note }: ClientData,
  method: string,
  call: Call,
): Value | null {
  const [name, source] = call.arguments;
  const text = nameOfCommonTable(tracer, name);
  if (!text || !source) return clientWith(commonTables, note);
  const within: CommonTables =
    method === "withRecursive"
      ? new Map([
          ...commonTables,
          [
            text,
            {
              site: `${recursive}${siteKey(call.site)}`,
              resources: [],
              where: { kind: "true" },
              nested: [],
              arms: [],
              outputs: null,
            },
          ],
        ])
      : commonTables;
  const inner = source.kind === "function" ? tracer.invoke(source, [clientWith(within, note)]) : source;
  const data = dataOf(inner);
  if (inner.kind === "library" && data?.type === "raw") {
    const fragment = { library, site: data.site, text: sqlTextOf(inner), commonTables: within };
    const selection = readQuery(tracer, fragment);
    return clientWith(selection ? new Map([...commonTables, [text, selection]]) : commonTables, note);
  }
  if (inner.kind !== "query") return clientWith(commonTables, note);
  const stage = inner.operation === "read" ? "built" : "run";
  for (const access of accessesOf(inner, stage, inner.root.end)) tracer.record(access);
  return clientWith(new Map([...commonTables, [text, selectionOf(inner)]]), note);
}

/** `"name"`, `"name(a, b)"`, `(cte) => cte("name").materialized()` */
function nameOfCommonTable(tracer: Tracer, value: Value | undefined): string | null {
  if (value?.kind === "literal" && typeof value.value === "string")
    return value.value.replace(/\s*\(.*$/s, "");
  if (value?.kind === "function")
    return nameOfCommonTable(
      tracer,
      tracer.invoke(value, [valueOf({ type: "method", receiver: emptyJoin, method: "cte" })]),
    );
  const data = value ? dataOf(value) : null;
  return data?.type === "aliased" ? data.alias : null;
}

export function commonTablesOf(query: QueryValue): CommonTables {
  const tables = new Map();
  for (const clause of clausesOf(query))
    if (clause.kind === "common-table") tables.set(clause.name, clause.selection);
  return tables;
}

/** One side of a union. In a recursive query it may read from the query it is a part of. */
export function armOf(reader: Reader, query: QueryValue, value: Value) {
  if (value.kind !== "function") {
    const direct = queryIn(reader, value);
    return direct ? selectionOf(direct) : null;
  }
  const own = selectionOf(query);
  const tables = new Map(
    [...reader.commonTables].map(([name, selection]) => [
      name,
      selection.resources.length === 0 && selection.site.startsWith(recursive) ? own : selection,
    ]),
  );
  const arm = reader.tracer.invoke(value, [builderFor(tables)]);
  return arm.kind === "query" ? selectionOf(arm) : null;
}

const recursive = "recursive:";
