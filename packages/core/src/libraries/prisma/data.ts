/** What `data` writes: the columns of the row, and the rows that are written with it through relations. */
import { and, type Operand, type WrittenRow, type WrittenValue } from "../../constraint/predicate.js";
import type { Relation } from "../../tenancy/tenancy.js";
import { withoutAbsence } from "../../trace/choice.js";
import { asFilter } from "../../trace/builders.js";
import { operandOf } from "../../trace/operand.js";
import type { Clause, ObjectField, Value } from "../../trace/value.js";
import { columnOf, findRelation, holdsKey, isColumn, isSameColumn, relatedModel } from "./models.js";
import { joined } from "./relations.js";
import type { Model } from "./values.js";
import { isDropped, joinOf, selectionFrom, tableOf, whereOf, type Reader, type Rows } from "./where.js";

export interface Written {
  readonly row: WrittenRow;
  /** Other rows that the same operation writes. */
  readonly clauses: readonly Clause[];
}

/** One or several rows; which of several a choice writes is decided when the program runs. */
export function rowsWritten(
  reader: Reader,
  rows: Rows,
  value: Value | undefined,
  isNew: boolean,
): readonly Written[] {
  if (value === undefined) return [];
  switch (value.kind) {
    case "array": {
      const elements = [...value.elements, ...(value.rest ? [value.rest] : [])];
      return elements.flatMap((element) => rowsWritten(reader, rows, element, isNew));
    }
    case "choice":
      return value.options.flatMap((option) => rowsWritten(reader, rows, option, isNew));
    case "literal":
      return [];
    default:
      return [rowWritten(reader, rows, value, isNew)];
  }
}

function rowWritten(reader: Reader, rows: Rows, value: Value, isNew: boolean): Written {
  const object = reader.tracer.fieldsOf(value);
  const columns = new Map<string, WrittenValue>();
  const clauses: Clause[] = [];
  for (const [name, field] of object.fields) {
    if (isDropped(field.value)) continue;
    const relation = findRelation(rows.model, name);
    if (relation) {
      const written = throughRelation(reader, rows, relation, field);
      for (const [column, one] of written.columns) columns.set(column, one);
      clauses.push(...written.clauses);
    } else if (isColumn(rows.model, name)) {
      columns.set(name, writtenValue(rows.model, name, field, isNew));
    }
  }
  const { table } = rows.model;
  const brought =
    table &&
    reader.tracer.broughtColumns(object, {
      table,
      isNew,
      columns,
      spelled: ({ name, aliases }) => aliases[0] ?? name,
    });
  const open = object.open ? "the row is built elsewhere" : null;
  return { row: { columns, open, ...(brought && { brought }) }, clauses };
}

function writtenValue(model: Model, name: string, field: ObjectField, isNew: boolean): WrittenValue {
  const set = field.value.kind === "object" ? field.value.fields.get("set")?.value : undefined;
  const value = set ?? field.value;
  // Prisma refuses a new row without a value for a column that needs one.
  const column = columnOf(model, name);
  const isRequired = isNew && column !== null && !column.nullable && !column.defaulted;
  return {
    operand: operandOf(isRequired ? withoutAbsence(value) : value),
    sometimes: field.sometimes && !isRequired,
    overwritable: field.overwritable,
  };
}

// -------------------------------------------------------------------------------------------------- relations

interface ThroughRelation {
  readonly columns: ReadonlyMap<string, WrittenValue>;
  readonly clauses: readonly Clause[];
}

/** `project: { connect: … }`, `items: { create: … }` */
function throughRelation(
  reader: Reader,
  rows: Rows,
  relation: Relation,
  field: ObjectField,
): ThroughRelation {
  const related: Rows = {
    model: relatedModel(reader.tracer.tenancy, relation),
    alias: `${rows.alias}.${relation.field}`,
  };
  const object = reader.tracer.fieldsOf(field.value);
  const isHere = holdsKey(rows.model, relation);
  const columns = new Map<string, WrittenValue>();
  const clauses: Clause[] = [];
  let ordinal = 0;
  for (const [action, { value }] of object.fields) {
    if (isDropped(value)) continue;
    const place: Rows = { ...related, alias: `${related.alias}:${action}` };
    for (const one of listed(value)) {
      ordinal += 1;
      clauses.push(
        ...relatedRows(
          reader,
          rows,
          relation,
          { ...place, alias: `${place.alias}${ordinal}` },
          action,
          one,
          isHere,
        ),
      );
      if (isHere)
        for (const [column, operand] of keyWritten(reader, relation, related.model, action, one))
          columns.set(column, asWritten(operand, field));
    }
  }
  if (isHere && columns.size === 0 && object.open) {
    for (const column of relation.columns) columns.set(column, asWritten(notKnown(relation), field));
  }
  return { columns, clauses };
}

function listed(value: Value): readonly Value[] {
  return value.kind === "array" ? [...value.elements, ...(value.rest ? [value.rest] : [])] : [value];
}

function asWritten(operand: Operand, field: ObjectField): WrittenValue {
  return { operand, sometimes: field.sometimes, overwritable: field.overwritable };
}

/** The key that ties this row to the related one, where it stands here. */
function keyWritten(
  reader: Reader,
  relation: Relation,
  model: Model,
  action: string,
  value: Value,
): readonly (readonly [string, Operand])[] {
  if (action !== "connect" && action !== "connectOrCreate" && action !== "create") return [];
  const where =
    action === "connect"
      ? value
      : action === "connectOrCreate"
        ? reader.tracer.memberOf(value, "where")
        : null;
  const isFound = where !== null && isFoundBesides(reader, relation, model, where);
  const given = where && !isFound ? reader.tracer.fieldsOf(where) : null;
  return relation.columns.map((column, index) => {
    const target = relation.targets[index]!;
    const named = [...(given?.fields ?? [])].flatMap(([name, field]): readonly Value[] => {
      if (isColumn(model, name)) return isSameColumn(model, name, target) ? [field.value] : [];
      const key = field.value.kind === "object" ? field.value.fields : new Map<string, ObjectField>();
      return [...key].filter(([part]) => isSameColumn(model, part, target)).map(([, part]) => part.value);
    });
    return [column, named[0] ? operandOf(withoutAbsence(named[0])) : notKnown(relation)] as const;
  });
}

/** The row that is connected has to fit more than the value that is written here: whose it is, its own filter says. */
function isFoundBesides(reader: Reader, { targets }: Relation, model: Model, where: Value): boolean {
  const given = reader.tracer.fieldsOf(where);
  const isTarget = (name: string): boolean =>
    targets.some((target) => isColumn(model, name) && isSameColumn(model, name, target));
  return (
    model.table?.class !== "root" &&
    !given.open &&
    [...given.fields].some(([name, { value }]) => !isTarget(name) && !isDropped(value))
  );
}

/** The row is found, or made, by something else than its key. */
function notKnown(relation: Relation): Operand {
  return operandOf({
    kind: "symbolic",
    id: `relation:${relation.field}`,
    origin: "unknown",
    text: relation.field,
    absent: false,
    type: null,
    row: null,
  });
}

/** The related rows that an action writes. */
function relatedRows(
  reader: Reader,
  rows: Rows,
  relation: Relation,
  related: Rows,
  action: string,
  value: Value,
  isHere: boolean,
): readonly Clause[] {
  const on = joinOf(rows, relation, related);
  const part = (name: string): Value => reader.tracer.memberOf(value, name);
  const tied = (where: Value | undefined): readonly Clause[] =>
    on ? [joined(related, and([on, whereOf(reader, related, where)]))] : [];
  const changed = (data: Value): readonly Clause[] =>
    writtenBeside(reader, rows, relation, related, data, false);
  // Beside those that an upsert finds.
  const added: Rows = { ...related, alias: `${related.alias}:new` };
  const created = (data: Value): readonly Clause[] =>
    writtenBeside(reader, rows, relation, added, data, true);
  /** A row that becomes related: it may be anyone's. A key that stands here is a value written here instead. */
  const adopted = (where: Value): readonly Clause[] =>
    isHere && !isFoundBesides(reader, relation, related.model, where)
      ? []
      : [{ kind: "nested", selection: selectionFrom(reader, related, whereOf(reader, related, where)) }];

  switch (action) {
    case "create":
      return created(value);
    case "createMany":
      return created(part("data"));
    case "connect":
    case "set":
      return adopted(value);
    case "connectOrCreate":
      return [...adopted(part("where")), ...created(part("create"))];
    case "update": {
      const data = part("data");
      return [
        ...tied(isDropped(data) ? undefined : part("where")),
        ...changed(isDropped(data) ? value : data),
      ];
    }
    case "updateMany":
      return [...tied(part("where")), ...changed(part("data"))];
    case "upsert":
      return [...tied(part("where")), ...changed(part("update")), ...created(part("create"))];
    case "delete":
    case "deleteMany":
      return tied(value.kind === "literal" ? undefined : value);
    default:
      return [];
  }
}

/** Rows of a relation that are new, or were tied to this one before: what is put into them, and what is written with them. */
function writtenBeside(
  reader: Reader,
  rows: Rows,
  relation: Relation,
  related: Rows,
  data: Value,
  isNew: boolean,
): readonly Clause[] {
  const on = joinOf(rows, relation, related);
  const isHere = holdsKey(rows.model, relation);
  const all = rowsWritten(reader, related, data, isNew);
  if (all.length === 0) return [];
  const stored = all.map(({ row }) => (isHere ? row : withoutTie(related.model, relation, row)));
  return [
    ...(on && isNew
      ? all.map(({ row }) => joined(related, and([on, asFilter(related.model.table, related.alias, row)])))
      : []),
    { kind: "beside", written: { table: tableOf(related.model), alias: related.alias, rows: stored, isNew } },
    // Where the schema does not show what ties these rows, nor does it show it of what is tied to them.
    ...all.flatMap(({ clauses }) => clauses).filter(({ kind }) => on !== null || kind !== "resource"),
  ];
}

/** What ties a row to the one that it is written with is Prisma's to write: an object that brings it is refused. */
function withoutTie(model: Model, { targets }: Relation, row: WrittenRow): WrittenRow {
  if (!row.brought) return row;
  const isTie = (name: string): boolean => targets.some((target) => isSameColumn(model, name, target));
  return { ...row, brought: new Map([...row.brought].filter(([name]) => !isTie(name))) };
}
