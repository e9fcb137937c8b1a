/** Statements that are said in one call: how they are written down, and the rows that they give. */
import type { Call, Repair, Tracer } from "../trace/library.js";
import { accessesOf } from "../trace/query.js";
import {
  extend,
  siteKey,
  type Clause,
  type ClientNote,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../trace/value.js";
import { objectOf, tableName, type Entity } from "./entity.js";
import type { Dialect, FilterReader } from "./filter.js";
import { from, type Rows } from "./rows.js";

/** A method that reads or writes rows of an entity. */
export interface Statement {
  readonly library: string;
  readonly tracer: Tracer;
  readonly isOnPool: boolean;
  readonly entity: Entity;
  readonly call: Call;
  readonly method: string;
  /** Without the entity, where that stands first. */
  readonly given: readonly Value[];
  /** What becomes of `undefined` where rows are read, and where they are found to be changed. */
  readonly finding: Dialect;
  readonly comparing: Dialect;
  /** What its manager may add to it by itself. */
  readonly client?: ClientNote;
}

export function readerOf({ tracer, call, finding }: Statement): FilterReader {
  return { tracer, site: siteKey(call.site), dialect: finding };
}

export function rowsOf({ entity }: Pick<Statement, "entity">): Rows {
  return { entity, alias: entity.name };
}

export function write(
  { tracer, library, isOnPool, entity, call, client }: Statement,
  operation: QueryValue["operation"],
  variants: readonly (readonly Clause[])[],
  repair: Repair | null = null,
): void {
  const begun: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    ...(client && { client }),
  };
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation,
    tables: [tableName(entity)],
    repair,
    isOnPool,
  });
  for (const clauses of variants) {
    const query = [from(rowsOf({ entity })), ...clauses].reduce(extend, begun);
    for (const access of accessesOf(query, "run", call.site.end)) tracer.record(access);
  }
}

export function found({ call, entity }: Statement, many: boolean, absent = false): RowsValue {
  return {
    kind: "rows",
    access: siteKey(call.site),
    many,
    absent,
    text: "",
    ...(entity.class && { made: objectOf(entity.class) }),
  };
}
