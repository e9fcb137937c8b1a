/**
 * Drizzle. Clients are recognised by where they come from: `drizzle(…)`, types such as `NodePgDatabase` and `PgTransaction`, what a
 * transaction hands to its callback. Where a receiver leads nowhere, by a statement on a table of Drizzle's, which nothing else
 * takes, or by a relational query of a table that the schema knows.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { undefinedValue, unknown, type LibraryValue, type Site, type Value } from "../../trace/value.js";
import {
  callOnClient,
  clientMethods,
  delegateOf,
  handedBy,
  memberOfClient,
  nameCommonTable,
  ran,
} from "./clients.js";
import { callImported } from "./imported.js";
import { callOnQuery, callOnStatement, selectFrom } from "./query.js";
import { isRelational, runRelational } from "./relational.js";
import { callMaker, callOnMaker, callOnTable, findNamed, memberOfDerived, memberOfTable } from "./tables.js";
import {
  client,
  clientOn,
  dataOf,
  library,
  nested,
  packageName,
  valueOf,
  type ClientData,
} from "./values.js";

export const drizzle: LibraryModel = {
  name: library,
  packages: [packageName],
  signs: clientMethods,
  advice: {
    filter: 'eq(table.{column}, …) to its "where"',
    value: '"{column}"',
    usesAliases: true,
  },
  runsWhenAwaited: true,

  typed(external, _typeArguments, tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (name === "SQL" || name === "SQLWrapper")
      return valueOf({ type: "sql", made: "open", texts: [], site: symbol.site ?? nowhere }, [symbol]);
    if (!isClientType(name)) return null;
    return clientOn(tracer.declaredSession(symbol, name.endsWith("Transaction") ? "transaction" : "unknown"));
  },

  construct(external) {
    return external.path.at(-1) === "QueryBuilder" ? client : null;
  },

  callExternal(external, call, tracer) {
    return callImported(external.path, call, tracer);
  },

  tagged(external, { texts, values, site }) {
    return external.path.at(-1) === "sql"
      ? valueOf({ type: "sql", made: "template", texts, site }, values)
      : null;
  },

  handed: handedBy,

  member(receiver, property, tracer) {
    if (receiver.kind === "query") return null;
    const data = dataOf(receiver);
    switch (data?.type) {
      case "client":
        return memberOfClient(receiver, data, property);
      case "delegates":
        return delegateOf(receiver, data, property, tracer);
      case "table":
        return memberOfTable(data, property);
      case "derived":
        return memberOfDerived(data, property);
      default:
        return null;
    }
  },

  // `query.append(sql` and status = ${status}`)`
  changesItself: (receiver, method) => method === "append" && dataOf(receiver)?.type === "sql",

  callValue(callee, call, tracer) {
    const data = dataOf(callee);
    if (data?.type === "maker") return callMaker(callee, data, call, tracer);
    const [owner] = nested(callee);
    // A method that was taken off its client.
    return data?.type === "method" && owner?.kind === "library"
      ? callOnClient(owner, data.client, data.name, call, tracer)
      : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind === "query") return callOnQuery(tracer, receiver, method, call);
    const data = dataOf(receiver);
    const awaited = data && promising.has(method) ? ran(tracer, data, "run") : null;
    if (awaited) return handedOn(tracer, awaited, method, call);
    switch (data?.type) {
      case "client":
        return callOnClient(receiver, data, method, call, tracer);
      case "delegate":
        return isRelational(method) ? runRelational(tracer, data.client, data.table, method, call) : null;
      case "selecting":
        return method === "from" ? selectFrom(tracer, receiver, data, call) : receiver;
      case "naming":
        return method === "as" ? nameCommonTable(data, call, tracer) : null;
      case "relational":
      case "prepared":
        return callOnStatement(tracer, data, method, call);
      case "maker":
        return callOnMaker(receiver, data, method, call, tracer);
      case "table":
        return callOnTable(receiver, method, call, tracer);
      case "sql":
      case "expression":
      case "counting":
        return callOnExpression(receiver, method, call, tracer);
      // `table.column.getSQL()`, `.mapWith(…)`
      case "column":
      case "aliased":
      case "derived":
        return receiver;
      default:
        return null;
    }
  },

  runAwaited(value, stage, tracer) {
    const data = dataOf(value);
    return data ? ran(tracer, data, stage) : null;
  },

  recognize(path, method, call, tracer) {
    const plain = client.data as ClientData;
    const [first] = call.arguments;
    const type = first && dataOf(first)?.type;
    if (type === "table" && ["insert", "update", "delete", "$count"].includes(method))
      return callOnClient(client, plain, method, call, tracer);
    if (type === "table" && method === "from" && path.length > 1) {
      const selecting = { type: "selecting", client: plain, site: call.site } as const;
      return selectFrom(tracer, valueOf(selecting), selecting, call);
    }
    if (type === "sql" && ["execute", "run", "all", "get", "values"].includes(method))
      return callOnClient(client, plain, method, call, tracer);
    const isRelationalPath = /^_?query$/.test(path.at(-2) ?? "") && path.length > 2;
    const table = isRelationalPath && isRelational(method) ? findNamed(tracer.tenancy, path.at(-1)!) : null;
    return table ? runRelational(tracer, plain, table, method, call) : null;
  },
};

/** `NodePgDatabase`, `PgTransaction`, `BaseSQLiteDatabase`, `DrizzleD1Database`; `AnyD1Database` is the driver's. */
function isClientType(name: string): boolean {
  return name === "QueryBuilder" || (/(?:Database|Transaction)$/.test(name) && name !== "AnyD1Database");
}

/** Methods of a promise. */
const promising = new Set(["then", "catch", "finally"]);

/** `db.query.invoices.findFirst(…).then((row) => …)`, `.catch((error) => { throw … })` */
function handedOn(tracer: Tracer, made: Value, method: string, { arguments: callbacks }: Call): Value {
  const [first] = callbacks;
  if (method === "then") return first?.kind === "function" ? tracer.invoke(first, [made]) : made;
  for (const callback of callbacks)
    if (callback.kind === "function") tracer.invoke(callback, method === "catch" ? [unknown] : []);
  return made;
}

/** `sql`…`.as("total")`, `.if(isAsked)`, `.append(more)`; what else there is changes how a value is read. */
function callOnExpression(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value {
  const [given = unknown] = call.arguments;
  switch (method) {
    case "as":
      return valueOf({ type: "aliased", alias: given.kind === "literal" ? String(given.value) : "" }, [
        receiver,
      ]);
    case "if":
      return tracer.chooseBy(given, receiver, undefinedValue, "a condition");
    case "append":
      return valueOf({ type: "sql", made: "template", texts: ["", "", ""], site: call.site }, [
        receiver,
        given,
      ]);
    default:
      return receiver;
  }
}

/** Of SQL that came in. */
const nowhere: Site = { file: "", start: 0, end: 0 };
