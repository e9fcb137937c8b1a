/** Views: what they read, and which column of it each of theirs repeats. */
import type { TableName, ViewColumn } from "../../../catalog/changes.js";
import {
  child,
  children,
  isNode,
  isSet,
  kindOf,
  type Node,
  type SchemaChangeBody,
  strings,
  tableName,
  text,
} from "./node.js";

/** A `ViewStmt`. */
export function createView(statement: Node): SchemaChangeBody {
  const options = children(statement, "options").map((each) => child(each, "DefElem"));
  return view(child(statement, "view"), strings(statement, "aliases"), statement, {
    materialized: false,
    securityInvoker: options.some((option) => text(option, "defname") === "security_invoker" && isOn(option)),
  });
}

/** A `CreateTableAsStmt` that makes a materialized view. */
export function createMaterializedView(statement: Node): SchemaChangeBody {
  const into = child(statement, "into");
  const properties = { materialized: true, securityInvoker: false };
  return view(child(into, "rel"), strings(into, "colNames"), statement, properties);
}

function view(
  relation: Node,
  aliases: readonly string[],
  statement: Node,
  properties: { readonly materialized: boolean; readonly securityInvoker: boolean },
): SchemaChangeBody {
  const query = child(statement, "query");
  const { tables, named } = readBy(query);
  const columns = columnsOf(child(query, "SelectStmt"), named);
  return {
    kind: "create-view",
    view: tableName(relation),
    reads: tables,
    columns: columns?.map((column, place) => ({ ...column, name: aliases[place] ?? column.name })) ?? null,
    ...properties,
  };
}

/** `WITH (security_invoker)`, `= true`, `= on`, `= 1`. */
function isOn(option: Node): boolean {
  if (!isNode(option["arg"])) return true;
  const arg = option["arg"];
  if (isNode(arg["Integer"])) return arg["Integer"]["ival"] === 1;
  if (isNode(arg["Boolean"])) return isSet(arg["Boolean"], "boolval");
  return /^(?:true|on|yes|1)$/i.test(strings({ arg: [arg] }, "arg")[0] ?? "");
}

/** A part of a query that is still to be looked through. */
interface Part {
  readonly value: unknown;
  /** The name of the `WITH` query that it belongs to: inside, that name is still the table's. */
  readonly inside: string | null;
}

/** Every table below a query, however deep, and the names that `WITH` gives to queries. */
function readBy(query: Node): {
  readonly tables: readonly TableName[];
  readonly named: ReadonlySet<string>;
} {
  const found = new Map<string, TableName & { readonly isTable: boolean }>();
  const named = new Set<string>();
  const waiting: Part[] = [{ value: query, inside: null }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { value, inside } = part;
    if (Array.isArray(value)) {
      for (let place = value.length - 1; place >= 0; place--) waiting.push({ value: value[place], inside });
    } else if (isNode(value)) {
      const range = value["RangeVar"];
      if (isNode(range)) {
        const table = tableName(range);
        const key = JSON.stringify([table.schema, table.name]);
        const isTable = table.schema !== null || table.name === inside || found.get(key)?.isTable === true;
        found.set(key, { ...table, isTable });
      } else if (Array.isArray(value["ctes"])) {
        for (const each of children(value, "ctes").map((cte) => child(cte, "CommonTableExpr"))) {
          const name = text(each, "ctename");
          if (name !== null) named.add(name);
          waiting.push({ value: each["ctequery"], inside: isSet(value, "recursive") ? inside : name });
        }
      } else {
        for (const inner of Object.values(value).reverse()) waiting.push({ value: inner, inside });
      }
    }
  }
  const tables = [...found.values()]
    .filter(({ isTable, name }) => isTable || !named.has(name))
    .map(({ schema, name }) => ({ schema, name }));
  return { tables, named };
}

/** Null when one of them is a star. A union has the names of its first query, and its rows come from several. */
function columnsOf(select: Node, named: ReadonlySet<string>): readonly ViewColumn[] | null {
  let first = select;
  while (isNode(first["larg"])) first = first["larg"];
  const sources = first === select ? sourcesOf(first, named) : [];
  const columns: ViewColumn[] = [];
  for (const each of children(first, "targetList")) {
    const target = child(each, "ResTarget");
    const value = child(target, "val");
    const reference = child(value, "ColumnRef");
    if (children(reference, "fields").some((field) => "A_Star" in field)) return null;
    const name = text(target, "name") ?? nameFor(value);
    columns.push({ name, from: originOf(strings(reference, "fields"), sources) });
  }
  return columns.length === 0 ? null : columns;
}

/** A table of a `FROM`, under the name that the query calls it by; null for a query or a function there. */
interface Source {
  readonly name: string;
  readonly table: TableName | null;
}

function sourcesOf(select: Node, named: ReadonlySet<string>): readonly Source[] {
  const sources: Source[] = [];
  const waiting = [...children(select, "fromClause")];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (isNode(item["JoinExpr"])) {
      waiting.push(child(item["JoinExpr"], "larg"), child(item["JoinExpr"], "rarg"));
      continue;
    }
    const inner = child(item, kindOf(item));
    const table = isNode(item["RangeVar"]) ? tableName(inner) : null;
    const alias = text(child(inner, "alias"), "aliasname");
    const isQuery = table === null || (table.schema === null && named.has(table.name));
    sources.push({ name: alias ?? table?.name ?? "", table: isQuery ? null : table });
  }
  return sources;
}

function originOf(words: readonly string[], sources: readonly Source[]): ViewColumn["from"] {
  const column = words.at(-1);
  if (column === undefined) return null;
  const qualifier = words.at(-2);
  const source =
    qualifier === undefined
      ? sources.length === 1
        ? sources[0]
        : undefined
      : sources.find(({ name }) => name === qualifier);
  return source?.table ? { table: source.table, column } : null;
}

/** PostgreSQL's own rule for a column that the query does not name. */
function nameFor(value: Node): string {
  let inner = value;
  while (isNode(inner["TypeCast"])) {
    const below = child(inner["TypeCast"], "arg");
    if ("A_Const" in below)
      return strings(child(inner["TypeCast"], "typeName"), "names").at(-1) ?? "?column?";
    inner = below;
  }
  const called =
    strings(child(inner, "ColumnRef"), "fields").at(-1) ??
    strings(child(inner, "FuncCall"), "funcname").at(-1);
  if (called !== undefined) return called;
  if ("CoalesceExpr" in inner) return "coalesce";
  if ("CaseExpr" in inner) return "case";
  return "?column?";
}
