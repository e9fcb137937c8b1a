/**
 * Statements of MySQL and SQLite as PostgreSQL's nodes, so that whoever reads SQL reads one tree. A statement that both write
 * alike gives the same nodes here as PostgreSQL's own grammar gives, but for what nobody looks at.
 */
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../other-tree.js";
import type { OtherDialect } from "../parser.js";
import { isNode, text, type Node } from "../tree.js";
import { expression } from "./expressions.js";
import { conjunction, notRead, nothing, partsOfName, type Translation } from "./nodes.js";
import { queryNode, sourcesOf, tableNode, target, withClauseOf } from "./queries.js";

export interface Translated {
  readonly statements: readonly Node[];
  /** What is in them and not read; one of them, and nothing is known of any statement. */
  readonly unread: readonly string[];
}

export function translated(statements: readonly unknown[], dialect: OtherDialect): Translated {
  const unread = new Set<string>();
  const places = placeholdersIn(statements);
  const translation: Translation = {
    dialect,
    unread,
    placeholderAt: (span) => places.indexOf(placeOf(span)) + 1,
  };
  const nodes = statements.map((each) => statement(translation, each));
  return { statements: nodes, unread: [...unread] };
}

/** `?` counts from the beginning of the text, whatever order the tree is looked at in. */
function placeholdersIn(statements: readonly unknown[]): readonly number[] {
  const found: number[] = [];
  const pending: unknown[] = [statements];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const one of value as readonly unknown[]) pending.push(one);
    else if (isTree(value)) {
      if (treeIn(value, "value")["Placeholder"] === "?") found.push(placeOf(treeIn(value, "span")));
      for (const one of Object.values(value)) pending.push(one);
    }
  }
  return found.sort((one, other) => one - other);
}

/** No line is as long as that: texts are refused before. */
const longestLine = 1e9;

function placeOf(span: Tree): number {
  const { line, column } = treeIn(span, "start");
  return Number(line) * longestLine + Number(column);
}

function statement(translation: Translation, value: unknown): Node {
  const { kind, content } = caseOf(value);
  switch (kind) {
    case "Query":
      return query(translation, content);
    case "Insert":
      return insert(translation, content);
    case "Update":
      return update(translation, content);
    case "Delete":
      return deletion(translation, content);
    case "Truncate":
      return {
        TruncateStmt: {
          relations: listIn(content, "table_names").map((one) =>
            tableNode(translation, isTree(one) ? one : {}),
          ),
        },
      };
    case "Explain":
      return { ExplainStmt: { query: statement(translation, content["statement"]) } };
    case "CreateTable":
    case "CreateView": {
      const asked = isTree(content["query"]) ? { query: queryNode(translation, content["query"]) } : {};
      return kind === "CreateTable" ? { CreateTableAsStmt: asked } : { ViewStmt: asked };
    }
    default:
      return withoutRows.has(kind) ? { [kind]: {} } : notRead(translation, `the statement "${kind}"`);
  }
}

/** Settings, transactions, locks, definitions. */
const withoutRows = new Set([
  "Set",
  "Use",
  "StartTransaction",
  "Commit",
  "Rollback",
  "Savepoint",
  "ReleaseSavepoint",
  "LockTables",
  "UnlockTables",
  "ShowTables",
  "ShowColumns",
  "ShowCreate",
  "ShowDatabases",
  "ShowVariable",
  "ShowVariables",
  "ShowStatus",
  "CreateIndex",
  "CreateDatabase",
  "CreateSchema",
  "AlterTable",
  "Drop",
  "RenameTable",
  "Analyze",
  "Vacuum",
  "Pragma",
  "Kill",
  "OptimizeTable",
]);

/** `WITH recent AS (…) UPDATE …` is a query to the grammar. */
function query(translation: Translation, content: Tree): Node {
  const body = caseOf(content["body"]);
  if (body.kind !== "Update" && body.kind !== "Delete" && body.kind !== "Insert")
    return queryNode(translation, content);
  const node = statement(translation, body.content);
  const [kind = "", inner] = Object.entries(node)[0] ?? [];
  const withClause = withClauseOf(translation, content["with"]);
  return withClause && isNode(inner) ? { [kind]: { ...inner, withClause } } : node;
}

// -------------------------------------------------------------------------------------------------------------- INSERT

function insert(translation: Translation, content: Tree): Node {
  const name = treeIn(content, "table")["TableName"];
  const assignments = listIn(content, "assignments").map((each) => assignment(translation, each));
  const columns =
    assignments.length > 0
      ? assignments.map((one) => one.name)
      : listIn(content, "columns").map((one) => partsOfName(one)?.at(-1) ?? "");
  if (listIn(content, "multi_table_into_clauses").length > 0)
    notRead(translation, "INSERT into several tables");
  const alias = treeIn(content, "table_alias");
  const returned = returning(translation, content);
  const conflict = conflictOf(translation, content);
  const selectStmt =
    assignments.length > 0
      ? { SelectStmt: { valuesLists: [{ List: { items: assignments.map((one) => one.value) } }] } }
      : isTree(content["source"])
        ? queryNode(translation, content["source"])
        : null;
  return {
    InsertStmt: {
      relation: rangeOf(tableNode(translation, { name, alias: "name" in alias ? alias : null })),
      ...(columns.length > 0 && { cols: columns.map((one) => ({ ResTarget: { name: one } })) }),
      ...(selectStmt && { selectStmt }),
      ...(conflict && { onConflictClause: conflict }),
      ...returned,
    },
  };
}

/** MySQL and REPLACE look at every unique key: which of them is in the way nobody says. */
function conflictOf(translation: Translation, content: Tree): Node | null {
  if (content["replace_into"] === true || content["or"] === "Replace") return { action: "ONCONFLICT_UPDATE" };
  if (content["ignore"] === true || content["or"] === "Ignore") return { action: "ONCONFLICT_NOTHING" };
  const { kind, content: on } = caseOf(content["on"]);
  switch (kind) {
    case "":
      return null;
    case "DuplicateKeyUpdate":
      return { action: "ONCONFLICT_UPDATE", targetList: setList(translation, listIn(on, "value")) };
    case "OnConflict": {
      const columns = listIn(treeIn(on, "conflict_target"), "Columns").map((one) => identifier(one) ?? "");
      const update = treeIn(treeIn(on, "action"), "DoUpdate");
      const selection = update["selection"];
      return {
        ...(columns.length > 0 && {
          infer: { indexElems: columns.map((name) => ({ IndexElem: { name } })) },
        }),
        action: on["action"] === "DoNothing" ? "ONCONFLICT_NOTHING" : "ONCONFLICT_UPDATE",
        targetList: setList(translation, listIn(update, "assignments")),
        ...(isTree(selection) && { whereClause: expression(translation, selection) }),
      };
    }
    default:
      return notRead(translation, `"${kind}"`);
  }
}

interface Assignment {
  /** The table that is written before the column. */
  readonly table: string | null;
  readonly name: string;
  readonly value: Node;
}

function assignment(translation: Translation, each: unknown): Assignment {
  const one = isTree(each) ? each : {};
  const parts = partsOfName(treeIn(one, "target")["ColumnName"]);
  if (!parts) notRead(translation, "several columns that are set at once");
  const value = expression(translation, one["value"]);
  return { table: parts?.at(-2) ?? null, name: parts?.at(-1) ?? "", value };
}

function setList(translation: Translation, assignments: readonly unknown[]): readonly Node[] {
  return assignments.map((each) => setNode(assignment(translation, each)));
}

function setNode({ name, value }: Assignment): Node {
  return { ResTarget: { name, val: value } };
}

function returning(translation: Translation, content: Tree): { readonly returningClause?: Node } {
  const returned = listIn(content, "returning");
  if (returned.length === 0) return {};
  return { returningClause: { exprs: returned.map((item) => target(translation, item)) } };
}

function rangeOf(node: Node): Node {
  return isNode(node["RangeVar"]) ? node["RangeVar"] : nothing;
}

// ----------------------------------------------------------------------------------------------------- UPDATE, DELETE

function update(translation: Translation, content: Tree): Node {
  const set = listIn(content, "assignments").map((each) => assignment(translation, each));
  const [named = null, ...others] = new Set(set.map((one) => one.table));
  const beside = caseOf(content["from"]);
  const own = reached(translation, [content["table"]], others.length > 0 ? null : named);
  return {
    UpdateStmt: {
      relation: own.target,
      targetList: set.map(setNode),
      fromClause: [...own.others, ...sourcesOf(translation, listIn(beside.content, "value"))],
      ...whereClause(translation, own.conditions, content),
      ...returning(translation, content),
    },
  };
}

function deletion(translation: Translation, content: Tree): Node {
  const from = listIn(caseOf(content["from"]).content, "value");
  const using = listIn(content, "using");
  // `DELETE t FROM t JOIN …`, `DELETE FROM t USING t JOIN …`
  const listed =
    using.length > 0
      ? from.map((each) => nameIn(isTree(each) ? each["relation"] : null))
      : listIn(content, "tables").map((name) => partsOfName(name)?.at(-1) ?? null);
  const [named = null, ...others] = listed;
  const own = reached(translation, using.length > 0 ? using : from, others.length > 0 ? null : named);
  return {
    DeleteStmt: {
      relation: own.target,
      ...(own.others.length > 0 && { usingClause: own.others }),
      ...whereClause(translation, own.conditions, content),
      ...returning(translation, content),
    },
  };
}

interface Reached {
  /** The table whose rows are written. */
  readonly target: Node;
  readonly others: readonly Node[];
  /** On which they are joined. */
  readonly conditions: readonly Node[];
}

/**
 * The table that a statement on joined tables writes, beside those that say which of its rows: PostgreSQL's `UPDATE a … FROM b`.
 * `named`: how the statement calls it; null where it does not say, or calls several.
 */
function reached(translation: Translation, from: readonly unknown[], named: string | null): Reached {
  const sources: Node[] = [];
  const conditions: Node[] = [];
  for (const node of sourcesOf(translation, from)) flatten(translation, node, sources, conditions);
  const at =
    sources.length === 1 ? 0 : sources.findIndex((node) => named !== null && callsItself(node, named));
  if (at < 0) {
    notRead(translation, "which of several tables it writes");
    return { target: nothing, others: [], conditions: [] };
  }
  return { target: rangeOf(sources[at]!), others: sources.filter((_, index) => index !== at), conditions };
}

/** Inner joins as tables beside each other. */
function flatten(translation: Translation, node: Node, sources: Node[], conditions: Node[]): void {
  const join = node["JoinExpr"];
  if (!isNode(join)) {
    sources.push(node);
    return;
  }
  if (join["jointype"] !== "JOIN_INNER" || "usingClause" in join || "isNatural" in join)
    notRead(translation, "a statement that writes, on tables that are joined in this way");
  if (isNode(join["larg"])) flatten(translation, join["larg"], sources, conditions);
  if (isNode(join["rarg"])) flatten(translation, join["rarg"], sources, conditions);
  if (isNode(join["quals"])) conditions.push(join["quals"]);
}

function callsItself(node: Node, name: string): boolean {
  const range = rangeOf(node);
  const alias = isNode(range["alias"]) ? text(range["alias"], "aliasname") : null;
  return (alias ?? text(range, "relname") ?? "").toLowerCase() === name.toLowerCase();
}

function nameIn(relation: unknown): string | null {
  const { kind, content } = caseOf(relation);
  return kind === "Table" ? (partsOfName(content["name"])?.at(-1) ?? null) : null;
}

function whereClause(
  translation: Translation,
  conditions: readonly Node[],
  { selection }: Tree,
): { readonly whereClause?: Node } {
  const own = isTree(selection) ? [expression(translation, selection)] : [];
  const whole = conjunction([...conditions, ...own]);
  return whole ? { whereClause: whole } : {};
}
