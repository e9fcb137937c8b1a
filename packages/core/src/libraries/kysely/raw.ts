/** Raw SQL and compiled queries: statements that run without a builder of their own. */
import { runSql } from "../../raw-sql/run.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { LibraryValue, Site, Value } from "../../trace/value.js";
import { expressionOf } from "./expressions.js";
import { callOnQuery } from "./query.js";
import { sqlTextOf } from "./sql-text.js";
import { dataOf, library, noCommonTables, valueOf, type KyselyData } from "./values.js";

export function callOnRaw(
  receiver: LibraryValue,
  data: KyselyData & { type: "raw" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value {
  const [first] = call.arguments;
  switch (method) {
    case "execute":
      return runRaw(
        receiver,
        call.site.start === data.site.start || data.made === "open" ? call.site : data.site,
        isPool(first),
        tracer,
      );
    case "compile":
      return valueOf({ type: "compiled", source: receiver });
    case "as":
      return valueOf({
        type: "aliased",
        alias: first?.kind === "literal" ? String(first.value) : "",
        query: null,
        expression: expressionOf({ tracer, commonTables: noCommonTables }, receiver),
        raw: receiver,
      });
    default:
      return receiver;
  }
}

/** `db.executeQuery(query.compile(db))` */
export function executeCompiled(call: Call, tracer: Tracer, isOnPool: boolean): Value | null {
  const [first] = call.arguments;
  const data = first ? dataOf(first) : null;
  const source = data?.type === "compiled" ? data.source : first;
  if (source?.kind === "query") return callOnQuery(tracer, source, "execute", call);
  return source?.kind === "library" && dataOf(source)?.type === "raw"
    ? runRaw(source, call.site, isOnPool, tracer)
    : null;
}

function isPool(client: Value | undefined): boolean {
  const data = client ? dataOf(client) : null;
  return data?.type === "client" && data.isPool;
}

function runRaw(raw: LibraryValue, site: Site, isOnPool: boolean, tracer: Tracer): Value {
  const rows = runSql(tracer, { library, site, text: sqlTextOf(raw), isOnPool });
  return {
    kind: "object",
    fields: new Map([["rows", { value: rows, sometimes: false, overwritable: false }]]),
    open: true,
  };
}
