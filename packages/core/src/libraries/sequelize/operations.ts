/** The operations of a model: which rows each reaches, and what it writes. Nothing of one is said later, so it is written down as it stands. */
import { always, and, never, or, type Predicate, type WrittenRow } from "../../constraint/predicate.js";
import { keyOf } from "../../tenancy/lookup.js";
import { asFilter, repairOfWhere } from "../../trace/builders.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { operandOf } from "../../trace/operand.js";
import { accessesOf } from "../../trace/query.js";
import {
  extend,
  isNothing,
  isUndefined,
  siteKey,
  undefinedValue,
  type Clause,
  type LibraryValue,
  type ObjectValue,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { mayAddTenant } from "./hooks.js";
import { includedBy } from "./includes.js";
import { tableName } from "./models.js";
import { replacedBy, scopesIn } from "./scopes.js";
import { library, rowValue, type Model, type ModelData } from "./values.js";
import { demanded, ofColumn, unknownFilter, whereOf, writtenWhere, type Reader, type Rows } from "./where.js";
import { rowsWritten, withWhere } from "./writing.js";

type Result = "row" | "rows" | "figures" | "page" | "found-or-made" | "changed" | "number";

export interface OperationKind {
  readonly operation: QueryValue["operation"];
  readonly result: Result;
  /** Where its options stand. */
  readonly options: number;
}

const operations: ReadonlyMap<string, OperationKind> = new Map<string, OperationKind>([
  ["findAll", { operation: "read", result: "rows", options: 0 }],
  ["findOne", { operation: "read", result: "row", options: 0 }],
  ["findByPk", { operation: "read", result: "row", options: 1 }],
  ["findAndCountAll", { operation: "read", result: "page", options: 0 }],
  ["count", { operation: "read", result: "number", options: 0 }],
  ["sum", { operation: "read", result: "figures", options: 1 }],
  ["min", { operation: "read", result: "figures", options: 1 }],
  ["max", { operation: "read", result: "figures", options: 1 }],
  ["aggregate", { operation: "read", result: "figures", options: 2 }],
  ["findOrCreate", { operation: "read", result: "found-or-made", options: 0 }],
  ["findCreateFind", { operation: "read", result: "found-or-made", options: 0 }],
  ["findOrBuild", { operation: "read", result: "found-or-made", options: 0 }],
  ["create", { operation: "insert", result: "row", options: 1 }],
  ["bulkCreate", { operation: "insert", result: "rows", options: 1 }],
  ["update", { operation: "update", result: "changed", options: 1 }],
  ["upsert", { operation: "upsert", result: "found-or-made", options: 1 }],
  ["destroy", { operation: "delete", result: "number", options: 0 }],
  ["restore", { operation: "update", result: "number", options: 0 }],
  ["truncate", { operation: "delete", result: "number", options: 0 }],
  ["increment", { operation: "update", result: "figures", options: 1 }],
  ["decrement", { operation: "update", result: "figures", options: 1 }],
]);

export const operationNames: readonly string[] = [...operations.keys()];

export function isOperation(method: string): boolean {
  return operations.has(method);
}

export function runOperation(tracer: Tracer, value: LibraryValue, method: string, call: Call): Value {
  const kind = operations.get(method)!;
  const data = value.data as ModelData;
  const { model } = data;
  const rows: Rows = { model, alias: model.name, root: model.name };
  const reader: Reader = { tracer, site: siteKey(call.site) };
  const optional = method === "findByPk" || kind.operation === "insert" || kind.operation === "upsert";
  begin(
    tracer,
    model,
    kind.operation,
    call,
    optional || method === "truncate" ? null : repairOfWhere(call.written[kind.options], call),
  );
  const variants = call.spread ? [undefinedValue] : optionsOf(call.arguments[kind.options] ?? undefinedValue);
  for (const variant of variants) {
    const options = optionsFrom(tracer, variant);
    const clauses = clausesOf(reader, rows, value, method, call, options);
    const open = data.scoping === "open" ? [unknownScope] : [];
    recordQuery(tracer, model, kind.operation, call, [...clauses, ...open]);
    if (making.has(method)) recordMade(tracer, model, call, options);
  }
  const [only] = variants;
  const has = variants.length === 1 && only?.kind === "object" ? selectedIn(only) : null;
  return resultOf(tracer, { model, kind, call, has });
}

const making = new Set(["findOrCreate", "findCreateFind"]);

/** The row that is made where none is found: a path of its own, which begins a little later. */
function recordMade(tracer: Tracer, model: Model, call: Call, options: ObjectValue): void {
  const { site } = call;
  const making: Call = { ...call, site: { ...site, start: Math.min(site.start + 1, site.end) } };
  const rows = withWhere(tracer, model, argument(options, "where"), argument(options, "defaults"));
  begin(tracer, model, "insert", making, null);
  recordQuery(tracer, model, "insert", making, [{ kind: "written", rows }]);
}

const unknownScope: Clause = {
  kind: "filter",
  predicate: unknownFilter("built elsewhere: which scope applies is decided when it runs"),
};

/** What a parameter brings with it decides what the options say. */
function optionsFrom(tracer: Tracer, value: Value): ObjectValue {
  const options = tracer.fieldsOf(value);
  if (value.kind === "symbolic" && options.open) tracer.needsArgument(value);
  for (const other of options.others ?? []) tracer.needsArgument(other);
  return options;
}

export function begin(
  tracer: Tracer,
  model: Model,
  operation: QueryValue["operation"],
  call: Call,
  repair: ReturnType<typeof repairOfWhere>,
): void {
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation,
    tables: [tableName(model)],
    repair,
    isOnPool: false,
  });
}

/** A statement on rows of this model. */
export function recordQuery(
  tracer: Tracer,
  model: Model,
  operation: QueryValue["operation"],
  call: Call,
  clauses: readonly Clause[],
  alias = model.name,
): void {
  const begun: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation,
    head: { previous: null, length: 0, clause: { kind: "begin" } },
  };
  const from: Clause = {
    kind: "resource",
    resource: { table: tableName(model), alias, join: "from", on: always, query: null, outputs: null },
  };
  const hooked = mayAddTenant(tracer, model, operation) ? [hookFilter] : [];
  const query = [from, ...clauses, ...hooked].reduce(extend, begun);
  for (const access of accessesOf(query, "run", call.site.end)) tracer.record(access);
}

const hookFilter: Clause = {
  kind: "filter",
  predicate: unknownFilter("built elsewhere: a hook of the model may add the tenant"),
};

function clausesOf(
  reader: Reader,
  rows: Rows,
  value: LibraryValue,
  method: string,
  call: Call,
  options: ObjectValue,
): readonly Clause[] {
  const [first] = call.arguments;
  const { tracer } = reader;
  const filter = (own: Value | undefined): Clause => ({
    kind: "filter",
    predicate: filterOf(reader, rows, value, own),
  });
  const where = argument(options, "where");
  const included = (): readonly Clause[] => [
    ...scopesIn(tracer, value).flatMap((scope) =>
      includedBy(reader, rows, tracer.memberOf(scope, "include")),
    ),
    ...includedBy(reader, rows, argument(options, "include")),
  ];
  switch (method) {
    case "findByPk": {
      const key = rows.model.table?.primaryKey[0] ?? "id";
      const column = { table: rows.alias, name: key };
      // Without an id it gives `null` and asks nobody; a `where` among the options is replaced (measured).
      const byKey = isNothing(first ?? undefinedValue)
        ? never
        : ofColumn(reader, rows, column, withoutNothing(first!)).predicate;
      const scope = keyed(tracer, value, key).map((one) => writtenWhere(reader, rows, one).predicate);
      return [{ kind: "filter", predicate: and([byKey, ...scope]) }, ...included()];
    }
    case "create":
    case "bulkCreate":
      return inserted(
        rows,
        rowsWritten(tracer, rows.model, first, argument(options, "fields")),
        options,
        method,
      );
    case "upsert": {
      const written = rowsWritten(tracer, rows.model, first, argument(options, "fields"));
      return [...inserted(rows, written, options, method), { kind: "updated", rows: written }];
    }
    case "update":
      return [
        filter(demandedWhere(where)),
        { kind: "updated", rows: rowsWritten(tracer, rows.model, first, argument(options, "fields"), false) },
      ];
    case "destroy":
    case "restore": {
      const truncate = argument(options, "truncate");
      const isAll = truncate?.kind === "literal" && truncate.value === true;
      return [isAll ? { kind: "filter", predicate: always } : filter(demandedWhere(where))];
    }
    case "increment":
    case "decrement":
      return [filter(demandedWhere(where))];
    case "truncate":
      return [];
    default:
      return [filter(where), ...having(reader, rows, argument(options, "having")), ...included()];
  }
}

/** Which groups are left: a column is compared in all rows of a group, since it is grouped by. */
function having(reader: Reader, rows: Rows, value: Value | undefined): readonly Clause[] {
  return value ? [{ kind: "filter", predicate: whereOf(reader, rows, value) }] : [];
}

const refused: Value = { kind: "literal", value: false };

/** Sequelize refuses to update or remove rows without a filter. */
function demandedWhere(where: Value | undefined): Value {
  return demanded(where) ?? refused;
}

function withoutNothing(value: Value): Value {
  return demanded(value) ?? value;
}

/** A scope's own filter by the primary key is replaced by the one that is asked for. */
function keyed(tracer: Tracer, value: LibraryValue, key: string): readonly Value[] {
  const own: ObjectValue = {
    kind: "object",
    fields: new Map([[key, { value: undefinedValue, sometimes: false, overwritable: false }]]),
    open: false,
  };
  return scopesIn(tracer, value)
    .flatMap(optionsOf)
    .map((scope) => replacedBy(tracer, tracer.memberOf(scope, "where"), own));
}

function filterOf(reader: Reader, rows: Rows, value: LibraryValue, own: Value | undefined): Predicate {
  const { tracer } = reader;
  const scopes = scopesIn(tracer, value);
  if (scopes.length === 0) return whereOf(reader, rows, own);
  const inScopes = scopes.map((scope, index) => {
    const later = scopes.slice(index + 1).map((one) => tracer.memberOf(one, "where"));
    const where = [...later, own].reduce<Value>(
      (left, next) => replacedBy(tracer, left, next),
      tracer.memberOf(scope, "where"),
    );
    return whereOf(reader, rows, where.kind === "unknown" ? undefined : where);
  });
  return and([...inScopes, whereOf(reader, rows, own)]);
}

/** An argument that is not always given, or can be replaced, is not to be believed. */
export function argument(options: ObjectValue, name: string): Value | undefined {
  const field = options.fields.get(name);
  if (!field)
    return options.open && (name === "where" || name === "include") ? { kind: "unknown" } : undefined;
  if (field.overwritable) return { kind: "unknown" };
  return field.sometimes
    ? { kind: "choice", options: [field.value, undefinedValue], reason: name }
    : field.value;
}

function inserted(
  { model, alias }: Rows,
  written: readonly WrittenRow[],
  options: ObjectValue,
  method: string,
): readonly Clause[] {
  const filters = written.map((row) => asFilter(model.table, alias, row));
  const columns = options.fields.get(method === "upsert" ? "conflictFields" : "conflictAttributes")?.value;
  const updates = method === "upsert" || options.fields.has("updateOnDuplicate");
  const keys = columns?.kind === "array" ? columns.elements.flatMap(textIn) : conflictingKey(model, written);
  return [
    { kind: "filter", predicate: filters.length > 0 ? or(filters) : always },
    {
      kind: "written",
      rows: written.length > 0 ? written : [{ columns: new Map(), open: "the rows are built elsewhere" }],
    },
    ...(updates ? [{ kind: "conflict", columns: keys, updates: true, where: always } as const] : []),
  ];
}

/** The first unique key of which a value is written, else the primary key (`upsert` in Sequelize's query-interface.js). */
function conflictingKey({ table }: Model, written: readonly WrittenRow[]): readonly string[] {
  const names = new Set(written.flatMap(({ columns }) => [...columns.keys()]));
  const isWritten = (set: readonly string[]): boolean =>
    set.every((column) => {
      const { aliases = [] } = table?.columns.find(({ name }) => name === column) ?? {};
      return [column, ...aliases].some((name) => names.has(name));
    });
  return table?.unique.find(isWritten) ?? table?.primaryKey ?? ["id"];
}

function textIn(value: Value): readonly string[] {
  return value.kind === "literal" && typeof value.value === "string" ? [value.value] : [];
}

// -------------------------------------------------------------------------------------------------- results

interface Asked {
  readonly model: Model;
  readonly kind: OperationKind;
  readonly call: Call;
  readonly has: readonly string[] | null;
}

/** A row that is not there is `null`, which no filter drops. */
export function rowsOf(model: Model, call: Call, many: boolean): RowsValue {
  return { kind: "rows", access: siteKey(call.site), many, absent: false, text: "", made: rowValue(model) };
}

function resultOf(tracer: Tracer, { model, kind, call, has }: Asked): Value {
  const many = rowsOf(model, call, true);
  const rows: RowsValue = has ? { ...many, has } : many;
  const one: RowsValue = { ...rows, many: false };
  const count = tracer.countOf(one, call.site);
  switch (kind.result) {
    case "rows":
      return rows;
    case "row":
      return one;
    case "page":
      return objectOf({ rows, count });
    case "found-or-made":
      return { kind: "array", elements: [one, tracer.symbolic(call.site, "created")], rest: null };
    case "changed":
      return { kind: "array", elements: [count, rows], rest: null };
    case "number":
      return count;
    case "figures":
      return tracer.symbolic(call.site, "figures");
  }
}

function objectOf(values: Readonly<Record<string, Value>>): ObjectValue {
  const fields = Object.entries(values).map(
    ([name, value]) => [name, { value, sometimes: false, overwritable: false }] as const,
  );
  return { kind: "object", fields: new Map(fields), open: false };
}

/** `attributes: ["id", ["total", "sum"]]`, where nothing else comes along. */
function selectedIn(options: ObjectValue): readonly string[] | null {
  const attributes = options.fields.get("attributes");
  if (attributes?.value.kind !== "array" || attributes.sometimes || attributes.overwritable) return null;
  if (options.open || attributes.value.rest || options.fields.has("include")) return null;
  const names = attributes.value.elements.map((one) => {
    const last = one.kind === "array" ? one.elements.at(-1) : one;
    return last?.kind === "literal" && typeof last.value === "string" ? last.value : null;
  });
  return names.some((name) => name === null) ? null : names.flatMap((name) => name ?? []);
}

/** A row's own place: by its primary key, and by what else says whose it is, which it was read with. */
export function ownPlace(tracer: Tracer, model: Model, row: Value): Predicate {
  const keys = model.table?.primaryKey ?? ["id"];
  // Of a row that was read here, the query that did so says whose it is.
  const telling =
    row.kind === "rows"
      ? []
      : (model.table?.columns ?? []).filter(({ name }) => model.table && keyOf(model.table, name));
  const columns = [...new Set([...(keys.length > 0 ? keys : ["id"]), ...telling.map(({ name }) => name)])];
  return and(
    columns.map((name): Predicate => {
      const column = model.table?.columns.find((one) => one.name === name);
      const value = tracer.memberOf(row, column?.aliases[0] ?? name);
      return {
        kind: "eq",
        column: { table: model.name, name },
        operand: operandOf(isUndefined(value) ? { kind: "unknown" } : value),
      };
    }),
  );
}
