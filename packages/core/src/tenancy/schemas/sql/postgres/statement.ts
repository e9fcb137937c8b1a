/** One statement of PostgreSQL and the changes it makes. What it does to rows, rights and comments is none. */
import type { SqlParser } from "../../../../sql/parser.js";
import type { UnreadStatement } from "../../../catalog/changes.js";
import { alterTable } from "./alter-table.js";
import { readBlock } from "./block.js";
import { createTable, createTableFromQuery } from "./create-table.js";
import { drop, emptiedSchemas, move, rename } from "./drop-and-rename.js";
import { createFunction } from "./functions.js";
import {
  child,
  children,
  isNode,
  isSet,
  kindOf,
  type Node,
  type SchemaChangeBody,
  strings,
  text,
} from "./node.js";
import { policyChange } from "./policies.js";
import { setByFunction, setVariable } from "./search-path.js";
import { createMaterializedView, createView } from "./views.js";

export interface StatementRead {
  readonly changes: readonly SchemaChangeBody[];
  readonly unread: Pick<UnreadStatement, "kind" | "reason"> | null;
}

/** `node` is `{ "CreateStmt": {…} }`. */
export function readStatement(parser: SqlParser, node: Node): StatementRead {
  const kind = kindOf(node);
  const body = child(node, kind);
  const asked = policyChange(node);
  if (asked !== null) return only([asked]);
  switch (kind) {
    case "CreateStmt":
      return only([createTable(body)]);
    case "CreateForeignTableStmt":
      return only([createTable(child(body, "base"))]);
    case "CreateTableAsStmt":
      return only([createAs(body)]);
    case "SelectStmt":
      return only(select(body));
    case "AlterTableStmt":
      return only(alterTable(body));
    case "DropStmt":
      return dropped(body);
    case "RenameStmt":
      return only(rename(body));
    case "AlterObjectSchemaStmt":
      return only(move(body));
    case "IndexStmt":
      return only([createIndex(body)]);
    case "ViewStmt":
      return only([createView(body)]);
    case "CreateSchemaStmt":
      return createSchema(parser, body);
    case "VariableSetStmt":
      return only(setVariable(body));
    case "DoStmt":
      return readBlock(parser, body);
    case "CreateFunctionStmt":
      return { changes: createFunction(parser, body), unread: readFunction(body) };
    default:
      return only([]);
  }
}

function only(changes: readonly SchemaChangeBody[]): StatementRead {
  return { changes, unread: null };
}

function createAs(body: Node): SchemaChangeBody {
  return text(body, "objtype") === "OBJECT_MATVIEW"
    ? createMaterializedView(body)
    : createTableFromQuery(child(body, "into"), isSet(body, "if_not_exists"));
}

function select(body: Node): readonly SchemaChangeBody[] {
  return isNode(body["intoClause"]) ? [createTableFromQuery(body["intoClause"], false)] : setByFunction(body);
}

function dropped(body: Node): StatementRead {
  const [schema] = emptiedSchemas(body);
  if (schema === undefined) return only(drop(body));
  const reason = `it drops the schema "${schema}" with all that is in it`;
  return { changes: [], unread: { kind: "dynamic", reason } };
}

/** An `IndexStmt`. */
function createIndex(body: Node): SchemaChangeBody {
  const relation = child(body, "relation");
  return {
    kind: "create-index",
    table: { schema: text(relation, "schemaname"), name: text(relation, "relname") ?? "" },
    name: text(body, "idxname"),
    columns: children(body, "indexParams").map((each) => text(child(each, "IndexElem"), "name")),
    unique: isSet(body, "unique"),
    partial: isNode(body["whereClause"]),
  };
}

/** What stands inside `CREATE SCHEMA` is made there. */
function createSchema(parser: SqlParser, body: Node): StatementRead {
  const schema = text(body, "schemaname");
  const inside = children(body, "schemaElts").flatMap((each) => readStatement(parser, each).changes);
  return only(inside.map((change) => within(schema, change)));
}

function within(schema: string | null, change: SchemaChangeBody): SchemaChangeBody {
  switch (change.kind) {
    case "create-table":
    case "create-index":
      return { ...change, table: { ...change.table, schema: change.table.schema ?? schema } };
    case "create-view":
      return { ...change, view: { ...change.view, schema: change.view.schema ?? schema } };
    default:
      return change;
  }
}

/** Defining a function changes no table; calling one that does cannot be followed, so it is noted. */
function readFunction(body: Node): StatementRead["unread"] {
  const source = children(body, "options")
    .map((each) => child(each, "DefElem"))
    .filter((option) => text(option, "defname") === "as")
    .flatMap((option) => strings(child(child(option, "arg"), "List"), "items"))
    .join("\n");
  if (!altersTables(source)) return null;
  return { kind: "code", reason: "it is a function that creates or alters tables when it is called" };
}

/** Tables that it makes for the session only, and drops again, are its own affair. */
function altersTables(source: string): boolean {
  const made = source.matchAll(/\btemp(?:orary)?\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)/gi);
  const own = new Set([...made].map((each) => each[1]));
  const altered = source.matchAll(
    /\b(?:create|alter|drop)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?([\w"%.]*)/gi,
  );
  return [...altered].some((each) => !own.has(each[1]));
}
