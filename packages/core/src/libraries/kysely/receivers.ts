/** A method of anything Kysely gave that is not a query: a client, an expression builder, a join, raw SQL. */
import type { Call, Tracer } from "../../trace/library.js";
import { within, type Session } from "../../trace/session.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { callExpressionBuilder, callOnExpression } from "./builder.js";
import { withCommonTable } from "./common-tables.js";
import { expressionOf, nestedIn, type Reader } from "./expressions.js";
import { filterOf } from "./filters.js";
import { withPlugins } from "./plugins.js";
import { beginQuery, isRoot } from "./query.js";
import { callOnRaw, executeCompiled } from "./raw.js";
import { callOnJoin } from "./sources.js";
import {
  clientOn,
  dataOf,
  expression,
  noCommonTables,
  noted,
  valueOf,
  type ClientData,
  type CommonTables,
  type KyselyData,
} from "./values.js";
import { callOnConflict } from "./writing.js";

export function callOn(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const data = dataOf(receiver);
  switch (data?.type) {
    case "client":
      return callOnClient(receiver, data, method, call, tracer);
    case "session":
      return callOnSession(receiver, data, method, call, tracer);
    case "expression-builder":
      return callOnBuilder(receiver, data.commonTables, method, call, tracer);
    case "expression":
      return method === "as"
        ? aliased(data, call)
        : callOnExpression({ tracer, commonTables: noCommonTables }, data.expression, method, call);
    case "join":
      return callOnJoin({ tracer, commonTables: noCommonTables }, data.on, method, call);
    case "conflict":
      return callOnConflict({ tracer, commonTables: noCommonTables }, data, method, call);
    case "raw":
      return callOnRaw(receiver, data, method, call, tracer);
    case "aliased":
    case "compiled":
      return receiver;
    case "method":
      // `eb.fn.count("id")`, `eb.fn.coalesce(…)`
      return expression({
        nested: call.arguments.flatMap((argument) =>
          nestedIn({ tracer, commonTables: noCommonTables }, argument),
        ),
      });
    case "foreign-query":
      return callOnForeignQuery(receiver, method, call, tracer);
    case "compiled-text":
    case "plugin":
    case "node":
    case undefined:
      return null;
  }
}

function callOnClient(
  receiver: LibraryValue,
  data: ClientData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const { session } = receiver;
  const { commonTables, isPool, note } = data;
  if (isRoot(method)) return beginQuery(tracer, commonTables, method, call, { isPool, session, note });
  switch (method) {
    case "with":
    case "withRecursive":
      return onSession(withCommonTable(tracer, data, method, call), session);
    case "transaction":
    case "connection":
    case "startTransaction":
      return valueOf({
        type: "session",
        commonTables,
        kind: method === "connection" ? "connection" : "transaction",
        ...(note && { note }),
      });
    case "executeQuery":
      return executeCompiled(call, tracer, { isPool, session });
    case "withSchema":
      return onSession(receiver, within(session, "schema", call.arguments[0]));
    case "withPlugin":
      return noted(receiver, withPlugins(tracer, note, call.arguments[0]));
    case "withoutPlugins":
      return noted(receiver, undefined);
    case "withTables":
    case "$extendTables":
    case "$omitTables":
    case "$pickTables":
    case "savepoint":
    case "rollbackToSavepoint":
    case "releaseSavepoint":
      return receiver;
    default:
      return null;
  }
}

function onSession(value: Value | null, session: Session | undefined): Value | null {
  return session && value?.kind === "library" ? { ...value, session } : value;
}

function callOnSession(
  receiver: LibraryValue,
  { kind, note }: KyselyData & { type: "session" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (method !== "execute") return receiver;
  const [callback] = call.arguments;
  const session = tracer.connectionAt(call.site, kind);
  const client = clientOn(session, note);
  return callback ? tracer.runOn(session, callback, [client]) : client;
}

function callOnBuilder(
  receiver: LibraryValue,
  commonTables: CommonTables,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (isRoot(method)) return beginQuery(tracer, commonTables, method, call);
  if (method === "val" || method === "cast") return call.arguments[0] ?? null;
  if (method === "withSchema") return receiver;
  if (method === "eb") return filterAsExpression({ tracer, commonTables }, call);
  return callExpressionBuilder({ tracer, commonTables }, method, call);
}

function filterAsExpression(reader: Reader, call: Call): LibraryValue {
  return expression(filterOf(reader, call.arguments));
}

function aliased(data: KyselyData & { type: "expression" }, call: Call): LibraryValue {
  const [name] = call.arguments;
  return valueOf({
    type: "aliased",
    alias: name?.kind === "literal" ? String(name.value) : "",
    query: null,
    expression: data.expression,
  });
}

/** A helper's parameter: callbacks given to it may hold sub-queries of their own. */
function callOnForeignQuery(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value {
  const reader: Reader = { tracer, commonTables: noCommonTables };
  if (method === "$call" || method === "$if") {
    const callback = call.arguments.at(-1);
    if (callback) tracer.invoke(callback, [receiver]);
    return receiver;
  }
  for (const argument of call.arguments) if (argument.kind === "function") expressionOf(reader, argument);
  return receiver;
}
