/** Raw SQL and compiled queries: statements that run without a builder of their own. */
import { runSql } from "../../raw-sql/run.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { LibraryValue, Site, Value } from "../../trace/value.js";
import { expressionOf } from "./expressions.js";
import { callOnQuery, type Place } from "./query.js";
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
        placeOf(first),
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
export function executeCompiled(call: Call, tracer: Tracer, place: Place): Value | null {
  const [first] = call.arguments;
  const data = first ? dataOf(first) : null;
  const source = data?.type === "compiled" ? data.source : first;
  if (source?.kind === "query") return callOnQuery(tracer, source, "execute", call);
  return source?.kind === "library" && dataOf(source)?.type === "raw"
    ? runRaw(source, call.site, place, tracer)
    : null;
}

function placeOf(client: Value | undefined): Place {
  const data = client ? dataOf(client) : null;
  return data?.type === "client" ? { isPool: data.isPool, session: (client as LibraryValue).session } : {};
}

function runRaw(raw: LibraryValue, site: Site, { isPool = false, session }: Place, tracer: Tracer): Value {
  const rows = runSql(tracer, {
    library,
    site,
    text: sqlTextOf(raw),
    isOnPool: isPool,
    ...(session && { session }),
  });
  return {
    kind: "object",
    fields: new Map([["rows", { value: rows, sometimes: false, overwritable: false }]]),
    open: true,
  };
}
