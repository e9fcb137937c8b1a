/** Knex's query builder: how a statement begins, what each method adds to it, and what it gives. Each changes it in place. */
import { never, type Predicate } from "../../constraint/predicate.js";
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import { columnOf, splitAlias } from "../../trace/builders.js";
import { within } from "../../trace/session.js";
import {
  clausesOf,
  extend,
  isUndefined,
  siteKey,
  type QueryValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { tableInSchema } from "../../raw-sql/schemas.js";
import { conditionOf, nestedIn } from "./filters.js";
import { joinInto, joinRawInto, joins, readsFrom, sourcesOf, uniteInto, withCommonTable } from "./sources.js";
import {
  dataOf,
  emptyQuery,
  library,
  readerOf,
  withNested,
  wordOf,
  type Place,
  type Reader,
} from "./values.js";
import { conflictOn, insertInto, mergeInto, updateInto, whereInConflict } from "./writing.js";

/** `db("invoices")` */
export function beginQuery(tracer: Tracer, call: Call, place: Place, source: Value | undefined): QueryValue {
  const query = unbegun(call, place);
  return about(tracer, query, call.site, source);
}

/** `db.select(…)` and its like say later what they are about, and are in the inventory from there on. */
export function unbegun(call: Call, { isPool, session }: Place): QueryValue {
  return { ...emptyQuery(call.site), isOnPool: isPool, ...(session && { session }) };
}

/** The tables it is about are said here, and perhaps the schema that they stand in: `${schema}.invoices`. */
function about(tracer: Tracer, begun: QueryValue, site: Site, source: Value | undefined): QueryValue {
  const named = source && tableInSchema(source);
  const query = named ? inSchema(begun, named.schema) : begun;
  const sources = sourcesOf(readerOf(tracer, query, site), named ? named.table : source);
  // A callback's query begins where its table is named.
  const isLater = site.start !== query.root.start || site.file !== query.root.file;
  const root = query.isPart ? site : isLater ? query.root : { ...query.root, end: site.end };
  const placed = sources.length > 0 ? { ...query, root } : query;
  const next = readsFrom(placed, sources);
  note(tracer, next, site);
  return next;
}

function inSchema(query: QueryValue, schema: Value | undefined): QueryValue {
  const session = within(query.session, "schema", schema);
  return session ? { ...query, session } : query;
}

/** It is in the inventory, as what it is by now. */
function note(tracer: Tracer, query: QueryValue, site: Site): void {
  const { resources } = selectionOf(query);
  const tables = resources.flatMap(({ table, join }) => (table !== null && join === "from" ? [table] : []));
  if (query.isPart && resources.length === 0) return;
  const isFiltered =
    query.operation === "read" || query.operation === "update" || query.operation === "delete";
  tracer.begin({
    site: query.root,
    kind: "query",
    library,
    operation: query.operation,
    tables,
    repair: isFiltered ? { at: site.end, template: '.where("{column}", {value})' } : null,
    isOnPool: query.isOnPool === true,
  });
}

const setOperators = new Set(["union", "unionAll", "intersect", "intersectAll", "except", "exceptAll"]);
const selecting = new Set(["select", "columns", "column", "distinct", "distinctOn", "returning"]);
const running = new Set(["stream", "pipe", "asCallback", "explain", "toSQL", "toQuery", "toString"]);

/** A method of a query. */
export function callOnQuery(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const reader = readerOf(tracer, query, call.site);
  const [first, second] = call.arguments;
  const written = writeInto(reader, query, method, call);
  if (written) {
    const isBegun = clausesOf(written).some(({ kind }) => kind === "resource" || kind === "unclear");
    if (isBegun && !written.isPart) note(tracer, written, call.site);
    return written;
  }
  const filtered = filterInto(reader, query, method, call.arguments);
  if (filtered) return filtered;
  const join = joins.get(method);
  if (join) return joinInto(reader, query, join, call);
  if (setOperators.has(method)) return uniteInto(reader, query, call);
  if (selecting.has(method))
    return call.arguments.reduce<QueryValue>((next, value) => selectInto(reader, next, value), query);
  if (running.has(method)) return run(tracer, query, call.site);
  switch (method) {
    case "from":
    case "into":
    case "table":
      return about(tracer, query, call.site, first);
    case "withSchema":
      return inSchema(query, first);
    case "transacting": {
      const session = first?.kind === "library" ? first.session : undefined;
      return session ? { ...query, session, isOnPool: false } : { ...query, isOnPool: false };
    }
    case "fromRaw":
      return extend(query, { kind: "unclear", reason: "it reads from raw SQL" });
    case "using":
    case "updateFrom":
      return sourcesOf(reader, first, "cross").reduce(extend, query);
    case "joinRaw":
      return joinRawInto(reader, query, call);
    case "with":
    case "withRecursive":
    case "withMaterialized":
    case "withNotMaterialized":
      return withCommonTable(reader, query, method, call);
    case "first":
      return call.arguments.reduce<QueryValue>((next, value) => selectInto(reader, next, value), {
        ...query,
        isOfOne: true,
      });
    case "pluck": {
      const column = wordOf(first);
      return column === null
        ? query
        : { ...selectInto(reader, query, first!), plucked: columnOf(column)?.name ?? column };
    }
    case "as":
      return { ...query, alias: wordOf(first) ?? "" };
    case "clearWhere":
      return extend(query, { kind: "clear-filters" });
    case "clear":
      return wordOf(first) === "where" ? extend(query, { kind: "clear-filters" }) : query;
    case "clone":
      return { ...query, cell: {} };
    case "modify":
      return modified(tracer, query, first, call.arguments.slice(1));
    default:
      // Order, groups, limits, locks, hints: nothing that changes whose rows come back. What they are given may hold sub-queries.
      return withNested(
        query,
        [first, second].flatMap((value) =>
          value && value.kind !== "function" ? nestedIn(reader, value) : [],
        ),
      );
  }
}

/** `modify(callback, …)` runs the callback here; what that gives back is not looked at (measured). */
function modified(
  tracer: Tracer,
  query: QueryValue,
  callback: Value | undefined,
  args: readonly Value[],
): QueryValue {
  if (!callback || isUndefined(callback)) return query;
  const isArrow =
    callback.kind === "function" &&
    tracer.moduleOf(callback.file)?.functions[callback.function]?.kind === "arrow";
  tracer.run(callback.kind === "function" && !isArrow ? { ...callback, self: query } : callback, [
    query,
    ...args,
  ]);
  return tracer.latest(query);
}

/** What makes it a statement that writes; null for any other method. */
function writeInto(reader: Reader, query: QueryValue, method: string, call: Call): QueryValue | null {
  const [first] = call.arguments;
  switch (method) {
    case "insert":
      return insertInto(reader, query, first);
    case "upsert":
      return { ...insertInto(reader, query, first), operation: "upsert" };
    case "update":
      return updateInto(reader, query, call.arguments);
    case "increment":
    case "decrement":
      return { ...query, operation: "update" };
    case "del":
    case "delete":
    case "truncate":
      return { ...query, operation: "delete" };
    case "onConflict":
      return conflictOn(query, first);
    case "merge":
      return mergeInto(reader.tracer, query, first);
    case "ignore":
      return query;
    default:
      return null;
  }
}

/** `orWhereIn` is `whereIn` with an `or` before it. */
function formOf(method: string): { readonly form: string; readonly isOr: boolean } {
  const [, word, rest] = /^(and|or)([A-Z]\w*)$/.exec(method) ?? [];
  if (!word || !rest) return { form: method, isOr: false };
  return { form: rest[0]!.toLowerCase() + rest.slice(1), isOr: word === "or" };
}

/** Null for what is no filter: `on` of a query listens to its events. */
function filterInto(
  reader: Reader,
  query: QueryValue,
  method: string,
  args: readonly Value[],
): QueryValue | null {
  const { form, isOr } = formOf(method);
  if (form.startsWith("on") && !query.isPart) return null;
  if (!/^(?:where|on)/.test(form)) return null;
  const inConflict = whereInConflict(reader, query, form, args);
  if (inConflict) return inConflict;
  const condition = conditionOf(reader, form, args);
  if (!condition) return null;
  const next = withNested(query, condition.nested);
  if (condition.isNothing) return next;
  return extend(next, {
    kind: "filter",
    predicate: isOr ? withoutNothing(condition.predicate) : condition.predicate,
    loose: condition.loose ?? null,
    ...(isOr && { isAlternative: true }),
  });
}

/** What demands nothing is left out, and the `or` before it as well. */
function withoutNothing(predicate: Predicate): Predicate {
  if (predicate.kind === "choice") return { ...predicate, arms: predicate.arms.map(withoutNothing) };
  return predicate.kind === "true" ? never : predicate;
}

/** `"t.column as name"`, `{ name: "t.column" }`, a sub-query, SQL. */
function selectInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  switch (value.kind) {
    case "literal": {
      const text = wordOf(value);
      if (text === null) return query;
      if (text.endsWith("*")) {
        const table = text.includes(".") ? text.slice(0, text.lastIndexOf(".")) : null;
        return extend(query, { kind: "output", name: "*", column: { table, name: "*" } });
      }
      const column = columnOf(text);
      const name = splitAlias(text).alias ?? column?.name;
      return column && name ? extend(query, { kind: "output", name, column }) : query;
    }
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].reduce<QueryValue>(
        (next, element) => selectInto(reader, next, element),
        query,
      );
    case "choice":
      return value.options.reduce<QueryValue>((next, option) => selectInto(reader, next, option), query);
    case "object":
      return [...value.fields].reduce<QueryValue>((next, [name, field]) => {
        const word = wordOf(field.value);
        const column = word === null ? null : columnOf(word);
        return column
          ? extend(next, { kind: "output", name, column })
          : withNested(next, nestedIn(reader, field.value));
      }, query);
    case "library": {
      const data = dataOf(value);
      const word = data?.type === "ref" ? wordOf(value.holds?.[0]) : null;
      const column = word === null ? null : columnOf(word);
      const name = (data?.type === "ref" ? data.alias : null) ?? column?.name;
      return column && name
        ? extend(query, { kind: "output", name, column })
        : withNested(query, nestedIn(reader, value));
    }
    default:
      return withNested(query, nestedIn(reader, value));
  }
}

function run(tracer: Tracer, query: QueryValue, site: Site): Value {
  if (query.isPart) return query;
  const isOneChain = site.start === query.root.start && site.file === query.root.file;
  for (const access of accessesOf(query, "run", isOneChain ? site.end : query.root.end))
    tracer.record(access);
  return { kind: "rows", access: siteKey(query.root), many: !query.isOfOne, absent: false, text: "" };
}
