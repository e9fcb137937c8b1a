/** Massive: a function for each table, with criteria as objects. https://massivejs.org/docs/queries */
import { always, and, or, sometimes, type Column, type Predicate } from "../../constraint/predicate.js";
import { writtenRows, type Spelling } from "../../trace/builders.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { operandOf, operandsOf } from "../../trace/operand.js";
import { accessesOf } from "../../trace/query.js";
import { extend, siteKey, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import { findTable } from "../../tenancy/lookup.js";

const library = "massive";

/** What our own values stand for: the database (null), or one of its tables. */
function valueOf(table: string | null): LibraryValue {
  return { kind: "library", library, type: table === null ? "client" : "table", data: table };
}

const client = valueOf(null);

export const massive: LibraryModel = {
  name: library,
  packages: ["massive"],
  clients: ["massive"],
  signs: ["massive"],
  advice: { filter: '"{column}" to its criteria', value: '"{column}"' },

  // `const db = await massive(connection)`
  callExternal: (external) => (external.path.length === 0 || external.path[0] === "default" ? client : null),

  // `constructor(private db: massive.Database)`
  typed: (external) => (external.path.at(-1) === "Database" ? client : null),

  // `db.invoices`
  member: (receiver, property) => (receiver === client ? valueOf(property) : null),

  // `db.invoices.find(…)`
  callMethod(receiver, method, call, tracer) {
    const operation = operations.get(method);
    const table = receiver.kind === "library" ? (receiver.data as string | null) : null;
    return table === null || !operation ? null : run(tracer, table, operation, method, call);
  },
};

const operations: ReadonlyMap<string, QueryValue["operation"]> = new Map([
  ["find", "read"],
  ["findOne", "read"],
  ["count", "read"],
  ["insert", "insert"],
  ["update", "update"],
  ["destroy", "delete"],
]);

function run(
  tracer: Tracer,
  table: string,
  operation: QueryValue["operation"],
  method: string,
  { site, arguments: [first, second] }: Call,
): Value {
  const head = { previous: null, length: 0, clause: { kind: "begin" } } as const;
  const begun: QueryValue = { kind: "query", library, root: site, operation, head };
  const resource = { table, alias: table, join: "from", on: always, query: null, outputs: null } as const;
  let query = extend(begun, { kind: "resource", resource });

  const target = { table: findTable(tracer.tenancy, table), isNew: operation === "insert" };
  const rowsOf = (value: Value | undefined) => (value ? writtenRows(tracer, target, spelling, value) : []);
  if (operation === "insert") query = extend(query, { kind: "written", rows: rowsOf(first) });
  else query = extend(query, { kind: "filter", predicate: criteriaOf(tracer, first) });
  if (operation === "update") query = extend(query, { kind: "updated", rows: rowsOf(second) });

  tracer.begin({ site, kind: "query", library, operation, tables: [table], isOnPool: false, repair: null });
  for (const access of accessesOf(query, "run", site.end)) tracer.record(access);
  return { kind: "rows", access: siteKey(site), many: method === "find", absent: false, text: "" };
}

/** Columns are called what the database calls them. */
const spelling: Spelling = {
  columnOf: (_table, property) => property,
  propertyOf: ({ name }) => name,
  valueIn: (value) => value,
};

function criteriaOf(tracer: Tracer, value: Value | undefined): Predicate {
  // Without criteria it throws (measured with Massive 6.11).
  if (!value) return { kind: "false" };
  switch (value.kind) {
    case "choice":
      return {
        kind: "choice",
        arms: value.options.map((option) => criteriaOf(tracer, option)),
        reason: value.reason,
      };
    // `find(1)`: by the primary key.
    case "literal":
      return { kind: "eq", column: { table: null, name: "id" }, operand: operandOf(value) };
    default: {
      tracer.needsArgument(value);
      const { fields, open } = tracer.fieldsOf(value);
      const terms = [...fields].map(([name, field]): Predicate => {
        if (field.overwritable) return { kind: "unknown", reason: "a spread may replace it" };
        const term = termOf(tracer, name, field.value);
        return field.sometimes ? sometimes(term, operandOf(field.value).text) : term;
      });
      return and(open ? [...terms, { kind: "unknown", reason: "criteria built elsewhere" }] : terms);
    }
  }
}

/** `{ status: "open" }`, `{ "total >": 1 }`, `{ or: [{ … }, { … }] }` */
function termOf(tracer: Tracer, name: string, value: Value): Predicate {
  if (name === "or" || name === "and") {
    const arms = value.kind === "array" && !value.rest ? value.elements : null;
    if (!arms) return { kind: "unknown", reason: "criteria built elsewhere" };
    return (name === "or" ? or : and)(arms.map((arm) => criteriaOf(tracer, arm)));
  }
  // An operator, a path into JSON, a cast.
  if (!/^\w+$/.test(name)) return { kind: "unknown", reason: "a comparison" };
  const column: Column = { table: null, name };
  if (value.kind === "array") return { kind: "in", column, operands: operandsOf(value) };
  if (value.kind === "literal" && value.value === null) return { kind: "isNull", column };
  // `undefined` is `= null`, which finds nothing (measured).
  return { kind: "eq", column, operand: operandOf(value) };
}
