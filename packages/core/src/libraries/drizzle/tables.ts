/**
 * Tables as Drizzle's programs hold them: objects with a property for each column. What makes them says what they are called,
 * and the tenancy model, which has read the same calls, what there is to know of them.
 */
import type { Selection } from "../../constraint/predicate.js";
import { within } from "../../trace/session.js";
import { positionOf } from "../../lower/positions.js";
import { findColumn, findTable } from "../../tenancy/lookup.js";
import type { Table, Tenancy } from "../../tenancy/tenancy.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { LibraryValue, ObjectValue, Site, Value } from "../../trace/value.js";
import {
  dataOf,
  definer,
  nested,
  valueOf,
  type DerivedData,
  type DrizzleData,
  type TableData,
} from "./values.js";

type Maker = DrizzleData & { readonly type: "maker" };

/** `pgTable(…)`, `mysqlView(…)`, `pgTable.withRLS(…)`, `pgTableCreator(…)`, `pgSchema(…)`; null for what makes no tables. */
export function callTableMaker(path: readonly string[], call: Call, tracer: Tracer): LibraryValue | null {
  const last = path.at(-1) ?? "";
  const name = last === "withRLS" ? (path.at(-2) ?? "") : last;
  const [, dialect, kind] = /^([a-z]+)(Table|View|MaterializedView|TableCreator|Schema)$/.exec(name) ?? [];
  if (dialect === undefined || !dialects.has(dialect)) return null;
  const [first] = call.arguments;
  switch (kind) {
    case "TableCreator":
      return valueOf({ type: "maker", schema: null, makes: "tables" }, first && [first]);
    case "Schema":
      return inSchema(valueOf({ type: "maker", schema: textOf(first), makes: "either" }), first);
    default:
      return made(textOf(first), null, call.site, tracer);
  }
}

/** `pgSchema(name)`, of a name that the program decides on. */
function inSchema(maker: LibraryValue, name: Value | undefined): LibraryValue {
  const session = within(undefined, "schema", name);
  return session ? { ...maker, session } : maker;
}

const dialects = new Set(["pg", "mysql", "sqlite", "singlestore", "gel", "mssql", "cockroach"]);

/** `createTable("invoices", …)`, where that is what `pgTableCreator(rename)` gave. */
export function callMaker(value: LibraryValue, maker: Maker, call: Call, tracer: Tracer): Value {
  const [rename] = nested(value);
  const [first] = call.arguments;
  const renamed = rename && first ? tracer.invoke(rename, [first]) : first;
  return made(textOf(renamed), maker.schema, call.site, tracer);
}

/** `billing.table("invoices", …)`, where that is what `pgSchema("billing")` gave. */
export function callOnMaker(
  { session }: LibraryValue,
  maker: Maker,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (method !== "table" && method !== "view" && method !== "materializedView") return null;
  const table = made(textOf(call.arguments[0]), maker.schema, call.site, tracer);
  return session ? { ...table, session } : table;
}

function made(name: string | null, schema: string | null, site: Site, tracer: Tracer): LibraryValue {
  const full = name !== null && schema !== null && schema !== "public" ? `${schema}.${name}` : name;
  const table = (full === null ? null : findTable(tracer.tenancy, full)) ?? findTableAt(tracer, site);
  const title = table?.name ?? full ?? name ?? "(computed)";
  return valueOf(dataOfTable(title, table));
}

/** The one that the model has read there: its name may be computed. */
function findTableAt(tracer: Tracer, { file, start }: Site): Table | null {
  const module = tracer.moduleOf(file);
  if (!module) return null;
  const { line } = positionOf(module, start);
  return tracer.tenancy.tables.find((table) => table.file === file && table.line === line) ?? null;
}

function dataOfTable(name: string, table: Table | null): TableData {
  return { type: "table", name, alias: name.slice(name.lastIndexOf(".") + 1), table };
}

/** What a name of the schema stands for: `db.query.invoices`. */
export function findNamed(tenancy: Tenancy, name: string): TableData | null {
  const table = findTable(tenancy, name);
  return table?.source.includes("drizzle schema") ? dataOfTable(table.name, table) : null;
}

export function unknownTable(name: string): TableData {
  return dataOfTable(name, null);
}

/** `alias(invoices, "i")` */
export function aliasOf(table: Value | undefined, name: Value | undefined): LibraryValue | null {
  const data = table ? dataOf(table) : null;
  const alias = textOf(name);
  if (data?.type === "table") return alias === null ? null : valueOf({ ...data, alias });
  return null;
}

/** A property of a table: a column, unless it is one of the library's own. */
export function memberOfTable({ table, alias }: TableData, property: string): Value | null {
  if (property.startsWith("$") || property === "_") return null;
  const column = table && findColumn(table, property);
  return valueOf({ type: "column", column: { table: alias, name: column?.name ?? property } });
}

export function memberOfDerived({ alias }: DerivedData, property: string): Value | null {
  return property === "_" ? null : valueOf({ type: "column", column: { table: alias, name: property } });
}

/** What a query that stands in the place of a table is read by: where it names no fields, the properties of its only table. */
export function withOutputs({ tenancy }: Tracer, selection: Selection): Selection {
  const [only, ...others] = selection.resources;
  const table = only?.table && others.length === 0 ? findTable(tenancy, only.table) : null;
  if (selection.outputs || !only || !table) return selection;
  const outputs = table.columns.map(
    ({ name, aliases }) => [aliases[0] ?? name, { table: only.alias, name }] as const,
  );
  return { ...selection, outputs: new Map(outputs) };
}

/** `getTableColumns(invoices)` */
export function columnsOf(value: Value | undefined): ObjectValue | null {
  const data = value ? dataOf(value) : null;
  if (data?.type !== "table") return null;
  const fields = (data.table?.columns ?? []).map(({ name, aliases }) => {
    const key = aliases[0] ?? name;
    const column = valueOf({ type: "column", column: { table: data.alias, name } });
    return [key, { value: column, sometimes: false, overwritable: false as const }] as const;
  });
  return { kind: "object", fields: new Map(fields), open: data.table === null };
}

/** `pgTable(…).enableRLS()`, `pgView(…).as((query) => …)`, `.existing()`: the same again. What a view reads is said where it is defined. */
export function callOnTable(
  receiver: LibraryValue,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first] = call.arguments;
  switch (method) {
    case "as":
      if (first?.kind === "function") tracer.invoke(first, [definer]);
      return receiver;
    case "enableRLS":
    case "existing":
    case "with":
    case "using":
    case "tablespace":
    case "algorithm":
    case "sqlSecurity":
    case "withCheckOption":
      return receiver;
    default:
      return null;
  }
}

function textOf(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}
