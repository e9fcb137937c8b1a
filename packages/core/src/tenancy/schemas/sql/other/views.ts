/** What a view reads, and which of its columns repeat a table's. */
import type { SchemaChange, TableName, ViewColumn } from "../../../catalog/changes.js";
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../../../../sql/other-tree.js";
import { objectName } from "./names.js";
import { tableNameAt } from "./grammar.js";
import type { Token } from "./tokens.js";

type CreateView = Extract<SchemaChange, { kind: "create-view" }>;

export function createViewChange(tree: Tree, line: number): SchemaChange | null {
  const view = objectName(tree["name"]);
  if (!view) return null;
  const query = treeIn(tree, "query");
  const names = listIn(tree, "columns").map((column) => (isTree(column) ? identifier(column["name"]) : null));
  const columns = columnsOf(query);
  return {
    kind: "create-view",
    line,
    view,
    materialized: tree["materialized"] === true,
    reads: readsOf(query),
    columns: names.length > 0 ? renamed(columns, names) : columns,
    securityInvoker: treeIn(tree, "params")["security"] === "Invoker",
  };
}

function renamed(
  columns: readonly ViewColumn[] | null,
  names: readonly (string | null)[],
): readonly ViewColumn[] {
  return names.flatMap((name, index) =>
    name === null ? [] : [{ name, from: columns?.length === names.length ? columns[index]!.from : null }],
  );
}

/** Every table anywhere in the query, without the names that the query gives to parts of itself. */
function readsOf(query: Tree): readonly TableName[] {
  const own = new Set<string>();
  const found = new Map<string, TableName>();
  const open: unknown[] = [query];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const one of (value as readonly unknown[]).toReversed()) open.push(one);
    else if (isTree(value) && !isArrayJoin(value)) {
      for (const part of listIn(value, "cte_tables")) {
        const name = isTree(part) ? identifier(treeIn(treeIn(part, "alias"), "name")) : null;
        if (name !== null) own.add(name);
      }
      const table = isTree(value["Table"]) ? objectName(value["Table"]["name"]) : null;
      if (table) found.set(`${table.schema ?? ""}.${table.name}`, table);
      for (const one of Object.values(value).reverse()) open.push(one);
    }
  }
  return [...found.values()].filter(({ schema, name }) => schema !== null || !own.has(name));
}

/** ClickHouse's join with the values of a column, which is no table. */
function isArrayJoin(join: Tree): boolean {
  return /ArrayJoin$/.test(caseOf(join["join_operator"]).kind);
}

function joinsOf(from: Tree): readonly Tree[] {
  return listIn(from, "joins").filter((join): join is Tree => isTree(join) && !isArrayJoin(join));
}

/** Null when a star stands for columns that only the catalogue can tell. */
function columnsOf(query: Tree): readonly ViewColumn[] | null {
  const select = treeIn(treeIn(query, "body"), "Select");
  const sources = isTree(query["with"]) ? new Map<string, TableName>() : sourcesOf(select);
  const columns: ViewColumn[] = [];
  for (const item of listIn(select, "projection")) {
    const { kind, content } = caseOf(item);
    if (kind !== "UnnamedExpr" && kind !== "ExprWithAlias") return null;
    const expression = caseOf(kind === "UnnamedExpr" ? content : content["expr"]);
    const path = pathOf(expression);
    const name = kind === "ExprWithAlias" ? identifier(content["alias"]) : (path?.at(-1) ?? null);
    if (name !== null) columns.push({ name, from: path && originOf(path, sources) });
  }
  return columns.length > 0 ? columns : null;
}

/** `column`, `table.column`. */
function pathOf({ kind, content }: { kind: string; content: Tree }): readonly string[] | null {
  if (kind === "Identifier") {
    const name = identifier(content);
    return name === null ? null : [name];
  }
  if (kind !== "CompoundIdentifier") return null;
  return listIn(content, "value").flatMap((part) => identifier(part) ?? []);
}

function originOf(path: readonly string[], sources: ReadonlyMap<string, TableName>): ViewColumn["from"] {
  const column = path.at(-1)!;
  const only = sources.size === 1 ? [...sources.values()][0] : undefined;
  const table = path.length === 1 ? only : sources.get(path.at(-2)!);
  return table ? { table, column } : null;
}

/** By the name that the query uses for them. */
function sourcesOf(select: Tree): ReadonlyMap<string, TableName> {
  const sources = new Map<string, TableName>();
  const relations = listIn(select, "from").flatMap((from) =>
    isTree(from) ? [from["relation"], ...joinsOf(from).map((join) => join["relation"])] : [],
  );
  for (const [index, relation] of relations.entries()) {
    const { kind, content } = caseOf(relation);
    const name = kind === "Table" ? objectName(content["name"]) : null;
    const alias = identifier(treeIn(treeIn(content, "alias"), "name"));
    if (name) sources.set(alias ?? name.name, name);
    // Something else: with it, a bare column may be anybody's.
    else sources.set(`\n${index}`, { schema: null, name: "" });
  }
  return sources;
}

/** When the grammar does not read the query: what its words say. */
export function roughView(tokens: readonly Token[], view: TableName, line: number): CreateView {
  const reads = new Map<string, TableName>();
  tokens.forEach(({ key }, at) => {
    const isSource = key === "FROM" || (key === "JOIN" && tokens[at - 1]?.key !== "ARRAY");
    const table = isSource ? tableNameAt(tokens, at + 1)?.table : undefined;
    if (table) reads.set(`${table.schema ?? ""}.${table.name}`, table);
  });
  const materialized = tokens.slice(0, 4).some(({ key }) => key === "MATERIALIZED");
  return {
    kind: "create-view",
    line,
    view,
    materialized,
    reads: [...reads.values()],
    columns: null,
    securityInvoker: false,
  };
}
