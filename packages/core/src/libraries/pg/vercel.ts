/**
 * `@vercel/postgres` (https://vercel.com/docs/storage/vercel-postgres/sdk): `sql` is a pool and a tag that runs at once; a value in
 * it is a parameter, never SQL.
 */
import { runSql } from "../../raw-sql/run.js";
import { templateOf } from "../../raw-sql/text.js";
import type { LibraryModel, Template, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import {
  callClient,
  clientsFor,
  connectionFor,
  constructedClient,
  poolFor,
  resultOf,
  typedClient,
} from "./clients.js";
import { isPool } from "../../raw-sql/driver.js";

const clients = clientsFor("vercel-postgres");
const { library, pool } = clients;

export const vercel: LibraryModel = {
  name: library,
  packages: ["@vercel/postgres"],
  clients: ["createPool", "createClient"],
  signs: ["query", "sql"],
  typed: (external, _, tracer, symbol) => typedClient(clients, external, tracer, symbol),
  construct: (external, call, tracer) => constructedClient(clients, external, call, tracer),
  constant: (external) => (isOwn(external.path) ? pool : null),
  tagged: (external, template, tracer) => (isOwn(external.path) ? run(tracer, template, true) : null),
  callExternal(external, call, tracer) {
    const name = external.path.at(-1);
    if (name === "createPool") return poolFor(clients, call, tracer);
    if (name === "createClient") return connectionFor(clients, call, tracer);
    return isOwn(external.path.slice(0, -1)) ? callClient(clients, pool, name!, call, tracer) : null;
  },
  member: (receiver, property) => (property === "sql" && receiver.kind === "library" ? receiver : null),
  taggedBy: (receiver, template, tracer) =>
    receiver.type === "client" ? run(tracer, template, isPool(receiver.data)) : null,
  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    if (method !== "sql") return callClient(clients, receiver, method, call, tracer);
    // A tag that is a method is given the texts, then the values.
    const [texts, ...values] = call.arguments;
    const written = texts?.kind === "array" ? texts.elements : [];
    const template = { site: call.site, texts: written.map(wordIn), values };
    return run(tracer, template, isPool(receiver.data));
  },
};

/** `sql`, and the same under its other name. */
function isOwn(path: readonly string[]): boolean {
  return path.length > 0 && ["sql", "db"].includes(path.at(-1)!);
}

function wordIn(value: Value): string {
  return value.kind === "literal" ? String(value.value) : "";
}

function run(tracer: Tracer, { site, texts, values }: Template, isOnPool: boolean): Value {
  const rows = runSql(tracer, {
    library,
    site,
    text: templateOf(texts, values, () => null),
    isOnPool,
    dialects: ["postgresql"],
  });
  return resultOf(tracer, rows, site);
}
