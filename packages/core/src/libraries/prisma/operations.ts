/** The operations of a model: which rows each reaches, and what it writes. */
import { always, and, or, type Predicate } from "../../constraint/predicate.js";
import type { Call, Tracer } from "../../trace/library.js";
import { asFilter, repairOfWhere } from "../../trace/builders.js";
import { accessesOf } from "../../trace/query.js";
import { optionsOf, withoutAbsence } from "../../trace/choice.js";
import { poolSession } from "../../trace/session.js";
import {
  extend,
  siteKey,
  undefinedValue,
  type Clause,
  type ClientNote,
  type ObjectValue,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { rowsWritten, type Written } from "./data.js";
import { findRelation, isColumn, isSameColumn } from "./models.js";
import { includedBy, selectedIn } from "./relations.js";
import { library, type Added, type ClientData, type Model } from "./values.js";
import { boundColumns, isBuiltElsewhere, tableOf, whereOf, type Reader, type Rows } from "./where.js";

const mayAddAnything: ClientNote = { kind: "limits", reason: "the client's extension may add the tenant" };
// An extension is asked about an operation, and not about what is nested in that.
const mayAddTenant: ClientNote = { ...mayAddAnything, onlyOwn: true };
const notes: Readonly<Record<Added, ClientNote | null>> = {
  nothing: null,
  tenant: mayAddTenant,
  anything: mayAddAnything,
};

type Result = "row" | "rows" | "figures";

interface OperationKind {
  readonly operation: QueryValue["operation"];
  readonly result: Result;
}

const operations: ReadonlyMap<string, OperationKind> = new Map<string, OperationKind>([
  ["findUnique", { operation: "read", result: "row" }],
  ["findUniqueOrThrow", { operation: "read", result: "row" }],
  ["findFirst", { operation: "read", result: "row" }],
  ["findFirstOrThrow", { operation: "read", result: "row" }],
  ["findMany", { operation: "read", result: "rows" }],
  ["count", { operation: "read", result: "figures" }],
  ["aggregate", { operation: "read", result: "figures" }],
  ["groupBy", { operation: "read", result: "rows" }],
  ["create", { operation: "insert", result: "row" }],
  ["createMany", { operation: "insert", result: "figures" }],
  ["createManyAndReturn", { operation: "insert", result: "rows" }],
  ["update", { operation: "update", result: "row" }],
  ["updateMany", { operation: "update", result: "figures" }],
  ["updateManyAndReturn", { operation: "update", result: "rows" }],
  ["upsert", { operation: "upsert", result: "row" }],
  ["delete", { operation: "delete", result: "row" }],
  ["deleteMany", { operation: "delete", result: "figures" }],
]);

export const operationNames: readonly string[] = [...operations.keys()];

export function isOperation(method: string): boolean {
  return operations.has(method);
}

/** `prisma.invoice.findMany({ … })`: nothing of it is said later, so it is written down as it stands. */
export function runOperation(
  tracer: Tracer,
  client: ClientData,
  model: Model,
  method: string,
  call: Call,
): Value {
  const { operation, result } = operations.get(method)!;
  const session = client.session ?? (client.isPool ? poolSession : undefined);
  const reader: Reader = { tracer, site: siteKey(call.site) };
  const rows: Rows = { model, alias: model.name };
  const note = notes[client.adds];
  const begun: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    ...(session && { session }),
    ...(note && { client: note }),
  };
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation,
    tables: [tableOf(model)],
    repair: operation === "insert" || operation === "upsert" ? null : repairOfWhere(call.written[0], call),
    isOnPool: client.isPool,
    ...(session && { session }),
  });
  const variants = argumentsOf(tracer, call);
  const selected = variants.length === 1 ? selectedIn(variants[0]!) : null;
  for (const given of variants) {
    const args = ofOneRow.has(method) ? ofUniqueRow(model, given) : given;
    const clauses = [
      from(rows),
      ...clausesOf(reader, rows, operation, args),
      ...(operation === "read" && result === "figures" ? [] : includedBy(reader, rows, args)),
    ];
    const query = clauses.reduce(extend, begun);
    for (const access of accessesOf(query, "run", call.site.end)) tracer.record(access);
  }
  // A row that is not there is `null`, which no filter drops.
  const found: RowsValue = {
    kind: "rows",
    access: reader.site,
    many: result === "rows",
    absent: false,
    text: "",
    ...(selected && { has: selected }),
  };
  if (result === "figures") return figuresOf(tracer, { ...found, many: false }, method, call);
  // What changes one row throws when there is none.
  if (method.endsWith("OrThrow") || method === "update" || method === "delete") tracer.assume(found);
  return found;
}

/** `count` gives a number, `updateMany` an object with one: greater than nothing, there were rows. */
function figuresOf(tracer: Tracer, rows: RowsValue, method: string, call: Call): Value {
  const count = tracer.countOf(rows, call.site);
  if (method === "count") return count;
  if (!["updateMany", "deleteMany", "createMany"].includes(method))
    return tracer.symbolic(call.site, `${method}()`);
  return {
    kind: "object",
    fields: new Map([["count", { value: count, sometimes: false, overwritable: false }]]),
    open: true,
  };
}

/** Each of the objects that the operation may be given. */
function argumentsOf(tracer: Tracer, call: Call): readonly ObjectValue[] {
  const [first] = call.arguments;
  const given = first ? optionsOf(first) : [undefinedValue];
  return given.map((option) => tracer.fieldsOf(option));
}

function from(rows: Rows): Clause {
  return {
    kind: "resource",
    resource: {
      table: tableOf(rows.model),
      alias: rows.alias,
      join: "from",
      on: { kind: "true" },
      query: null,
      outputs: null,
    },
  };
}

function clausesOf(
  reader: Reader,
  rows: Rows,
  operation: QueryValue["operation"],
  args: ObjectValue,
): readonly Clause[] {
  switch (operation) {
    case "insert":
      return inserted(rows, rowsWritten(reader, rows, argument(args, "data"), true));
    case "upsert": {
      const where = filterOf(reader, rows, args);
      const columns = boundColumns(where, rows.alias);
      const updated = rowsWritten(reader, rows, argument(args, "update"), false);
      return [
        { kind: "filter", predicate: where },
        ...written(rowsWritten(reader, rows, argument(args, "create"), true)),
        { kind: "updated", rows: updated.map(({ row }) => row) },
        ...updated.flatMap((one) => one.clauses),
        // The row that is overwritten is the one that `where` finds.
        {
          kind: "conflict",
          columns: isBuiltElsewhere(where) && columns.length === 0 ? null : columns,
          updates: true,
          where: always,
        },
        ...(isBuiltElsewhere(where) && columns.length === 0
          ? [{ kind: "unclear", reason: "its filter is built elsewhere" } as const]
          : []),
      ];
    }
    case "update": {
      const updated = rowsWritten(reader, rows, argument(args, "data"), false);
      return [
        { kind: "filter", predicate: filterOf(reader, rows, args) },
        { kind: "updated", rows: updated.map(({ row }) => row) },
        ...updated.flatMap((one) => one.clauses),
      ];
    }
    case "read":
      return [
        { kind: "filter", predicate: filterOf(reader, rows, args) },
        // Which groups are left: a column is compared in all rows of a group, since it is grouped by.
        { kind: "filter", predicate: whereOf(reader, rows, argument(args, "having")) },
      ];
    case "delete":
      return [{ kind: "filter", predicate: filterOf(reader, rows, args) }];
  }
}

function filterOf(reader: Reader, rows: Rows, args: ObjectValue): Predicate {
  const given = argument(args, "where") ?? (args.open ? ({ kind: "unknown" } as const) : undefined);
  return withId(rows, whereOf(reader, rows, given));
}

/**
 * Whoever names a user by a unique address names the user's id, and what belongs to the user is tied by that. It is said
 * of nobody's rows only: of a tenant's, the id would prove no more than the address.
 */
function withId({ model, alias }: Rows, where: Predicate): Predicate {
  const { table } = model;
  const [id, ...others] = table?.primaryKey ?? [];
  if (!table || table.class !== "global" || id === undefined || others.length > 0) return where;
  const given = equalitiesIn(where, alias);
  const unique = table.unique.find((set) =>
    set.every((column) => given.some((one) => isSameColumn(model, one.column.name, column))),
  );
  const isNamed = given.some((one) => isSameColumn(model, one.column.name, id));
  if (!unique || isNamed) return where;
  const { operand } = given.find((one) => isSameColumn(model, one.column.name, unique[0]!))!;
  return and([where, { kind: "eq", column: { table: alias, name: id }, operand }]);
}

function equalitiesIn(filter: Predicate, alias: string): readonly (Predicate & { kind: "eq" })[] {
  if (filter.kind === "and") return filter.terms.flatMap((term) => equalitiesIn(term, alias));
  return filter.kind === "eq" && filter.column.table === alias ? [filter] : [];
}

/** Operations on one row. Prisma refuses to look for it without the value of a unique key. */
const ofOneRow = new Set(["findUnique", "findUniqueOrThrow", "update", "delete", "upsert"]);

function ofUniqueRow(model: Model, args: ObjectValue): ObjectValue {
  const where = args.fields.get("where");
  if (!where) return args;
  const unique = { ...where, value: withUniqueKey(model, where.value) };
  return { ...args, fields: new Map([...args.fields, ["where", unique]]) };
}

/** Where one unique key alone is written, it has a value whenever there is a query. */
function withUniqueKey(model: Model, where: Value): Value {
  if (where.kind === "choice")
    return { ...where, options: where.options.map((option) => withUniqueKey(model, option)) };
  if (where.kind !== "object" || where.open) return where;
  const keys = [...where.fields].filter(([name]) => isUniqueKey(model, name));
  if (keys.length !== 1) return where;
  const [name, field] = keys[0]!;
  const present = { ...field, value: withoutAbsence(field.value), sometimes: false };
  return { ...where, fields: new Map([...where.fields, [name, present]]) };
}

function isUniqueKey(model: Model, name: string): boolean {
  const { table } = model;
  if (!table || findRelation(model, name) || name === "AND" || name === "OR" || name === "NOT") return false;
  // What is no column is a compound key.
  if (!isColumn(model, name)) return true;
  return [table.primaryKey, ...table.unique].some(
    ([column, ...others]) => column !== undefined && others.length === 0 && isSameColumn(model, column, name),
  );
}

/** An argument that is not always given, or can be replaced, is not to be believed. */
function argument(args: ObjectValue, name: string): Value | undefined {
  const field = args.fields.get(name);
  if (!field) return undefined;
  if (field.overwritable) return { kind: "unknown" };
  return field.sometimes
    ? { kind: "choice", options: [field.value, { kind: "literal", value: undefined }], reason: name }
    : field.value;
}

function inserted(rows: Rows, all: readonly Written[]): readonly Clause[] {
  // Rows read along with the new one are tied to what was written.
  const filters = all.map(({ row }) => asFilter(rows.model.table, rows.alias, row));
  const filter = filters.length > 0 ? or(filters) : always;
  return [{ kind: "filter", predicate: filter }, ...written(all)];
}

function written(all: readonly Written[]): readonly Clause[] {
  const rows = all.map(({ row }) => row);
  return [
    {
      kind: "written",
      rows: rows.length > 0 ? rows : [{ columns: new Map(), open: "the rows are built elsewhere" }],
    },
    ...all.flatMap((one) => one.clauses),
  ];
}
