/** How a builder begins, and which tables stand in it by which names. */
import { always } from "../../constraint/predicate.js";
import { tableName, type Entity } from "../../entities/entity.js";
import type { FilterReader } from "../../entities/filter.js";
import type { Rows } from "../../entities/rows.js";
import { findTable } from "../../tenancy/lookup.js";
import type { Call, Tracer } from "../../trace/library.js";
import { clausesOf, extend, siteKey, type Clause, type QueryValue, type Site } from "../../trace/value.js";
import { building } from "./absence.js";
import type { TextReader } from "./texts.js";
import { library, type ClientData } from "./values.js";

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
    cell: {},
  };
  noteBeginning(tracer, query, entity ? [tableName(entity)] : [], client?.isPool ?? false);
  return entity ? extend(query, resource({ entity, alias: alias ?? entity.name }, "from")) : query;
}

export function noteBeginning(
  tracer: Tracer,
  { root, operation }: QueryValue,
  tables: readonly string[],
  isOnPool: boolean,
): void {
  tracer.begin({ site: root, kind: "query", library, operation, tables, repair: null, isOnPool });
}

export function resource({ entity, alias }: Rows, join: "from" | "cross"): Clause {
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

/** Of objects that are given to a builder. */
export function filterReader(tracer: Tracer, query: QueryValue): FilterReader {
  return { tracer, site: siteKey(query.root), dialect: building };
}
