/** What a statement writes: the rows of an insert, the values of an update, and what happens on a conflict. */
import { and, type WrittenRow, type WrittenValue } from "../../constraint/predicate.js";
import type { Call } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
import { tableOf, writtenRows, type Spelling } from "../../trace/builders.js";
import { extend, type LibraryValue, type QueryValue, type Value } from "../../trace/value.js";
import { nestedIn, withNested, type Reader } from "./expressions.js";
import { filterOf } from "./filters.js";
import { builderFor, dataOf, emptyConflict, valueOf, type KyselyData } from "./values.js";

/** `values({ … })` */
export function valuesInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  const target = { table: tableOf(reader.tracer, query), isNew: true };
  return extend(query, {
    kind: "written",
    rows: writtenRows(reader.tracer, target, spellingOf(reader), value),
  });
}

/** Columns are called what the database calls them. */
function spellingOf({ tracer, commonTables }: Reader): Spelling {
  return {
    columnOf: (_table, property) => property,
    propertyOf: ({ name }) => name,
    valueIn: (value) => value,
    resolve: (value) =>
      value.kind === "function" ? tracer.invoke(value, [builderFor(commonTables)]) : value,
  };
}

export function setInto(reader: Reader, query: QueryValue, call: Call): QueryValue {
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
  const target = { table: tableOf(reader.tracer, query), isNew: false };
  const rows = second
    ? columnSet(first!, second)
    : values.flatMap((value) =>
        value.kind === "literal" ? [] : writtenRows(reader.tracer, target, spellingOf(reader), value),
      );
  return extend(withNested(query, nested), { kind: "updated", rows });
}

/** `set("status", "paid")` */
function columnSet(column: Value, value: Value): readonly WrittenRow[] {
  if (column.kind !== "literal" || typeof column.value !== "string") return [];
  const written: WrittenValue = { operand: operandOf(value), sometimes: false, overwritable: false };
  return [{ columns: new Map([[column.value, written]]), open: null }];
}

export function conflictInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
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
