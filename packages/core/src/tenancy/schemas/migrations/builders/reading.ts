/** What the readers of all builders have in common. */
import type { ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import type { Read } from "./found.js";
import { propertyOf, textOf, type Value } from "./value.js";

export function changed(kind: string, changes: readonly SchemaChange[]): Read {
  return { kind, changes, unread: [] };
}

/** A call of the builder that decides at run time what it does. */
export function unreadCall(kind: string, line: number, text: string): Read {
  const reason = "it decides at run time what it does";
  return { kind, changes: [], unread: [{ line, kind: "dynamic", reason, text: shortened(text) }] };
}

/** On one line, at most 80 characters. */
export function shortened(text: string): string {
  return text.slice(0, 400).replace(/\s+/g, " ").trim().slice(0, 80);
}

/** `users`, `auth.users`; null when it is decided at run time. */
export function tableNamed(name: string | null, schema: string | null = null): TableName | null {
  if (name === null || name === "") return null;
  const dot = name.indexOf(".");
  return dot < 1 ? { schema, name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}

/** Also `{ tableName: "users", schema: "auth" }`. */
export function tableOf(value: Value | undefined, schema: string | null = null): TableName | null {
  if (value?.kind !== "object") return tableNamed(textOf(value), schema);
  const name = textOf(propertyOf(value, "tableName") ?? propertyOf(value, "name"));
  return name === null ? null : tableNamed(name, textOf(propertyOf(value, "schema")) ?? schema);
}

/** The last column of `orgs.id`, `auth.orgs.id`, and what is before it. */
export function columnOfTable(
  written: string,
  schema: string | null,
): { readonly table: TableName; readonly column: string } | null {
  const dot = written.lastIndexOf(".");
  const table = dot < 1 ? null : tableNamed(written.slice(0, dot), schema);
  return table && { table, column: written.slice(dot + 1) };
}

export function emptyTable(line: number, table: TableName): SchemaChange & { kind: "create-table" } {
  return {
    kind: "create-table",
    line,
    table,
    ifNotExists: false,
    columns: [],
    constraints: [],
    inherits: [],
    partitionOf: null,
    like: [],
    fromQuery: false,
    temporary: false,
  };
}

export function addedConstraints(
  line: number,
  table: TableName,
  constraints: readonly ConstraintChange[],
): readonly SchemaChange[] {
  return constraints.map((constraint) => ({ kind: "add-constraint", line, table, constraint }));
}
