/**
 * Kysely. Clients are recognised by their type or construction (`Kysely`, `Transaction`, `new Kysely()`); where a receiver
 * leads nowhere, by a query-beginning method together with a table that the schema knows.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { siteKey, type LibraryValue, type Site, type Value } from "../../trace/value.js";
import { findTable } from "../../tenancy/lookup.js";
import {
  callExpressionBuilder,
  callOnExpression,
  expressionOf,
  filterOf,
  nestedIn,
  queryIn,
  type Reader,
} from "./expressions.js";
import {
  beginQuery,
  callOnConflict,
  callOnJoin,
  callOnQuery,
  isRoot,
  rootMethods,
  withCommonTable,
} from "./query.js";
import { columnOf, splitAlias } from "./references.js";
import {
  client,
  dataOf,
  emptyJoin,
  emptyConflict,
  expression,
  expressionBuilder,
  foreignQuery,
  library,
  noCommonTables,
  valueOf,
  type CommonTables,
  type KyselyData,
} from "./values.js";

export const kysely: LibraryModel = {
  name: library,
  packages: ["kysely"],
  clients: ["Kysely"],
  signs: [...rootMethods, "sql"],
  advice: { filter: '.where("{column}", "=", …)', value: '"{column}"' },
  transparentTypes: ["Insertable", "Selectable", "Updateable", "Simplify", "DrainOuterGeneric"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (clients.has(name)) return client;
    if (name === "ExpressionBuilder" || name === "FunctionModule") return expressionBuilder;
    if (name === "JoinBuilder") return emptyJoin;
    if (name === "OnConflictBuilder") return emptyConflict;
    if (/QueryBuilder(?:\w*)$/.test(name) && name !== "QueryBuilder") return foreignQuery;
    return null;
  },

  construct(external) {
    return external.path.at(-1) === "Kysely" ? client : null;
  },

  callExternal(external, call, tracer) {
    return callImported(external.path, call, tracer);
  },

  tagged(external, template) {
    return external.path[0] === "sql"
      ? valueOf({ type: "raw", texts: template.texts, values: template.values, site: template.site })
      : null;
  },

  member(receiver, property) {
    if (receiver.kind === "query")
      return valueOf({ type: "method", receiver: foreignQuery, method: property });
    const data = dataOf(receiver);
    if (data?.type === "expression-builder")
      return property === "eb" ? receiver : valueOf({ type: "method", receiver, method: property });
    if (data?.type === "client")
      return property === "fn" || property === "dynamic"
        ? valueOf({ type: "method", receiver: expressionBuilder, method: "fn" })
        : valueOf({ type: "method", receiver, method: property });
    if (data?.type === "method" && data.method === "fn") return receiver;
    return null;
  },

  callValue(callee, call, tracer) {
    const data = dataOf(callee);
    if (data?.type === "method" && data.method === "cte") {
      const [name] = call.arguments;
      return name?.kind === "literal"
        ? valueOf({ type: "aliased", alias: String(name.value), query: null, expression: null })
        : null;
    }
    if (data?.type === "method") return callOn(data.receiver, data.method, call, tracer);
    if (data?.type === "expression-builder") {
      const filter = filterOf({ tracer, commonTables: data.commonTables }, call.arguments);
      return expression(filter);
    }
    return null;
  },

  callMethod(receiver, method, call, tracer) {
    return receiver.kind === "query"
      ? callOnQuery(tracer, receiver, method, call)
      : callOn(receiver, method, call, tracer);
  },

  recognize(_path, method, call, tracer) {
    if (!isRoot(method)) return null;
    const [first] = call.arguments;
    const names = first?.kind === "array" ? first.elements : [first];
    const isKnown = names.some(
      (name) =>
        name?.kind === "literal" &&
        typeof name.value === "string" &&
        findTable(tracer.tenancy, splitAlias(name.value).name) !== null,
    );
    return isKnown ? beginQuery(tracer, noCommonTables, method, call) : null;
  },
};

const clients = new Set([
  "Kysely",
  "Transaction",
  "ControlledTransaction",
  "QueryCreator",
  "QueryCreatorWithCommonTableExpression",
]);

function callOn(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const data = dataOf(receiver);
  switch (data?.type) {
    case "client":
      return callOnClient(receiver, data.commonTables, method, call, tracer);
    case "session":
      return callOnSession(receiver, method, call, tracer);
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
    case undefined:
      return null;
  }
}

function callOnClient(
  receiver: LibraryValue,
  commonTables: CommonTables,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (isRoot(method)) return beginQuery(tracer, commonTables, method, call);
  switch (method) {
    case "with":
    case "withRecursive":
      return withCommonTable(tracer, commonTables, method, call);
    case "transaction":
    case "connection":
    case "startTransaction":
      return valueOf({ type: "session", commonTables });
    case "executeQuery":
      return executeCompiled(call, tracer);
    case "withSchema":
    case "withPlugin":
    case "withoutPlugins":
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

function callOnSession(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [callback] = call.arguments;
  if (method === "execute") return callback ? tracer.invoke(callback, [client]) : client;
  return receiver;
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

function callOnRaw(
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

function runRaw(data: KyselyData & { type: "raw" }, site: Site, tracer: Tracer): Value {
  tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null });
  const detail = { kind: "raw", text: data.texts.join(" ? "), reason: "raw SQL is not read yet" } as const;
  tracer.record({ site, kind: "query", library, operation: "raw", stage: "run", detail });
  for (const value of data.values) expressionOf({ tracer, commonTables: noCommonTables }, value);
  const rows: Value = { kind: "rows", access: siteKey(site), many: true, absent: false, text: "" };
  return {
    kind: "object",
    fields: new Map([["rows", { value: rows, sometimes: false, overwritable: false }]]),
    open: true,
  };
}

/** `db.executeQuery(query.compile(db))` */
function executeCompiled(call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  const data = first ? dataOf(first) : null;
  const source = data?.type === "compiled" ? data.source : first;
  if (source?.kind === "query") return callOnQuery(tracer, source, "execute", call);
  const raw = source ? dataOf(source) : null;
  return raw?.type === "raw" ? runRaw(raw, call.site, tracer) : null;
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

function callImported(path: readonly string[], call: Call, tracer: Tracer): Value | null {
  const reader: Reader = { tracer, commonTables: noCommonTables };
  const [first] = call.arguments;
  switch (path.join(".")) {
    case "expressionBuilder":
      return expressionBuilder;
    case "sql.ref":
    case "sql.id":
      return expression({ column: first?.kind === "literal" ? columnOf(String(first.value)) : null });
    case "sql.val":
    case "sql.value":
      return first ?? null;
    case "sql.raw":
    case "sql.table":
    case "sql.lit":
    case "sql.literal":
    case "sql.join":
      return valueOf({
        type: "raw",
        texts: [first?.kind === "literal" ? String(first.value) : "?"],
        values: [],
        site: call.site,
      });
    case "jsonArrayFrom":
    case "jsonObjectFrom": {
      const query = first ? queryIn(reader, first) : null;
      return expression({ nested: query ? expressionOf(reader, query).nested : [] });
    }
    default:
      // `jsonBuildObject({ … })` and the like.
      return path.at(-1)?.startsWith("json")
        ? expression({ nested: call.arguments.flatMap((argument) => nestedInObject(reader, argument)) })
        : null;
  }
}

function nestedInObject(
  reader: Reader,
  value: Value,
): readonly ReturnType<typeof expressionOf>["nested"][number][] {
  if (value.kind === "object")
    return [...value.fields.values()].flatMap((field) => nestedInObject(reader, field.value));
  return nestedIn(reader, value);
}
