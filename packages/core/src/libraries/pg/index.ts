/**
 * node-postgres. Clients are recognised by their type or construction (`Pool`, `Client`, `PoolClient`, `new Pool()`): `query` is
 * everybody's word.
 */
import { isNumber } from "../../raw-sql/numbers.js";
import { runSql } from "../../raw-sql/run.js";
import { splicedText } from "../../raw-sql/text.js";
import { worded } from "../../raw-sql/words.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { poolSession, variablesIn, within, type Session } from "../../trace/session.js";
import {
  isUndefined,
  undefinedValue,
  type ArrayValue,
  type LibraryValue,
  type Site,
  type Value,
} from "../../trace/value.js";

const library = "pg";

interface PgClient {
  /** Each statement runs on whichever connection is free. */
  readonly isPool: boolean;
}

function clientOf(data: PgClient, session?: Session): LibraryValue {
  return { kind: "library", library, type: "client", data, ...(session && { session }) };
}

/** One object each, so that two ways to the same client are one value. */
const ofConnection: PgClient = { isPool: false };
const pool = clientOf({ isPool: true }, poolSession);

function clientOn(session: Session | undefined): LibraryValue {
  return clientOf(ofConnection, session);
}

export const pg: LibraryModel = {
  name: library,
  packages: ["pg"],
  clients: ["Pool", "Client"],
  signs: ["query"],

  typed(external, _typeArguments, tracer, symbol) {
    switch (external.path.at(-1)) {
      case "Pool":
        return clientOn(poolSession);
      // Pools hand out another class.
      case "Client":
        return clientOn(tracer.declaredSession(symbol, "connection", false) ?? ownConnection);
      case "PoolClient":
      case "ClientBase":
        return clientOn(tracer.declaredSession(symbol, "connection"));
      default:
        return null;
    }
  },

  construct(external, call, tracer) {
    switch (external.path.at(-1)) {
      case "Pool": {
        const session = within(poolSession, "database", databaseOf(tracer, call.arguments[0]));
        return session === poolSession || !session ? pool : { ...pool, session };
      }
      case "Client":
        return clientOn(
          within(
            tracer.connectionAt(call.site, "connection", false),
            "database",
            databaseOf(tracer, call.arguments[0]),
          ),
        );
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const callback = call.arguments.find((argument) => argument.kind === "function");
    switch (method) {
      case "connect": {
        const { isPool } = receiver.data as PgClient;
        // A client of its own connects itself.
        if (!isPool && receiver.session?.isPooled === false) return receiver;
        const place = receiver.session?.within;
        const client = clientOn({
          ...tracer.connectionAt(call.site, "connection"),
          ...(place && { within: place }),
        });
        if (callback) tracer.invoke(callback, [undefinedValue, client]);
        return client;
      }
      // Whatever is set there is set on each connection of the pool, once and for all that borrow it.
      case "on":
        if (!callback || !isWord(call.arguments[0], "connect")) return null;
        tracer.invoke(callback, [clientOn(tracer.connectionAt(call.site, "connection", false))]);
        return receiver;
      case "release":
        tracer.release(receiver.session, call.arguments[0] !== undefined);
        return undefinedValue;
      case "query": {
        const result = query(tracer, call, receiver);
        if (callback && result) tracer.invoke(callback, [undefinedValue, result]);
        return result;
      }
      default:
        return null;
    }
  },
};

/** `new Pool({ connectionString, database })`, `new Client(url)` */
function databaseOf(tracer: Tracer, options: Value | undefined): Value | undefined {
  if (options?.kind !== "object") return options;
  const parts = ["connectionString", "database", "host"].map((name) => tracer.memberOf(options, name));
  return parts.find((part) => variablesIn(part).length > 0);
}

/** Where nobody asks which one it is. */
const ownConnection: Session = { kind: "connection", id: { kind: "unknown" }, isPooled: false };

function isWord(value: Value | undefined, word: string): boolean {
  return value?.kind === "literal" && value.value === word;
}

/** `query(text, values)`, `query({ text, values })` */
function query(tracer: Tracer, call: Call, receiver: LibraryValue): Value | null {
  const [first, second] = call.arguments;
  if (!first || isCompiled(first)) return null;
  const isConfig = first.kind === "object";
  const text = isConfig ? tracer.memberOf(first, "text") : first;
  if (isCompiled(text)) return null;
  const values = isConfig ? tracer.memberOf(first, "values") : second;
  const rows = runSql(tracer, {
    library,
    site: call.site,
    text: splicedText(worded(tracer, text), (value) => isNumber(tracer, value)),
    parameters: values?.kind === "array" && isSettled(values) ? values.elements : [],
    isOnPool: (receiver.data as PgClient).isPool,
    ...(receiver.session && { session: receiver.session }),
    isAnyDatabase: true,
    dialects: ["postgresql"],
  });
  return resultOf(tracer, rows, call.site);
}

/** Where one of them is there on some paths only, those behind it have other numbers on the others. */
function isSettled({ elements, rest }: ArrayValue): boolean {
  return rest === null && !elements.some((one) => one.kind === "choice" && one.options.some(isUndefined));
}

/** What a query builder compiled is a path already, where it was built. */
function isCompiled(value: Value): boolean {
  return value.kind === "library" && value.type.startsWith("compiled");
}

function resultOf(tracer: Tracer, rows: Value, site: Site): Value {
  const field = (value: Value) => ({ value, sometimes: false, overwritable: false as const });
  const count = rows.kind === "rows" ? [["rowCount", field(tracer.countOf(rows, site))] as const] : [];
  return { kind: "object", fields: new Map([["rows", field(rows)], ...count]), open: true };
}
