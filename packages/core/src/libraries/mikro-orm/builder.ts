/**
 * MikroORM's query builder, which changes in place. Filters of the entity are none of it, unless `applyFilters` is called.
 * https://mikro-orm.io/docs/query-builder; measured with 6.6 (packages/testing/src/undefined-tenant).
 */
import { always, and, or, type Predicate } from "../../constraint/predicate.js";
import { classOfTable, tableName, type Entity } from "../../entities/entity.js";
import { filterOf, unknownFilter, type FilterReader } from "../../entities/filter.js";
import { marksIn } from "../../entities/placeholders.js";
import { columnName, findRelation, relatedEntity, tieOf, type Rows } from "../../entities/rows.js";
import { rowsOfObjects } from "../../entities/written.js";
import { textWith } from "../../raw-sql/driver.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { findTable } from "../../tenancy/lookup.js";
import type { Call, Tracer } from "../../trace/library.js";
import { accessesOf, selectionOf } from "../../trace/query.js";
import { clausesOf, extend, siteKey, type Clause, type QueryValue, type Value } from "../../trace/value.js";
import { noteOf } from "./added-filters.js";
import { addedBy, isOff } from "./filters.js";
import { dialectOf } from "./operators.js";
import { library, schemaKind } from "./values.js";

export const builderNames: readonly string[] = ["createQueryBuilder", "qb"];

const runningNames = new Set([
  "execute",
  "getResult",
  "getResultList",
  "getSingleResult",
  "getCount",
  "getResultAndCount",
  "getKnexQuery",
  "getKnex",
  "then",
]);

export function beginBuilder(
  tracer: Tracer,
  entity: Entity,
  call: Call,
  alias: Value | undefined,
): QueryValue {
  const query: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation: "read",
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    cell: {},
  };
  note(tracer, query, entity);
  const named = alias?.kind === "literal" && typeof alias.value === "string" ? alias.value : entity.name;
  return extend(query, joined({ entity, alias: named }, "from", always));
}

function note(tracer: Tracer, { root, operation }: QueryValue, entity: Entity): void {
  const tables = [tableName(entity)];
  tracer.begin({ site: root, kind: "query", library, operation, tables, repair: null, isOnPool: false });
}

function joined({ entity, alias }: Rows, join: "from" | "inner" | "left", on: Predicate): Clause {
  const table = tableName(entity);
  return { kind: "resource", resource: { table, alias, join, on, query: null, outputs: null } };
}

export function callOnBuilder(tracer: Tracer, query: QueryValue, method: string, call: Call): Value | null {
  const [first, second] = call.arguments;
  const rows = mainRows(tracer, query);
  if (!rows) return null;
  if (runningNames.has(method)) return run(tracer, query, method, call);
  if (/^(?:left|inner)?join(?:AndSelect)?$/i.test(method)) return joinInto(tracer, query, method, call);
  switch (method) {
    case "where":
    case "andWhere":
    case "orWhere":
      return whereInto(query, method, conditionOf(tracer, query, call, 0, 1), isText(first));
    case "update":
    case "insert":
    case "delete":
    case "truncate": {
      const changed: QueryValue = { ...query, operation: method === "truncate" ? "delete" : method };
      note(tracer, changed, rows.entity);
      if (!first || method === "truncate") return changed;
      if (method === "delete")
        return whereInto(changed, "where", conditionOf(tracer, query, call, 0, 1), false);
      const written = rowsOfObjects(tracer, rows.entity, first, method === "insert");
      const open = [{ columns: new Map(), open: "the rows are built elsewhere" }];
      return method === "update"
        ? extend(changed, { kind: "updated", rows: written })
        : extend(changed, { kind: "written", rows: written.length > 0 ? written : open });
    }
    case "onConflict":
      return extend(query, {
        kind: "conflict",
        columns: namedIn(rows.entity, first),
        updates: false,
        where: always,
      });
    case "merge":
      return {
        ...extend(query, { kind: "conflict", columns: conflictColumns(query), updates: true, where: always }),
        operation: "upsert",
      };
    case "applyFilters":
      return {
        ...extend(query, { kind: "filter", predicate: addedBy(tracer, rows.entity, first) }),
        ...(!isOff(tracer, first) && { client: noteOf(rows.entity, first !== undefined) }),
      };
    case "from":
    case "withSubQuery":
    case "joinLateral":
    case "leftJoinLateral":
    case "innerJoinLateral":
      return extend(query, { kind: "unclear", reason: "what it reads from is built elsewhere" });
    case "clone":
      return { ...query, cell: {} };
    case "getQuery":
    case "getFormattedQuery":
    case "getParams":
    case "toQuery":
      return tracer.symbolic(call.site, `${method}()`);
    default:
      // What is selected, order, limits, locks: nothing that changes whose rows come back.
      return second?.kind === "query" ? null : query;
  }
}

function isText(value: Value | undefined): boolean {
  return value?.kind === "text" || (value?.kind === "literal" && typeof value.value === "string");
}

/**
 * A second object in `where` takes the place of all that was said before, a text does not (measured). What stands before an
 * `orWhere` is one of its arms as a whole.
 */
function whereInto(query: QueryValue, method: string, predicate: Predicate, isSql: boolean): QueryValue {
  const before = clausesOf(query).some(hasFilter) ? selectionOf(query).where : null;
  if (before === null || (method !== "orWhere" && (method === "andWhere" || isSql)))
    return extend(query, { kind: "filter", predicate });
  const cleared = extend(query, { kind: "clear-filters" });
  return extend(cleared, {
    kind: "filter",
    predicate: method === "orWhere" ? or([before, predicate]) : predicate,
  });
}

function hasFilter(clause: Clause): boolean {
  return clause.kind === "filter" || (clause.kind === "choice" && clause.arms.flat().some(hasFilter));
}

/** `{ organization: id }`, `{ "customer.email": email }`, `"i.organization_id = ?", [id]` */
function conditionOf(tracer: Tracer, query: QueryValue, call: Call, at: number, given: number): Predicate {
  const value = call.arguments[at];
  const rows = mainRows(tracer, query);
  if (!value || !rows) return always;
  switch (value.kind) {
    case "literal":
    case "text": {
      const text = textWith(tracer, value, call.arguments[given], marksIn(tracer, value));
      const place = call.written[at];
      const site = place ? { file: call.site.file, start: place.start, end: place.end } : call.site;
      return readExpression(tracer, { library, site, text, commonTables: new Map() }).predicate;
    }
    case "choice":
      if (value.options.some(isText)) return unknownFilter("SQL that is chosen elsewhere");
      break;
    case "symbolic":
    case "unknown":
      tracer.needsArgument(value);
      break;
    default:
      break;
  }
  return filterOf(readerOf(tracer, query), rows, value);
}

function readerOf(tracer: Tracer, query: QueryValue): FilterReader {
  return {
    tracer,
    site: siteKey(query.root),
    dialect: dialectOf(tracer),
    aliases: aliasesIn(tracer, query),
  };
}

/** `leftJoinAndSelect("i.customer", "c", { "c.status": "open" })` */
function joinInto(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
  const [source, named] = call.arguments;
  const path = source?.kind === "literal" && typeof source.value === "string" ? source.value.split(".") : [];
  const property = path.at(-1) ?? "";
  const owner =
    path.length > 1 ? aliasesIn(tracer, query).get(path.slice(0, -1).join(".")) : mainRows(tracer, query);
  const relation = owner && findRelation(owner.entity, property);
  if (!owner || !relation)
    return extend(query, { kind: "unclear", reason: "what is joined is chosen elsewhere" });
  const entity = relatedEntity(tracer, relation);
  const alias = named?.kind === "literal" && typeof named.value === "string" ? named.value : property;
  const tie = tieOf(owner, relation, { entity, alias });
  // Rows that a third table ties are tied to the row they are read with, whichever columns say so.
  if (!tie) return query;
  const join = method.startsWith("left") ? "left" : "inner";
  const begun = extend(query, joined({ entity, alias }, join, tie));
  const on = call.arguments[2] ? and([tie, conditionOf(tracer, begun, call, 2, -1)]) : tie;
  return extend(query, joined({ entity, alias }, join, on));
}

function run(tracer: Tracer, query: QueryValue, method: string, { site }: Call): Value {
  for (const access of accessesOf(query, "run", Math.max(site.end, query.root.end))) tracer.record(access);
  const access = siteKey(query.root);
  const rows = (many: boolean) => ({ kind: "rows", access, many, absent: !many, text: "" }) as const;
  switch (method) {
    case "getSingleResult":
      return rows(false);
    case "getCount":
      return tracer.countOf(rows(false), site);
    case "getResultAndCount":
      return { kind: "array", elements: [rows(true), tracer.countOf(rows(false), site)], rest: null };
    default:
      return rows(true);
  }
}

/** The tables of a query by their aliases, also those that stand in it on some paths only. */
function aliasesIn(tracer: Tracer, query: QueryValue): ReadonlyMap<string, Rows> {
  const found = new Map<string, Rows>();
  const add = (clauses: readonly Clause[]): void => {
    for (const clause of clauses) {
      if (clause.kind === "choice") clause.arms.forEach(add);
      if (clause.kind !== "resource" || clause.resource.table === null) continue;
      const { table: name, alias } = clause.resource;
      const known = findTable(tracer.tenancy, name);
      const made = known && classOfTable(tracer, known, schemaKind);
      found.set(alias, { entity: { name, table: known, class: made }, alias });
    }
  };
  add(clausesOf(query));
  return found;
}

function mainRows(tracer: Tracer, query: QueryValue): Rows | null {
  const [first] = aliasesIn(tracer, query).values();
  return first ?? null;
}

/** Null for what is chosen elsewhere. */
function namedIn(entity: Entity, fields: Value | undefined): readonly string[] | null {
  const elements = fields?.kind === "array" ? fields.elements : fields ? [fields] : [];
  const named = elements.map((one) =>
    one.kind === "literal" ? columnName(entity, String(one.value)) : null,
  );
  return named.length > 0 && named.every((one) => one !== null) ? named : null;
}

function conflictColumns(query: QueryValue): readonly string[] | null {
  const conflict = clausesOf(query).findLast((clause) => clause.kind === "conflict");
  return conflict?.columns ?? null;
}
