/** What a builder's statement writes. */
import { always } from "../../constraint/predicate.js";
import { entityOf, tableName } from "../../entities/entity.js";
import { columnName } from "../../entities/rows.js";
import { rowsOfObjects } from "../../entities/written.js";
import type { Call, Tracer } from "../../trace/library.js";
import { extend, type QueryValue, type Value } from "../../trace/value.js";
import { mainRows, noteBeginning } from "./begun.js";
import { intoTable } from "./sources.js";
import { schemaKind } from "./values.js";

const operations: ReadonlyMap<string, QueryValue["operation"]> = new Map([
  ["update", "update"],
  ["softDelete", "update"],
  ["restore", "update"],
  ["delete", "delete"],
  ["insert", "insert"],
]);

/** `update(Invoice)`, `update(Invoice, { status })`, `update({ status })` of a builder that has its table, `delete()`, `insert()` */
export function changing(tracer: Tracer, query: QueryValue, method: string, call: Call): QueryValue {
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

export function writtenInto(tracer: Tracer, query: QueryValue, value: Value | undefined): QueryValue {
  const main = mainRows(tracer, query);
  if (!main || !value) return query;
  const rows = rowsOfObjects(tracer, main.entity, value, true);
  const open = [{ columns: new Map(), open: "the rows are built elsewhere" }];
  return extend(query, { kind: "written", rows: rows.length > 0 ? rows : open });
}

/** `orUpdate(["total"], ["organizationId", "number"])` */
export function conflictInto(tracer: Tracer, query: QueryValue, target: Value | undefined): QueryValue {
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
