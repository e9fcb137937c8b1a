/** Queries of MySQL, SQLite and ClickHouse as PostgreSQL's nodes. */
import { caseOf, identifier, isTree, listIn, treeIn, type Tree } from "../other-tree.js";
import type { Node } from "../tree.js";
import { all, expression, sortedBy } from "./expressions.js";
import {
  aliasOf,
  call,
  conjunction,
  listOf,
  named,
  notRead,
  nothing,
  partsOfName,
  type Translation,
} from "./nodes.js";

/** `{ "SelectStmt": {…} }` */
export function queryNode(translation: Translation, query: unknown): Node {
  return { SelectStmt: isTree(query) ? selectOf(translation, query) : nothing };
}

function selectOf(translation: Translation, query: Tree): Node {
  const body = bodyOf(translation, query["body"]);
  const withClause = withClauseOf(translation, query["with"]);
  if (isTree(body["withClause"]) && withClause) notRead(translation, "WITH inside of WITH");
  const order = treeIn(treeIn(query, "order_by"), "kind");
  const keys = all(translation, sortedBy({ order_by: order["Expressions"] }));
  const limits = limitsOf(translation, query["limit_clause"]);
  // A query between brackets may have an order and a limit of its own.
  const sortClause = [...(Array.isArray(body["sortClause"]) ? (body["sortClause"] as Node[]) : []), ...keys];
  return {
    ...body,
    ...(withClause && { withClause }),
    ...(sortClause.length > 0 && { sortClause }),
    ...(limits.length > 0 && { limitCount: listOf(limits) }),
  };
}

function limitsOf(translation: Translation, clause: unknown): readonly Node[] {
  const { content } = caseOf(clause);
  const offset = content["offset"];
  const skipped = isTree(offset) && "rows" in offset ? offset["value"] : offset;
  return all(
    translation,
    [content["limit"], skipped].filter((value) => value !== null && value !== undefined),
  );
}

function bodyOf(translation: Translation, body: unknown): Node {
  const { kind, content } = caseOf(body);
  switch (kind) {
    case "Select":
      return plainSelect(translation, content);
    case "Query":
      return selectOf(translation, content);
    case "SetOperation":
      return setOperation(translation, content);
    case "Values":
      return {
        valuesLists: listIn(content, "rows").map((row) =>
          listOf(all(translation, isTree(row) ? listIn(row, "content") : [])),
        ),
      };
    default:
      return notRead(translation, `the query "${kind}"`);
  }
}

const setOperations: Readonly<Record<string, string>> = {
  Union: "SETOP_UNION",
  Intersect: "SETOP_INTERSECT",
  Except: "SETOP_EXCEPT",
};

function setOperation(translation: Translation, content: Tree): Node {
  const op = setOperations[caseOf(content["op"]).kind];
  if (op === undefined) return notRead(translation, "a set operation");
  return {
    op,
    larg: bodyOf(translation, content["left"]),
    rarg: bodyOf(translation, content["right"]),
  };
}

/** Clauses of a SELECT that other dialects have. */
const foreign = ["top", "into", "qualify", "exclude", "value_table_mode"] as const;
const foreignLists = ["lateral_views", "connect_by", "cluster_by", "distribute_by", "sort_by"] as const;

function plainSelect(translation: Translation, select: Tree): Node {
  for (const clause of foreign)
    if (select[clause] !== null && select[clause] !== undefined) notRead(translation, `"${clause}"`);
  for (const clause of foreignLists)
    if (listIn(select, clause).length > 0) notRead(translation, `"${clause}"`);
  const grouped = caseOf(select["group_by"]);
  const [groups] = listIn(grouped.content, "value");
  const fromClause = sourcesOf(translation, listIn(select, "from"));
  const { selection, having, prewhere } = select;
  // ClickHouse's PREWHERE is a WHERE that is looked at first.
  const where = conjunction(
    [prewhere, selection].flatMap((one) => (isTree(one) ? [expression(translation, one)] : [])),
  );
  return {
    targetList: listIn(select, "projection").map((item) => target(translation, item)),
    ...(fromClause.length > 0 && { fromClause }),
    ...(where && { whereClause: where }),
    ...(Array.isArray(groups) && groups.length > 0 && { groupClause: all(translation, groups) }),
    ...(isTree(having) && { havingClause: expression(translation, having) }),
  };
}

export function target(translation: Translation, item: unknown): Node {
  const { kind, content } = caseOf(item);
  switch (kind) {
    case "UnnamedExpr":
      return { ResTarget: { val: expression(translation, content) } };
    case "ExprWithAlias":
      return {
        ResTarget: {
          name: identifier(content["alias"]) ?? "",
          val: expression(translation, content["expr"]),
        },
      };
    case "Wildcard":
      return { ResTarget: { val: star([]) } };
    case "QualifiedWildcard": {
      const parts = partsOfName(treeIn({ first: listIn(content, "value")[0] }, "first")["ObjectName"]);
      return parts ? { ResTarget: { val: star(parts) } } : notRead(translation, "a star of an expression");
    }
    default:
      return notRead(translation, `the column "${kind}"`);
  }
}

function star(parts: readonly string[]): Node {
  return { ColumnRef: { fields: [...parts.map(named), { A_Star: {} }] } };
}

// ---------------------------------------------------------------------------------------------------------------- FROM

export function sourcesOf(translation: Translation, from: readonly unknown[]): readonly Node[] {
  return from.flatMap((each) => {
    const { relation, joins } = isTree(each) ? { relation: each["relation"], joins: each } : {};
    return isDual(relation) ? [] : [joined(translation, relation, joins ?? {})];
  });
}

/** The table that has one row, for a SELECT that needs a FROM. */
function isDual(relation: unknown): boolean {
  const { kind, content } = caseOf(relation);
  return kind === "Table" && partsOfName(content["name"])?.join(".").toLowerCase() === "dual";
}

function joined(translation: Translation, relation: unknown, tree: Tree): Node {
  return listIn(tree, "joins").reduce<Node>(
    (larg, join) => joinOf(translation, larg, isTree(join) ? join : {}),
    source(translation, relation),
  );
}

const joinTypes: Readonly<Record<string, string>> = {
  Join: "JOIN_INNER",
  Inner: "JOIN_INNER",
  CrossJoin: "JOIN_INNER",
  StraightJoin: "JOIN_INNER",
  Left: "JOIN_LEFT",
  LeftOuter: "JOIN_LEFT",
  Right: "JOIN_RIGHT",
  RightOuter: "JOIN_RIGHT",
  FullOuter: "JOIN_FULL",
  // ClickHouse: the rows of the left for which there are any, or none, on the right.
  LeftSemi: "JOIN_INNER",
  LeftAnti: "JOIN_LEFT",
  ArrayJoin: "JOIN_INNER",
  InnerArrayJoin: "JOIN_INNER",
  LeftArrayJoin: "JOIN_LEFT",
};

function joinOf(translation: Translation, larg: Node, join: Tree): Node {
  const { kind, content } = caseOf(join["join_operator"]);
  const jointype = joinTypes[kind];
  if (jointype === undefined) return notRead(translation, `the join "${kind}"`);
  const condition = content["value"] ?? content;
  const { kind: sort, content: said } = caseOf(condition);
  const columns =
    sort === "Using" ? listIn(said, "value").map((name) => partsOfName(name)?.at(-1) ?? "") : [];
  return {
    JoinExpr: {
      jointype,
      larg,
      rarg: kind.endsWith("ArrayJoin")
        ? elementsSource(join["relation"])
        : source(translation, join["relation"]),
      ...(sort === "On" && { quals: expression(translation, said) }),
      ...(sort === "Using" && { usingClause: columns.map(named) }),
      ...(sort === "Natural" && { isNatural: true }),
    },
  };
}

/** `ARRAY JOIN tags AS tag`: a column whose elements become rows; no table is called so. */
function elementsSource(relation: unknown): Node {
  const { content } = caseOf(relation);
  const column = { ColumnRef: { fields: (partsOfName(content["name"]) ?? []).map(named) } };
  const alias = aliasOf(content);
  return functionSource(call("unnest", [column]), "alias" in alias ? content : {});
}

function source(translation: Translation, relation: unknown): Node {
  const { kind, content } = caseOf(relation);
  switch (kind) {
    case "Table":
      return isTree(content["args"]) ? rowsOf(translation, content) : tableNode(translation, content);
    case "Derived":
      return {
        RangeSubselect: {
          subquery: queryNode(translation, content["subquery"]),
          ...(content["lateral"] === true && { lateral: true }),
          ...aliasOf(content),
        },
      };
    case "NestedJoin": {
      const inner = treeIn(content, "table_with_joins");
      return isTree(content["alias"])
        ? notRead(translation, "a name for a join")
        : joined(translation, inner["relation"], inner);
    }
    case "JsonTable":
      return functionSource(call("json_table", [expression(translation, content["json_expr"])]), content);
    default:
      return notRead(translation, `"${kind}" in the place of a table`);
  }
}

/** `json_each(column) AS each` */
function rowsOf(translation: Translation, content: Tree): Node {
  const args = { List: { args: listIn(treeIn(content, "args"), "args") } };
  return functionSource(expression(translation, { Function: { name: content["name"], args } }), content);
}

function functionSource(own: Node, content: Tree): Node {
  return { RangeFunction: { functions: [listOf([own])], ...aliasOf(content) } };
}

export function tableNode(translation: Translation, content: Tree): Node {
  const parts = partsOfName(content["name"]);
  const relname = parts?.at(-1);
  if (relname === undefined || parts!.length > 2 || content["version"])
    return notRead(translation, "a table's name");
  return { RangeVar: { relname, ...schemaOf(translation, parts!), ...aliasOf(content) } };
}

/** What the database keeps for itself is in PostgreSQL's words a catalog. */
function schemaOf({ dialect }: Translation, parts: readonly string[]): { readonly schemaname?: string } {
  const schema = parts.length > 1 ? parts[0]! : null;
  const isOwn =
    dialect === "mysql"
      ? schema !== null && /^(information_schema|performance_schema|mysql|sys)$/i.test(schema)
      : dialect === "clickhouse"
        ? schema !== null && /^(information_schema|system)$/i.test(schema)
        : /^(sqlite|pragma)_/i.test(parts.at(-1)!);
  if (isOwn) return { schemaname: "information_schema" };
  // SQLite's own name for the database that is open.
  return schema === null || (dialect === "sqlite" && schema === "main") ? {} : { schemaname: schema };
}

// ---------------------------------------------------------------------------------------------------------------- WITH

export function withClauseOf(translation: Translation, clause: unknown): Node | null {
  if (!isTree(clause)) return null;
  return {
    ...(clause["recursive"] === true && { recursive: true }),
    ctes: listIn(clause, "cte_tables").map((each) => {
      const common = isTree(each) ? each : {};
      const alias = treeIn(common, "alias");
      const columns = listIn(alias, "columns").flatMap(
        (one) => (isTree(one) ? identifier(one["name"]) : null) ?? [],
      );
      return {
        CommonTableExpr: {
          ctename: identifier(alias["name"]) ?? "",
          ...(columns.length > 0 && { aliascolnames: columns.map(named) }),
          ctequery: queryNode(translation, common["query"]),
        },
      };
    }),
  };
}
