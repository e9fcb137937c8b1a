/** What a statement writes: the rows of an insert, the values of an update, and what happens on a conflict. */
import { always, and } from "../../constraint/predicate.js";
import { operandOf } from "../../trace/operand.js";
import { selectionOf } from "../../trace/query.js";
import { tableOf, writtenRows, type Spelling } from "../../trace/builders.js";
import type { Tracer } from "../../trace/library.js";
import { clausesOf, extend, type Clause, type QueryValue, type Value } from "../../trace/value.js";
import { conditionOf, nestedIn } from "./filters.js";
import { queryIn } from "./parts.js";
import { withNested, wordOf, type Reader } from "./values.js";

/** Columns are called what the database calls them. */
const spelling: Spelling = {
  columnOf: (_table, property) => property,
  propertyOf: ({ name }) => name,
  valueIn: (value) => value,
};

/** `insert(rows)`, `insert(query)` */
export function insertInto(reader: Reader, query: QueryValue, value: Value | undefined): QueryValue {
  const begun: QueryValue = { ...query, operation: "insert" };
  if (!value) return begun;
  const source = value.kind === "query" || value.kind === "function" ? queryIn(reader, value) : null;
  if (source)
    return extend(extend(begun, { kind: "nested", selection: selectionOf(source) }), {
      kind: "written",
      rows: [{ columns: new Map(), open: "the rows come from a query" }],
    });
  return extend(withNested(begun, nestedIn(reader, value)), {
    kind: "written",
    rows: writtenRows(reader.tracer, { table: tableOf(reader.tracer, begun), isNew: true }, spelling, value),
  });
}

/** `update({ … })`, `update(column, value)` */
export function updateInto(reader: Reader, query: QueryValue, args: readonly Value[]): QueryValue {
  const [first, second] = args;
  const updating = clausesOf(query).some((clause) => clause.kind === "conflict");
  const begun: QueryValue = updating ? query : { ...query, operation: "update" };
  if (!first) return begun;
  const column = wordOf(first);
  if (column !== null) {
    const written = second && { operand: operandOf(second), sometimes: false, overwritable: false as const };
    return extend(begun, {
      kind: "updated",
      rows: written ? [{ columns: new Map([[column, written]]), open: null }] : [],
    });
  }
  return extend(withNested(begun, nestedIn(reader, first)), {
    kind: "updated",
    rows: writtenRows(reader.tracer, { table: tableOf(reader.tracer, begun), isNew: false }, spelling, first),
  });
}

/** `onConflict(columns)`: what happens then is said next. */
export function conflictOn(query: QueryValue, value: Value | undefined): QueryValue {
  const names = value?.kind === "array" ? value.elements.map(wordOf) : [wordOf(value)];
  const isKnown = names.every((name) => name !== null) && !(value?.kind === "array" && value.rest);
  const columns = isKnown ? names.filter((name) => name !== null) : null;
  return extend(query, { kind: "conflict", columns, updates: false, where: always });
}

/** `merge()`, `merge(columns)`, `merge({ … })`: the rows in the way are overwritten. */
export function mergeInto(tracer: Tracer, query: QueryValue, value: Value | undefined): QueryValue {
  const conflict = conflictIn(query);
  const next = extend(
    { ...query, operation: "upsert" },
    { kind: "conflict", columns: conflict?.columns ?? null, updates: true, where: always },
  );
  return value?.kind === "object"
    ? extend(next, {
        kind: "updated",
        rows: writtenRows(tracer, { table: tableOf(tracer, query), isNew: false }, spelling, value),
      })
    : next;
}

/** Of an upsert, `where` says which of the rows in the way are overwritten. */
export function whereInConflict(
  reader: Reader,
  query: QueryValue,
  form: string,
  args: readonly Value[],
): QueryValue | null {
  const conflict = query.operation === "upsert" ? conflictIn(query) : null;
  const condition = conflict?.updates ? conditionOf(reader, form, args) : null;
  return conflict && condition
    ? extend(query, { ...conflict, where: and([conflict.where, condition.predicate]) })
    : null;
}

function conflictIn(query: QueryValue): (Clause & { kind: "conflict" }) | null {
  return clausesOf(query).findLast((clause) => clause.kind === "conflict") ?? null;
}
