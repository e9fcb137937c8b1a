/** Kysely's query builders: how a statement begins, what each method adds to it, and when it runs. */
import { always, type WrittenRow } from "../../constraint/predicate.js";
import { conditionText } from "../../lower/visit.js";
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import type { Session } from "../../trace/session.js";
import { extend, siteKey, type ClientNote, type QueryValue, type Value } from "../../trace/value.js";
import { armOf, commonTablesOf } from "./common-tables.js";
import { nestedIn, queryIn, withNested, type Reader } from "./expressions.js";
import { filterOf, referenceFilter } from "./filters.js";
import { withPlugins } from "./plugins.js";
import { columnOf, splitAlias } from "./references.js";
import { joinInto, joins, sourcesOf } from "./sources.js";
import { builderFor, dataOf, library, valueOf, type CommonTables } from "./values.js";
import { conflictInto, setInto, valuesInto } from "./writing.js";

const roots = new Map<string, QueryValue["operation"]>([
  ["selectFrom", "read"],
  ["selectNoFrom", "read"],
  ["insertInto", "insert"],
  ["replaceInto", "upsert"],
  ["updateTable", "update"],
  ["deleteFrom", "delete"],
  ["mergeInto", "upsert"],
]);

export const rootMethods: readonly string[] = [...roots.keys()];

export function isRoot(method: string): boolean {
  return roots.has(method);
}

/** Where a client's statements run. */
export interface Place {
  readonly isPool?: boolean;
  readonly session?: Session | undefined;
  readonly note?: ClientNote | undefined;
}

/** `db.selectFrom("table")` and its siblings. */
export function beginQuery(
  tracer: Tracer,
  commonTables: CommonTables,
  method: string,
  call: Call,
  { isPool = false, session, note }: Place = {},
): QueryValue {
  const operation = roots.get(method)!;
  let query: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    ...(session && { session }),
    ...(note && { client: note }),
  };
  for (const [name, selection] of commonTables)
    query = extend(query, { kind: "common-table", name, selection });
  const sources =
    method === "selectNoFrom" ? [] : sourcesOf({ tracer, commonTables }, call.arguments[0], "from");
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation,
    tables: sources.flatMap((source) =>
      source.kind === "resource" && source.resource.table ? [source.resource.table] : [],
    ),
    repair:
      operation === "read" || operation === "update" || operation === "delete"
        ? { at: call.site.end, template: '.where("{column}", "=", {value})' }
        : null,
    isOnPool: isPool,
    ...(session && { session }),
  });
  for (const clause of sources) query = extend(query, clause);
  if (method === "selectNoFrom") query = selectInto({ tracer, commonTables }, query, call.arguments[0]);
  return query;
}

/** A method of a query; null when the name is unknown to us (then nothing is known of the result). */
export function callOnQuery(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const reader: Reader = { tracer, commonTables: commonTablesOf(query) };
  const [first] = call.arguments;
  const join = joins.get(method);
  if (join) return joinInto(reader, query, join, call);
  if (executing.has(method)) return execute(tracer, query, method, call);
  switch (method) {
    case "where": {
      const filter = filterOf(reader, call.arguments);
      return withNested(
        extend(query, { kind: "filter", predicate: filter.predicate, loose: filter.loose ?? null }),
        filter.nested,
      );
    }
    case "whereRef":
      return extend(query, { kind: "filter", predicate: referenceFilter(reader, call.arguments) });
    case "whereExists":
    case "whereNotExists": {
      const inner = first ? queryIn(reader, first) : null;
      if (!inner) return query;
      const exists = { kind: "exists", query: selectionOf(inner) } as const;
      return extend(query, {
        kind: "filter",
        predicate: method === "whereExists" ? exists : { kind: "not", term: exists },
      });
    }
    case "clearWhere":
      return extend(query, { kind: "clear-filters" });
    case "from":
    case "using":
      if (call.arguments.length >= 2) return joinInto(reader, query, "inner", call);
      return sourcesOf(reader, first, "cross").reduce(extend, query);
    case "select":
    case "returning":
      return selectInto(reader, query, first);
    case "selectAll":
    case "returningAll": {
      const table = first?.kind === "literal" && typeof first.value === "string" ? first.value : null;
      return extend(query, { kind: "output", name: "*", column: { table, name: "*" } });
    }
    case "union":
    case "unionAll":
    case "intersect":
    case "intersectAll":
    case "except":
    case "exceptAll": {
      const arm = first ? armOf(reader, query, first) : null;
      return arm
        ? extend(query, { kind: "arm", selection: arm })
        : extend(query, { kind: "unclear", reason: "a union with a query built elsewhere" });
    }
    case "values":
      return first ? valuesInto(reader, query, first) : query;
    case "columns":
    case "set":
      return first ? setInto(reader, query, call) : query;
    case "expression": {
      const source = first ? queryIn(reader, first) : null;
      const rows: readonly WrittenRow[] = [{ columns: new Map(), open: "the rows come from a query" }];
      return extend(source ? extend(query, { kind: "nested", selection: selectionOf(source) }) : query, {
        kind: "written",
        rows,
      });
    }
    case "defaultValues":
      return extend(query, { kind: "written", rows: [{ columns: new Map(), open: null }] });
    case "onConflict":
      return conflictInto(reader, query, first);
    case "onDuplicateKeyUpdate":
      return {
        ...extend(query, { kind: "conflict", columns: null, updates: true, where: always }),
        operation: "upsert",
      };
    case "as":
      return first?.kind === "literal"
        ? valueOf({ type: "aliased", alias: String(first.value), query, expression: null })
        : query;
    case "$call":
      return first ? tracer.invoke(first, [query]) : query;
    case "$if":
      return applyIf(tracer, query, call);
    case "withPlugin": {
      const client = withPlugins(tracer, query.client, first);
      return client ? { ...query, client } : query;
    }
    case "compile":
      // Nothing can be added to it from here, whoever runs it.
      execute(tracer, query, method, call);
      return valueOf({ type: "compiled", source: query });
    default:
      // Order, limits, locks, casts: nothing that changes whose rows come back. Callbacks may still hold sub-queries.
      return call.arguments.reduce<QueryValue>(
        (next, argument) => withNested(next, nestedIn(reader, argument)),
        query,
      );
  }
}

function selectInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  if (!value) return query;
  switch (value.kind) {
    case "literal": {
      const text = String(value.value);
      const column = columnOf(text);
      const name = splitAlias(text).alias ?? column?.name;
      return column && name ? extend(query, { kind: "output", name, column }) : query;
    }
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].reduce<QueryValue>(
        (next, element) => selectInto(reader, next, element),
        query,
      );
    case "function":
      return selectInto(reader, query, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
    case "choice":
      return value.options.reduce<QueryValue>((next, option) => selectInto(reader, next, option), query);
    case "query":
      return extend(query, { kind: "nested", selection: selectionOf(value) });
    case "library": {
      const data = dataOf(value);
      const next = withNested(query, nestedIn(reader, value));
      if (data?.type !== "aliased") return next;
      return data.expression?.column
        ? extend(next, { kind: "output", name: data.alias, column: data.expression.column })
        : next;
    }
    default:
      return query;
  }
}

function applyIf(tracer: Tracer, query: QueryValue, call: Call): Value {
  const [condition, then] = call.arguments;
  if (!then) return query;
  const changed = tracer.invoke(then, [query]);
  if (condition?.kind === "literal") return condition.value ? changed : query;
  const [written] = call.written;
  const reason = written ? conditionText(written) : "";
  return condition
    ? tracer.chooseBy(condition, changed, query, reason)
    : tracer.choose([changed, query], reason);
}

const executing = new Set(["execute", "executeTakeFirst", "executeTakeFirstOrThrow", "stream", "explain"]);

function execute(tracer: Tracer, query: QueryValue, method: string, call: Call): Value {
  const isOneChain = call.site.start === query.root.start && call.site.file === query.root.file;
  const end = isOneChain ? call.site.end : query.root.end;
  for (const access of accessesOf(query, "run", end)) tracer.record(access);
  const isMany = method === "execute" || method === "stream";
  const found: Value = {
    kind: "rows",
    access: siteKey(query.root),
    many: isMany,
    absent: false,
    text: "",
  };
  if (method === "executeTakeFirstOrThrow") tracer.assume(found);
  return found;
}
