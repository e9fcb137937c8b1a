/**
 * ClickHouse's client (https://clickhouse.com/docs/integrations/javascript): `query({ query, query_params })`, with `{name: String}` in the text. Clients are recognised by
 * `createClient` or their type.
 */
import {
  ask,
  clientsOf,
  isPool,
  listText,
  nameText,
  parameter,
  resultWith,
  type Marks,
} from "../../raw-sql/driver.js";
import { runSql } from "../../raw-sql/run.js";
import { insertedRows } from "../../raw-sql/whole-rows.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "clickhouse";
const { client, pool } = clientsOf(library);

export const clickhouse: LibraryModel = {
  name: library,
  packages: ["@clickhouse/client", "@clickhouse/client-web", "@clickhouse/client-common"],
  clients: ["createClient", "ClickHouseClient"],
  signs: ["query", "command", "exec", "insert"],
  typed(external) {
    const name = external.path.at(-1) ?? "";
    return /^(?:Node|Web)?ClickHouseClient(?:Type)?$/.test(name) ? client : null;
  },
  callExternal: (external) => (external.path.at(-1) === "createClient" ? pool : null),
  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    if (receiver.type === "result") return rowsIn(receiver, method);
    switch (method) {
      case "query":
      case "command":
      case "exec":
        return asked(receiver, call, tracer);
      case "insert":
        return inserted(receiver, call, tracer);
      default:
        return null;
    }
  },
};

/** `{name: Array(String)}`: a list stands between brackets; `{name: Identifier}` is a name. */
const marks: Marks = {
  pattern: /\{\s{0,9}(\w{1,99})\s{0,9}:\s{0,9}([\w(),\s']{1,99})\}/y,
  counted: () => null,
  named(tracer, given, [, name = "", type = ""]) {
    const value = given ? tracer.memberOf(given, name) : unknown;
    if (/^Identifier\s*$/.test(type)) return nameText(value);
    return type.startsWith("Array(") ? ["(", ...listText(tracer, value), ")"] : parameter(value);
  },
  hasEscapes: true,
};

function asked(receiver: LibraryValue, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  if (!first) return null;
  const rows = ask(tracer, {
    library,
    site: call.site,
    text: tracer.memberOf(first, "query"),
    given: tracer.memberOf(first, "query_params"),
    marks,
    isOnPool: isPool(receiver.data),
    dialects: ["clickhouse"],
  });
  return rows && { kind: "library", library, type: "result", data: null, holds: [rows] };
}

/** `(await client.query(…)).json()`: the rows, or `{ data }`, as the format says. */
function rowsIn({ holds }: LibraryValue, method: string): Value | null {
  const [rows] = holds ?? [];
  if (!rows || !["json", "stream", "text"].includes(method)) return null;
  return method === "json" && rows.kind === "rows" ? rows : resultWith("data", rows);
}

/** `insert({ table, values })` */
function inserted(receiver: LibraryValue, { arguments: [first], site }: Call, tracer: Tracer): Value | null {
  if (!first) return null;
  const table = tracer.memberOf(first, "table");
  const values = tracer.memberOf(first, "values");
  runSql(tracer, {
    library,
    site,
    text: ["insert into ", ...nameText(table), ...insertedRows(values)],
    isOnPool: isPool(receiver.data),
    dialects: ["clickhouse"],
  });
  return unknown;
}
