/**
 * better-sqlite3, node:sqlite, bun:sqlite, sqlite3 and `sqlite` around it. Clients are recognised by their construction (`new Database(…)`,
 * `new DatabaseSync(…)`, `open(…)`) or their type; a statement by `prepare`, which says what it does once it is given values.
 */
import { clientsOf } from "../../raw-sql/driver.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { askNow, isAsking, library, runStatement } from "./statements.js";

const { client } = clientsOf(library);

export const sqlite: LibraryModel = {
  name: library,
  packages: ["better-sqlite3", "node:sqlite", "bun:sqlite", "sqlite3", "sqlite", "libsql"],
  clients: ["Database", "DatabaseSync"],
  signs: ["prepare", "query", "exec", "all", "run", "each"],

  typed(external, _typeArguments, _tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (/^(?:BetterSqlite3\.)?(?:Database|DatabaseSync)$/.test(name)) return client;
    return /^Statement(?:Sync)?$/.test(name)
      ? { kind: "library", library, type: "prepared", data: null, holds: [symbol] }
      : null;
  },

  construct: (external) => (isDatabase(external.path) ? client : null),

  callExternal(external) {
    const name = external.path.at(-1);
    // `Database(file)` without `new`; `sqlite3.verbose()` is the package again.
    if (name === "verbose") return { ...external, path: external.path.slice(0, -1) };
    return name === "open" || isDatabase(external.path) ? client : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    switch (receiver.type) {
      case "client":
        return callOnDatabase(receiver, method, call, tracer);
      case "prepared":
        return runStatement(receiver, method, call, tracer);
      // `save.immediate(…)`: how the transaction begins.
      case "transaction":
        return runTransaction(receiver, call, tracer);
      default:
        return null;
    }
  },

  callValue: (callee, call, tracer) =>
    callee.type === "transaction" ? runTransaction(callee, call, tracer) : null,
};

function isDatabase(path: readonly string[]): boolean {
  return path.length === 0 || ["default", "Database", "DatabaseSync", "cached"].includes(path.at(-1)!);
}

function callOnDatabase(receiver: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  switch (method) {
    case "prepare":
      if (!first) return null;
      return { kind: "library", library, type: "prepared", data: null, holds: call.arguments };
    case "query":
      // bun:sqlite keeps what it has prepared.
      return first ? { kind: "library", library, type: "prepared", data: null, holds: [first] } : null;
    case "transaction":
      return first ? { kind: "library", library, type: "transaction", data: null, holds: [first] } : null;
    case "serialize":
    case "parallelize":
      if (first) tracer.run(first, []);
      return receiver;
    default:
      return isAsking(method) ? askNow(receiver, method, call, tracer) : null;
  }
}

function runTransaction({ holds }: LibraryValue, call: Call, tracer: Tracer): Value | null {
  const [body] = holds ?? [];
  return body ? tracer.run(body, call.arguments, call.site) : null;
}
