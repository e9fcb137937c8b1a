/** Writing through a repository: `save`, `insert`, `update`, `delete`, and what makes objects to be saved. */
import { always, and, type Predicate } from "../../constraint/predicate.js";
import { filterOf, listed, ofColumn } from "../../entities/filter.js";
import { columnAt, columnName, idOf, idsOf, propertyOf } from "../../entities/rows.js";
import { rowsOfObjects, withNewKey } from "../../entities/written.js";
import { optionsOf } from "../../trace/choice.js";
import {
  undefinedValue,
  type Clause,
  type ObjectValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { comparing } from "./operators.js";
import { found, readerOf, rowsOf, write, type Statement } from "./statement.js";
import { dataOf } from "./values.js";

const nothingSaid = [{ columns: new Map(), open: "the rows are built elsewhere" }];

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

function written(statement: Statement, value: Value): readonly Clause[] {
  const rows = rowsOfObjects(statement.tracer, statement.entity, value, true);
  return [{ kind: "written", rows: rows.length > 0 ? rows : nothingSaid }];
}

/** `update(id, …)`, `update([id, …], …)`, `update({ organizationId, id }, …)`: each way that the rows may be said. */
function criteria(statement: Statement, value: Value): readonly (readonly Clause[])[] {
  const reader = { ...readerOf(statement), dialect: comparing };
  const rows = rowsOf(statement);
  const column = columnAt(rows, idOf(statement.entity));
  return optionsOf(value).map((option) => {
    const filter = (): Predicate => {
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
    return [{ kind: "filter", predicate: filter() }];
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

/** The rows that objects stand for, by their keys. */
function ofObjects(statement: Statement, value: Value): readonly Clause[] {
  const { tracer, entity } = statement;
  const reader = { ...readerOf(statement), dialect: comparing };
  const predicates = idsOf(entity).map((id): Predicate => {
    const column = columnAt(rowsOf(statement), id);
    const keyOf = (one: Value): Value => tracer.memberOf(one, propertyOf(entity.table, id));
    const element = value.kind === "rows" ? null : tracer.elementOf(value);
    if (value.kind === "array")
      return listed(column, {
        ...value,
        elements: value.elements.map(keyOf),
        rest: value.rest && keyOf(value.rest),
      });
    if (element) return listed(column, { kind: "array", elements: [], rest: keyOf(element) });
    return ofColumn(reader, column, keyOf(value.kind === "rows" ? { ...value, many: false } : value));
  });
  return [{ kind: "filter", predicate: and(predicates) }];
}

/**
 * `save` writes a row that was read as what has been set on it since. Of any other object it looks whether there is a row with
 * its key: then it overwrites that, whosever it is, and otherwise it makes one (measured).
 */
function save(statement: Statement, value: Value): Value {
  const variants: { operation: "insert" | "update" | "upsert"; clauses: readonly Clause[] }[] = [];
  for (const one of objectsIn(statement, value)) {
    const row = loadedRow(one);
    if (row) {
      variants.push({
        operation: "update",
        clauses: [...ofObjects(statement, row), ...updatedBy(statement, one)],
      });
      continue;
    }
    const isKeyed = one.kind === "object" && isKeyedObject(statement, one);
    if (one.kind === "symbolic" || one.kind === "instance" || isKeyed)
      variants.push({ operation: "upsert", clauses: overwriting(statement, one) });
    else variants.push({ operation: "insert", clauses: written(statement, one) });
  }
  // One call is one path: what it may do to rows that are there is worse than making one.
  const operation = (["upsert", "update", "insert"] as const).find((each) =>
    variants.some((variant) => variant.operation === each),
  );
  if (!operation) {
    write(statement, "insert", [[{ kind: "written", rows: nothingSaid }]]);
    return saved(statement, value);
  }
  for (const each of ["insert", "update", "upsert"] as const) {
    const own = variants.filter((variant) => variant.operation === each);
    if (own.length > 0)
      write(
        statement,
        each,
        own.map(({ clauses }) => clauses),
      );
  }
  return saved(statement, value);
}

/** The object has the key now that its row got. */
function saved(statement: Statement, value: Value): Value {
  switch (value.kind) {
    case "object":
      return withNewKey(statement.entity, value, statement.call.site);
    case "array":
      return {
        ...value,
        elements: value.elements.map((one) => saved(statement, one)),
        rest: value.rest && saved(statement, value.rest),
      };
    case "choice":
      return statement.tracer.choose(
        value.options.map((one) => saved(statement, one)),
        value.reason,
      );
    default:
      return value;
  }
}

function objectsIn(statement: Statement, value: Value): readonly Value[] {
  switch (value.kind) {
    case "array":
      return [...value.elements, ...(value.rest ? [value.rest] : [])].flatMap((one) =>
        objectsIn(statement, one),
      );
    case "choice":
      return value.options.flatMap((one) => objectsIn(statement, one));
    case "literal":
      return [];
    case "symbolic": {
      const element = statement.tracer.elementOf(value);
      return element ? [element] : [value];
    }
    default:
      return [value];
  }
}

/** The row that an object was read as, whatever has been set on it since. */
function loadedRow(value: Value): RowsValue | null {
  if (value.kind === "rows") return value;
  if (value.kind !== "object") return null;
  for (const other of value.others ?? []) if (other.kind === "rows") return { ...other, many: false };
  return null;
}

function updatedBy(statement: Statement, value: Value): readonly Clause[] {
  if (value.kind !== "object") return [];
  const others = (value.others ?? []).filter((other) => other.kind !== "rows");
  const isOpen = others.length > 0 || (value.open && value.others === undefined);
  const set: ObjectValue = { ...value, open: isOpen, others };
  return [{ kind: "updated", rows: rowsOfObjects(statement.tracer, statement.entity, set, false) }];
}

function isKeyedObject({ entity }: Statement, { fields }: ObjectValue): boolean {
  const keys = idsOf(entity).map((id) => fields.get(propertyOf(entity.table, id))?.value);
  return keys.every((key) => key !== undefined && key.kind !== "literal" && !isMadeUp(key));
}

/** An id that the program makes is nobody's yet. */
function isMadeUp(value: Value): boolean {
  return value.kind === "symbolic" && value.origin === "constant";
}

function overwriting(statement: Statement, value: Value): readonly Clause[] {
  const { tracer, entity } = statement;
  return [
    ...ofObjects(statement, value),
    ...written(statement, value),
    { kind: "updated", rows: rowsOfObjects(tracer, entity, value, false) },
    { kind: "conflict", columns: idsOf(entity), updates: true, where: always },
  ];
}

/** The row with the object's key, and the object's properties over it. */
function preload(statement: Statement, value: Value): Value {
  write(statement, "read", [[...ofObjects(statement, value)]]);
  const row = found(statement, false, true);
  return merged(statement, [row, value]);
}

/** `create(body)`, `create([…])`: nothing is written yet. */
export function create(statement: Statement): Value {
  const [first] = statement.given;
  if (first === undefined) return asEntity(statement, { kind: "object", fields: new Map(), open: false });
  return made(statement, first);
}

function made(statement: Statement, value: Value): Value {
  switch (value.kind) {
    case "array":
      return {
        ...value,
        elements: value.elements.map((one) => made(statement, one)),
        rest: value.rest && made(statement, value.rest),
      };
    case "choice":
      return statement.tracer.choose(
        value.options.map((one) => made(statement, one)),
        value.reason,
      );
    default: {
      const element = value.kind === "rows" ? null : statement.tracer.elementOf(value);
      if (element) return { kind: "array", elements: [], rest: made(statement, element) };
      return asEntity(statement, statement.tracer.fieldsOf(value));
    }
  }
}

function asEntity({ entity, call }: Statement, object: ObjectValue): ObjectValue {
  const made = withNewKey(entity, object, call.site);
  return { ...made, ...(entity.class && { instanceOf: entity.class }) };
}

/** `merge(invoice, body)`: what is in the later ones stands over what was there. */
export function merged(statement: Statement, values: readonly Value[]): Value {
  const { tracer } = statement;
  let object: ObjectValue = { kind: "object", fields: new Map(), open: false };
  for (const value of values) {
    const next: ObjectValue =
      value.kind === "rows"
        ? { kind: "object", fields: new Map(), open: true, others: [{ ...value, many: false }] }
        : tracer.fieldsOf(value);
    const fields = new Map(object.fields);
    for (const [name, field] of next.fields) fields.set(name, field);
    const others = [...(object.others ?? []), ...(next.others ?? [])];
    object = { kind: "object", fields, open: object.open || next.open, ...(others.length > 0 && { others }) };
  }
  return asEntity(statement, object);
}
