/** What a statement writes: the rows of an insert, the values of an update, and what happens on a conflict. */
import { always } from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import { findColumn } from "../../tenancy/lookup.js";
import { tableOf, writtenRows, type Spelling } from "../../trace/builders.js";
import { extend, isUndefined, type QueryValue, type Value } from "../../trace/value.js";
import { columnIn, expressionOf, nestedIn, type Reader } from "./expressions.js";
import { dataOf, nested } from "./values.js";

/** `values({ … })`, `values([{ … }, { … }])` */
export function valuesInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  const target = { table: tableOf(reader.tracer, query), isNew: true };
  const rows = writtenRows(reader.tracer, target, spelling, value);
  const written = extend(withNested(reader, query, value), { kind: "written", rows });
  return rows.length > 0
    ? written
    : extend(query, {
        kind: "written",
        rows: [{ columns: new Map(), open: "the rows are built elsewhere" }],
      });
}

/** The property is what the schema calls it, the column what the database does. */
const spelling: Spelling = {
  columnOf: (table, property) => (table && findColumn(table, property)?.name) ?? property,
  propertyOf: ({ name, aliases }) => aliases[0] ?? name,
  valueIn,
};

/** `sql.param(id)` is `id`. */
function valueIn(value: Value): Value {
  const data = dataOf(value);
  return data?.type === "sql" && data.made === "value" ? (nested(value)[0] ?? value) : value;
}

/** `set({ … })` */
export function setInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  const target = { table: tableOf(reader.tracer, query), isNew: false };
  const rows = value.kind === "literal" ? [] : writtenRows(reader.tracer, target, spelling, value);
  return extend(withNested(reader, query, value), { kind: "updated", rows });
}

function withNested(reader: Reader, query: QueryValue, value: Value): QueryValue {
  return nestedIn(reader, value).reduce<QueryValue>(
    (next, selection) => extend(next, { kind: "nested", selection }),
    query,
  );
}

/** `onConflictDoUpdate({ target, set, setWhere })`; `where` is an older name of `setWhere`. */
export function conflictInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  const part = (name: string): Value | null => {
    const found = value && reader.tracer.memberOf(value, name);
    return !found || found.kind === "unknown" || isUndefined(found) ? null : found;
  };
  const target = part("target");
  const columns =
    target && (target.kind === "array" ? target.elements : [target]).map((one) => columnIn(reader, one));
  const where = part("setWhere") ?? part("where");
  const set = part("set");
  const filter = where ? expressionOf(reader, where) : { predicate: always };
  const updated = set ? setInto(reader, query, set) : query;
  const next = extend(updated, {
    kind: "conflict",
    columns: columns?.every((one) => one !== null) ? columns.map(({ name }) => name) : null,
    updates: true,
    where: filter.predicate,
  });
  const read = selectionsUnder(filter.predicate).reduce<QueryValue>(
    (at, selection) => extend(at, { kind: "nested", selection }),
    next,
  );
  return { ...read, operation: "upsert" };
}

/** `onDuplicateKeyUpdate({ set })`: MySQL looks at every unique key. */
export function duplicateInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  const set = value && reader.tracer.memberOf(value, "set");
  const updated = set && set.kind !== "unknown" ? setInto(reader, query, set) : query;
  return {
    ...extend(updated, { kind: "conflict", columns: null, updates: true, where: always }),
    operation: "upsert",
  };
}
