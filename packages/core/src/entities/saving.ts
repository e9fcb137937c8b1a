/** Objects of entities that are saved: rows that were read and changed, new ones, and those of which nobody says which they are. */
import { always, and, type Predicate } from "../constraint/predicate.js";
import { type Clause, type ObjectValue, type RowsValue, type Value } from "../trace/value.js";
import { objectOf } from "./entity.js";
import { listed, ofColumn } from "./filter.js";
import { columnAt, idsOf, propertyOf } from "./rows.js";
import { readerOf, rowsOf, write, type Statement } from "./statement.js";
import { rowsOfObjects, withNewKey } from "./written.js";

const nothingSaid = [{ columns: new Map(), open: "the rows are built elsewhere" }];

export function written(statement: Statement, value: Value): readonly Clause[] {
  const rows = rowsOfObjects(statement.tracer, statement.entity, value, true);
  return [{ kind: "written", rows: rows.length > 0 ? rows : nothingSaid }];
}

/** The rows that objects stand for, by their keys. */
export function ofObjects(statement: Statement, value: Value): readonly Clause[] {
  const { tracer, entity } = statement;
  const reader = { ...readerOf(statement), dialect: statement.comparing };
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
export function save(statement: Statement, value: Value): Value {
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

export function objectsIn(statement: Statement, value: Value): readonly Value[] {
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
export function loadedRow(value: Value): RowsValue | null {
  if (value.kind === "rows") return value;
  if (value.kind !== "object") return null;
  for (const other of value.others ?? []) if (other.kind === "rows") return { ...other, many: false };
  return null;
}

export function updatedBy(statement: Statement, value: Value): readonly Clause[] {
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

/** `create(body)`, `create([…])`: nothing is written yet. */
export function create(statement: Statement): Value {
  const [first] = statement.given;
  if (first === undefined) return asEntity(statement, { kind: "object", fields: new Map(), open: false });
  return made(statement, first);
}

export function made(statement: Statement, value: Value): Value {
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
  return { ...made, ...(entity.class && { made: objectOf(entity.class) }) };
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
