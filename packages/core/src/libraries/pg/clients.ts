/** Clients of PostgreSQL that take what node-postgres takes: `query(text, values)`, `query({ text, values })`. */
import { ask, field, isPool } from "../../raw-sql/driver.js";
import type { Call, Tracer } from "../../trace/library.js";
import { databaseOf, poolSession, within, type Session } from "../../trace/session.js";
import {
  undefinedValue,
  type ExternalValue,
  type LibraryValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "../../trace/value.js";

export interface Clients {
  readonly library: string;
  readonly client: LibraryValue;
  readonly pool: LibraryValue;
}

/** One object each, so that two ways to the same client are one value. */
export function clientsFor(library: string): Clients {
  const made = { kind: "library", library, type: "client" } as const;
  return {
    library,
    client: { ...made, data: { isPool: false } },
    pool: { ...made, data: { isPool: true }, session: poolSession },
  };
}

function clientOn({ client }: Clients, session: Session | undefined): LibraryValue {
  return session ? { ...client, session } : client;
}

export function typedClient(
  clients: Clients,
  external: ExternalValue,
  tracer: Tracer,
  symbol: SymbolicValue,
): LibraryValue | null {
  switch (external.path.at(-1)?.replace(/^Vercel/, "")) {
    case "Pool":
      return clientOn(clients, poolSession);
    // Pools hand out another class.
    case "Client":
      return clientOn(clients, tracer.declaredSession(symbol, "connection", false) ?? ownConnection);
    case "PoolClient":
    case "ClientBase":
      return clientOn(clients, tracer.declaredSession(symbol, "connection"));
    default:
      return null;
  }
}

export function constructedClient(
  clients: Clients,
  external: ExternalValue,
  call: Call,
  tracer: Tracer,
): LibraryValue | null {
  switch (external.path.at(-1)?.replace(/^Vercel/, "")) {
    case "Pool":
      return poolFor(clients, call, tracer);
    case "Client":
      return connectionFor(clients, call, tracer);
    default:
      return null;
  }
}

export function poolFor({ pool }: Clients, call: Call, tracer: Tracer): LibraryValue {
  const session = within(poolSession, "database", databaseOf(tracer, call.arguments[0]));
  return session === poolSession || !session ? pool : { ...pool, session };
}

export function connectionFor(clients: Clients, call: Call, tracer: Tracer): LibraryValue {
  const session = tracer.connectionAt(call.site, "connection", false);
  return clientOn(clients, within(session, "database", databaseOf(tracer, call.arguments[0])));
}

/** Where nobody asks which one it is. */
const ownConnection: Session = { kind: "connection", id: { kind: "unknown" }, isPooled: false };

export function callClient(
  clients: Clients,
  receiver: LibraryValue,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const callback = call.arguments.find((argument) => argument.kind === "function");
  switch (method) {
    case "connect": {
      // A client of its own connects itself.
      if (!isPool(receiver.data) && receiver.session?.isPooled === false) return receiver;
      const place = receiver.session?.within;
      const client = clientOn(clients, {
        ...tracer.connectionAt(call.site, "connection"),
        ...(place && { within: place }),
      });
      if (callback) tracer.invoke(callback, [undefinedValue, client]);
      return client;
    }
    // Whatever is set there is set on each connection of the pool, once and for all that borrow it.
    case "on":
      if (!callback || !isWord(call.arguments[0], "connect")) return null;
      tracer.invoke(callback, [clientOn(clients, tracer.connectionAt(call.site, "connection", false))]);
      return receiver;
    case "release":
      tracer.release(receiver.session, call.arguments[0] !== undefined);
      return undefinedValue;
    case "query": {
      const result = query(tracer, clients.library, call, receiver);
      if (callback && result) tracer.invoke(callback, [undefinedValue, result]);
      return result;
    }
    default:
      return null;
  }
}

function isWord(value: Value | undefined, word: string): boolean {
  return value?.kind === "literal" && value.value === word;
}

function query(tracer: Tracer, library: string, call: Call, receiver: LibraryValue): Value | null {
  const [first, second] = call.arguments;
  const isConfig = first?.kind === "object";
  const rows = ask(tracer, {
    library,
    site: call.site,
    text: isConfig ? tracer.memberOf(first, "text") : first,
    given: isConfig ? tracer.memberOf(first, "values") : second,
    marks: null,
    isOnPool: isPool(receiver.data),
    ...(receiver.session && { session: receiver.session }),
    dialects: ["postgresql"],
  });
  return rows && resultOf(tracer, rows, call.site);
}

export function resultOf(tracer: Tracer, rows: Value, site: Site): Value {
  const count = rows.kind === "rows" ? [["rowCount", field(tracer.countOf(rows, site))] as const] : [];
  return { kind: "object", fields: new Map([["rows", field(rows)], ...count]), open: true };
}
