/** `DROP …`, `ALTER … RENAME TO` and `ALTER … SET SCHEMA`, of whatever they name. */
import {
  child,
  children,
  isSet,
  nameOf,
  type Node,
  type SchemaChangeBody,
  strings,
  stringsOf,
  tableName,
  text,
} from "./node.js";

/** A `DropStmt`. */
export function drop(statement: Node): readonly SchemaChangeBody[] {
  const ifExists = isSet(statement, "missing_ok");
  const names = children(statement, "objects").map((each) => nameOf(strings(child(each, "List"), "items")));
  switch (text(statement, "removeType")) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
      return names.map((table) => ({ kind: "drop-table", table, ifExists }));
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return names.map((view) => ({ kind: "drop-view", view, ifExists }));
    case "OBJECT_INDEX":
      return names.map(({ name }) => ({ kind: "drop-index", name, ifExists }));
    default:
      return [];
  }
}

/** The schemas that a `DropStmt` empties. */
export function emptiedSchemas(statement: Node): readonly string[] {
  const empties =
    text(statement, "removeType") === "OBJECT_SCHEMA" && text(statement, "behavior") === "DROP_CASCADE";
  return empties ? stringsOf(children(statement, "objects")) : [];
}

/** A `RenameStmt`. */
export function rename(statement: Node): readonly SchemaChangeBody[] {
  const table = tableName(child(statement, "relation"));
  const old = text(statement, "subname") ?? "";
  const to = text(statement, "newname") ?? "";
  switch (text(statement, "renameType")) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return [{ kind: "rename-table", table, to, ifExists: isSet(statement, "missing_ok") }];
    case "OBJECT_COLUMN":
      return text(statement, "relationType") === "OBJECT_TYPE"
        ? []
        : [{ kind: "rename-column", table, column: old, to }];
    case "OBJECT_TABCONSTRAINT":
      return [{ kind: "rename-constraint", table, name: old, to }];
    case "OBJECT_INDEX":
      return [{ kind: "rename-index", name: table.name, to }];
    default:
      return [];
  }
}

const movable = new Set(["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"]);

/** An `AlterObjectSchemaStmt`. */
export function move(statement: Node): readonly SchemaChangeBody[] {
  const schema = text(statement, "newschema");
  if (schema === null || !movable.has(text(statement, "objectType") ?? "")) return [];
  return [{ kind: "move-table", table: tableName(child(statement, "relation")), schema }];
}
