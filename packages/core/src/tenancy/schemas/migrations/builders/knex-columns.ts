/** The columns that a chain on Knex's table builder makes. They may be null unless something says that they may not. */
import type { ColumnChange, ConstraintChange, TableName } from "../../../catalog/changes.js";
import { columnOfTable, tableNamed } from "./reading.js";
import { flagOf, propertyOf, textOf, textsOf, type Call } from "./value.js";

interface BuiltColumns {
  readonly columns: readonly ColumnChange[];
  readonly constraints: readonly ConstraintChange[];
}

/** As Knex writes them for PostgreSQL. */
const types: Readonly<Record<string, string>> = {
  increments: "serial",
  bigIncrements: "bigserial",
  bigincrements: "bigserial",
  smallIncrements: "smallserial",
  integer: "integer",
  int: "integer",
  tinyint: "smallint",
  smallint: "smallint",
  mediumint: "integer",
  bigint: "bigint",
  bigInteger: "bigint",
  biginteger: "bigint",
  text: "text",
  mediumtext: "text",
  longtext: "text",
  string: "varchar(255)",
  float: "real",
  double: "double precision",
  decimal: "decimal(8, 2)",
  numeric: "decimal(8, 2)",
  boolean: "boolean",
  bool: "boolean",
  date: "date",
  datetime: "timestamptz",
  dateTime: "timestamptz",
  timestamp: "timestamptz",
  timestamptz: "timestamptz",
  time: "time",
  binary: "bytea",
  enum: "text",
  enu: "text",
  json: "json",
  jsonb: "jsonb",
  uuid: "uuid",
  geometry: "geometry",
  geography: "geography",
  point: "point",
};

/** What else is called on a table; it makes no column. */
const settings = new Set([
  "comment",
  "engine",
  "charset",
  "collate",
  "inherits",
  "check",
  "checks",
  "queryContext",
  "dropChecks",
]);

/** `none` for a call that makes no column, null for one that is decided at run time. */
export function readKnexColumn(
  call: Call,
  modifiers: readonly Call[],
  table: TableName,
  schema: string | null,
): BuiltColumns | "none" | null {
  if (call.name === "timestamps") return timestamps(call);
  if (settings.has(call.name)) return "none";
  const type = typeOf(call);
  if (type === null) return null;
  const isCounted = type.endsWith("serial");
  const [named] = call.arguments ?? [];
  const name = isCounted && named?.kind !== "literal" && named?.kind !== "unknown" ? "id" : textOf(named);
  if (name === null) return null;

  const options = call.arguments?.[1];
  const isKey = isCounted ? flagOf(propertyOf(options, "primaryKey"), true) : has(modifiers, "primary");
  const constraints: ConstraintChange[] = [];
  if (isKey) constraints.push({ kind: "primary-key", name: null, columns: [name] });
  if (has(modifiers, "unique"))
    constraints.push({ kind: "unique", name: defaultName(table, [name], "unique"), columns: [name] });
  if (has(modifiers, "references")) {
    const target = referenceOf(modifiers, schema);
    if (!target) return null;
    const given = modifiers.find((each) => each.name === "withKeyName")?.arguments?.[0];
    const key = textOf(given) ?? defaultName(table, [name], "foreign");
    constraints.push({ kind: "foreign-key", name: key, columns: [name], ...target });
  }
  const nullable = !isKey && isNullable(modifiers);
  return {
    columns: [{ name, type, nullable, defaulted: isCounted || has(modifiers, "defaultTo") }],
    constraints,
  };
}

function isNullable(modifiers: readonly Call[]): boolean {
  const last = modifiers.findLast(({ name }) => /^(notNullable|notNull|nullable)$/.test(name));
  if (!last) return true;
  return last.name === "nullable" && flagOf(last.arguments?.[0], true);
}

function typeOf({ name, arguments: given }: Call): string | null {
  if (name === "specificType") return textOf(given?.[1]) ?? "unknown";
  const type = Object.hasOwn(types, name) ? types[name]! : null;
  const [, size, scale] = (given ?? []).map((each) => (each.kind === "literal" ? each.value : null));
  if (typeof size === "number" && name === "string") return `varchar(${size})`;
  if (typeof size === "number" && type === "decimal(8, 2)") return `decimal(${size}, ${Number(scale ?? 2)})`;
  return type;
}

/** `timestamps(useTimestamps, defaultToNow, useCamelCase)`, or an object with these. */
function timestamps({ arguments: given }: Call): BuiltColumns {
  const [first, second, third] = given ?? [];
  const isDefaulted = flagOf(propertyOf(first, "defaultToNow") ?? second, false);
  const isCamelCase = flagOf(propertyOf(first, "useCamelCase") ?? third, false);
  const names = isCamelCase ? ["createdAt", "updatedAt"] : ["created_at", "updated_at"];
  const columns = names.map((name) => ({
    name,
    type: "timestamptz",
    nullable: !isDefaulted,
    defaulted: isDefaulted,
  }));
  return { columns, constraints: [] };
}

/** `references("id").inTable("orgs")`, `references("orgs.id")`. */
export function referenceOf(
  modifiers: readonly Call[],
  schema: string | null,
): { readonly table: ReturnType<typeof tableNamed> & object; readonly targets: readonly string[] } | null {
  const references = modifiers.find(({ name }) => name === "references");
  const inTable = modifiers.find(({ name }) => name === "inTable" || name === "on");
  const targets = textsOf(references?.arguments?.[0]);
  if (!targets) return null;
  if (inTable) {
    const table = tableNamed(textOf(inTable.arguments?.[0]), schema);
    return table && { table, targets };
  }
  const found = targets.map((target) => columnOfTable(target, schema));
  const [first] = found;
  return first ? { table: first.table, targets: found.map((each) => each?.column ?? "") } : null;
}

/** As Knex names keys and indexes that nobody names. */
export function defaultName({ name }: TableName, columns: readonly string[], suffix: string): string {
  return `${name.replace(/[.-]/g, "_")}_${columns.join("_")}_${suffix}`.toLowerCase();
}

function has(calls: readonly Call[], name: string): boolean {
  return calls.some((call) => call.name === name);
}
