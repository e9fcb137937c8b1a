/**
 * mysql, mysql2 and mariadb. Clients are recognised by their construction (`createPool`, `createConnection`) or their type (`Pool`,
 * `PoolConnection`, `Connection`): `query` and `execute` are everybody's words.
 */
import {
  ask,
  clientsOf,
  isCompiled,
  isPool,
  parameter,
  tellCallback,
  textWith,
} from "../../raw-sql/driver.js";
import { writtenText } from "../../raw-sql/text.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { marks, nameOf } from "./marks.js";

const library = "mysql";
const { client, pool } = clientsOf(library);
/** mariadb's own: its rows come by themselves. */
const bare = (own: Value): LibraryValue => ({
  ...(own as LibraryValue),
  data: { isPool: isPool((own as LibraryValue).data), isBare: true },
});
const [bareClient, barePool] = [bare(client), bare(pool)];

export const mysql: LibraryModel = {
  name: library,
  packages: ["mysql", "mysql2", "mariadb"],
  clients: ["createPool", "createConnection", "createPoolCluster"],
  signs: ["query", "execute"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (!/^(?:Promise)?(?:Pool|Connection|PoolConnection|PoolCluster|PoolNamespace)$/.test(name)) return null;
    return external.package === "mariadb" ? bareClient : client;
  },

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    const isMariadb = external.package === "mariadb";
    if (name === "createPool" || name === "createPoolCluster") return isMariadb ? barePool : pool;
    if (name === "createConnection" || name === "createPoolPromise") return isMariadb ? bareClient : client;
    return textMade(name, call, tracer);
  },

  callMethod: (receiver, method, call, tracer) =>
    receiver.kind === "library" && receiver.type === "client"
      ? callOnClient(receiver, method, call, tracer)
      : null,
};

/** `escape(value)`, `escapeId(name)`, `format(text, values)`: of the package, a pool or a connection. */
function textMade(name: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  if (!first) return null;
  switch (name) {
    case "escape":
      return writtenText(library, [first], ([value]) => parameter(value ?? unknown));
    case "escapeId":
      return writtenText(library, [first], ([value]) => nameOf(value ?? unknown));
    case "format":
      return writtenText(library, call.arguments, ([text, values]) =>
        textWith(tracer, text ?? unknown, values, marks),
      );
    default:
      return null;
  }
}

function callOnClient(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const isBare = (receiver.data as { readonly isBare?: true }).isBare === true;
  switch (method) {
    case "promise":
    case "of":
      return receiver;
    case "getConnection":
    case "getConnectionPromise":
      tellCallback(tracer, call, client);
      return isBare ? bareClient : client;
    case "query":
    case "execute":
      return asked(receiver, call, tracer, isBare);
    // mariadb: the same statement, once for each row.
    case "batch":
      return batch(receiver, call, tracer);
    default:
      return textMade(method, call, tracer);
  }
}

/** `query(text, values)`, `query({ sql, values })`, either with a callback behind it. */
function asked(receiver: LibraryValue, call: Call, tracer: Tracer, isBare: boolean): Value | null {
  const [first, second] = call.arguments;
  if (!first || isCompiled(first)) return null;
  const isConfig = first.kind === "object";
  const inside = isConfig ? tracer.memberOf(first, "values") : undefined;
  const beside = second?.kind === "function" ? undefined : second;
  const rows = ask(tracer, {
    library,
    site: call.site,
    text: isConfig ? tracer.memberOf(first, "sql") : first,
    given: beside ?? inside,
    marks,
    isOnPool: isPool(receiver.data),
    dialects: ["mysql"],
  });
  if (!rows) return null;
  tellCallback(tracer, call, rows, unknown);
  if (isBare) return rows;
  return { kind: "array", elements: [rows, unknown], rest: null };
}

function batch(receiver: LibraryValue, call: Call, tracer: Tracer): Value | null {
  const [first, rows] = call.arguments;
  const given = rows && (tracer.elementOf(rows) ?? rows);
  return ask(tracer, {
    library,
    site: call.site,
    text: first?.kind === "object" ? tracer.memberOf(first, "sql") : first,
    given,
    marks,
    isOnPool: isPool(receiver.data),
    dialects: ["mysql"],
  });
}
