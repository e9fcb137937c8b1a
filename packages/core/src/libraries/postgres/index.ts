/**
 * postgres.js (https://github.com/porsager/postgres): the client is a tag and a function. It is recognised by its construction,
 * `postgres(url)`, or its type (`Sql`, `TransactionSql`). `undefined` as a value throws ("Undefined values are not allowed",
 * `src/types.js`), so that no condition vanishes with it.
 */
import { clientsOf, isPool } from "../../raw-sql/driver.js";
import {
  isTagged,
  openValue,
  runEach,
  runTagged,
  taggedValue,
  textValue,
  type Tagged,
} from "../../raw-sql/tags.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Site, Value } from "../../trace/value.js";
import { library, partOf } from "./parts.js";

const { client, pool } = clientsOf(library);

export const postgres: LibraryModel = {
  name: library,
  packages: ["postgres"],
  clients: ["postgres"],
  signs: ["sql", "unsafe", "select", "insert", "update", "delete", "SELECT", "INSERT", "UPDATE", "DELETE"],

  typed(external, _typeArguments, _tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (/^(?:Sql|TransactionSql|ReservedSql|ISql)$/.test(name)) return client;
    const isPart =
      /^(?:PendingQuery|PendingRawQuery|PendingValuesQuery|Fragment|PostgresFragment|Helper)$/.test(name);
    return isPart ? openValue(library, symbol, symbol.site ?? nowhere) : null;
  },

  callExternal: (external) => (isMaker(external.path) ? pool : null),

  taggedBy: (tag, template) =>
    tag.type === "client" ? taggedValue(library, template, isPool(tag.data)) : null,

  /** `sql(…)`: names, or an object whose fields are columns, as what stands before it says. */
  callValue: (callee, call) =>
    callee.type === "client"
      ? { kind: "library", library, type: "helper", data: null, holds: call.arguments }
      : null,

  runAwaited: (value, stage, tracer) =>
    isTagged(value, library) ? runTagged(tracer, library, value, stage, partOf) : null,

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    if (receiver.type === "client") return callOnClient(receiver, method, call, tracer);
    return isTagged(receiver, library) ? callOnTagged(receiver, method, call, tracer) : null;
  },
};

const nowhere: Site = { file: "", start: 0, end: 0 };

/** `import postgres from "postgres"`, and how CommonJS gets it. */
function isMaker(path: readonly string[]): boolean {
  return path.length === 0 || ["default", "postgres"].includes(path.at(-1)!);
}

function callOnClient(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  const callback = call.arguments.find(({ kind }) => kind === "function");
  switch (method) {
    case "begin":
    case "savepoint":
      return callback ? runEach(tracer, library, tracer.run(callback, [client]), partOf) : null;
    case "reserve":
      return client;
    case "unsafe":
      return textValue(library, call.site, call.arguments, isPool(receiver.data));
    case "array":
    case "json":
    case "typed":
      return first ?? null;
    case "file":
      return unreadFile(tracer, call);
    default:
      return null;
  }
}

function unreadFile(tracer: Tracer, { site }: Call): Value {
  tracer.begin({ site, kind: "query", library, operation: "raw", tables: [], repair: null, isOnPool: false });
  tracer.record({
    site,
    kind: "query",
    library,
    operation: "raw",
    stage: "run",
    detail: {
      kind: "raw",
      text: "",
      reason: "a query that stands in a file of its own is not read",
      isOpen: false,
      parts: [],
      isDefinition: false,
    },
  });
  return tracer.symbolic(site, "file()");
}

function callOnTagged(
  receiver: LibraryValue & { readonly data: Tagged },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const run = (): Value => runTagged(tracer, library, receiver, "run", partOf) ?? receiver;
  const callback = call.arguments.find(({ kind }) => kind === "function");
  switch (method) {
    // How the rows come back.
    case "values":
    case "raw":
    case "simple":
    case "describe":
      return receiver;
    case "execute":
      return run();
    case "catch":
    case "finally":
    case "then": {
      const rows = run();
      return callback && method === "then" ? tracer.invoke(callback, [rows]) : rows;
    }
    case "cursor":
    case "forEach": {
      const rows = run();
      if (callback) tracer.invoke(callback, [method === "forEach" ? (tracer.elementOf(rows) ?? rows) : rows]);
      return rows;
    }
    default:
      return null;
  }
}
