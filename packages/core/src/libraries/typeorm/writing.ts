/** Writing through a repository: `save`, `insert`, `update`, `delete`, and what makes objects to be saved. */
import { always, type Predicate } from "../../constraint/predicate.js";
import { filterOf, listed, ofColumn, withoutNothing } from "../../entities/filter.js";
import { columnAt, columnName, idOf, propertyOf } from "../../entities/rows.js";
import { merged, ofObjects, save, written } from "../../entities/saving.js";
import { rowsOfObjects } from "../../entities/written.js";
import { optionsOf } from "../../trace/choice.js";
import { undefinedValue, type Clause, type Value } from "../../trace/value.js";
import { building } from "./absence.js";
import { found, readerOf, rowsOf, write, type Statement } from "../../entities/statement.js";

export const writingNames: readonly string[] = [
  "save",
  "insert",
  "upsert",
  "update",
  "updateAll",
  "delete",
  "deleteAll",
  "softDelete",
  "restore",
  "remove",
  "softRemove",
  "recover",
  "increment",
  "decrement",
  "clear",
  "preload",
];

export function change(statement: Statement): Value | null {
  const { tracer, call, method, given } = statement;
  const [first = undefinedValue, second = undefinedValue] = given;
  switch (method) {
    case "save":
      return save(statement, first);
    case "insert":
      write(statement, "insert", [written(statement, first)]);
      return tracer.symbolic(call.site, "insert()");
    case "upsert":
      write(statement, "upsert", [upserted(statement, first, second)]);
      return tracer.symbolic(call.site, "upsert()");
    case "update":
    case "updateAll": {
      const isAll = method === "updateAll";
      const filters = isAll ? [[]] : criteria(statement, first);
      const updated: Clause = {
        kind: "updated",
        rows: rowsOfObjects(tracer, statement.entity, isAll ? first : second, false),
      };
      write(
        statement,
        "update",
        filters.map((clauses) => [...clauses, updated]),
      );
      return affected(statement);
    }
    case "increment":
    case "decrement":
      write(statement, "update", [
        [filter(filterOf({ ...readerOf(statement), dialect: building }, rowsOf(statement), first))],
      ]);
      return affected(statement);
    case "restore":
    case "softDelete":
      write(statement, "update", criteria(statement, first));
      return affected(statement);
    case "delete":
      write(statement, "delete", criteria(statement, first));
      return affected(statement);
    case "clear":
    case "deleteAll":
      write(statement, "delete", [[]]);
      return tracer.symbolic(call.site, `${method}()`);
    case "remove":
      write(statement, "delete", [ofObjects(statement, first)]);
      return first;
    case "softRemove":
    case "recover":
      write(statement, "update", [ofObjects(statement, first)]);
      return first;
    case "preload":
      return preload(statement, first);
    default:
      return null;
  }
}

/** `affected`: greater than nothing, there were rows. */
function affected(statement: Statement): Value {
  const { tracer, call } = statement;
  const count = tracer.countOf(found(statement, false), call.site);
  return {
    kind: "object",
    fields: new Map([["affected", { value: count, sometimes: false, overwritable: false }]]),
    open: true,
  };
}

function filter(predicate: Predicate): Clause {
  return { kind: "filter", predicate };
}

/**
 * `update(id, …)`, `update([id, …], …)`, `update({ organizationId, id }, …)`: each way that the rows may be said. Where nothing is
 * said of them, it is refused (measured).
 */
function criteria(statement: Statement, value: Value): readonly (readonly Clause[])[] {
  const reader = { ...readerOf(statement), dialect: statement.comparing };
  const rows = rowsOf(statement);
  const column = columnAt(rows, idOf(statement.entity));
  return optionsOf(value).map((option) => {
    const read = (): Predicate => {
      switch (option.kind) {
        case "object":
          return filterOf(reader, rows, option);
        case "array": {
          const [one] = [...option.elements, ...(option.rest ? [option.rest] : [])];
          return one?.kind === "object" ? filterOf(reader, rows, option) : listed(column, option);
        }
        case "library":
          return ofColumn(reader, column, option);
        case "rows":
          return ofColumn(reader, column, statement.tracer.memberOf(option, idProperty(statement)));
        case "symbolic":
          return isObject(statement, option)
            ? filterOf(reader, rows, option)
            : ofColumn(reader, column, option);
        default:
          return ofColumn(reader, column, option);
      }
    };
    return [filter(withoutNothing(read()))];
  });
}

/** `criteria: FindOptionsWhere<Invoice>`, and no id. */
function isObject({ tracer }: Statement, value: Value & { kind: "symbolic" }): boolean {
  if (!value.type) return false;
  const declared = tracer.typeOf(value.type);
  return (
    declared.kind === "class" ||
    declared.kind === "interface" ||
    declared.kind === "external" ||
    tracer.membersOf(declared) !== null
  );
}

function idProperty({ entity }: Statement): string {
  return propertyOf(entity.table, idOf(entity));
}

/** `upsert(rows, ["organizationId", "number"])`, `upsert(rows, { conflictPaths })` */
function upserted(statement: Statement, value: Value, conflict: Value): readonly Clause[] {
  const { tracer, entity } = statement;
  const paths = conflict.kind === "object" ? tracer.memberOf(conflict, "conflictPaths") : conflict;
  const named =
    paths.kind === "array"
      ? paths.elements.map((one) => (one.kind === "literal" ? String(one.value) : null))
      : paths.kind === "object" && !paths.open
        ? [...paths.fields.keys()]
        : [null];
  const columns = named.every((one) => one !== null) ? named.map((one) => columnName(entity, one)) : null;
  return [
    ...written(statement, value),
    { kind: "updated", rows: rowsOfObjects(tracer, entity, value, false) },
    { kind: "conflict", columns, updates: true, where: always },
  ];
}

/** The row with the object's key, and the object's properties over it. */
function preload(statement: Statement, value: Value): Value {
  write(statement, "read", [[...ofObjects(statement, value)]]);
  const row = found(statement, false, true);
  return merged(statement, [row, value]);
}
