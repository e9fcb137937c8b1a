/**
 * Rows as objects: `invoice.update(values)`, `invoice.save()`, `invoice.getLines()`. What an instance does, it does to the row with
 * its primary key, whatever `where` its options hold; the model's scopes are not asked (measured).
 */
import { always, and, type Predicate } from "../../constraint/predicate.js";
import type { Relation } from "../../tenancy/tenancy.js";
import { plural, singular } from "../../tenancy/names.js";
import type { Call, Tracer } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
import {
  isNothing,
  siteKey,
  undefinedValue,
  type Clause,
  type LibraryValue,
  type ObjectField,
  type ObjectValue,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { findRelation, relatedModel } from "./models.js";
import { argument, begin, ownPlace, recordQuery, rowsOf } from "./operations.js";
import { dataOf, modelValue, rowValue, type Model, type RowData } from "./values.js";
import { whereOf, type Rows } from "./where.js";
import { rowsWritten } from "./writing.js";
import { includedBy } from "./includes.js";
import { scopesIn } from "./scopes.js";

export const rowMethods: readonly string[] = [
  "update",
  "save",
  "destroy",
  "restore",
  "reload",
  "increment",
  "decrement",
  "set",
  "get",
  "toJSON",
  "$get",
  "$set",
  "$add",
  "$create",
  "$count",
  "$remove",
  "$has",
];

export function callOnRow(
  tracer: Tracer,
  row: Value,
  made: LibraryValue,
  method: string,
  call: Call,
): Value | null {
  const { model, isNew } = made.data as RowData;
  const [first, second] = call.arguments;
  const fields = second?.kind === "object" ? second.fields.get("fields")?.value : undefined;
  switch (method) {
    case "get":
    case "getDataValue":
      return first?.kind === "literal" && typeof first.value === "string"
        ? tracer.memberOf(row, first.value)
        : row;
    case "toJSON":
      return row;
    case "set":
    case "setDataValue":
    case "setAttributes":
      return behindSetting(tracer, row, call);
    case "update":
      write(tracer, model, "update", call, [
        ...ownRow(tracer, model, row),
        { kind: "updated", rows: rowsWritten(tracer, model, first, fields, false) },
      ]);
      return row;
    case "save": {
      const set = setOn(row);
      if (isNew || isMade(row)) return inserted(tracer, model, call, set ?? row);
      write(tracer, model, "update", call, [
        ...ownRow(tracer, model, row),
        ...(set
          ? [{ kind: "updated", rows: rowsWritten(tracer, model, set, undefined, false) } as const]
          : []),
      ]);
      return row;
    }
    case "increment":
    case "decrement":
    case "restore":
      write(tracer, model, "update", call, ownRow(tracer, model, row));
      return row;
    case "destroy":
      write(tracer, model, "delete", call, ownRow(tracer, model, row));
      return undefinedValue;
    case "reload":
      write(tracer, model, "read", call, ownRow(tracer, model, row));
      return row;
    default:
      return callAssociation(tracer, row, model, method, call);
  }
}

/** `invoice.dataValues`, and what came along: `invoice.customer`, under the name that it has in the statement. */
export function memberOfRow(
  tracer: Tracer,
  row: RowsValue,
  made: LibraryValue,
  property: string,
): Value | null {
  if (property === "dataValues") return row;
  const { model } = made.data as RowData;
  const relation = model.table?.relations.find(({ field }) => field === property);
  if (!relation) return null;
  const { has: _, ...whole } = row;
  const part = row.part === undefined ? property : `${row.part}->${property}`;
  return { ...whole, part, many: relation.list, made: rowValue(relatedModel(tracer, relation)) };
}

export function changedRow(tracer: Tracer, row: Value, method: string, call: Call): Value | null {
  return ["set", "setDataValue", "setAttributes", "update"].includes(method)
    ? behindSetting(tracer, row, call)
    : null;
}

function write(
  tracer: Tracer,
  model: Model,
  operation: QueryValue["operation"],
  call: Call,
  clauses: readonly Clause[],
): void {
  begin(tracer, model, operation, call, null);
  recordQuery(tracer, model, operation, call, clauses);
}

function inserted(tracer: Tracer, model: Model, call: Call, values: Value): Value {
  const rows = rowsWritten(tracer, model, values, undefined);
  write(tracer, model, "insert", call, [{ kind: "written", rows }]);
  return values;
}

function ownRow(tracer: Tracer, model: Model, row: Value): readonly Clause[] {
  return [{ kind: "filter", predicate: ownPlace(tracer, model, readRow(row)) }];
}

/** As it was before anything was set on it. */
function readRow(row: Value): Value {
  return row.kind === "object" ? (row.others?.[0] ?? row) : row;
}

/** Made with `new Invoice(values)`, where that was seen. */
function isMade(row: Value): boolean {
  const first = row.kind === "object" && row.made ? row.made : readRow(row);
  return (first.kind === "instance" && first.arguments !== null) || dataOf(first)?.type === "row";
}

/** What was set on a row since it was read, as an object. */
function setOn(row: Value): Value | null {
  if (row.kind === "object") {
    const [first, ...others] = row.others ?? [];
    const isNew = row.made !== undefined && row.made.arguments !== null;
    const given = first?.kind === "instance" ? (first.arguments?.[0] ?? null) : isNew ? first : null;
    const whole = [...(given ? [given] : []), ...others];
    return { ...row, open: whole.length > 0, others: whole };
  }
  if (row.kind === "instance") return row.arguments?.[0] ?? null;
  return null;
}

/** The row with these values on it, `set({ … })` or `set("total", 1)`. */
function behindSetting(tracer: Tracer, row: Value, { arguments: [first, second] }: Call): Value {
  if (first?.kind === "literal" && typeof first.value === "string")
    return withValues(row, new Map([[first.value, fieldOf(second ?? undefinedValue)]]), []);
  if (!first || isNothing(first)) return row;
  const values = tracer.fieldsOf(first);
  return withValues(row, values.fields, values.open ? (values.others ?? [first]) : []);
}

function withValues(
  row: Value,
  fields: ReadonlyMap<string, ObjectField>,
  others: readonly Value[],
): ObjectValue {
  const before: ObjectValue =
    row.kind === "object" ? row : { kind: "object", fields: new Map(), open: true, others: [row] };
  return {
    ...before,
    fields: new Map([...before.fields, ...fields]),
    others: [...(before.others ?? []), ...others],
  };
}

function fieldOf(value: Value): ObjectField {
  return { value, sometimes: false, overwritable: false };
}

// -------------------------------------------------------------------------------------------------- associations

const verbs = /^(get|count|has|create|add|set|remove)([A-Z]\w*)$/;

/** `customer.getInvoices({ where })`, and of sequelize-typescript `customer.$get("invoices", { where })`. */
function callAssociation(tracer: Tracer, row: Value, model: Model, method: string, call: Call): Value | null {
  const [first, ...rest] = call.arguments;
  const isNamed = method.startsWith("$");
  const [, verb, word] = isNamed ? [] : (verbs.exec(method) ?? []);
  const name = isNamed ? (first?.kind === "literal" ? String(first.value) : "") : (word ?? "");
  const asked = isNamed ? method.slice(1) : (verb ?? "");
  const relation = name === "" ? null : relationNamed(model, name);
  if (!relation) return null;
  const given = isNamed ? rest : call.arguments;
  const related = relatedModel(tracer, relation);
  const tie = ownTie(tracer, row, relation, related);
  switch (asked) {
    case "get":
    case "count":
    case "has": {
      const options = tracer.fieldsOf((asked === "has" ? given[1] : given[0]) ?? undefinedValue);
      const rows: Rows = { model: related, alias: related.name, root: related.name };
      const reader = { tracer, site: siteKey(call.site) };
      const scopes = scopesIn(tracer, modelValue(related)).map((scope) =>
        whereOf(reader, rows, tracer.memberOf(scope, "where")),
      );
      const where = asked === "has" ? undefined : argument(options, "where");
      const filter = and([tie ?? always, ...scopes, whereOf(reader, rows, where)]);
      write(tracer, related, "read", call, [
        ...(tie ? [] : [linked]),
        { kind: "filter", predicate: filter },
        ...(asked === "get" ? includedBy(reader, rows, argument(options, "include")) : []),
      ]);
      const found = rowsOf(related, call, asked === "get" && relation.list);
      return asked === "get" ? found : tracer.countOf(found, call.site);
    }
    case "create": {
      const values = withTie(tracer, row, relation, model, given[0]);
      const written = rowsWritten(tracer, related, values, undefined);
      write(tracer, related, "insert", call, [{ kind: "written", rows: written }]);
      return rowsOf(related, call, false);
    }
    case "add":
    case "set":
    case "remove": {
      // A row that becomes related may be anyone's; where the key stands here, it is a value that is written here.
      const isHolder = holdsKey(model, relation);
      if (isHolder && given[0]) {
        const fields = new Map(
          relation.columns.map((column) => [column, fieldOf(idOf(tracer, related, given[0]!))]),
        );
        const values: ObjectValue = { kind: "object", fields, open: false };
        write(tracer, model, "update", call, [
          ...ownRow(tracer, model, row),
          { kind: "updated", rows: rowsWritten(tracer, model, values, undefined, false) },
        ]);
        return undefinedValue;
      }
      if (!tie || !given[0] || isNothing(given[0])) return undefinedValue;
      const ids = idsPredicate(tracer, related, given[0]);
      write(tracer, related, "update", call, [
        { kind: "filter", predicate: asked === "remove" ? and([tie, ids]) : ids },
      ]);
      return undefinedValue;
    }
    default:
      return null;
  }
}

/** What a third table ties is tied to the row, whichever columns say so. */
const linked: Clause = {
  kind: "unclear",
  reason: "rows of a many-to-many association are tied by a table in between",
};

function relationNamed(model: Model, name: string): Relation | null {
  const plain = name.charAt(0).toLowerCase() + name.slice(1);
  const forms = [name, plain, plural(plain), singular(plain)];
  for (const form of forms) {
    const found = findRelation(model, form, null);
    if (found) return found;
  }
  return null;
}

function holdsKey(model: Model, relation: Relation): boolean {
  return (
    !relation.list &&
    relation.columns.length > 0 &&
    relation.columns.every((column) => model.table?.references.some((one) => one.column === column))
  );
}

/** The related rows hold what this one has. */
function ownTie(tracer: Tracer, row: Value, relation: Relation, related: Model): Predicate | null {
  const { columns, targets } = relation;
  if (columns.length === 0 || columns.length !== targets.length) return null;
  return and(
    columns.map((column, index): Predicate => ({
      kind: "eq",
      column: { table: related.name, name: targets[index]! },
      operand: operandOf(tracer.memberOf(readRow(row), column)),
    })),
  );
}

/** The key that ties it stands last: what is passed does not replace it (measured). */
function withTie(
  tracer: Tracer,
  row: Value,
  { columns, targets }: Relation,
  model: Model,
  values: Value | undefined,
): Value {
  const given = tracer.fieldsOf(values ?? undefinedValue);
  const keys = targets.map((target, index): readonly [string, ObjectField] => {
    const column = model.table?.columns.find(({ name }) => name === columns[index]);
    return [target, fieldOf(tracer.memberOf(readRow(row), column?.aliases[0] ?? columns[index] ?? "id"))];
  });
  return { ...given, fields: new Map([...given.fields, ...keys]) };
}

function idOf(tracer: Tracer, model: Model, value: Value): Value {
  const isRow = value.kind === "rows" || value.kind === "instance" || value.kind === "object";
  return isRow ? tracer.memberOf(value, model.table?.primaryKey[0] ?? "id") : value;
}

function idsPredicate(tracer: Tracer, model: Model, value: Value): Predicate {
  const column = { table: model.name, name: model.table?.primaryKey[0] ?? "id" };
  const element = tracer.elementOf(value);
  const given = value.kind === "array" ? value.elements : [element ?? value];
  return { kind: "in", column, operands: given.map((one) => operandOf(idOf(tracer, model, one))) };
}
