/** A method of what Knex gives that is no query: a client, a transaction, SQL. */
import { runSql } from "../../raw-sql/run.js";
import { worded } from "../../raw-sql/words.js";
import type { Call, Tracer } from "../../trace/library.js";
import { databaseOf, poolSession, within } from "../../trace/session.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { sqlTextOf } from "./sql-text.js";
import { builtBy } from "./parts.js";
import { beginQuery, callOnQuery, unbegun } from "./query.js";
import {
  clientOn,
  dataOf,
  foreignQuery,
  library,
  other,
  pool,
  provider,
  readerOf,
  emptyQuery,
  valueOf,
  wordOf,
  type KnexData,
  type Place,
} from "./values.js";

/** What a client has besides the methods of a query. */
const others = new Set([
  ...["destroy", "initialize", "on", "once", "off", "emit", "isCompleted"],
  ...["hasHints", "queryContext", "extend"],
]);

function callOnClient(
  receiver: LibraryValue,
  { isPool }: KnexData & { readonly type: "client" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first, second] = call.arguments;
  const { session } = receiver;
  const place: Place = { isPool, session };
  switch (method) {
    case "raw":
      return first
        ? {
            ...valueOf({ type: "raw", site: call.site, isPool, alias: null }, [
              worded(tracer, first),
              ...(second ? [second] : []),
            ]),
            ...(session && { session }),
          }
        : null;
    case "ref":
      return first ? valueOf({ type: "ref", alias: null }, [first]) : null;
    case "transaction":
    case "savepoint":
      return transaction(tracer, call);
    case "commit":
    case "rollback":
      tracer.change(session, [{ kind: "end" }]);
      return other;
    case "transactionProvider":
      return provider;
    case "withUserParams":
      return receiver;
    case "queryBuilder":
      return unbegun(call, place);
    case "batchInsert": {
      const query = beginQuery(tracer, call, place, first);
      return callOnQuery(tracer, query, "insert", { ...call, arguments: second ? [second] : [] });
    }
    default:
      if (others.has(method)) return other;
      return callOnQuery(tracer, unbegun(call, place), method, call);
  }
}

/** What the callback gives back is awaited before the transaction ends; without one it ends where that is said. */
function transaction(tracer: Tracer, { arguments: [callback], site }: Call): Value {
  const session = tracer.connectionAt(site, "transaction");
  const client = clientOn(session);
  return callback?.kind === "function" || callback?.kind === "choice"
    ? tracer.runOn(session, callback, [client])
    : client;
}

/** `knex({ connection, searchPath })`: the client of the one who made it. */
export function clientFor(tracer: Tracer, config: Value | undefined): LibraryValue {
  if (!config) return pool;
  const connection = config.kind === "object" ? tracer.memberOf(config, "connection") : config;
  const path = config.kind === "object" ? tracer.memberOf(config, "searchPath") : undefined;
  const session = within(
    within(poolSession, "database", databaseOf(tracer, connection)),
    "schema",
    path?.kind === "array" ? path.elements[0] : path,
  );
  return session === poolSession || !session ? pool : { ...pool, session };
}

export function callOn(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const data = dataOf(receiver);
  const [first] = call.arguments;
  switch (data?.type) {
    case "client":
      return callOnClient(receiver, data, method, call, tracer);
    case "raw":
      if (method === "as") return valueOf({ ...data, alias: wordOf(first) }, receiver.holds);
      if (method === "then") {
        const result = runRaw(receiver, data, tracer);
        return first?.kind === "function" ? tracer.invoke(first, [result]) : result;
      }
      return method === "stream" || method === "catch" || method === "finally"
        ? runRaw(receiver, data, tracer)
        : receiver;
    case "ref":
      return method === "as" ? valueOf({ ...data, alias: wordOf(first) }, receiver.holds) : receiver;
    case "other":
      return receiver;
    case "foreign-query":
      // A helper's parameter: callbacks that are given to it may hold sub-queries of their own.
      for (const argument of call.arguments)
        if (argument.kind === "function") {
          if (method === "modify") tracer.invoke(argument, [foreignQuery]);
          else builtBy(readerOf(tracer, emptyQuery(call.site), call.site), argument);
        }
      return receiver;
    default:
      return null;
  }
}

/** `await db.raw(…)`: what it gives hangs on the database's driver. */
export function runRaw(
  raw: LibraryValue,
  { site, isPool }: KnexData & { readonly type: "raw" },
  tracer: Tracer,
  stage: "run" | "handed-on" = "run",
): Value {
  const rows = runSql(tracer, {
    library,
    site,
    text: sqlTextOf(tracer, raw),
    isOnPool: isPool,
    stage,
    ...(raw.session && { session: raw.session }),
  });
  return {
    kind: "object",
    fields: new Map([["rows", { value: rows, sometimes: false, overwritable: false }]]),
    open: true,
  };
}
