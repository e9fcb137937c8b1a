/** `CREATE TABLE`, in all its forms. */
import { type ColumnRead, columnOf, constraintOf } from "./columns.js";
import {
  child,
  children,
  isNode,
  isSet,
  type Node,
  type SchemaChangeBody,
  strings,
  tableName,
  text,
} from "./node.js";

/** A `CreateStmt`. */
export function createTable(statement: Node): SchemaChangeBody {
  const elements = children(statement, "tableElts");
  const columns = elements
    .filter((each) => "ColumnDef" in each)
    .map((each) => columnOf(child(each, "ColumnDef")));
  const own = elements.filter((each) => "Constraint" in each).map((each) => child(each, "Constraint"));
  const relation = child(statement, "relation");
  const parents = children(statement, "inhRelations").map((each) => tableName(child(each, "RangeVar")));
  const isPartition = "partbound" in statement;
  const constraints = [
    ...columns.flatMap((each) => each.constraints),
    ...own.flatMap((each) => constraintOf(each, []) ?? []),
  ];
  const filled = new Set([
    ...constraints.flatMap((each) => (each.kind === "primary-key" ? each.columns : [])),
    ...own
      .filter((each) => text(each, "contype") === "CONSTR_NOTNULL")
      .flatMap((each) => strings(each, "keys")),
  ]);
  return {
    kind: "create-table",
    table: tableName(relation),
    ifNotExists: isSet(statement, "if_not_exists"),
    columns: columns.map(({ column }: ColumnRead) =>
      filled.has(column.name) ? { ...column, nullable: false } : column,
    ),
    constraints,
    inherits: isPartition ? [] : parents,
    partitionOf: isPartition ? (parents[0] ?? null) : null,
    like: elements
      .filter((each) => "TableLikeClause" in each)
      .map((each) => tableName(child(child(each, "TableLikeClause"), "relation"))),
    // A typed table has the columns of its type, which no migration of tables shows.
    fromQuery: isNode(statement["ofTypename"]),
    temporary: isTemporary(relation),
  };
}

/** The `IntoClause` of `CREATE TABLE … AS` and of `SELECT … INTO`. */
export function createTableFromQuery(into: Node, ifNotExists: boolean): SchemaChangeBody {
  const relation = child(into, "rel");
  return {
    kind: "create-table",
    table: tableName(relation),
    ifNotExists,
    columns: [],
    constraints: [],
    inherits: [],
    partitionOf: null,
    like: [],
    fromQuery: true,
    temporary: isTemporary(relation),
  };
}

function isTemporary(relation: Node): boolean {
  return text(relation, "relpersistence") === "t";
}
