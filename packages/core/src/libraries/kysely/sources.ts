/** The tables of a statement: what `selectFrom`, `using` and the joins name, and on what condition. */
import { andAsWritten, type Resource, type Written } from "../../constraint/predicate.js";
import type { Call } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import { alternativesOf, sqlJoins } from "../../trace/builders.js";
import { extend, type Clause, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import { unknownFilter, type Reader } from "./expressions.js";
import { filterOf, referenceFilter } from "./filters.js";
import { qualifierOf, splitAlias } from "./references.js";
import { readSource } from "../../raw-sql/fragment.js";
import { sqlTextOf } from "./sql-text.js";
import { builderFor, dataOf, emptyJoin, library, valueOf } from "./values.js";

/** What `.selectFrom(…)`, `.innerJoin(…)`, `.using(…)` name. */
export function sourcesOf(
  reader: Reader,
  value: Value | undefined,
  join: Resource["join"],
  on: Resource["on"] = { kind: "true" },
): readonly Clause[] {
  if (!value) return [];
  switch (value.kind) {
    case "literal": {
      const { name, alias } = splitAlias(String(value.value));
      const common = reader.commonTables.get(name);
      const resource: Resource = {
        table: common ? null : name,
        alias: alias ?? qualifierOf(name),
        join,
        on,
        query: common ?? null,
        outputs: common?.outputs ?? null,
      };
      return [{ kind: "resource", resource }];
    }
    case "array":
      return value.elements.flatMap((element, index) =>
        sourcesOf(reader, element, index === 0 ? join : "cross", on),
      );
    case "function":
      return sourcesOf(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]), join, on);
    case "choice": {
      const arms = value.options.map((option) => sourcesOf(reader, option, join, on));
      return [alternativesOf(arms) ?? { kind: "choice", arms, reason: value.reason }];
    }
    case "library": {
      const data = dataOf(value);
      if (data?.type === "aliased" && data.query) {
        const query = selectionOf(data.query);
        return [
          {
            kind: "resource",
            resource: { table: null, alias: data.alias, join, on, query, outputs: query.outputs },
          },
        ];
      }
      const raw = data?.type === "aliased" ? (data.raw ?? null) : data?.type === "raw" ? value : null;
      const named = raw && sourcesInSql(reader, raw, data?.type === "aliased" ? data.alias : null);
      if (named) return named.map((resource) => ({ kind: "resource", resource: { ...resource, join, on } }));
      return [
        {
          kind: "unclear",
          reason:
            data?.type === "aliased" || data?.type === "raw"
              ? "it reads from raw SQL"
              : "the table is chosen when the program runs",
        },
      ];
    }
    default:
      reader.tracer.needsArgument(value);
      return [{ kind: "unclear", reason: "the table is chosen when the program runs", isOpenTable: true }];
  }
}

/** `` selectFrom(sql`invoices`.as("i")) `` */
function sourcesInSql(
  { tracer, commonTables }: Reader,
  raw: LibraryValue,
  alias: string | null,
): readonly Resource[] | null {
  const data = dataOf(raw);
  return data?.type === "raw"
    ? readSource(tracer, { library, site: data.site, text: sqlTextOf(raw), commonTables }, alias)
    : null;
}

export const joins = new Map<string, Resource["join"]>([
  ...sqlJoins,
  ["crossApply", "cross"],
  ["outerApply", "left"],
]);

export function joinInto(reader: Reader, query: QueryValue, join: Resource["join"], call: Call): QueryValue {
  const [source, second, third] = call.arguments;
  let on: Resource["on"] = { kind: "true" };
  if (second?.kind === "function") {
    const built = dataOf(reader.tracer.invoke(second, [emptyJoin]));
    on = built?.type === "join" ? andAsWritten(built.on) : unknownFilter("a join built elsewhere");
  } else if (second && third) {
    on = referenceFilter(reader, [second, { kind: "literal", value: "=" }, third]);
  }
  return sourcesOf(reader, source, join, on).reduce(extend, query);
}

/** `join.onRef(…).on(…)` */
export function callOnJoin(
  reader: Reader,
  on: readonly Written[],
  method: string,
  call: Call,
): LibraryValue | null {
  switch (method) {
    case "on":
      return valueOf({ type: "join", on: [...on, filterOf(reader, call.arguments)] });
    case "onRef":
      return valueOf({ type: "join", on: [...on, { predicate: referenceFilter(reader, call.arguments) }] });
    case "onTrue":
      return valueOf({ type: "join", on });
    default:
      return null;
  }
}
