/** Relational queries: `db.query.invoices.findMany({ where, with })`. Nothing of one is said later; it runs where it is awaited. */
import { always, and, type Predicate } from "../../constraint/predicate.js";
import { findTable } from "../../tenancy/lookup.js";
import type { Relation } from "../../tenancy/tenancy.js";
import type { Call, Tracer } from "../../trace/library.js";
import { optionsOf } from "../../trace/choice.js";
import {
  extend,
  isUndefined,
  siteKey,
  undefinedValue,
  type Clause,
  type ObjectValue,
  type QueryValue,
  type RowsValue,
  type Value,
} from "../../trace/value.js";
import { chosen, expressionOf, nestedIn, unknownFilter } from "./expressions.js";
import { objectFilter, tieOf, type RowsReader } from "./object-filters.js";
import { operatorNames } from "./operators.js";
import { library, packageName, valueOf, type ClientData, type TableData } from "./values.js";

export function isRelational(method: string): boolean {
  return method === "findFirst" || method === "findMany";
}

export function runRelational(
  tracer: Tracer,
  client: ClientData,
  table: TableData,
  method: string,
  call: Call,
): Value {
  const begun: QueryValue = {
    kind: "query",
    library,
    root: call.site,
    operation: "read",
    head: { previous: null, length: 0, clause: { kind: "begin" } },
    ...(client.session && { session: client.session }),
  };
  tracer.begin({
    site: call.site,
    kind: "query",
    library,
    operation: "read",
    tables: [table.name],
    repair: null,
    isOnPool: client.isPool,
    ...(client.session && { session: client.session }),
  });
  const [first] = call.arguments;
  const variants = (first ? optionsOf(first) : [undefinedValue]).map((option) => tracer.fieldsOf(option));
  const queries = variants.map((args) => {
    const reader: RowsReader = { tracer, commonTables: client.commonTables, site: siteKey(call.site), table };
    return [from(table), ...filtersOf(reader, args), ...withOf(reader, args, [table.alias])].reduce(
      extend,
      begun,
    );
  });
  const [only] = variants;
  const has = variants.length === 1 && only ? columnsIn(only) : null;
  const rows: RowsValue = {
    kind: "rows",
    access: siteKey(call.site),
    many: method === "findMany",
    absent: false,
    text: "",
    ...(has && { has }),
  };
  return valueOf({ type: "relational", queries, rows });
}

function from({ name, alias }: TableData): Clause {
  return {
    kind: "resource",
    resource: { table: name, alias, join: "from", on: { kind: "true" }, query: null, outputs: null },
  };
}

function filtersOf(reader: RowsReader, args: ObjectValue): readonly Clause[] {
  const predicate = whereOf(reader, argument(args, "where"));
  return [{ kind: "filter", predicate }, ...extrasOf(reader, argument(args, "extras"))];
}

/** An argument that is not always given, or can be replaced, is not to be believed. */
function argument(args: ObjectValue, name: string): Value | undefined {
  const field = args.fields.get(name);
  if (!field) return args.open ? { kind: "unknown" } : undefined;
  if (field.overwritable) return { kind: "unknown" };
  return field.sometimes
    ? { kind: "choice", options: [field.value, undefinedValue], reason: name }
    : field.value;
}

/** `where: eq(…)`, `where: (table, { eq }) => …`, and since 1.0 `where: { organizationId }`. */
function whereOf(reader: RowsReader, value: Value | undefined): Predicate {
  if (value === undefined || isUndefined(value)) return always;
  switch (value.kind) {
    case "choice":
      return chosen(
        value,
        value.options.map((option) => whereOf(reader, option)),
      );
    case "function": {
      const given = reader.tracer.invoke(value, [valueOf(reader.table), operatorsAsObject]);
      return expressionOf(reader, given).predicate;
    }
    case "object":
      return objectFilter(reader, value);
    case "symbolic": {
      const fields = reader.tracer.fieldsOf(value);
      if (fields.fields.size > 0) return objectFilter(reader, fields);
      return expressionOf(reader, value).predicate;
    }
    case "library": {
      // All columns in it are taken for the table's own, whichever name they were written with.
      const isSecond = reader.table.alias !== aliasOfName(reader.table.name);
      return isSecond
        ? unknownFilter("a filter on a table that is read twice")
        : expressionOf(reader, value).predicate;
    }
    default:
      reader.tracer.needsArgument(value);
      return unknownFilter("a filter built elsewhere");
  }
}

function aliasOfName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** What a callback is given beside the table: `{ and, eq, sql }`. */
const operatorsAsObject: Value = {
  kind: "object",
  fields: new Map(
    [...operatorNames, "sql"].map((name) => {
      const value: Value = { kind: "external", package: packageName, path: [name] };
      return [name, { value, sometimes: false, overwritable: false as const }];
    }),
  ),
  open: false,
};

/** `extras: { total: sql`…`.as("total") }`, which may hold sub-queries. */
function extrasOf(reader: RowsReader, value: Value | undefined): readonly Clause[] {
  if (!value) return [];
  const made =
    value.kind === "function"
      ? reader.tracer.invoke(value, [valueOf(reader.table), operatorsAsObject])
      : value;
  return nestedIn(reader, made).map((selection) => ({ kind: "nested", selection }));
}

/** The rows that come along: each hangs on those that it is read with. `seen`: the names that tables have by now. */
function withOf(reader: RowsReader, args: ObjectValue, seen: readonly string[]): readonly Clause[] {
  const chosenRelations = args.fields.get("with")?.value;
  if (!chosenRelations) return [];
  const known = [...seen];
  return optionsOf(chosenRelations).flatMap((option) =>
    [...reader.tracer.fieldsOf(option).fields].flatMap(([name, { value }]) => {
      const relation = reader.table.table?.relations.find(({ field }) => field === name);
      return relation ? relatedRows(reader, relation, value, known) : [];
    }),
  );
}

function relatedRows(
  reader: RowsReader,
  relation: Relation,
  value: Value,
  known: string[],
): readonly Clause[] {
  if (isUndefined(value) || (value.kind === "literal" && !value.value)) return [];
  const table = findTable(reader.tracer.tenancy, relation.table);
  const own = aliasOfName(table?.name ?? relation.table);
  const alias = known.includes(own) ? `${reader.table.alias}.${relation.field}` : own;
  known.push(alias);
  const related: RowsReader = {
    ...reader,
    table: { type: "table", name: table?.name ?? relation.table, alias, table },
  };
  const tie = tieOf(reader.table, relation, related.table);
  // Rows that a third table ties are tied to the row they are read with, whichever columns say so.
  if (!tie) return [];
  const args = value.kind === "literal" ? null : reader.tracer.fieldsOf(value);
  const where = args ? whereOf(related, argument(args, "where")) : always;
  const joined: Clause = {
    kind: "resource",
    resource: {
      table: related.table.name,
      alias,
      join: "left",
      on: and([tie, where]),
      query: null,
      outputs: null,
    },
  };
  return [joined, ...(args ? withOf(related, args, known) : [])];
}

/** The columns that it asks for, where they are written out; what comes along is there as well. */
function columnsIn(args: ObjectValue): readonly string[] | null {
  const columns = args.fields.get("columns");
  if (columns?.value.kind !== "object" || columns.sometimes || columns.overwritable || columns.value.open)
    return null;
  const picked = [...columns.value.fields].flatMap(([name, { value }]) =>
    value.kind === "literal" && value.value === true ? [name] : [],
  );
  // Where none is picked, those that are named are left out.
  if (picked.length === 0) return null;
  const besides = ["with", "extras"].flatMap((name) => {
    const value = args.fields.get(name)?.value;
    if (!value) return [];
    return value.kind === "object" && !value.open ? [...value.fields.keys()] : [null];
  });
  return besides.includes(null) ? null : [...picked, ...besides.flatMap((name) => name ?? [])];
}
