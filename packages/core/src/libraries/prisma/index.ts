/**
 * Prisma. Clients are recognised by their type or construction (`PrismaClient`, `Prisma.TransactionClient`,
 * `new PrismaClient()`), also where the generated client is not here; where a receiver leads nowhere, by a model of the
 * schema, an operation, and arguments that fit.
 */
import { worded } from "../../raw-sql/words.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { databaseOf as databaseAt, poolSession, variablesIn, within } from "../../trace/session.js";
import { isUndefined, type LibraryValue, type Value } from "../../trace/value.js";
import { mostOf, whatItDoes } from "./extension.js";
import { callOwnMethod, withMethods } from "./methods.js";
import { findModel } from "./models.js";
import { isOperation, operationNames, runOperation } from "./operations.js";
import { isRaw, isRawOperation, rawNames, runRaw, wordsOfSql } from "./raw.js";
import { fits } from "./recognition.js";
import {
  client,
  clientOn,
  dataOf,
  delegateOf,
  emptySql,
  fields,
  library,
  placed,
  pool,
  transactionOf,
  validator,
  valueOf,
  type ClientData,
} from "./values.js";

/** What connects a client to its database (https://www.prisma.io/docs/orm/core-concepts/supported-databases/database-drivers). */
const adapters = ["pg", "neon", "mariadb", "libsql", "better-sqlite3", "planetscale", "mssql", "ppg"].map(
  (name) => `@prisma/adapter-${name}`,
);

export const prisma: LibraryModel = {
  name: library,
  packages: ["@prisma/client", ...adapters],
  exportNames: ["PrismaClient", "Prisma"],
  clients: ["PrismaClient"],
  signs: [...operationNames, ...rawNames],
  advice: { filter: '"{column}: …" to its "where"', value: '"{column}"', usesAliases: true },

  typed(external, _typeArguments, tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (name === "Sql") return valueOf({ type: "sql", made: "open", texts: [] }, [symbol]);
    if (name === "PrismaClient" || name === "TransactionClient")
      return clientOn(tracer.declaredSession(symbol, name === "PrismaClient" ? "unknown" : "transaction"));
    const delegate = /^(\w+)Delegate$/.exec(name)?.[1];
    const model = delegate && findModel(tracer.tenancy, delegate.charAt(0).toLowerCase() + delegate.slice(1));
    return model ? delegateOf(plainClient, model) : null;
  },

  construct(external, call, tracer) {
    if (adapters.includes(external.package)) return valueOf({ type: "adapter" }, call.arguments);
    if (external.path.at(-1) !== "PrismaClient") return null;
    const session = within(poolSession, "database", databaseOf(tracer, call.arguments[0]));
    return session === poolSession || !session ? pool : { ...pool, session };
  },

  callExternal(external, call, tracer) {
    const [first] = call.arguments;
    switch (external.path.at(-1)) {
      case "validator":
        return validator;
      case "defineExtension":
      case "getExtensionContext":
        // The `this` of an extension's own method: the model, or the client.
        return first ?? null;
      // What a generated client is made with, where it is kept in the repository.
      case "getPrismaClient":
        return { kind: "external", package: "@prisma/client", path: ["PrismaClient"] };
      case "raw":
        return valueOf({ type: "sql", made: "raw", texts: [] }, first && [worded(tracer, first)]);
      case "join":
        return valueOf({ type: "sql", made: "join", texts: [] }, call.arguments);
      default:
        return null;
    }
  },

  tagged(external, template) {
    return external.path.at(-1) === "sql"
      ? valueOf({ type: "sql", made: "template", texts: template.texts }, template.values)
      : null;
  },

  member(receiver, property, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    switch (data?.type) {
      case "client":
        if (property.startsWith("$") || property.startsWith("_")) return null;
        return delegateOf(
          placed(data, receiver as LibraryValue),
          findModel(tracer.tenancy, property) ?? { name: property, table: null },
        );
      case "delegate":
        return property === "fields" ? fields : null;
      case "fields":
        return receiver;
      case "sql":
        return property === "sql" ? wordsOfSql(receiver as LibraryValue) : null;
      default:
        return null;
    }
  },

  constant: ({ path }) => (path.at(-2) === "Prisma" && path.at(-1) === "empty" ? emptySql : null),

  callValue(callee, call) {
    const [first] = call.arguments;
    switch (dataOf(callee)?.type) {
      case "validator":
        return first ?? null;
      case "go-on":
        return first ? valueOf({ type: "went-on", args: first }) : null;
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    switch (data?.type) {
      case "client":
        return callOnClient(receiver as LibraryValue, data, method, call, tracer);
      case "delegate":
        return (
          callOwnMethod(tracer, receiver as LibraryValue, data.client, data.model.name, method, call) ??
          (isOperation(method)
            ? runOperation(tracer, data.client, data.model, method, call)
            : isRawOperation(method)
              ? runRaw(tracer, method, call, data.client)
              : null)
        );
      default:
        return null;
    }
  },

  recognize(path, method, call, tracer) {
    if (method.startsWith("$"))
      return isPrismaProject(tracer) ? callOnClient(client, plainClient, method, call, tracer) : null;
    const model = path.length > 1 ? findModel(tracer.tenancy, path.at(-1)!) : null;
    if (!model) return null;
    if (isOperation(method) && fits(path.slice(0, -1), method, call))
      return runOperation(tracer, plainClient, model, method, call);
    return null;
  },
};

/** `{ datasourceUrl }`, `{ datasources: { db: { url } } }`, `{ adapter: new PrismaPg({ connectionString }) }` */
function databaseOf(tracer: Tracer, options: Value | undefined): Value | undefined {
  if (options?.kind !== "object") return undefined;
  const parts = ["datasourceUrl", "datasources"].map((name) => tracer.memberOf(options, name));
  const adapter = tracer.memberOf(options, "adapter");
  return parts.find((part) => variablesIn(part).length > 0) ?? databaseBehind(tracer, adapter);
}

/** Made with an address, or with a pool that has one. */
function databaseBehind(tracer: Tracer, adapter: Value): Value | undefined {
  if (dataOf(adapter)?.type !== "adapter") return adapter;
  const [given, options] = (adapter as LibraryValue).holds ?? [];
  if (given?.kind !== "library") return databaseAt(tracer, given);
  // `new PrismaPg(pool, { schema })`
  return given.session?.within?.value ?? (options && tracer.memberOf(options, "schema"));
}

const plainClient = client.data as ClientData;

function callOnClient(
  receiver: LibraryValue,
  data: ClientData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first] = call.arguments;
  if (isRaw(method)) return runRaw(tracer, method, call, placed(data, receiver));
  switch (method) {
    case "$transaction":
      return first === undefined || first.kind === "array"
        ? listed(tracer, first, call)
        : transact(tracer, first, transactionOf(data), call);
    // An extension may run each operation in a transaction of its own.
    case "$extends":
      if (!first || isUndefined(first)) return receiver;
      if (first.kind === "function") return tracer.invoke(first, [data.isPool ? client : receiver]);
      return withMethods(tracer, extended(tracer, receiver, data, first, call), first, call.site);
    default:
      return callOwnMethod(tracer, receiver, data, null, method, call);
  }
}

function extended(
  tracer: Tracer,
  receiver: LibraryValue,
  data: ClientData,
  extension: Value,
  { site }: Call,
): LibraryValue {
  const { adds: added, sets } = whatItDoes(tracer, extension);
  const adds = mostOf([data.adds, added]);
  const plain = transactionOf(data);
  if (adds === "nothing" && sets.length === 0) return data.isPool ? plain : receiver;
  tracer.noteScopingClient(library);
  if (adds !== "nothing") return transactionOf({ ...data, adds });
  return { ...plain, session: { ...tracer.connectionAt(site, "transaction"), sets } };
}

/** A list of operations: each was written down where it stands. Going on with one of them goes on in the same transaction. */
function listed(tracer: Tracer, list: (Value & { kind: "array" }) | undefined, call: Call): Value | null {
  const [written] = call.written;
  if (!list || !written) return list ?? null;
  const session = tracer.connectionAt(call.site, "transaction");
  const sets = tracer.together(session, written);
  if (sets.length === 0) return list;
  const within = (one: Value): Value =>
    dataOf(one)?.type === "went-on" ? { ...(one as LibraryValue), session: { ...session, sets } } : one;
  return { ...list, elements: list.elements.map(within), rest: list.rest && within(list.rest) };
}

/** `$transaction(async (tx) => …)`: over when the callback comes back. */
function transact(tracer: Tracer, callback: Value, client: LibraryValue, { site }: Call): Value {
  const session = tracer.connectionAt(site, "transaction");
  return tracer.runOn(session, callback, [{ ...client, session }]);
}

function isPrismaProject(tracer: Tracer): boolean {
  return tracer.tenancy.tables.some((table) => table.source.includes("prisma schema"));
}
