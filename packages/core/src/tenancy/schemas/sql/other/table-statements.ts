/** `CREATE TABLE` and its columns, from the grammar's tree. */
import type { ColumnChange, ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import type { OtherDialect } from "../../../../sql/parser.js";
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../../../../sql/other-tree.js";
import { indexedColumn, objectName } from "./names.js";

/** What a table's parts become: constraints with it, plain indexes behind it. */
export interface ReadConstraint {
  readonly constraint: ConstraintChange | null;
  readonly index: { readonly name: string | null; readonly columns: readonly (string | null)[] } | null;
}

export function createTableChanges(
  tree: Tree,
  line: number,
  dialect: OtherDialect,
  typeOf: (column: string) => string,
): readonly SchemaChange[] | null {
  const table = objectName(tree["name"]);
  if (!table) return null;
  const columns = listIn(tree, "columns").flatMap((column) =>
    isTree(column) ? [readColumn(column, dialect, typeOf)] : [],
  );
  const parts = listIn(tree, "constraints").flatMap((part) => readConstraint(part, dialect) ?? []);
  const like = likeOf(tree);
  const change: SchemaChange = {
    kind: "create-table",
    line,
    table,
    ifNotExists: tree["if_not_exists"] === true,
    columns: columns.map(({ column }) => column),
    constraints: [
      ...columns.flatMap(({ constraints }) => constraints),
      ...parts.flatMap(({ constraint }) => constraint ?? []),
    ],
    inherits: [],
    partitionOf: null,
    like: like ? [like] : [],
    fromQuery: isTree(tree["query"]),
    temporary: tree["temporary"] === true,
  };
  const indexes = parts.flatMap(({ index }): readonly SchemaChange[] =>
    index ? [{ kind: "create-index", line, table, ...index, unique: false, partial: false }] : [],
  );
  return [change, ...indexes];
}

function likeOf(tree: Tree): TableName | null {
  const like = caseOf(tree["like"]).content;
  return objectName(like["name"]);
}

export interface ReadColumn {
  readonly column: ColumnChange;
  readonly constraints: readonly ConstraintChange[];
}

/** A column of `CREATE TABLE` or `ADD COLUMN`. */
export function readColumn(
  tree: Tree,
  dialect: OtherDialect,
  typeOf: (column: string) => string,
): ReadColumn {
  const name = identifier(tree["name"]) ?? "";
  const options = listIn(tree, "options").map((option) => caseOf(isTree(option) ? option["option"] : option));
  return columnWith(name, typeOf(name), options, dialect);
}

export function columnWith(
  name: string,
  type: string,
  options: readonly { readonly kind: string; readonly content: Tree }[],
  dialect: OtherDialect,
): ReadColumn {
  const has = (...kinds: readonly string[]) => options.some(({ kind }) => kinds.includes(kind));
  const isPrimary = has("PrimaryKey");
  const isSerial = dialect === "mysql" && /^serial$/i.test(type);
  const constraints = dialect === "clickhouse" ? [] : options.flatMap((option) => constraintOf(option, name));
  return {
    column: {
      name,
      type,
      nullable: !isPrimary && !isSerial && isNullable(type, has("Null"), has("NotNull"), dialect),
      defaulted:
        isSerial ||
        options.some(({ kind, content }) => kind === "Default" && !isNull(content)) ||
        has("Generated", "Identity", "Materialized", "Alias", "Ephemeral") ||
        options.some(({ kind, content }) => kind === "DialectSpecific" && isCounting(content)) ||
        (dialect === "sqlite" && isPrimary && /^integer$/i.test(type)),
    },
    constraints,
  };
}

/** ClickHouse's types say it themselves; everywhere else a column may be null unless it says no. */
function isNullable(type: string, saysNull: boolean, saysNotNull: boolean, dialect: OtherDialect): boolean {
  if (dialect === "clickhouse")
    return saysNull || /^(LowCardinality\(|SimpleAggregateFunction\(\w+,\s*)?Nullable\(/i.test(type);
  return !saysNotNull;
}

/** `DEFAULT NULL` fills in nothing. */
function isNull(expression: Tree): boolean {
  return treeIn(expression, "Value")["value"] === "Null";
}

function isCounting(content: Tree): boolean {
  return /"AUTO_?INCREMENT"/.test(JSON.stringify(content["value"] ?? null).slice(0, 500));
}

function constraintOf(option: { kind: string; content: Tree }, column: string): readonly ConstraintChange[] {
  const name = identifier(option.content["name"]);
  if (option.kind === "PrimaryKey") return [{ kind: "primary-key", name, columns: [column] }];
  if (option.kind === "Unique") {
    // Other versions of the grammar say a primary key so.
    const isPrimary = option.content["is_primary"] === true;
    return [{ kind: isPrimary ? "primary-key" : "unique", name, columns: [column] }];
  }
  if (option.kind === "Check") return [{ kind: "check", name }];
  if (option.kind !== "ForeignKey") return [];
  const table = objectName(option.content["foreign_table"]);
  return table
    ? [
        {
          kind: "foreign-key",
          name,
          columns: [column],
          table,
          targets: names(option.content, "referred_columns"),
        },
      ]
    : [];
}

/** Null for what says nothing about rows. */
export function readConstraint(part: unknown, dialect: OtherDialect): ReadConstraint | null {
  const { kind, content } = caseOf(part);
  const name =
    identifier(content["name"]) ?? identifier(content["index_name"]) ?? identifier(content["opt_index_name"]);
  const indexed = listIn(content, "columns").map(indexedColumn);
  if (dialect === "clickhouse") return null;
  switch (kind) {
    case "PrimaryKey":
    case "Unique": {
      const columns = indexed.filter((column) => column !== null);
      if (columns.length < indexed.length) return { constraint: null, index: { name, columns: indexed } };
      const isPrimary = kind === "PrimaryKey";
      return { constraint: { kind: isPrimary ? "primary-key" : "unique", name, columns }, index: null };
    }
    case "ForeignKey": {
      const table = objectName(content["foreign_table"]);
      if (!table) return null;
      const targets = names(content, "referred_columns");
      return {
        constraint: { kind: "foreign-key", name, columns: names(content, "columns"), table, targets },
        index: null,
      };
    }
    case "Check":
      return { constraint: { kind: "check", name }, index: null };
    case "Index":
    case "FulltextOrSpatial":
      return { constraint: null, index: { name, columns: indexed } };
    default:
      return null;
  }
}

export function names(tree: Tree, field: string): readonly string[] {
  return listIn(tree, field).flatMap((value) => identifier(value) ?? []);
}

export function createIndexChange(tree: Tree, line: number): SchemaChange | null {
  const table = objectName(tree["table_name"]);
  if (!table) return null;
  return {
    kind: "create-index",
    line,
    table,
    name: objectName(tree["name"])?.name ?? null,
    columns: listIn(tree, "columns").map(indexedColumn),
    unique: tree["unique"] === true,
    partial: isTree(tree["predicate"]),
  };
}

export function dropChanges(tree: Tree, line: number): readonly SchemaChange[] {
  const ifExists = tree["if_exists"] === true;
  const dropped = listIn(tree, "names").flatMap((name) => objectName(name) ?? []);
  const table = objectName(tree["table"]);
  return dropped.flatMap((name): readonly SchemaChange[] => {
    switch (tree["object_type"]) {
      case "Table":
        return [{ kind: "drop-table", line, table: name, ifExists }];
      case "View":
      case "MaterializedView":
        return [{ kind: "drop-view", line, view: name, ifExists }];
      case "Index":
        return table
          ? [{ kind: "drop-constraint", line, table, name: name.name, ifExists }]
          : [{ kind: "drop-index", line, name: name.name, ifExists }];
      default:
        return [];
    }
  });
}

export function renameTableChanges(content: unknown, line: number): readonly SchemaChange[] {
  const pairs = Array.isArray(content) ? (content as readonly unknown[]) : [];
  return pairs.flatMap((pair): readonly SchemaChange[] => {
    const table = isTree(pair) ? objectName(pair["old_name"]) : null;
    const to = isTree(pair) ? objectName(pair["new_name"]) : null;
    return table && to ? [{ kind: "rename-table", line, table, to: to.name, ifExists: false }] : [];
  });
}
