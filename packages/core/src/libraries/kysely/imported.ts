/** What the program imports from Kysely and calls: `sql.ref(…)`, `expressionBuilder()`, `jsonArrayFrom(…)`. */
import { worded } from "../../raw-sql/words.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { expressionOf, nestedIn, queryIn, type Reader } from "./expressions.js";
import { expression, expressionBuilder, noCommonTables, valueOf, type KyselyData } from "./values.js";

export function callImported(path: readonly string[], call: Call, tracer: Tracer): Value | null {
  const reader: Reader = { tracer, commonTables: noCommonTables };
  const [first] = call.arguments;
  switch (path.join(".")) {
    case "expressionBuilder":
      return expressionBuilder;
    case "sql.val":
    case "sql.value":
      return first ?? null;
    case "sql.raw":
      return valueOf(
        { type: "raw", made: "raw", texts: [], site: call.site },
        call.arguments.map((argument) => worded(tracer, argument)),
      );
    case "sql.ref":
    case "sql.id":
    case "sql.table":
    case "sql.lit":
    case "sql.literal":
    case "sql.join":
      return valueOf(
        { type: "raw", made: madeBy[path[1]!] ?? "open", texts: [], site: call.site },
        call.arguments,
      );
    case "jsonArrayFrom":
    case "jsonObjectFrom": {
      const query = first ? queryIn(reader, first) : null;
      return expression({ nested: query ? expressionOf(reader, query).nested : [] });
    }
    default:
      // `jsonBuildObject({ … })` and the like.
      return path.at(-1)?.startsWith("json")
        ? expression({ nested: call.arguments.flatMap((argument) => nestedInObject(reader, argument)) })
        : null;
  }
}

const madeBy: Readonly<Record<string, (KyselyData & { type: "raw" })["made"]>> = {
  raw: "raw",
  ref: "ref",
  id: "id",
  table: "table",
  lit: "lit",
  literal: "lit",
  join: "join",
};

function nestedInObject(
  reader: Reader,
  value: Value,
): readonly ReturnType<typeof expressionOf>["nested"][number][] {
  if (value.kind === "object")
    return [...value.fields.values()].flatMap((field) => nestedInObject(reader, field.value));
  return nestedIn(reader, value);
}
