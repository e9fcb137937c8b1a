/** Drizzle's query builders: how a statement begins, what each method adds to it, and what it gives. */
import { always, type Resource } from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import { within } from "../../trace/session.js";
import { sqlJoins } from "../../trace/builders.js";
import {
  clausesOf,
  extend,
  siteKey,
  type Clause,
  type LibraryValue,
  type QueryValue,
  type RowsValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { expressionOf, nestedIn, type Reader } from "./expressions.js";
import { withGiven } from "./prepared.js";
import { namesIn, sourcesOf } from "./sources.js";
import { withOutputs } from "./tables.js";
import {
  client as transaction,
  dataOf,
  library,
  nested,
  packageName,
  valueOf,
  type ClientData,
  type CommonTables,
  type DrizzleData,
  type StatementData,
} from "./values.js";
import { conflictInto, duplicateInto, setInto, valuesInto } from "./writing.js";

type Operation = QueryValue["operation"];

/** `db.select(…).from(table)`: where it reads from is said second. */
export function selectFrom(
  tracer: Tracer,
  value: LibraryValue,
  { client, site }: DrizzleData & { readonly type: "selecting" },
  call: Call,
): QueryValue {
  const reader: Reader = { tracer, commonTables: client.commonTables };
  const whole = { ...call.site, start: site.file === call.site.file ? site.start : call.site.start };
  const query = begin(reader, client, "read", whole, call.arguments[0]);
  const [fields] = nested(value);
  return fields ? fieldsInto(reader, query, fields) : query;
}

/** `db.insert(table)`, `db.update(table)`, `db.delete(table)` */
export function beginWriting(
  tracer: Tracer,
  client: ClientData,
  operation: Operation,
  call: Call,
): QueryValue {
  return begin(
    { tracer, commonTables: client.commonTables },
    client,
    operation,
    call.site,
    call.arguments[0],
  );
}

function begin(
  reader: Reader,
  client: ClientData,
  operation: Operation,
  site: Site,
  source: Value | undefined,
): QueryValue {
  // What is chosen by the table stands beside what the client says.
  const chosen = source?.kind === "library" ? source.session?.within : undefined;
  const session = chosen ? within(client.session, chosen.kind, chosen.value) : client.session;
  let query: QueryValue = {
    kind: "query",
    library,
    root: site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    ...(session && { session }),
  };
  for (const [name, selection] of client.commonTables)
    query = extend(query, { kind: "common-table", name, selection });
  const sources = sourcesOf(reader, source, "from");
  if (!client.isDefining)
    reader.tracer.begin({
      site,
      kind: "query",
      library,
      operation,
      tables: namesIn(sources),
      repair: null,
      isOnPool: client.isPool,
      ...(client.session && { session: client.session }),
    });
  return sources.reduce(extend, query);
}

const setOperators = new Set(["union", "unionAll", "intersect", "intersectAll", "except", "exceptAll"]);

export function isSetOperator(method: string): boolean {
  return setOperators.has(method);
}

/** Methods that run what they are called on. */
const executing = new Set(["execute", "all", "get", "run", "sync", "iterator"]);

/** A method of a query; null when the name is unknown to us (then nothing is known of the result). */
export function callOnQuery(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const reader: Reader = { tracer, commonTables: commonTablesOf(query) };
  const [first] = call.arguments;
  const join = sqlJoins.get(method);
  if (join) return joinInto(reader, query, join, call);
  if (isSetOperator(method)) {
    const arms =
      first?.kind === "function" ? [tracer.invoke(first, [setOperatorsAsObject()])] : [...call.arguments];
    return unite(query, arms);
  }
  if (executing.has(method) || (method === "values" && query.operation === "read"))
    return execute(tracer, method === "get" ? { ...query, isOfOne: true } : query, call.site);
  switch (method) {
    case "where":
      return whereInto(reader, query, first);
    // What an update or a delete reads beside its own table.
    case "from":
    case "using":
      return sourcesOf(reader, first, "cross").reduce(extend, query);
    case "values":
      return first ? valuesInto(reader, query, first) : query;
    case "select":
      return insertFrom(tracer, query, first);
    case "set":
      return first ? setInto(reader, query, first) : query;
    case "onConflictDoUpdate":
      return conflictInto(reader, query, first);
    case "onConflictDoNothing":
      return extend(query, { kind: "conflict", columns: null, updates: false, where: always });
    case "onDuplicateKeyUpdate":
      return duplicateInto(reader, query, first);
    case "returning":
      return first ? fieldsInto(reader, query, first) : query;
    case "as":
      return first?.kind === "literal"
        ? valueOf({
            type: "derived",
            alias: String(first.value),
            selection: withOutputs(tracer, selectionOf(query)),
            isCommon: false,
          })
        : query;
    case "$dynamic":
      return { ...query, isOpen: true };
    case "prepare":
      return prepared(tracer, [query], rowsOf(query));
    case "toSQL":
      for (const access of accessesOf(query, "run", query.root.end)) tracer.record(access);
      return tracer.symbolic(call.site, "toSQL()");
    default: {
      // Order, limits, locks, caching: nothing that changes whose rows come back. What they are given may still hold sub-queries.
      const given = call.arguments.flatMap((argument) =>
        argument.kind === "function" ? [] : nestedIn(reader, argument),
      );
      return given.reduce<QueryValue>(
        (next, selection) => extend(next, { kind: "nested", selection }),
        query,
      );
    }
  }
}

function prepared(tracer: Tracer, queries: readonly QueryValue[], rows: RowsValue): Value {
  writeDown(tracer, queries, "built");
  return valueOf({ type: "prepared", queries, rows });
}

/** `prepared.execute({ … })`, `db.query.invoices.findMany(…).sync()` */
export function callOnStatement(
  tracer: Tracer,
  { queries, rows }: StatementData,
  method: string,
  { arguments: [given], site }: Call,
): Value | null {
  if (method === "prepare") return prepared(tracer, queries, rows);
  if (method === "toSQL") {
    writeDown(tracer, queries, "run");
    return tracer.symbolic(site, "toSQL()");
  }
  if (!executing.has(method) && method !== "values") return null;
  const filled = queries.map((query) => withGiven(tracer, query, given));
  writeDown(tracer, filled, "run");
  return method === "get" ? { ...rows, many: false } : rows;
}

export function writeDown(
  tracer: Tracer,
  queries: readonly QueryValue[],
  stage: "run" | "handed-on" | "built",
): void {
  for (const query of queries)
    for (const access of accessesOf(query, stage, query.root.end)) tracer.record(access);
}

function execute(tracer: Tracer, query: QueryValue, site: Site): Value {
  const isOneChain = site.start === query.root.start && site.file === query.root.file;
  const end = isOneChain ? site.end : query.root.end;
  for (const access of accessesOf(query, "run", end)) tracer.record(access);
  return rowsOf(query);
}

function rowsOf(query: QueryValue): RowsValue {
  const { parts } = query;
  return {
    kind: "rows",
    access: siteKey(query.root),
    many: !query.isOfOne,
    absent: false,
    text: "",
    ...(parts && { parts }),
  };
}

/** A second `where` takes the place of the first (measured). */
export function whereInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  const filter = value ? expressionOf(reader, value) : { predicate: always, nested: [] };
  const before = hasFilter(clausesOf(query)) ? extend(query, { kind: "clear-filters" }) : query;
  const next = extend(before, { kind: "filter", predicate: filter.predicate });
  return filter.nested.reduce<QueryValue>((at, selection) => extend(at, { kind: "nested", selection }), next);
}

function hasFilter(clauses: readonly Clause[]): boolean {
  return clauses.some(
    (clause) => clause.kind === "filter" || (clause.kind === "choice" && clause.arms.some(hasFilter)),
  );
}

function joinInto(reader: Reader, query: QueryValue, join: Resource["join"], call: Call): QueryValue {
  const [source, on] = call.arguments;
  const filter = on ? expressionOf(reader, on) : { predicate: always, nested: [] };
  const joined = inParts(sourcesOf(reader, source, join, filter.predicate).reduce(extend, query));
  return filter.nested.reduce<QueryValue>(
    (at, selection) => extend(at, { kind: "nested", selection }),
    joined,
  );
}

/** Where no fields are named, the rows of a join have those of each table under its name. */
function inParts(query: QueryValue): QueryValue {
  const isWhole = !clausesOf(query).some(({ kind }) => kind === "output");
  if (query.operation !== "read" || !isWhole || query.parts?.length === 0) return query;
  const parts = clausesOf(query).flatMap((clause) =>
    clause.kind === "resource" ? [clause.resource.alias] : [],
  );
  return { ...query, parts };
}

/** `union(one, other)`, `one.union(other)`: every arm reads for itself. */
export function unite(query: QueryValue, arms: readonly Value[]): QueryValue {
  return arms.reduce<QueryValue>(
    (next, arm) =>
      arm.kind === "query"
        ? extend(next, { kind: "arm", selection: selectionOf(arm) })
        : extend(next, { kind: "unclear", reason: "a union with a query built elsewhere" }),
    query,
  );
}

function setOperatorsAsObject(): Value {
  const fields = [...setOperators].map((name) => {
    const value: Value = { kind: "external", package: packageName, path: [name] };
    return [name, { value, sometimes: false, overwritable: false as const }] as const;
  });
  return { kind: "object", fields: new Map(fields), open: false };
}

/** `insert(table).select(query)` */
function insertFrom(tracer: Tracer, query: QueryValue, value: Value | undefined): QueryValue {
  const source = value?.kind === "function" ? tracer.invoke(value, [transaction]) : value;
  const open: QueryValue = extend(query, {
    kind: "written",
    rows: [{ columns: new Map(), open: "the rows come from a query" }],
  });
  if (source?.kind !== "query") return open;
  const selection = withOutputs(tracer, selectionOf(source));
  if (!selection.outputs || selection.arms.length > 0) return extend(open, { kind: "nested", selection });
  // Each property of what is selected is the column of that name.
  const rows = rowsOf(source);
  const fields = [...selection.outputs.keys()].map(
    (name) =>
      [name, { value: tracer.memberOf(rows, name), sometimes: false, overwritable: false as const }] as const,
  );
  const written: Value = { kind: "object", fields: new Map(fields), open: false };
  return extend(valuesInto({ tracer, commonTables: commonTablesOf(query) }, query, written), {
    kind: "nested",
    selection,
  });
}

/** `select({ id: invoices.id, total: sum(…) })`, `returning({ … })` */
function fieldsInto(reader: Reader, query: QueryValue, fields: Value): QueryValue {
  if (fields.kind === "choice")
    return fields.options.reduce<QueryValue>((next, option) => fieldsInto(reader, next, option), query);
  if (fields.kind !== "object") return query;
  const parts = [...fields.fields].flatMap(([name, { value }]) => (isPart(value) ? [name] : []));
  let next: QueryValue = { ...query, parts };
  for (const [name, { value }] of fields.fields) {
    if (value.kind === "object")
      for (const [inner, field] of value.fields) {
        const { column } = expressionOf(reader, field.value);
        if (column) next = extend(next, { kind: "output", name: `${name}.${inner}`, column });
      }
    const { column, predicate, nested: inside } = expressionOf(reader, value);
    if (column) next = extend(next, { kind: "output", name, column });
    for (const selection of [...inside, ...selectionsUnder(predicate)])
      next = extend(next, { kind: "nested", selection });
  }
  return next;
}

/** `select({ invoice: invoices, customer: { id: customers.id } })` */
function isPart(value: Value): boolean {
  return value.kind === "object" || dataOf(value)?.type === "table";
}

function commonTablesOf(query: QueryValue): CommonTables {
  const tables = new Map();
  for (const clause of clausesOf(query))
    if (clause.kind === "common-table") tables.set(clause.name, clause.selection);
  return tables;
}
