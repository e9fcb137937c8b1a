/** The operations of `ALTER TABLE`, from the grammar's tree. */
import type { SchemaChange, TableName } from "../../../catalog/changes.js";
import type { OtherDialect } from "../../../../sql/parser.js";
import { columnWith, names, readColumn, readConstraint } from "./table-statements.js";
import { caseOf, identifier, listIn, treeIn, type Tree } from "../../../../sql/other-tree.js";
import { objectName } from "./names.js";

/** What one operation of `ALTER TABLE` changes. */
export function operationChanges(
  operation: unknown,
  table: TableName,
  line: number,
  dialect: OtherDialect,
  typeOf: (column: string) => string,
): readonly SchemaChange[] {
  const { kind, content } = caseOf(operation);
  const named = (field: string) => identifier(content[field]);
  switch (kind) {
    case "AddColumn": {
      const read = readColumn(treeIn(content, "column_def"), dialect, typeOf);
      const ifNotExists = content["if_not_exists"] === true;
      return [
        { kind: "add-column", line, table, column: read.column, ifNotExists },
        ...read.constraints.map((constraint): SchemaChange => ({
          kind: "add-constraint",
          line,
          table,
          constraint,
        })),
      ];
    }
    case "DropColumn":
      return names(content, "column_names").map((column) => ({
        kind: "drop-column",
        line,
        table,
        column,
        ifExists: content["if_exists"] === true,
      }));
    case "ModifyColumn":
    case "ChangeColumn":
      return redefined(content, table, line, dialect, typeOf);
    case "AlterColumn": {
      const column = named("column_name");
      const step = caseOf(content["op"]).kind;
      const nullable = step === "SetNotNull" ? false : step === "DropNotNull" ? true : null;
      const defaulted = step === "SetDefault" ? true : step === "DropDefault" ? false : null;
      return column === null
        ? []
        : [{ kind: "alter-column", line, table, column, nullable, defaulted, type: null, name: null }];
    }
    case "RenameColumn": {
      const [column, to] = [named("old_column_name"), named("new_column_name")];
      return column !== null && to !== null ? [{ kind: "rename-column", line, table, column, to }] : [];
    }
    case "RenameTable": {
      const to = objectName(caseOf(content["table_name"]).content["value"]);
      return to ? [{ kind: "rename-table", line, table, to: to.name, ifExists: false }] : [];
    }
    case "AddConstraint": {
      const read = readConstraint(content["constraint"], dialect);
      if (read?.index)
        return [{ kind: "create-index", line, table, ...read.index, unique: false, partial: false }];
      return read?.constraint ? [{ kind: "add-constraint", line, table, constraint: read.constraint }] : [];
    }
    case "DropPrimaryKey":
      return [{ kind: "drop-constraint", line, table, name: null, ifExists: false }];
    case "DropForeignKey":
    case "DropIndex":
    case "DropConstraint": {
      const ifExists = content["if_exists"] === true || dialect === "clickhouse";
      return [{ kind: "drop-constraint", line, table, name: named("name"), ifExists }];
    }
    default:
      return [];
  }
}

/** `MODIFY` and `CHANGE` say the whole column anew. */
function redefined(
  content: Tree,
  table: TableName,
  line: number,
  dialect: OtherDialect,
  typeOf: (column: string) => string,
): readonly SchemaChange[] {
  const column = identifier(content["col_name"]) ?? identifier(content["old_name"]);
  if (column === null) return [];
  const to = identifier(content["new_name"]);
  const name = to ?? column;
  const read = columnWith(name, typeOf(name), listIn(content, "options").map(caseOf), dialect);
  const { type, nullable, defaulted } = read.column;
  const keepsDefault = dialect === "clickhouse" && !defaulted;
  return [
    {
      kind: "alter-column",
      line,
      table,
      column,
      type,
      nullable,
      defaulted: keepsDefault ? null : defaulted,
      name: to === column ? null : to,
    },
    ...read.constraints.map((constraint): SchemaChange => ({
      kind: "add-constraint",
      line,
      table,
      constraint,
    })),
  ];
}
