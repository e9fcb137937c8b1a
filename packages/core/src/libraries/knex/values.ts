/** The values that only Knex's model understands. Its queries are the tracer's own, each with a cell: they change in place. */
import type { Selection } from "../../constraint/predicate.js";
import type { Tracer } from "../../trace/library.js";
import { poolSession, type Session } from "../../trace/session.js";
import {
  clausesOf,
  extend,
  type LibraryValue,
  type QueryValue,
  type Site,
  type Value,
} from "../../trace/value.js";

export const library = "knex";

/** Named sub-queries in sight (`with`). */
export type CommonTables = ReadonlyMap<string, Selection>;

export type KnexData =
  /** `knex(config)`, a transaction. `isPool`: seen to be made by `knex(config)`, and so no transaction. */
  | { readonly type: "client"; readonly isPool: boolean }
  /** `db.transactionProvider()`: called, it gives a promise of a transaction. */
  | { readonly type: "provider" }
  /** `db.raw(sql, bindings)`; the value holds both. */
  | { readonly type: "raw"; readonly site: Site; readonly isPool: boolean; readonly alias: string | null }
  /** `db.ref("table.column")`; the value holds the name. */
  | { readonly type: "ref"; readonly alias: string | null }
  /** Definitions, functions of the database, migrations: no rows of anybody's. */
  | { readonly type: "other" }
  /** A query that began where we cannot see, handed to a helper. */
  | { readonly type: "foreign-query" };

export function valueOf(data: KnexData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

export function dataOf(value: Value): KnexData | null {
  return value.kind === "library" && value.library === library ? (value.data as KnexData) : null;
}

/** One object each, so that two ways to the same client are one value. */
export const client = valueOf({ type: "client", isPool: false });
export const pool: LibraryValue = { ...valueOf({ type: "client", isPool: true }), session: poolSession };

export const provider = valueOf({ type: "provider" });
export const other = valueOf({ type: "other" });
export const foreignQuery = valueOf({ type: "foreign-query" });

export function clientOn(session: Session | undefined): LibraryValue {
  return session ? { ...client, session } : client;
}

/** Where a query runs. */
export interface Place {
  readonly isPool: boolean;
  readonly session?: Session | undefined;
}

/** What a method reads its arguments with. */
export interface Reader {
  readonly tracer: Tracer;
  readonly commonTables: CommonTables;
  /** The call: what is given as SQL stands there. */
  readonly site: Site;
}

export function readerOf(tracer: Tracer, query: QueryValue, site: Site): Reader {
  const commonTables = new Map<string, Selection>();
  for (const clause of clausesOf(query))
    if (clause.kind === "common-table") commonTables.set(clause.name, clause.selection);
  return { tracer, commonTables, site };
}

/** A query that nothing was said of yet. */
export function emptyQuery(root: Site, commonTables: CommonTables = new Map()): QueryValue {
  const begun: QueryValue = {
    kind: "query",
    library,
    root,
    operation: "read",
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    cell: {},
  };
  return [...commonTables].reduce(
    (query, [name, selection]) => extend(query, { kind: "common-table", name, selection }),
    begun,
  );
}

export function withNested(query: QueryValue, nested: readonly Selection[]): QueryValue {
  return nested.reduce((next, selection) => extend(next, { kind: "nested", selection }), query);
}

export function wordOf(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}
