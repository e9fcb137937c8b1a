/** Kysely's query builders: how a statement begins, and what each method adds to it. */
import {
  always,
  and,
  type Resource,
  type WrittenRow,
  type WrittenValue,
} from "../../constraint/predicate.js";
import { conditionText } from "../../lower/visit.js";
import type { Access, Call, Tracer } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
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
import { filterOf, nestedIn, queryIn, referenceFilter, unknownFilter, type Reader } from "./expressions.js";
import { columnOf, qualifierOf, splitAlias } from "./references.js";
import {
  builderFor,
  clientWith,
  dataOf,
  emptyConflict,
  emptyJoin,
  library,
  valueOf,
  type CommonTables,
  type KyselyData,
} from "./values.js";

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

/** `db.selectFrom("table")` and its siblings. */
export function beginQuery(
  tracer: Tracer,
  commonTables: CommonTables,
  method: string,
  call: Call,
): QueryValue {
  const operation = roots.get(method)!;
  let query: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
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
  });
  for (const clause of sources) query = extend(query, clause);
  if (method === "selectNoFrom") query = selectInto({ tracer, commonTables }, query, call.arguments[0]);
  return query;
}

/** What `.selectFrom(…)`, `.innerJoin(…)`, `.using(…)` name. */
function sourcesOf(
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
    case "choice":
      return (
        alternativesOf(reader, value.options, join, on) ?? [
          {
            kind: "choice",
            arms: value.options.map((option) => sourcesOf(reader, option, join, on)),
            reason: value.reason,
          },
        ]
      );
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

/** `selectFrom(hourly ? "a" : "b")`: one table or the other, never both. */
function alternativesOf(
  reader: Reader,
  options: readonly Value[],
  join: Resource["join"],
  on: Resource["on"],
): readonly Clause[] | null {
  const resources = options
    .flatMap((option) => sourcesOf(reader, option, join, on))
    .map((clause) => (clause.kind === "resource" ? clause.resource : null));
  const [first, ...others] = resources;
  if (!first || resources.length !== options.length || others.some((one) => one === null)) return null;
  return [{ kind: "resource", resource: first, alternatives: others.filter((one) => one !== null) }];
}

const joins = new Map<string, Resource["join"]>([
  ["innerJoin", "inner"],
  ["leftJoin", "left"],
  ["rightJoin", "right"],
  ["fullJoin", "full"],
  ["crossJoin", "cross"],
  ["innerJoinLateral", "inner"],
  ["leftJoinLateral", "left"],
  ["crossJoinLateral", "cross"],
  ["crossApply", "cross"],
  ["outerApply", "left"],
]);

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
      return withNested(extend(query, { kind: "filter", predicate: filter.predicate }), filter.nested);
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
      return first ? extend(query, { kind: "written", rows: writtenRows(reader, first) }) : query;
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
    case "compile":
      return valueOf({ type: "compiled", source: query });
    default:
      // Order, limits, locks, casts: nothing that changes whose rows come back. Callbacks may still hold sub-queries.
      return call.arguments.reduce<QueryValue>(
        (next, argument) => withNested(next, nestedIn(reader, argument)),
        query,
      );
  }
}

function commonTablesOf(query: QueryValue): CommonTables {
  const tables = new Map();
  for (const clause of clausesOf(query))
    if (clause.kind === "common-table") tables.set(clause.name, clause.selection);
  return tables;
}

function withNested(
  query: QueryValue,
  nested: readonly (Clause & { kind: "nested" })["selection"][],
): QueryValue {
  return nested.reduce((next, selection) => extend(next, { kind: "nested", selection }), query);
}

// -------------------------------------------------------------------------------------------------- clauses

function joinInto(reader: Reader, query: QueryValue, join: Resource["join"], call: Call): QueryValue {
  const [source, second, third] = call.arguments;
  let on: Resource["on"] = { kind: "true" };
  if (second?.kind === "function") {
    const built = dataOf(reader.tracer.invoke(second, [emptyJoin]));
    on = built?.type === "join" ? and(built.on) : unknownFilter("a join built elsewhere");
  } else if (second && third) {
    on = referenceFilter(reader, [second, { kind: "literal", value: "=" }, third]);
  }
  return sourcesOf(reader, source, join, on).reduce(extend, query);
}

/** `join.onRef(…).on(…)` */
export function callOnJoin(
  reader: Reader,
  on: readonly Resource["on"][],
  method: string,
  call: Call,
): LibraryValue | null {
  switch (method) {
    case "on":
      return valueOf({ type: "join", on: [...on, filterOf(reader, call.arguments).predicate] });
    case "onRef":
      return valueOf({ type: "join", on: [...on, referenceFilter(reader, call.arguments)] });
    case "onTrue":
      return valueOf({ type: "join", on });
    default:
      return null;
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

/** One side of a union. In a recursive query it may read from the query it is a part of. */
function armOf(reader: Reader, query: QueryValue, value: Value) {
  if (value.kind !== "function") {
    const direct = queryIn(reader, value);
    return direct ? selectionOf(direct) : null;
  }
  const own = selectionOf(query);
  const tables = new Map(
    [...reader.commonTables].map(([name, selection]) => [
      name,
      selection.resources.length === 0 && selection.site.startsWith(recursive) ? own : selection,
    ]),
  );
  const arm = reader.tracer.invoke(value, [builderFor(tables)]);
  return arm.kind === "query" ? selectionOf(arm) : null;
}

const recursive = "recursive:";

/** `db.with("name", …)`, `db.withRecursive("name", …)` */
export function withCommonTable(
  tracer: Tracer,
  commonTables: CommonTables,
  method: string,
  call: Call,
): Value | null {
  const [name, source] = call.arguments;
  const text = nameOfCommonTable(tracer, name);
  if (!text || !source) return clientWith(commonTables);
  const within: CommonTables =
    method === "withRecursive"
      ? new Map([
          ...commonTables,
          [
            text,
            {
              site: `${recursive}${siteKey(call.site)}`,
              resources: [],
              where: { kind: "true" },
              nested: [],
              arms: [],
              outputs: null,
            },
          ],
        ])
      : commonTables;
  const inner = source.kind === "function" ? tracer.invoke(source, [clientWith(within)]) : source;
  if (inner.kind !== "query") return clientWith(commonTables);
  recordAll(tracer, accessesOf(inner, inner.operation === "read" ? "built" : "run", inner.root.end));
  return clientWith(new Map([...commonTables, [text, selectionOf(inner)]]));
}

/** `"name"`, `"name(a, b)"`, `(cte) => cte("name").materialized()` */
function nameOfCommonTable(tracer: Tracer, value: Value | undefined): string | null {
  if (value?.kind === "literal" && typeof value.value === "string")
    return value.value.replace(/\s*\(.*$/s, "");
  if (value?.kind === "function")
    return nameOfCommonTable(
      tracer,
      tracer.invoke(value, [valueOf({ type: "method", receiver: emptyJoin, method: "cte" })]),
    );
  const data = value ? dataOf(value) : null;
  return data?.type === "aliased" ? data.alias : null;
}

function applyIf(tracer: Tracer, query: QueryValue, call: Call): Value {
  const [condition, then] = call.arguments;
  if (!then) return query;
  const changed = tracer.invoke(then, [query]);
  if (condition?.kind === "literal") return condition.value ? changed : query;
  const [written] = call.written;
  return tracer.choose([changed, query], written ? conditionText(written) : "");
}

// -------------------------------------------------------------------------------------------------- writing

function writtenRows(reader: Reader, value: Value): readonly WrittenRow[] {
  switch (value.kind) {
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].flatMap((element) =>
        writtenRows(reader, element),
      );
    case "function":
      return writtenRows(reader, reader.tracer.invoke(value, [builderFor(reader.commonTables)]));
    case "choice":
      return value.options.flatMap((option) => writtenRows(reader, option));
    case "literal":
      return [];
    default: {
      const element = reader.tracer.elementOf(value);
      return element ? writtenRows(reader, element) : [writtenRow(reader, value)];
    }
  }
}

function writtenRow(reader: Reader, value: Value): WrittenRow {
  const object = reader.tracer.fieldsOf(value);
  const columns = new Map<string, WrittenValue>();
  for (const [name, field] of object.fields) {
    columns.set(name, {
      operand: operandOf(field.value),
      sometimes: field.sometimes,
      overwritable: field.overwritable,
    });
  }
  return { columns, open: object.open ? "the row is built elsewhere" : null };
}

function setInto(reader: Reader, query: QueryValue, call: Call): QueryValue {
  const [first, second] = call.arguments;
  const values = second
    ? [second]
    : first?.kind === "function"
      ? [reader.tracer.invoke(first, [builderFor(reader.commonTables)])]
      : [first!];
  const nested = values.flatMap((value) =>
    value.kind === "object"
      ? [...value.fields.values()].flatMap((field) => nestedIn(reader, field.value))
      : nestedIn(reader, value),
  );
  return withNested(query, nested);
}

function conflictInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  const built = value ? dataOf(reader.tracer.invoke(value, [emptyConflict])) : null;
  const conflict = built?.type === "conflict" ? built : { columns: null, updates: true, where: [] };
  const { columns, updates } = conflict;
  const next = extend(query, { kind: "conflict", columns, updates, where: and(conflict.where) });
  return updates ? { ...next, operation: "upsert" } : next;
}

/** `oc.column("a").doUpdateSet(…).where(…)` */
export function callOnConflict(
  reader: Reader,
  conflict: KyselyData & { type: "conflict" },
  method: string,
  call: Call,
): LibraryValue {
  const [first] = call.arguments;
  const named = (values: readonly Value[]): readonly string[] =>
    values.flatMap((value) =>
      value.kind === "literal" && typeof value.value === "string" ? [value.value] : [],
    );
  const columns = conflict.columns ?? [];
  switch (method) {
    case "column":
      return valueOf({ ...conflict, columns: [...columns, ...named(call.arguments)] });
    case "columns":
      return valueOf({
        ...conflict,
        columns: [...columns, ...named(first?.kind === "array" ? first.elements : [])],
      });
    case "doUpdateSet":
      return valueOf({ ...conflict, updates: true });
    case "where":
      // Before `doUpdateSet` it picks a partial index; after it, the rows that are overwritten.
      return conflict.updates
        ? valueOf({ ...conflict, where: [...conflict.where, filterOf(reader, call.arguments).predicate] })
        : valueOf(conflict);
    default:
      return valueOf(conflict);
  }
}

// -------------------------------------------------------------------------------------------------- running

function recordAll(tracer: Tracer, accesses: readonly Access[]): void {
  for (const access of accesses) tracer.record(access);
}

const executing = new Set(["execute", "executeTakeFirst", "executeTakeFirstOrThrow", "stream", "explain"]);

function execute(tracer: Tracer, query: QueryValue, method: string, call: Call): Value {
  recordAll(
    tracer,
    accessesOf(
      query,
      "run",
      call.site.start === query.root.start && call.site.file === query.root.file
        ? call.site.end
        : query.root.end,
    ),
  );
  const isMany = method === "execute" || method === "stream";
  return { kind: "rows", access: siteKey(query.root), many: isMany, absent: false, text: "" };
}
