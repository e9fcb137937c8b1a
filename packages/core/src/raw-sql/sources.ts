/** FROM: the tables of a query, the queries and functions that stand in the place of one, and on what condition they are joined. */
import { always, and, type Operand, type Predicate, type Resource } from "../constraint/predicate.js";
import { callName } from "../sql/expression-text.js";
import { child, children, isNode, isSet, kindOf, strings, text, type Node } from "../sql/tree.js";
import { normalized } from "../tenancy/names.js";
import { conditionOf } from "./conditions.js";
import { noteCall } from "./functions.js";
import {
  computedColumn,
  deeper,
  emptySelection,
  noColumns,
  noteParametersIn,
  unread,
  type Derived,
  type Reading,
  type Scope,
} from "./reading.js";
import { renamed, selectOf } from "./select.js";
import { isOfTheDatabase, nameOfTable } from "./tables.js";
import { elementsOf } from "./terms.js";

/** A FROM clause with several entries is a join of all with all. */
export function sourcesOf(reading: Reading, scope: Scope, from: readonly Node[]): readonly Resource[] {
  const resources: Resource[] = [];
  for (const node of from)
    addSource(reading, scope, resources, node, resources.length === 0 ? "from" : "cross");
  return resources;
}

export function addSource(
  reading: Reading,
  scope: Scope,
  resources: Resource[],
  node: Node,
  join: Resource["join"],
): void {
  const kind = kindOf(node);
  const body = child(node, kind);
  const add = (source: Source): void => void resources.push({ ...source, join, on: always });
  switch (kind) {
    case "JoinExpr":
      deeper(reading, () => addJoin(reading, scope, resources, body, join), undefined);
      return;
    case "RangeVar":
      return add(tableOf(reading, scope, body));
    case "RangeSubselect": {
      const { alias, names } = aliasOf(body);
      return add(derived(scope, alias, renamed(selectOf(reading, scope, child(body, "subquery")), names)));
    }
    case "RangeTableSample":
      return addSource(reading, scope, resources, child(body, "relation"), join);
    case "RangeFunction":
      return add(derivedOfFunction(reading, scope, body));
    default:
      add(unknownSource(reading, scope, aliasOf(body).alias));
  }
}

const joinKinds: Readonly<Record<string, Resource["join"]>> = {
  JOIN_INNER: "inner",
  JOIN_LEFT: "left",
  JOIN_RIGHT: "right",
  JOIN_FULL: "full",
};

/**
 * Joins associate to the left. One that stands on the right of another (`a LEFT JOIN (b JOIN c ON …) ON …`) is said as
 * several joins of the outer kind: where a row of it is there, its own condition holds and that of the join around it.
 */
function addJoin(
  reading: Reading,
  scope: Scope,
  resources: Resource[],
  join: Node,
  around: Resource["join"],
): void {
  if (isNode(join["alias"])) reading.problems.add("it gives a join a name, which is not read");
  const kind = joinKinds[text(join, "jointype") ?? ""] ?? "inner";
  const isNested = resources.length > 0;
  const keepsRight = kind === "right" || kind === "full";
  if (keepsRight && (isNested || isNode(child(join, "rarg")["JoinExpr"])))
    reading.problems.add("its joins are nested in a way that is not read");

  const start = resources.length;
  addSource(reading, scope, resources, child(join, "larg"), around);
  const at = resources.length;
  const isOuter = isNested && around === "left";
  addSource(reading, scope, resources, child(join, "rarg"), isOuter && kind === "inner" ? "left" : kind);
  const on = joinCondition(reading, scope, join, resources.slice(start, at), resources.slice(at));
  const from = isOuter && kind === "inner" ? start : at;
  for (let index = from; index < resources.length; index++)
    resources[index] = { ...resources[index]!, on: and([resources[index]!.on, on]) };
}

function joinCondition(
  reading: Reading,
  scope: Scope,
  join: Node,
  left: readonly Resource[],
  right: readonly Resource[],
): Predicate {
  if (isNode(join["quals"])) return conditionOf(reading, scope, join["quals"]);
  if (isSet(join, "isNatural")) return unread("a natural join");
  const [one, another] = [left[0], right[0]];
  if (!one || !another) return always;
  return and(
    strings(join, "usingClause").map((name): Predicate => ({
      kind: "eqColumn",
      left: { table: one.alias, name },
      right: { table: another.alias, name },
    })),
  );
}

type Source = Omit<Resource, "join" | "on">;

/** A table, or a query that `WITH` names. */
export function tableOf(reading: Reading, scope: Scope, range: Node): Source {
  const name = text(range, "relname") ?? "";
  noteParametersIn(reading, name);
  const { alias, names } = aliasOf(range);
  const common = "schemaname" in range ? undefined : findCommonTable(scope, name);
  if (common) return derived(scope, alias === "" ? name : alias, renamed(common, names));
  if (isOfTheDatabase(range)) return unknownSource(reading, scope, alias === "" ? name : alias);
  return {
    table: nameOfTable(range),
    alias: alias === "" ? name : alias,
    query: null,
    outputs: null,
  };
}

/** A builder may spell the names that it is given in another way than the SQL beside them: `allAncestors`, `all_ancestors`. */
function findCommonTable({ commonTables }: Scope, name: string): Derived | undefined {
  const exact = commonTables.get(name);
  if (exact) return exact;
  for (const [other, table] of commonTables) if (normalized(other) === normalized(name)) return table;
  return undefined;
}

function aliasOf(node: Node): { readonly alias: string; readonly names: readonly string[] } {
  const alias = child(node, "alias");
  return { alias: text(alias, "aliasname") ?? "", names: strings(alias, "colnames") };
}

function derived(scope: Scope, alias: string, { selection, given }: Derived): Source {
  scope.given.set(alias, given);
  return { table: null, alias, query: selection, outputs: selection.outputs };
}

/** Rows that are nobody's: of the database itself, or of what is not read and holds no table. */
function unknownSource(reading: Reading, scope: Scope, alias: string): Source {
  return derived(scope, alias, { selection: emptySelection(reading.site), given: noColumns });
}

/** `unnest($1) AS t(id)`, `generate_series(1, 10) AS n` */
function derivedOfFunction(reading: Reading, scope: Scope, range: Node): Source {
  const { alias, names } = aliasOf(range);
  const calls = children(range, "functions").map((each) =>
    child(children(child(each, "List"), "items")[0] ?? {}, "FuncCall"),
  );
  for (const call of calls) noteCall(reading, call);
  const [call] = calls;
  const own = call ? (callName(call).split(".").at(-1) ?? "") : "";
  const name = alias === "" ? own : alias;
  const typed = children(range, "coldeflist").flatMap(
    (each) => text(child(each, "ColumnDef"), "colname") ?? [],
  );
  const columns = names.length > 0 ? names : typed.length > 0 ? typed : scalar.has(own) ? [name] : null;
  const given = new Map<string, readonly Operand[]>();
  if (own === "unnest" && calls.length === 1)
    children(call!, "args").forEach((arg, place) => {
      const operands = elementsOf(reading, scope, arg);
      const column = columns?.[place];
      if (operands && column !== undefined && !("ColumnRef" in arg)) given.set(column, operands);
    });
  return derived(scope, name, {
    selection: {
      ...emptySelection(reading.site),
      outputs: columns && new Map(columns.map((column) => [column, computedColumn(column)])),
    },
    given,
  });
}

/** Functions that give one column, called like the function. */
const scalar = new Set([
  "unnest",
  "generate_series",
  "generate_subscripts",
  "regexp_split_to_table",
  "string_to_table",
]);
