/** `ALTER TABLE`: one statement, any number of changes. */
import type { TableName } from "../../../catalog/changes.js";
import { columnOf, constraintOf, fillsIn, typeText } from "./columns.js";
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

/** An `AlterTableStmt`; views, indexes and sequences are altered by the same node. */
export function alterTable(statement: Node): readonly SchemaChangeBody[] {
  const kind = text(statement, "objtype");
  if (kind !== "OBJECT_TABLE" && kind !== "OBJECT_FOREIGN_TABLE") return [];
  const table = tableName(child(statement, "relation"));
  const ifExists = isSet(statement, "missing_ok");
  return children(statement, "cmds").flatMap((each) => change(table, child(each, "AlterTableCmd"), ifExists));
}

/** `ifExists`: nothing happens when the table is not there. */
function change(table: TableName, command: Node, ifExists: boolean): readonly SchemaChangeBody[] {
  const name = text(command, "name") ?? "";
  const missing = isSet(command, "missing_ok");
  switch (text(command, "subtype")) {
    case "AT_AddColumn":
      return addColumn(table, child(child(command, "def"), "ColumnDef"), missing);
    case "AT_DropColumn":
      return [{ kind: "drop-column", table, column: name, ifExists: missing || ifExists }];
    case "AT_AddConstraint":
      return addConstraint(table, child(child(command, "def"), "Constraint"));
    case "AT_DropConstraint":
      return [{ kind: "drop-constraint", table, name, ifExists: missing || ifExists }];
    case "AT_SetNotNull":
      return [alterColumn(table, name, { nullable: false })];
    case "AT_DropNotNull":
      return [alterColumn(table, name, { nullable: true })];
    case "AT_ColumnDefault":
      return [alterColumn(table, name, { defaulted: isNode(command["def"]) && fillsIn(command["def"]) })];
    case "AT_AddIdentity":
      return [alterColumn(table, name, { defaulted: true })];
    case "AT_DropIdentity":
    case "AT_DropExpression":
      return [alterColumn(table, name, { defaulted: false })];
    case "AT_AlterColumnType": {
      const type = typeText(child(child(child(command, "def"), "ColumnDef"), "typeName"));
      return [alterColumn(table, name, { type })];
    }
    case "AT_AttachPartition": {
      const partition = tableName(child(child(child(command, "def"), "PartitionCmd"), "name"));
      return [{ kind: "attach-partition", table, partition }];
    }
    case "AT_EnableRowSecurity":
      return [{ kind: "row-security", table, enabled: true, forced: null }];
    case "AT_DisableRowSecurity":
      return [{ kind: "row-security", table, enabled: false, forced: null }];
    case "AT_ForceRowSecurity":
      return [{ kind: "row-security", table, enabled: null, forced: true }];
    case "AT_NoForceRowSecurity":
      return [{ kind: "row-security", table, enabled: null, forced: false }];
    default:
      return [];
  }
}

function addColumn(table: TableName, definition: Node, ifNotExists: boolean): readonly SchemaChangeBody[] {
  const { column, constraints } = columnOf(definition);
  return [
    { kind: "add-column", table, column, ifNotExists },
    ...constraints.map((constraint) => ({ kind: "add-constraint" as const, table, constraint })),
  ];
}

function addConstraint(table: TableName, node: Node): readonly SchemaChangeBody[] {
  if (text(node, "contype") === "CONSTR_NOTNULL") {
    return strings(node, "keys").map((column) => alterColumn(table, column, { nullable: false }));
  }
  const constraint = constraintOf(node, []);
  return constraint === null ? [] : [{ kind: "add-constraint", table, constraint }];
}

function alterColumn(
  table: TableName,
  column: string,
  change: { readonly nullable?: boolean; readonly type?: string; readonly defaulted?: boolean },
): SchemaChangeBody {
  return {
    kind: "alter-column",
    table,
    column,
    nullable: change.nullable ?? null,
    type: change.type ?? null,
    defaulted: change.defaulted ?? null,
    name: null,
  };
}
