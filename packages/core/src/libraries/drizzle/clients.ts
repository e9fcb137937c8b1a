/** A method or a property of a client: statements, relational queries, transactions, named sub-queries, raw SQL. */
import type { Selection } from "../../constraint/predicate.js";
import { runSql } from "../../raw-sql/run.js";
import { splicedText, type SqlText } from "../../raw-sql/text.js";
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import { siteKey, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import type { Reader } from "./expressions.js";
import { beginWriting, callOnQuery, whereInto, writeDown } from "./query.js";
import { sqlTextOf } from "./sql-text.js";
import { findNamed, unknownTable, withOutputs } from "./tables.js";
import {
  client as plainClient,
  dataOf,
  library,
  nested,
  placed,
  transactionOf,
  valueOf,
  type ClientData,
  type DrizzleData,
} from "./values.js";

const writing = new Map<string, QueryValue["operation"]>([
  ["insert", "insert"],
  ["update", "update"],
  ["delete", "delete"],
]);

const selecting = new Set(["select", "selectDistinct", "selectDistinctOn"]);

/** Methods that are handed SQL that is written out, or a query. */
const running = new Set(["execute", "run", "all", "get", "values"]);

export const clientMethods: readonly string[] = [
  ...writing.keys(),
  ...selecting,
  ...running,
  "findFirst",
  "findMany",
  "$count",
  "sql",
];

export function memberOfClient(receiver: LibraryValue, data: ClientData, property: string): Value | null {
  switch (property) {
    case "query":
    case "_query":
      return valueOf({ type: "delegates", client: placed(data, receiver) }, receiver.holds);
    case "$primary":
      return receiver;
    default:
      return valueOf({ type: "method", client: data, name: property }, [receiver]);
  }
}

/** `db.query.invoices`: as the schema that the client was given calls it, and otherwise as the program does. */
export function delegateOf(
  receiver: LibraryValue,
  { client }: DrizzleData & { readonly type: "delegates" },
  property: string,
  tracer: Tracer,
): Value {
  const [schema] = nested(receiver);
  const named = schema ? dataOf(tracer.memberOf(schema, property)) : null;
  const table =
    named?.type === "table" ? named : (findNamed(tracer.tenancy, property) ?? unknownTable(property));
  return valueOf({ type: "delegate", client, table });
}

export function callOnClient(
  receiver: LibraryValue,
  client: ClientData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const data = placed(client, receiver);
  const [first, second] = call.arguments;
  const operation = writing.get(method);
  if (operation) return beginWriting(tracer, data, operation, call);
  if (selecting.has(method)) {
    const fields = method === "selectDistinctOn" ? second : first;
    return valueOf({ type: "selecting", client: data, site: call.site }, fields && [fields]);
  }
  if (running.has(method)) return run(tracer, data, method, call);
  switch (method) {
    case "transaction": {
      const session = tracer.connectionAt(call.site, "transaction");
      return first ? tracer.runOn(session, first, [transactionOf(receiver, session)]) : null;
    }
    case "batch":
      return batch(tracer, call);
    case "$count":
      return count(tracer, data, call);
    case "$with":
      return first?.kind === "literal"
        ? valueOf({ type: "naming", name: String(first.value), client: data })
        : null;
    case "with":
      return withCommonTables(receiver, data, call.arguments);
    case "$withAuth":
    case "withReplicas":
      return receiver;
    default:
      return null;
  }
}

/** `db.$with("recent").as(query)`: the query stands in whatever statement it is named in. */
export function nameCommonTable(
  { name, client }: DrizzleData & { readonly type: "naming" },
  call: Call,
  tracer: Tracer,
): Value {
  const [first] = call.arguments;
  const query = first?.kind === "function" ? tracer.invoke(first, [valueOf(client)]) : first;
  return valueOf({
    type: "derived",
    alias: name,
    selection: query?.kind === "query" ? writtenDown(tracer, query) : null,
    isCommon: true,
  });
}

/** A statement that writes is run with the one that names it. */
function writtenDown(tracer: Tracer, query: QueryValue): Selection {
  if (query.operation !== "read")
    for (const access of accessesOf(query, "run", query.root.end)) tracer.record(access);
  return query.operation === "read" ? withOutputs(tracer, selectionOf(query)) : selectionOf(query);
}

function withCommonTables(receiver: LibraryValue, data: ClientData, tables: readonly Value[]): Value {
  const named = new Map(data.commonTables);
  for (const table of tables) {
    const derived = dataOf(table);
    if (derived?.type === "derived" && derived.selection) named.set(derived.alias, derived.selection);
  }
  return valueOf({ ...data, commonTables: named }, receiver.holds);
}

/** `db.execute(sql`…`)`, `db.all(query)` */
function run(tracer: Tracer, client: ClientData, method: string, call: Call): Value | null {
  const [first] = call.arguments;
  if (!first) return null;
  if (first.kind === "query") return callOnQuery(tracer, first, method === "get" ? "get" : "execute", call);
  const reader: Reader = { tracer, commonTables: client.commonTables };
  const rows = runSql(tracer, {
    library,
    site: call.site,
    text: statementText(reader, first),
    isOnPool: client.isPool,
    ...(client.session && { session: client.session }),
  });
  return method === "get" && rows.kind === "rows" ? { ...rows, many: false } : rows;
}

function statementText(reader: Reader, value: Value): SqlText {
  if (value.kind === "choice")
    return [
      {
        kind: "choice",
        key: value,
        options: value.options.map((option) => statementText(reader, option)),
        reason: value.reason,
      },
    ];
  if (dataOf(value)?.type === "sql") return sqlTextOf(reader, value as LibraryValue);
  return value.kind === "literal" || value.kind === "text"
    ? splicedText(value, () => false)
    : [{ kind: "open", value, isSpliced: false }];
}

/** Each of them runs. */
function batch(tracer: Tracer, { arguments: [first], site }: Call): Value {
  if (first?.kind !== "array") {
    if (first) tracer.escape(first, site);
    return { kind: "unknown" };
  }
  const call: Call = { site, arguments: [], typeArguments: [], spread: false, written: [] };
  const runOne = (value: Value): Value => {
    if (value.kind === "query") return callOnQuery(tracer, value, "execute", call) ?? value;
    const data = dataOf(value);
    return (data && ran(tracer, data, "run")) ?? value;
  };
  return { ...first, elements: first.elements.map(runOne), rest: first.rest && runOne(first.rest) };
}

function count(tracer: Tracer, client: ClientData, call: Call): Value | null {
  const [table, where] = call.arguments;
  if (!table) return null;
  const query = whereInto(
    { tracer, commonTables: client.commonTables },
    beginWriting(tracer, client, "read", call),
    where,
  );
  return valueOf({ type: "counting", query: { ...query, isOfOne: true }, site: call.site });
}

/** What comes of a statement where somebody awaits it; null for what is none. */
export function ran(tracer: Tracer, data: DrizzleData, stage: "run" | "handed-on"): Value | null {
  switch (data.type) {
    case "counting": {
      const { query, site } = data;
      writeDown(tracer, [query], stage);
      return tracer.countOf(
        { kind: "rows", access: siteKey(query.root), many: false, absent: false, text: "" },
        site,
      );
    }
    case "relational":
      writeDown(tracer, data.queries, stage);
      return data.rows;
    default:
      return null;
  }
}

/** `Parameters<Parameters<typeof db.transaction>[0]>[0]` */
export function handedBy(receiver: LibraryValue): Value | null {
  const data = dataOf(receiver);
  if (data?.type !== "method" || data.name !== "transaction") return null;
  const [owner] = nested(receiver);
  return owner?.kind === "library" ? transactionOf(owner) : plainClient;
}
