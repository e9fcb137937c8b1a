/** Writing: what is persisted, assigned and removed, and statements that reach rows without reading them. */
import { always } from "../../constraint/predicate.js";
import { loadedRow, made, objectsIn, ofObjects, updatedBy, written } from "../../entities/saving.js";
import { rowsOfObjects } from "../../entities/written.js";
import { columnName } from "../../entities/rows.js";
import { write, type Statement } from "../../entities/statement.js";
import { optionsOf } from "../../trace/choice.js";
import { undefinedValue, type Clause, type ObjectValue, type Value } from "../../trace/value.js";
import { addedBy } from "./filters.js";
import { whereOf } from "./finding.js";

export const writingNames: readonly string[] = [
  "create",
  "insert",
  "insertMany",
  "upsert",
  "upsertMany",
  "nativeInsert",
  "nativeUpdate",
  "nativeDelete",
  "persist",
  "persistAndFlush",
  "remove",
  "removeAndFlush",
  "assign",
];

export function change(statement: Statement): Value | null {
  const { tracer, call, method, given } = statement;
  const [first = undefinedValue, second = undefinedValue, third] = given;
  switch (method) {
    // What is created is persisted as well, by default: https://mikro-orm.io/docs/entity-manager
    case "create":
      write(statement, "insert", [written(statement, first)]);
      return made(statement, first);
    case "insert":
    case "insertMany":
    case "nativeInsert":
      write(statement, "insert", [written(statement, first)]);
      return tracer.symbolic(call.site, `${method}()`);
    case "upsert":
    case "upsertMany":
      write(statement, "upsert", [upserted(statement, first, second)]);
      return made(statement, first);
    case "nativeUpdate":
      write(statement, "update", [
        ...filters(statement, first, third).map((clauses) => [
          ...clauses,
          { kind: "updated", rows: rowsOfObjects(tracer, statement.entity, second, false) } as const,
        ]),
      ]);
      return tracer.symbolic(call.site, "nativeUpdate()");
    case "nativeDelete":
      write(statement, "delete", filters(statement, first, second));
      return tracer.symbolic(call.site, "nativeDelete()");
    case "persist":
    case "persistAndFlush":
      return persist(statement, first);
    case "remove":
    case "removeAndFlush":
      write(statement, "delete", [ofObjects(statement, first)]);
      return first;
    case "assign":
      return assign(statement, first, second);
    default:
      return null;
  }
}

function filters(statement: Statement, where: Value, options: Value | undefined): (readonly Clause[])[] {
  return optionsOf(where).map((option) => [
    { kind: "filter", predicate: whereOf(statement, option) },
    { kind: "filter", predicate: addedBy(statement.tracer, statement.entity, options) },
  ]);
}

/** A new object becomes a row; one that was read is written as what has been set on it. */
function persist(statement: Statement, value: Value): Value {
  for (const one of objectsIn(statement, value)) {
    const row = loadedRow(one);
    if (row) write(statement, "update", [[...ofObjects(statement, row), ...updatedBy(statement, one)]]);
    else if (one.kind === "object" && !isCreated(statement, one))
      write(statement, "insert", [written(statement, one)]);
  }
  return value;
}

/** What `create` made was written down there. */
function isCreated({ call }: Statement, { fields }: ObjectValue): boolean {
  return [...fields.values()].some(
    ({ value }) => value.kind === "symbolic" && value.id.startsWith(`computed:${call.site.file}:`),
  );
}

/** `assign(invoice, body)`: of a row that was read, it is written when the manager flushes. */
function assign(statement: Statement, target: Value, values: Value): Value {
  const row = loadedRow(target);
  if (!row) return target;
  const updated: Clause = {
    kind: "updated",
    rows: rowsOfObjects(statement.tracer, statement.entity, values, false),
  };
  write(statement, "update", [[...ofObjects(statement, row), updated]]);
  return target;
}

/** By `onConflictFields`, or else by whichever unique key the object has. */
function upserted(statement: Statement, value: Value, options: Value): readonly Clause[] {
  const { tracer, entity } = statement;
  const fields = options.kind === "object" ? tracer.memberOf(options, "onConflictFields") : undefinedValue;
  const named =
    fields.kind === "array"
      ? fields.elements.map((one) => (one.kind === "literal" ? columnName(entity, String(one.value)) : null))
      : [null];
  return [
    ...written(statement, value),
    { kind: "updated", rows: rowsOfObjects(tracer, entity, value, false) },
    {
      kind: "conflict",
      columns: named.every((one) => one !== null) ? named : null,
      updates: true,
      where: always,
    },
  ];
}
