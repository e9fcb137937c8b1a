/** Query builders: how one begins, and what is added to it by each of its methods. */
import { always, and, type Column, type Predicate, type Selection } from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import { entityOf, tableName, type Entity } from "../../entities/entity.js";
import { filterOf, listed, negated, ofColumn, unknownFilter } from "../../entities/filter.js";
import { columnAt, columnName, idOf, type Rows } from "../../entities/rows.js";
import { rowsOfObjects } from "../../entities/written.js";
import { findTable } from "../../tenancy/lookup.js";
import type { Call, Tracer } from "../../trace/library.js";
import { selectionOf } from "../../trace/query.js";
import {
  clausesOf,
  extend,
  siteKey,
  undefinedValue,
  type Clause,
  type QueryValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { joinInto, joinNames } from "./joins.js";
import { comparing } from "./operators.js";
import { valuesNamedIn, withValues } from "./parameters.js";
import { run, runningNames } from "./running.js";
import { namedEntity } from "./statement.js";
import { readText, type TextReader } from "./texts.js";
import { dataOf, library, nested, schemaKind, valueOf, type ClientData } from "./values.js";

export function beginBuilder(
  tracer: Tracer,
  client: ClientData | null,
  call: Call,
  entity: Entity | null,
  alias: string | null,
): QueryValue {
  const query: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation: "read",
    head: { previous: null, length: 0, clause: { kind: "begin" } },
  };
  noteBeginning(tracer, query, entity ? [tableName(entity)] : [], client?.isPool ?? false);
  return entity ? extend(query, resource({ entity, alias: alias ?? entity.name }, "from")) : query;
}

function noteBeginning(
  tracer: Tracer,
  { root, operation }: QueryValue,
  tables: readonly string[],
  isOnPool: boolean,
): void {
  tracer.begin({ site: root, kind: "query", library, operation, tables, repair: null, isOnPool });
}

function resource({ entity, alias }: Rows, join: "from" | "cross"): Clause {
  return {
    kind: "resource",
    resource: { table: tableName(entity), alias, join, on: always, query: null, outputs: null },
  };
}

/** The tables of a query by their aliases, also those that stand in it on some paths only. */
export function aliasesIn(tracer: Tracer, query: QueryValue): ReadonlyMap<string, Rows> {
  const found = new Map<string, Rows>();
  const add = (clauses: readonly Clause[]): void => {
    for (const clause of clauses) {
      if (clause.kind === "choice") clause.arms.forEach(add);
      if (clause.kind !== "resource" || clause.resource.table === null) continue;
      const { table: name, alias } = clause.resource;
      found.set(alias, { entity: { name, table: findTable(tracer.tenancy, name), class: null }, alias });
    }
  };
  add(clausesOf(query));
  return found;
}

export function mainRows(tracer: Tracer, query: QueryValue): Rows | null {
  const [first] = aliasesIn(tracer, query).values();
  return first ?? null;
}

/** `written`: the argument's place, where it stands in the code. */
export function readerOf(tracer: Tracer, query: QueryValue, call: Call, index: number): TextReader {
  return {
    tracer,
    aliases: aliasesIn(tracer, query),
    named: query.named ?? new Map(),
    site: siteAt(call, index),
  };
}

function siteAt({ site, written }: Call, index: number): Site {
  const one = written[index];
  return one
    ? { file: site.file, start: one.start, end: one.end }
    : { ...site, start: Math.max(site.start, site.end - 1) };
}

export const builderNames: readonly string[] = ["createQueryBuilder", ...runningNames];

/** A method of a builder; null when the name is unknown to us (then nothing is known of the result). */
export function callOnBuilder(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const [first, second] = call.arguments;
  if (runningNames.has(method)) return run(tracer, query, method, call);
  if (joinNames.has(method)) return joinInto(tracer, query, method, call);
  switch (method) {
    case "where":
    case "andWhere":
    case "orWhere":
      return whereInto(tracer, withValues(query, valuesNamedIn(tracer, second)), method, call);
    case "whereInIds":
    case "andWhereInIds":
    case "orWhereInIds": {
      const rows = mainRows(tracer, query);
      const ids = rows && first ? listed(columnAt(rows, idOf(rows.entity)), first) : unknownFilter("ids");
      return added(query, method.replace("InIds", ""), { predicate: ids, loose: null });
    }
    case "having":
    case "andHaving":
    case "orHaving":
    case "setParameters":
      return withValues(query, valuesNamedIn(tracer, method === "setParameters" ? first : second));
    case "setParameter":
      return first?.kind === "literal"
        ? withValues(query, new Map([[String(first.value), second ?? undefinedValue]]))
        : query;
    case "select":
    case "addSelect":
      return selectInto(tracer, query, method, call);
    case "from":
    case "addFrom":
      return fromInto(tracer, query, call);
    case "subQuery":
      return beginBuilder(tracer, null, call, null, null);
    case "clone": {
      const { builder: _, ...copy } = query;
      return copy;
    }
    case "getQuery":
    case "getSql":
      return valueOf({ type: "text", query });
    case "getParameters":
      return tracer.symbolic(call.site, "getParameters()");
    case "update":
    case "delete":
    case "insert":
    case "softDelete":
    case "restore":
      return changing(tracer, query, method, call);
    case "relation":
      return extend(changing(tracer, query, "update", { ...call, arguments: first ? [first] : [] }), {
        kind: "updated",
        rows: [],
      });
    case "of": {
      const rows = mainRows(tracer, query);
      if (!rows || !first) return query;
      const id = idOf(rows.entity);
      const key = first.kind === "rows" || first.kind === "instance" ? tracer.memberOf(first, id) : first;
      const predicate =
        key.kind === "array"
          ? listed(columnAt(rows, id), key)
          : ofColumn(filterReader(tracer, query), columnAt(rows, id), key);
      return extend(query, { kind: "filter", predicate });
    }
    case "into":
      return intoTable(tracer, query, namedEntity(tracer, first));
    case "values":
      return writtenInto(tracer, query, first);
    case "set": {
      const rows = mainRows(tracer, query);
      if (!rows || !first) return query;
      return extend(query, { kind: "updated", rows: rowsOfObjects(tracer, rows.entity, first, false) });
    }
    case "orUpdate":
      return conflictInto(tracer, query, second);
    case "onConflict":
      return {
        ...extend(query, { kind: "conflict", columns: null, updates: true, where: always }),
        operation: "upsert",
      };
    case "orIgnore":
      return extend(query, { kind: "conflict", columns: null, updates: false, where: always });
    case "connection":
      return null;
    default:
      // Order, limits, locks, caching: nothing that changes whose rows come back.
      return query;
  }
}

function filterReader(tracer: Tracer, query: QueryValue) {
  return { tracer, site: siteKey(query.root), dialect: comparing };
}

// -------------------------------------------------------------------------------------------------- filters

export interface Condition {
  readonly predicate: Predicate;
  readonly loose: readonly Predicate[] | null;
}

function whereInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [first] = call.arguments;
  if (!first) return query;
  const read = conditionOf(tracer, query, call, 0, first);
  const next = added(read.query, method, read.condition);
  return read.nested.reduce<QueryValue>((at, selection) => extend(at, { kind: "nested", selection }), next);
}

/** A second `where` takes the place of all that was said before; `or` goes with whatever stands before it, without brackets (measured). */
function added(query: QueryValue, method: string, { predicate, loose }: Condition): QueryValue {
  if (method === "where") {
    const before = hasFilter(clausesOf(query)) ? extend(query, { kind: "clear-filters" }) : query;
    return extend(before, { kind: "filter", predicate, loose });
  }
  const isOr = method === "orWhere" && hasFilter(clausesOf(query));
  return extend(query, {
    kind: "filter",
    predicate,
    loose: isOr ? [always, ...(loose ?? [predicate])] : loose,
  });
}

function hasFilter(clauses: readonly Clause[]): boolean {
  return clauses.some(
    (clause) => clause.kind === "filter" || (clause.kind === "choice" && clause.arms.some(hasFilter)),
  );
}

export interface Read {
  readonly condition: Condition;
  readonly nested: readonly Selection[];
  /** With the values that the condition brought. */
  readonly query: QueryValue;
}

/** What is given as a condition: a text, brackets, an object, a function that makes one of these. */
export function conditionOf(
  tracer: Tracer,
  query: QueryValue,
  call: Call,
  index: number,
  value: Value,
): Read {
  const read = (predicate: Predicate): Read => ({ condition: { predicate, loose: null }, nested: [], query });
  const data = dataOf(value);
  if (data?.type === "brackets") return bracketed(tracer, query, value, data.isNot);
  switch (value.kind) {
    case "function":
      return conditionOf(tracer, query, call, index, tracer.run(value, [query]));
    case "object":
    case "array": {
      const rows = mainRows(tracer, query);
      return read(rows ? filterOf(filterReader(tracer, query), rows, value) : unknownFilter("an object"));
    }
    case "choice": {
      const options = value.options.map((option) => conditionOf(tracer, query, call, index, option));
      if (!value.options.every((option) => option.kind === "literal" || option.kind === "text")) {
        const predicate: Predicate = {
          kind: "choice",
          arms: options.map(({ condition }) => condition.predicate),
          reason: value.reason,
          ...(value.given && { given: value.given }),
        };
        return { ...read(predicate), nested: options.flatMap((option) => option.nested) };
      }
      break;
    }
    case "symbolic":
    case "unknown":
      tracer.needsArgument(value);
      break;
    default:
      break;
  }
  const { predicate, loose, nested: inside } = readText(readerOf(tracer, query, call, index), value);
  return { condition: { predicate, loose }, nested: inside, query };
}

/** `new Brackets((inner) => inner.where(…).orWhere(…))`: what is said to `inner` stands in brackets. */
function bracketed(tracer: Tracer, query: QueryValue, value: Value, isNot: boolean): Read {
  const [callback] = nested(value);
  const { builder: _, ...outer } = query;
  let clean: QueryValue = { ...outer, head: { previous: null, length: 0, clause: { kind: "begin" } } };
  for (const clause of clausesOf(query)) if (clause.kind === "resource") clean = extend(clean, clause);
  const inner = tracer.beginBuilder(clean);
  if (callback) tracer.run(callback, [inner]);
  const said = tracer.changed(inner);
  const selection = selectionOf(said);
  const predicate = isNot ? negated(selection.where) : selection.where;
  return {
    condition: { predicate, loose: null },
    nested: selection.nested,
    query: withValues(query, said.named ?? new Map()),
  };
}

// -------------------------------------------------------------------------------------------------- what is read

/** `select("invoice.customerId")`, which a query around this one may compare with; sub-queries that stand beside the rows. */
function selectInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [first] = call.arguments;
  if (!first) return query;
  if (first.kind === "function") {
    const made = tracer.run(first, [beginBuilder(tracer, null, call, null, null)]);
    return made.kind === "query" ? extend(query, { kind: "nested", selection: selectionOf(made) }) : query;
  }
  const values = first.kind === "array" ? first.elements : [first];
  const reader = readerOf(tracer, query, call, 0);
  return values.reduce<QueryValue>((next, one) => {
    const column = plainColumn(reader, one);
    if (column) return extend(next, { kind: "output", ...column });
    const { nested: inside } = readText(reader, one);
    const read = inside.reduce<QueryValue>(
      (at, selection) => extend(at, { kind: "nested", selection }),
      next,
    );
    const [main] = reader.aliases.keys();
    return method === "addSelect" || main === undefined
      ? read
      : extend(read, { kind: "output", name: "*", column: { table: main, name: "*" } });
  }, query);
}

function plainColumn(
  { aliases }: TextReader,
  value: Value,
): { readonly name: string; readonly column: Column } | null {
  const text = value.kind === "literal" && typeof value.value === "string" ? value.value : "";
  const [, alias, property] = /^"?(\w+)"?\."?(\w+)"?$/.exec(text) ?? [];
  const rows = alias === undefined ? undefined : aliases.get(alias);
  if (alias === undefined || property === undefined) return null;
  return {
    name: property,
    column: { table: alias, name: rows ? columnName(rows.entity, property) : property },
  };
}

/** `from(Invoice, "invoice")`, `from((inner) => inner.select(…).from(…), "recent")` */
function fromInto(tracer: Tracer, query: QueryValue, call: Call): QueryValue {
  const [source, named] = call.arguments;
  const alias = named?.kind === "literal" ? String(named.value) : null;
  const join = clausesOf(query).some((clause) => clause.kind === "resource") ? "cross" : "from";
  if (source?.kind === "function" || source?.kind === "query") {
    const made =
      source.kind === "function"
        ? tracer.run(source, [tracer.beginBuilder(beginBuilder(tracer, null, call, null, null))])
        : source;
    return made.kind === "query"
      ? extend(query, {
          kind: "resource",
          resource: {
            table: null,
            alias: alias ?? "",
            join,
            on: always,
            query: selectionOf(made),
            outputs: selectionOf(made).outputs,
          },
        })
      : extend(query, { kind: "unclear", reason: "what it reads from is built elsewhere" });
  }
  return intoTable(tracer, query, namedEntity(tracer, source), alias, join);
}

function intoTable(
  tracer: Tracer,
  query: QueryValue,
  entity: Entity | null,
  alias: string | null = null,
  join: "from" | "cross" = "from",
): QueryValue {
  if (!entity)
    return extend(query, { kind: "unclear", reason: "its table is chosen elsewhere", isOpenTable: true });
  const name = tableName(entity);
  const main = mainRows(tracer, query);
  // `createQueryBuilder("invoice").delete().from(Invoice)`
  if (main && tableName(main.entity) === name && join === "from") return query;
  noteBeginning(tracer, query, [name], false);
  return extend(query, resource({ entity, alias: alias ?? entity.name }, join));
}

// -------------------------------------------------------------------------------------------------- what is written

const operations: ReadonlyMap<string, QueryValue["operation"]> = new Map([
  ["update", "update"],
  ["softDelete", "update"],
  ["restore", "update"],
  ["delete", "delete"],
  ["insert", "insert"],
]);

/** `update(Invoice)`, `update(Invoice, { status })`, `update({ status })` of a builder that has its table, `delete()`, `insert()` */
function changing(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [first, second] = call.arguments;
  const changed: QueryValue = { ...query, operation: operations.get(method) ?? "update" };
  const entity = first && first.kind !== "object" ? entityOf(tracer, first, schemaKind) : null;
  const main = mainRows(tracer, query);
  noteBeginning(tracer, changed, main ? [tableName(main.entity)] : [], false);
  const about =
    entity && (!main || tableName(main.entity) !== tableName(entity))
      ? intoTable(tracer, changed, entity)
      : changed;
  const set = first?.kind === "object" ? first : second;
  const rows = mainRows(tracer, about);
  return set && rows && method === "update"
    ? extend(about, { kind: "updated", rows: rowsOfObjects(tracer, rows.entity, set, false) })
    : about;
}

function writtenInto(tracer: Tracer, query: QueryValue, value: Value | undefined): QueryValue {
  const main = mainRows(tracer, query);
  if (!main || !value) return query;
  const rows = rowsOfObjects(tracer, main.entity, value, true);
  const open = [{ columns: new Map(), open: "the rows are built elsewhere" }];
  return extend(query, { kind: "written", rows: rows.length > 0 ? rows : open });
}

/** `orUpdate(["total"], ["organizationId", "number"])` */
function conflictInto(tracer: Tracer, query: QueryValue, target: Value | undefined): QueryValue {
  const main = mainRows(tracer, query);
  const elements = target?.kind === "array" ? target.elements : target ? [target] : [];
  const named = elements.map((one) =>
    one.kind === "literal" && main ? columnName(main.entity, String(one.value)) : null,
  );
  const columns = named.length > 0 && named.every((one) => one !== null) ? named : null;
  return {
    ...extend(query, { kind: "conflict", columns, updates: true, where: always }),
    operation: "upsert",
  };
}
