/** Where a builder's statement is run, and what that gives. */
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf } from "../../trace/query.js";
import { clausesOf, siteKey, type QueryValue, type RowsValue, type Value } from "../../trace/value.js";
import { classOfTable, objectOf } from "../../entities/entity.js";
import { findTable } from "../../tenancy/lookup.js";
import { schemaKind } from "./values.js";

export const runningNames: ReadonlySet<string> = new Set([
  "getMany",
  "getOne",
  "getOneOrFail",
  "getManyAndCount",
  "getCount",
  "getExists",
  "getRawMany",
  "getRawOne",
  "getRawAndEntities",
  "execute",
  "stream",
  // Of a relation's builder.
  "add",
  "addAndRemove",
  "remove",
  "loadOne",
  "loadMany",
]);

export function run(tracer: Tracer, query: QueryValue, method: string, { site }: Call): Value {
  const isOneChain = site.start === query.root.start && site.file === query.root.file;
  const end = isOneChain ? site.end : query.root.end;
  for (const access of accessesOf(query, "run", end)) tracer.record(access);
  const rows = (many: boolean, absent = false): RowsValue => ({
    kind: "rows",
    access: siteKey(query.root),
    many,
    absent,
    text: "",
    ...(!method.startsWith("getRaw") && classOf(tracer, query)),
  });
  switch (method) {
    case "getOne":
    case "getRawOne":
    case "loadOne":
      return rows(false, true);
    case "getOneOrFail": {
      const one = rows(false);
      tracer.assume(one);
      return one;
    }
    case "getMany":
    case "getRawMany":
    case "loadMany":
      return rows(true);
    case "getManyAndCount":
      return { kind: "array", elements: [rows(true), tracer.countOf(rows(false), site)], rest: null };
    case "getRawAndEntities": {
      const field = (value: Value) => ({ value, sometimes: false, overwritable: false as const });
      const fields = new Map([
        ["entities", field(rows(true))],
        ["raw", field(rows(true))],
      ]);
      return { kind: "object", fields, open: false };
    }
    case "getCount":
    case "getExists":
      return tracer.countOf(rows(false), site);
    default:
      if (query.operation === "read") return rows(true);
      return {
        kind: "object",
        fields: new Map([
          ["affected", { value: tracer.countOf(rows(false), site), sometimes: false, overwritable: false }],
        ]),
        open: true,
      };
  }
}

/** The rows come as objects of the class that the first table is. */
function classOf(tracer: Tracer, query: QueryValue): Pick<RowsValue, "made"> {
  const first = clausesOf(query).find((clause) => clause.kind === "resource");
  const table = first?.resource.table ? findTable(tracer.tenancy, first.resource.table) : null;
  const made = table && classOfTable(tracer, table, schemaKind);
  return made ? { made: objectOf(made) } : {};
}
