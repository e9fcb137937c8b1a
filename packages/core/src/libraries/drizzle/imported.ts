/** What the program imports from Drizzle and calls: `drizzle(…)`, `eq(…)`, `sql.raw(…)`, `pgTable(…)`, `union(…)`. */
import { worded } from "../../raw-sql/words.js";
import type { Call, Tracer } from "../../trace/library.js";
import { within } from "../../trace/session.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { operatorNames, isJunction } from "./operators.js";
import { isSetOperator, unite } from "./query.js";
import { aliasOf, callTableMaker, columnsOf } from "./tables.js";
import { placeholderOf } from "./prepared.js";
import { poolOf, valueOf, type SqlData } from "./values.js";

export function callImported(path: readonly string[], call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  const name = path.at(-1) ?? "";
  if (path.at(-2) === "sql") return callOnSql(name, call, tracer);
  if (isOperator(name)) return operatorCall(name, call, tracer);
  if (isSetOperator(name)) return first?.kind === "query" ? unite(first, call.arguments.slice(1)) : null;
  switch (name) {
    case "drizzle":
      return onDatabase(poolOf(schemaIn(call, tracer)), call, tracer);
    case "withReplicas":
    case "defineRelations":
      return first ?? null;
    case "alias":
    case "aliasedTable":
      return aliasOf(first, second);
    case "getTableColumns":
    case "getColumns":
    case "getViewSelectedFields":
      return columnsOf(first);
    case "param":
      return valueOf({ type: "sql", made: "value", texts: [], site: call.site }, [
        first ?? { kind: "unknown" },
      ]);
    case "placeholder":
      return placeholderOf(call);
    default:
      return callTableMaker(path, call, tracer);
  }
}

function isOperator(name: string): boolean {
  return operatorNames.includes(name);
}

function operatorCall(name: string, call: Call, tracer: Tracer): Value {
  const args = isJunction(name) ? [listOf(call, tracer)] : call.arguments;
  return valueOf({ type: "expression", made: name, site: call.site }, args);
}

/** `and(a, b)`, `and(...conditions)`, `and(a, ...conditions)`: one list. */
function listOf(call: Call, tracer: Tracer): Value {
  if (!call.spread) return { kind: "array", elements: call.arguments, rest: null };
  const before = call.arguments.slice(0, -1);
  const { trailing } = call;
  if (!trailing) return { kind: "array", elements: [], rest: tracer.choose(call.arguments, "") };
  if (before.length === 0 && trailing.kind !== "symbolic") return trailing;
  if (trailing.kind === "array") return { ...trailing, elements: [...before, ...trailing.elements] };
  return { kind: "array", elements: before, rest: tracer.elementOf(trailing) ?? trailing };
}

function callOnSql(name: string, call: Call, tracer: Tracer): Value | null {
  const sql = (made: SqlData["made"], args = call.arguments) =>
    valueOf({ type: "sql", made, texts: [], site: call.site }, args);
  switch (name) {
    case "raw":
      return sql(
        "raw",
        call.arguments.map((argument) => worded(tracer, argument)),
      );
    case "identifier":
      return sql("identifier");
    case "join":
    case "fromList":
      return sql("join");
    case "param":
      return sql("value");
    case "placeholder":
      return placeholderOf(call);
    case "empty":
      return valueOf({ type: "sql", made: "template", texts: [""], site: call.site });
    default:
      return null;
  }
}

/** `drizzle(url)`, `drizzle({ connection: url })`, `drizzle(new Pool({ connectionString }))` */
function onDatabase(client: LibraryValue, { arguments: [first] }: Call, tracer: Tracer): LibraryValue {
  if (first === undefined) return client;
  const isOptions = first.kind === "object";
  const driver = isOptions ? tracer.memberOf(first, "client") : first;
  const place = driver.kind === "library" ? driver.session?.within : undefined;
  const url = place?.value ?? (isOptions ? tracer.memberOf(first, "connection") : first);
  const session = within(
    client.session,
    "database",
    url.kind === "text" || isOptions || place ? url : undefined,
  );
  return session ? { ...client, session } : client;
}

/** `drizzle(client, { schema })`, `drizzle({ client, schema })`, `drizzle({ relations })` */
function schemaIn(call: Call, tracer: Tracer): Value | undefined {
  for (const argument of [...call.arguments].reverse()) {
    if (argument.kind !== "object") continue;
    for (const name of ["relations", "schema"])
      if (argument.fields.has(name)) return tracer.memberOf(argument, name);
  }
  return undefined;
}
