/** Statements that are said in one call: how they are written down, and the rows that they give. */
import { entityOf, tableName, type Entity } from "../../entities/entity.js";
import type { FilterReader } from "../../entities/filter.js";
import { from, type Rows } from "../../entities/rows.js";
import type { Call, Repair, Tracer } from "../../trace/library.js";
import { accessesOf } from "../../trace/query.js";
import {
  extend,
  siteKey,
  type Clause,
  type ClassValue,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { finding } from "./operators.js";
import { library, schemaKind, type ClientData } from "./values.js";

/** A method that reads or writes rows of an entity. */
export interface Statement {
  readonly tracer: Tracer;
  readonly client: ClientData;
  readonly entity: Entity;
  readonly call: Call;
  readonly method: string;
  /** Without the entity, where that stands first. */
  readonly given: readonly Value[];
}

export function readerOf({ tracer, call }: Pick<Statement, "tracer" | "call">): FilterReader {
  return { tracer, site: siteKey(call.site), dialect: finding };
}

export function rowsOf({ entity }: Pick<Statement, "entity">): Rows {
  return { entity, alias: entity.name };
}

export function write(
  { tracer, client, entity, call }: Statement,
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
  };
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation,
    tables: [tableName(entity)],
    repair,
    isOnPool: client.isPool,
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
    ...(entity.class && { instanceOf: entity.class satisfies ClassValue }),
  };
}

export function namedEntity(tracer: Tracer, value: Value | undefined): Entity | null {
  return entityOf(tracer, value, schemaKind);
}
