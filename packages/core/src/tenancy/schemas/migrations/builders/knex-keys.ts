/** Keys and indexes of a table in Knex, with the names that Knex gives them. */
import type { SchemaChange, TableName } from "../../../catalog/changes.js";
import { guard } from "./found.js";
import { defaultName, referenceOf } from "./knex-columns.js";
import { flagOf, propertyOf, textOf, textsOf, type Call, type Value } from "./value.js";

const keyCalls = new Set([
  "primary",
  "unique",
  "index",
  "foreign",
  "dropPrimary",
  "dropUnique",
  "dropIndex",
  "dropForeign",
  "dropTimestamps",
]);

/** Undefined for a call that is about a column, null for one that is decided at run time. */
export function readKnexKey(
  line: number,
  table: TableName,
  schema: string | null,
  call: Call,
  modifiers: readonly Call[],
): readonly SchemaChange[] | null | undefined {
  if (!keyCalls.has(call.name)) return undefined;
  const [first, second] = call.arguments ?? [];
  const ifExists = modifiers.some(({ name }) => name === guard);
  if (call.name === "dropTimestamps") {
    const columns = flagOf(first, false) ? ["createdAt", "updatedAt"] : ["created_at", "updated_at"];
    return columns.map((column) => ({ kind: "drop-column", line, table, column, ifExists }));
  }
  if (call.name === "dropPrimary") {
    const name = textOf(first) ?? `${table.name}_pkey`;
    return [{ kind: "drop-constraint", line, table, name, ifExists }];
  }
  const columns = textsOf(first);
  const given = nameIn(second);
  if (call.name.startsWith("drop")) {
    const name = given ?? (columns && defaultName(table, columns, suffixes[call.name]!));
    if (name === null) return null;
    return call.name === "dropIndex"
      ? [{ kind: "drop-index", line, name, ifExists: true }]
      : [{ kind: "drop-constraint", line, table, name, ifExists }];
  }
  if (!columns) return null;
  switch (call.name) {
    case "primary":
      return added(line, table, { kind: "primary-key", name: given, columns });
    case "foreign": {
      const target = referenceOf(modifiers, schema);
      const named = modifiers.find(({ name }) => name === "withKeyName");
      const name =
        textOf(named?.arguments?.[0]) ?? given ?? defaultName(table, columns, suffixes["dropForeign"]!);
      return target && added(line, table, { kind: "foreign-key", name, columns, ...target });
    }
    case "unique": {
      const name = given ?? defaultName(table, columns, suffixes["dropUnique"]!);
      if (!propertyOf(second, "predicate")) return added(line, table, { kind: "unique", name, columns });
      return [{ kind: "create-index", line, table, name, columns, unique: true, partial: true }];
    }
    default: {
      const name = given ?? defaultName(table, columns, suffixes["dropIndex"]!);
      return [{ kind: "create-index", line, table, name, columns, unique: false, partial: false }];
    }
  }
}

const suffixes: Readonly<Record<string, string>> = {
  dropUnique: "unique",
  dropForeign: "foreign",
  dropIndex: "index",
};

function added(
  line: number,
  table: TableName,
  constraint: Extract<SchemaChange, { kind: "add-constraint" }>["constraint"],
): readonly SchemaChange[] {
  return [{ kind: "add-constraint", line, table, constraint }];
}

/** A name, or options with one. */
function nameIn(value: Value | undefined): string | null {
  return textOf(value) ?? textOf(propertyOf(value, "indexName") ?? propertyOf(value, "constraintName"));
}
