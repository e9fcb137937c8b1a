/**
 * Knex. Clients are recognised by their construction (`knex(config)`) or declared type (`Knex`, `Knex.Transaction`); a client is a
 * function, and its queries change in place and run when somebody awaits them. https://knexjs.org/guide/query-builder.html
 */
import { findTable } from "../../tenancy/lookup.js";
import { splitAlias } from "../../trace/builders.js";
import type { LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { callOn, clientFor, runRaw } from "./clients.js";
import { beginQuery, callOnQuery } from "./query.js";
import {
  client,
  clientOn,
  dataOf,
  foreignQuery,
  library,
  other,
  provider,
  valueOf,
  wordOf,
} from "./values.js";

/** A client that comes from where we cannot see is called one of these; its own words and the schema have to agree. */
const names: ReadonlySet<string> = new Set([
  "knex",
  "Knex",
  "trx",
  "tx",
  "db",
  "database",
  "connection",
  "conn",
]);

export const knex: LibraryModel = {
  name: library,
  packages: ["knex"],
  clients: ["Knex", "knex"],
  signs: [...names],
  advice: { filter: '.where("{column}", …)', value: '"{column}"' },
  runsWhenAwaited: true,

  typed(external, _typeArguments, tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (clientTypes.has(name))
      return clientOn(tracer.declaredSession(symbol, name === "Transaction" ? "transaction" : "unknown"));
    if (name === "TransactionProvider") return provider;
    if (name === "Raw" || name === "RawBuilder")
      return valueOf({ type: "raw", site: symbol.site ?? nowhere, isPool: false, alias: null }, [symbol]);
    if (/(?:QueryBuilder|QueryInterface|ChainableInterface|JoinClause|WhereInterface)$/.test(name))
      return foreignQuery;
    return /(?:SchemaBuilder|TableBuilder|ColumnBuilder|FunctionHelper|Migrator|Seeder)$/.test(name)
      ? other
      : null;
  },

  callExternal(external, call, tracer) {
    const [name = "default", ...others] = external.path;
    return others.length === 0 && makers.has(name) ? clientFor(tracer, call.arguments[0]) : null;
  },

  member(receiver, property) {
    if (receiver.kind === "query") return property === "and" ? receiver : null;
    if (dataOf(receiver)?.type === "other") return receiver;
    return dataOf(receiver)?.type === "client" && properties.has(property) ? other : null;
  },

  callValue(callee, call, tracer) {
    const data = dataOf(callee);
    if (data?.type === "provider") return client;
    return data?.type === "client"
      ? beginQuery(
          tracer,
          call,
          { isPool: data.isPool, session: (callee as LibraryValue).session },
          call.arguments[0],
        )
      : null;
  },

  callMethod(receiver, method, call, tracer) {
    return receiver.kind === "query"
      ? callOnQuery(tracer, receiver, method, call)
      : callOn(receiver, method, call, tracer);
  },

  recognizeCall(name, call, tracer) {
    return names.has(name) && isKnownTable(tracer, call.arguments[0])
      ? beginQuery(tracer, call, { isPool: false }, call.arguments[0])
      : null;
  },

  recognize(path, method, call, tracer) {
    const [first] = call.arguments;
    const isClient = names.has(path.at(-1) ?? "");
    const isStatement = first?.kind === "text" || wordOf(first) !== null;
    const isOurs = isClient
      ? (method === "raw" && isStatement) ||
        (method === "batchInsert" && isKnownTable(tracer, first)) ||
        (/^with(?:Recursive)?$/.test(method) && call.arguments.at(-1)?.kind === "function")
      : // `db.select(…).from("invoices")`: Drizzle's tables are objects, and other clients name theirs first.
        method === "from" &&
        names.has(path.at(-2) ?? "") &&
        selecting.has(path.at(-1) ?? "") &&
        (first?.kind === "function" || isKnownTable(tracer, first));
    return isOurs ? callOn(client, method, call, tracer) : null;
  },

  runAwaited(value, stage, tracer) {
    const data = dataOf(value);
    return data?.type === "raw" ? runRaw(value, data, tracer, stage) : null;
  },
};

/** Of SQL that came in. */
const nowhere = { file: "", start: 0, end: 0 };

const selecting = new Set(["select", "column", "columns", "distinct", "first"]);

function isKnownTable(tracer: Tracer, value: Value | undefined): boolean {
  const word = wordOf(value);
  return word !== null && findTable(tracer.tenancy, splitAlias(word).name) !== null;
}

const clientTypes = new Set(["Knex", "default", "Transaction"]);
const makers = new Set(["default", "knex", "Knex"]);
const properties = new Set(["schema", "fn", "migrate", "seed", "client", "context", "userParams"]);
