/** What a statement writes: the rows of an insert, the values of an update, and what happens on a conflict. */
import { always, type WrittenRow, type WrittenValue } from "../../constraint/predicate.js";
import { selectionsUnder } from "../../constraint/selections.js";
import { findColumn, findTable } from "../../tenancy/lookup.js";
import type { Table } from "../../tenancy/tenancy.js";
import { operandOf } from "../../trace/operand.js";
import { clausesOf, extend, isUndefined, type QueryValue, type Value } from "../../trace/value.js";
import { columnIn, expressionOf, nestedIn, type Reader } from "./expressions.js";
import { dataOf, nested } from "./values.js";

/** `table`: whose rows they are, where that is known. `isNew`: of an insert. */
interface Target {
  readonly table: Table | null;
  readonly isNew: boolean;
}

/** `values({ … })`, `values([{ … }, { … }])` */
export function valuesInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  const target = { table: tableOf(reader, query), isNew: true };
  const rows = writtenRows(reader, target, value);
  const written = extend(withNested(reader, query, value), { kind: "written", rows });
  return rows.length > 0
    ? written
    : extend(query, {
        kind: "written",
        rows: [{ columns: new Map(), open: "the rows are built elsewhere" }],
      });
}

function tableOf(reader: Reader, query: QueryValue): Table | null {
  const named = clausesOf(query).find((clause) => clause.kind === "resource");
  return named?.resource.table ? findTable(reader.tracer.tenancy, named.resource.table) : null;
}

function writtenRows(reader: Reader, target: Target, value: Value): readonly WrittenRow[] {
  switch (value.kind) {
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].flatMap((element) =>
        writtenRows(reader, target, element),
      );
    case "choice":
      return value.options.flatMap((option) => writtenRows(reader, target, option));
    case "literal":
      return [];
    default: {
      const element = reader.tracer.elementOf(value);
      return element ? writtenRows(reader, target, element) : [writtenRow(reader, target, value)];
    }
  }
}

function writtenRow(reader: Reader, { table, isNew }: Target, value: Value): WrittenRow {
  const object = reader.tracer.fieldsOf(value);
  const columns = new Map<string, WrittenValue>();
  for (const [name, field] of object.fields) {
    // What is `undefined` is not written: an insert leaves it to the database, an update leaves it as it was (measured).
    if (isUndefined(field.value)) continue;
    columns.set((table && findColumn(table, name)?.name) ?? name, {
      operand: operandOf(valueIn(field.value)),
      sometimes: field.sometimes,
      overwritable: field.overwritable,
    });
  }
  const spelled = ({ name, aliases }: { name: string; aliases: readonly string[] }): string =>
    aliases[0] ?? name;
  const brought = table && reader.tracer.broughtColumns(object, { table, isNew, columns, spelled });
  const open = object.open ? "the row is built elsewhere" : null;
  return { columns, open, ...(brought && { brought }) };
}

/** `sql.param(id)` is `id`. */
function valueIn(value: Value): Value {
  const data = dataOf(value);
  return data?.type === "sql" && data.made === "value" ? (nested(value)[0] ?? value) : value;
}

/** `set({ … })` */
export function setInto(reader: Reader, query: QueryValue, value: Value): QueryValue {
  const target = { table: tableOf(reader, query), isNew: false };
  const rows = value.kind === "literal" ? [] : writtenRows(reader, target, value);
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
