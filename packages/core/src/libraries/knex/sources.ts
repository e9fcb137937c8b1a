/** The tables of a statement: what `db(…)`, `from` and the joins name, on what condition, and the named queries in sight. */
import { always, type Resource } from "../../constraint/predicate.js";
import { readQuery, readSource } from "../../raw-sql/fragment.js";
import { quotedName } from "../../raw-sql/text.js";
import { alternativesOf, qualifierOf, splitAlias } from "../../trace/builders.js";
import type { Call } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import {
  clausesOf,
  extend,
  siteKey,
  type Clause,
  type LibraryValue,
  type QueryValue,
  type Value,
} from "../../trace/value.js";
import { conditionOf, rawFrom } from "./filters.js";
import { queryIn } from "./parts.js";
import { sqlTextOf } from "./sql-text.js";
import { dataOf, library, wordOf, type Reader } from "./values.js";

/** `"invoices as i"`, `{ i: "invoices" }`, a query or SQL. */
export function sourcesOf(
  reader: Reader,
  value: Value | undefined,
  join: Resource["join"] = "from",
  on: Resource["on"] = always,
): readonly Clause[] {
  if (!value) return [];
  switch (value.kind) {
    case "literal":
      return [tableNamed(reader, String(value.value), null, join, on)];
    case "object":
      return [...value.fields].flatMap(([alias, field], index) => {
        const word = wordOf(field.value);
        const how = index === 0 ? join : "cross";
        if (word !== null) return [tableNamed(reader, word, alias, how, on)];
        return sourcesOf(reader, field.value, how, on).map((clause) => withAlias(clause, alias));
      });
    case "array":
      return value.elements.flatMap((element, index) =>
        sourcesOf(reader, element, index === 0 ? join : "cross", on),
      );
    case "choice": {
      const arms = value.options.map((option) => sourcesOf(reader, option, join, on));
      return [alternativesOf(arms) ?? { kind: "choice", arms, reason: value.reason }];
    }
    case "function":
    case "query": {
      const inner = queryIn(reader, value)!;
      const query = selectionOf(inner);
      const alias = inner.alias ?? "";
      return [
        { kind: "resource", resource: { table: null, alias, join, on, query, outputs: query.outputs } },
      ];
    }
    case "library": {
      const sources = dataOf(value)?.type === "raw" ? sourcesInSql(reader, value) : null;
      return (
        sources?.map((resource): Clause => ({ kind: "resource", resource: { ...resource, join, on } })) ?? [
          { kind: "unclear", reason: "it reads from raw SQL" },
        ]
      );
    }
    default:
      reader.tracer.needsArgument(value);
      return [{ kind: "unclear", reason: "the table is chosen when the program runs", isOpenTable: true }];
  }
}

function tableNamed(
  { commonTables }: Reader,
  written: string,
  alias: string | null,
  join: Resource["join"],
  on: Resource["on"],
): Clause {
  const named = splitAlias(written);
  const common = commonTables.get(named.name);
  const resource: Resource = {
    table: common ? null : named.name,
    alias: alias ?? named.alias ?? qualifierOf(named.name),
    join,
    on,
    query: common ?? null,
    outputs: common?.outputs ?? null,
  };
  return { kind: "resource", resource };
}

function withAlias(clause: Clause, alias: string): Clause {
  return clause.kind === "resource" ? { ...clause, resource: { ...clause.resource, alias } } : clause;
}

function sourcesInSql({ tracer, commonTables, site }: Reader, raw: LibraryValue): readonly Resource[] | null {
  const data = dataOf(raw);
  const place = data?.type === "raw" ? data.site : site;
  const alias = data?.type === "raw" ? data.alias : null;
  return readSource(tracer, { library, site: place, text: sqlTextOf(tracer, raw), commonTables }, alias);
}

export const joins: ReadonlyMap<string, Resource["join"]> = new Map([
  ["join", "inner"],
  ["innerJoin", "inner"],
  ["leftJoin", "left"],
  ["leftOuterJoin", "left"],
  ["rightJoin", "right"],
  ["rightOuterJoin", "right"],
  ["outerJoin", "full"],
  ["fullOuterJoin", "full"],
  ["crossJoin", "cross"],
]);

/** `join(table, a, b)`, `join(table, a, "=", b)`, `join(table, { a: b })`, `join(table, callback)` */
export function joinInto(reader: Reader, query: QueryValue, join: Resource["join"], call: Call): QueryValue {
  const [source, ...condition] = call.arguments;
  const on = condition.length > 0 ? conditionOf(reader, "on", condition) : null;
  return sourcesOf(reader, source, join, on?.predicate ?? always).reduce(extend, query);
}

/** A table of that name stands before a join that is written in SQL. */
const joined = "(joined)";

/** `joinRaw("left join customers on …", bindings)` */
export function joinRawInto(reader: Reader, query: QueryValue, call: Call): QueryValue {
  const [sql, bindings] = call.arguments;
  if (!sql) return query;
  const { tracer, commonTables, site } = reader;
  const raw = dataOf(sql)?.type === "raw" ? (sql as LibraryValue) : rawFrom(sql, bindings);
  const text = [quotedName(joined), " ", ...sqlTextOf(tracer, raw)];
  const resources = readSource(tracer, { library, site, text, commonTables }, null);
  if (!resources) return extend(query, { kind: "unclear", reason: "it joins raw SQL" });
  return resources
    .filter(({ table }) => table !== joined)
    .reduce<QueryValue>((next, resource) => extend(next, { kind: "resource", resource }), query);
}

/** `with(name, query)`, `withRecursive(name, columns, callback)` */
export function withCommonTable(reader: Reader, query: QueryValue, method: string, call: Call): QueryValue {
  const [name, second, third] = call.arguments;
  const written = wordOf(name)?.replace(/\(.*$/s, "").trim();
  const source = third ?? second;
  if (!written || !source) return query;
  const { tracer } = reader;
  if (dataOf(source)?.type === "raw") {
    const { commonTables, site } = reader;
    const fragment = { library, site, text: sqlTextOf(tracer, source as LibraryValue), commonTables };
    const selection = readQuery(tracer, fragment);
    return selection ? extend(query, { kind: "common-table", name: written, selection }) : query;
  }
  const within = method.startsWith("withRecursive")
    ? new Map([...reader.commonTables, [written, { ...nothing, site: `${recursive}${siteKey(call.site)}` }]])
    : reader.commonTables;
  const inner = queryIn({ ...reader, commonTables: within }, source);
  if (!inner) return query;
  // What writes is run with the statement that names it.
  if (inner.operation !== "read")
    for (const access of accessesOf(inner, "run", inner.root.end)) tracer.record(access);
  return extend(query, { kind: "common-table", name: written, selection: selectionOf(inner) });
}

const nothing = { resources: [], where: always, nested: [], arms: [], outputs: null };
const recursive = "recursive:";

/** `union(query, …)`, `unionAll([callback, …])`: in a recursive query, an arm may read from what it is a part of. */
export function uniteInto(reader: Reader, query: QueryValue, call: Call): QueryValue {
  const arms = call.arguments.flatMap((one) => (one.kind === "array" ? one.elements : [one]));
  const own = selectionOf(query);
  const commonTables = new Map(
    [...reader.commonTables].map(([name, selection]) => [
      name,
      selection.resources.length === 0 && selection.site.startsWith(recursive) ? own : selection,
    ]),
  );
  return arms.reduce<QueryValue>((next, arm) => {
    if (arm.kind === "literal") return next;
    const inner = queryIn({ ...reader, commonTables }, arm);
    return inner
      ? extend(next, { kind: "arm", selection: selectionOf(inner) })
      : extend(next, { kind: "unclear", reason: "a union with a query built elsewhere" });
  }, query);
}

/** What a statement reads from, or writes, is said anew. */
export function readsFrom(query: QueryValue, sources: readonly Clause[]): QueryValue {
  const kept = clausesOf(query).filter(
    (clause) => clause.kind !== "resource" || clause.resource.join !== "from",
  );
  const [begin, ...others] = kept;
  const first = kept.length === clausesOf(query).length ? query : rebuilt(query, [begin!, ...others]);
  return sources.reduce(extend, first);
}

function rebuilt(query: QueryValue, [, ...others]: readonly Clause[]): QueryValue {
  const head = { previous: null, length: 0, clause: { kind: "begin" } } as const;
  return others.reduce<QueryValue>(extend, { ...query, head });
}
