/** `@libsql/client` (https://docs.turso.tech/sdk/ts/reference): `execute(text)`, `execute({ sql, args })`, `batch([…])`, `transaction()`. */
import { ask, clientsOf, isPool, resultWith } from "../../raw-sql/driver.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { marks } from "./marks.js";

const library = "libsql";
const { client, pool } = clientsOf(library);

export const libsql: LibraryModel = {
  name: library,
  packages: ["@libsql/client"],
  clients: ["createClient"],
  signs: ["execute", "batch", "migrate"],
  typed: (external) => (/^(?:Client|Transaction)$/.test(external.path.at(-1) ?? "") ? client : null),
  callExternal: (external) => (external.path.at(-1) === "createClient" ? pool : null),
  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [first, second] = call.arguments;
    const isOnPool = isPool(receiver.data);
    switch (method) {
      case "transaction":
        return client;
      case "execute":
        return first ? execute(tracer, call, first, second, isOnPool) : null;
      case "executeMultiple":
        return first ? execute(tracer, call, first, undefined, isOnPool) : null;
      case "batch":
      case "migrate":
        return batch(tracer, call, isOnPool);
      default:
        return null;
    }
  },
};

/** A statement is a text, `{ sql, args }` or `[sql, args]`. */
function execute(
  tracer: Tracer,
  { site }: Pick<Call, "site">,
  statement: Value,
  beside: Value | undefined,
  isOnPool: boolean,
): Value | null {
  const isObject = statement.kind === "object";
  const [listed, given] = statement.kind === "array" ? statement.elements : [];
  const rows = ask(tracer, {
    library,
    site,
    text: isObject ? tracer.memberOf(statement, "sql") : (listed ?? statement),
    given: isObject ? tracer.memberOf(statement, "args") : (given ?? beside),
    marks,
    isOnPool,
    dialects: ["sqlite"],
  });
  return rows && resultWith("rows", rows);
}

/** Each of them is a path of its own, which stands where it is written. */
function batch(tracer: Tracer, call: Call, isOnPool: boolean): Value | null {
  const [first] = call.arguments;
  const written = call.written[0]?.kind === "array" ? call.written[0].elements : [];
  if (first?.kind !== "array") {
    const statement = first && tracer.elementOf(first);
    return statement ? execute(tracer, call, statement, undefined, isOnPool) : null;
  }
  const siteAt = (index: number): Call["site"] => {
    const place = written[index];
    return place && place.kind !== "spread"
      ? { ...call.site, start: place.start, end: place.end }
      : call.site;
  };
  const results = first.elements.map(
    (statement, index) =>
      execute(tracer, { site: siteAt(index) }, statement, undefined, isOnPool) ?? statement,
  );
  const rest = first.rest && execute(tracer, call, first.rest, undefined, isOnPool);
  return { kind: "array", elements: results, rest };
}
