/**
 * pg-promise (https://vitaly-t.github.io/pg-promise): `pgPromise(options)(connection)` gives a database, whose methods say how many rows they expect. It
 * formats texts by itself: a value of `undefined` is NULL, a missing property throws.
 */
import { ask, clientsOf, field, firstOf, isPool, nameText, textWith } from "../../raw-sql/driver.js";
import { quotedName, writtenText, type SqlText } from "../../raw-sql/text.js";
import { assignedRow, insertedRows } from "../../raw-sql/whole-rows.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { marks } from "./marks.js";

const library = "pg-promise";
const { client, pool } = clientsOf(library);
const maker: LibraryValue = { kind: "library", library, type: "maker", data: null };
const helpers: LibraryValue = { kind: "library", library, type: "helpers", data: null };
const formatting: LibraryValue = { kind: "library", library, type: "formatting", data: null };

export const pgPromise: LibraryModel = {
  name: library,
  packages: ["pg-promise"],
  clients: ["pgPromise", "pgp", "IDatabase"],
  signs: ["none", "one", "oneOrNone", "many", "manyOrNone", "any", "result", "query", "multi", "each", "map"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (/^(?:IDatabase|ITask|IBaseProtocol|IConnected)$/.test(name)) return client;
    return name === "IMain" ? maker : null;
  },

  // `new PreparedStatement({ text, values })`, `new ParameterizedQuery({ … })`
  construct: (external, { arguments: [first] }) =>
    /^(?:PreparedStatement|ParameterizedQuery)$/.test(external.path.at(-1) ?? "") ? (first ?? null) : null,

  callExternal: ({ path }) =>
    path.length === 0 || ["default", "pgPromise"].includes(path.at(-1)!) ? maker : null,

  callValue: (callee) => (callee.type === "maker" ? pool : null),

  member(receiver, property) {
    if (receiver.kind !== "library") return null;
    if (property === "helpers") return helpers;
    if (property === "as") return formatting;
    // `db.$config.pgp`
    return property === "$config" || property === "pgp" ? maker : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    switch (receiver.type) {
      case "client":
        return callOnDatabase(receiver, method, call, tracer);
      case "helpers":
        return made(method, call);
      case "formatting":
        return formatted(method, call, tracer);
      default:
        return null;
    }
  },
};

const asking = new Set([
  ...["none", "one", "oneOrNone", "many", "manyOrNone", "any", "result", "query"],
  ...["multi", "multiResult", "each", "map", "stream"],
]);

function callOnDatabase(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const callback = call.arguments.find(({ kind }) => kind === "function");
  switch (method) {
    case "tx":
    case "txIf":
    case "task":
    case "taskIf":
      return callback ? tracer.run(callback, [client]) : null;
    case "connect":
      return client;
    default:
      return asking.has(method) ? asked(receiver, method, call, tracer) : null;
  }
}

function asked(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  const isConfig = first?.kind === "object";
  const rows = ask(tracer, {
    library,
    site: call.site,
    text: isConfig ? tracer.memberOf(first, "text") : first,
    given: second?.kind === "function" ? undefined : isConfig ? tracer.memberOf(first, "values") : second,
    marks,
    isOnPool: isPool(receiver.data),
    dialects: ["postgresql"],
  });
  if (!rows) return null;
  const callback = call.arguments.slice(1).find(({ kind }) => kind === "function");
  const told = callback && tracer.invoke(callback, [tracer.elementOf(rows) ?? rows, unknown]);
  switch (method) {
    case "one": {
      // It throws where there is none.
      const row = firstOf(rows, true);
      tracer.assume(row);
      return row;
    }
    case "oneOrNone":
      return firstOf(rows);
    case "none":
      return { kind: "literal", value: null };
    case "result":
      return { kind: "object", fields: new Map([["rows", field(rows)]]), open: true };
    case "map":
      return { kind: "array", elements: [], rest: told ?? unknown };
    case "multi":
      return { kind: "array", elements: [], rest: rows };
    default:
      return rows;
  }
}

/** `helpers.insert(rows, columns, table)`, `helpers.update(row, columns, table)`: the text of a statement. */
function made(method: string, call: Call): Value | null {
  const [rows, , table] = call.arguments;
  if (!rows || (method !== "insert" && method !== "update")) return null;
  return writtenText(library, [rows, table ?? unknown], ([data = unknown, name = unknown]): SqlText =>
    method === "insert"
      ? ["insert into ", ...tableText(name), ...insertedRows(data)]
      : ["update ", ...tableText(name), " set ", ...assignedRow(data)],
  );
}

/** A name, or `{ table, schema }`. */
function tableText(name: Value): SqlText {
  const inside = name.kind === "object" ? name.fields.get("table")?.value : name;
  return inside?.kind === "literal" ? [quotedName(String(inside.value))] : nameText(name);
}

/** `as.format(text, values)`, `as.name(…)` */
function formatted(method: string, call: Call, tracer: Tracer): Value | null {
  if (method === "format")
    return writtenText(library, call.arguments, ([text, values]) =>
      textWith(tracer, text ?? unknown, values, marks),
    );
  if (method === "name" || method === "alias")
    return writtenText(library, call.arguments, ([name]) => nameText(name ?? unknown));
  return /^(?:text|number|date|json|array|bool|value|csv)$/.test(method)
    ? writtenText(library, call.arguments, ([value]) => [
        method === "value"
          ? { kind: "open", value: value ?? unknown, isSpliced: true }
          : { kind: "value", value: value ?? unknown },
      ])
    : null;
}
