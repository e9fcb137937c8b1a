/** Raw SQL and compiled queries: statements that run without a builder of their own. */
import type { Call, Tracer } from "../../trace/library.js";
import { siteKey, type LibraryValue, type Site, type Value } from "../../trace/value.js";
import { expressionOf } from "./expressions.js";
import { callOnQuery } from "./query.js";
import { dataOf, library, noCommonTables, valueOf, type KyselyData } from "./values.js";

export function callOnRaw(
  receiver: LibraryValue,
  data: KyselyData & { type: "raw" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value {
  switch (method) {
    case "execute":
      return runRaw(data, call.site.start === data.site.start ? call.site : data.site, tracer);
    case "compile":
      return valueOf({ type: "compiled", source: receiver });
    case "as":
      return valueOf({
        type: "aliased",
        alias: call.arguments[0]?.kind === "literal" ? String(call.arguments[0].value) : "",
        query: null,
        expression: expressionOf({ tracer, commonTables: noCommonTables }, receiver),
      });
    default:
      return receiver;
  }
}

/** `db.executeQuery(query.compile(db))` */
export function executeCompiled(call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  const data = first ? dataOf(first) : null;
  const source = data?.type === "compiled" ? data.source : first;
  if (source?.kind === "query") return callOnQuery(tracer, source, "execute", call);
  const raw = source ? dataOf(source) : null;
  return raw?.type === "raw" ? runRaw(raw, call.site, tracer) : null;
}

function runRaw(data: KyselyData & { type: "raw" }, site: Site, tracer: Tracer): Value {
  tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null, isOnPool: false });
  const detail = {
    kind: "raw",
    text: data.texts.join(" ? "),
    reason: "raw SQL is not read yet",
    isOpen: false,
  } as const;
  tracer.record({ site, kind: "query", library, operation: "raw", stage: "run", detail });
  for (const value of data.values) expressionOf({ tracer, commonTables: noCommonTables }, value);
  const rows: Value = { kind: "rows", access: siteKey(site), many: true, absent: false, text: "" };
  return {
    kind: "object",
    fields: new Map([["rows", { value: rows, sometimes: false, overwritable: false }]]),
    open: true,
  };
}
