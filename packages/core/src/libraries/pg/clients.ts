/** Clients of PostgreSQL that take what node-postgres takes: `query(text, values)`, `query({ text, values })`. */
import { ask, clientsOf, field, isPool } from "../../raw-sql/driver.js";
import type { Call, Tracer } from "../../trace/library.js";
import {
  undefinedValue,
  type ExternalValue,
  type LibraryValue,
  type Site,
  type Value,
} from "../../trace/value.js";

export interface Clients {
  readonly library: string;
  readonly client: Value;
  readonly pool: Value;
}

export function clientsFor(library: string): Clients {
  return { library, ...clientsOf(library) };
}

export function typedClient({ client }: Clients, external: ExternalValue): Value | null {
  return /^(?:Vercel)?(?:Pool|Client|PoolClient|ClientBase)$/.test(external.path.at(-1) ?? "")
    ? client
    : null;
}

export function constructedClient({ client, pool }: Clients, external: ExternalValue): Value | null {
  switch (external.path.at(-1)) {
    case "Pool":
    case "VercelPool":
      return pool;
    case "Client":
    case "VercelClient":
      return client;
    default:
      return null;
  }
}

export function callClient(
  { library, client }: Clients,
  receiver: LibraryValue,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const callback = call.arguments.find((argument) => argument.kind === "function");
  switch (method) {
    case "connect":
      if (callback) tracer.invoke(callback, [undefinedValue, client]);
      return client;
    case "query": {
      const result = query(tracer, library, call, isPool(receiver.data));
      if (callback && result) tracer.invoke(callback, [undefinedValue, result]);
      return result;
    }
    default:
      return null;
  }
}

function query(tracer: Tracer, library: string, call: Call, isOnPool: boolean): Value | null {
  const [first, second] = call.arguments;
  const isConfig = first?.kind === "object";
  const rows = ask(tracer, {
    library,
    site: call.site,
    text: isConfig ? tracer.memberOf(first, "text") : first,
    given: isConfig ? tracer.memberOf(first, "values") : second,
    marks: null,
    isOnPool,
    dialects: ["postgresql"],
  });
  return rows && resultOf(tracer, rows, call.site);
}

export function resultOf(tracer: Tracer, rows: Value, site: Site): Value {
  const count = rows.kind === "rows" ? [["rowCount", field(tracer.countOf(rows, site))] as const] : [];
  return { kind: "object", fields: new Map([["rows", field(rows)], ...count]), open: true };
}
