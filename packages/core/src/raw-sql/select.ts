/** SELECT: which rows a query reaches, and what its columns are. */
import { always, type Column, type Operand, type Selection } from "../constraint/predicate.js";
import { callName } from "../sql/expression-text.js";
import { child, children, isNode, strings, text, type Node } from "../sql/tree.js";
import { conditionOf } from "./conditions.js";
import {
  computedColumn,
  deeper,
  emptySelection,
  noColumns,
  scopeIn,
  type Derived,
  type GivenColumns,
  type Reading,
  type Scope,
} from "./reading.js";
import { sourcesOf } from "./sources.js";
import { nestedIn } from "./sub-queries.js";
import { columnOf, termOf } from "./terms.js";
import { commonTablesOf } from "./common-tables.js";

/** A query that stands in another, or by itself: `{ "SelectStmt": {…} }`. */
export function selectOf(reading: Reading, outer: Scope | null, node: Node): Derived {
  return queryOf(reading, outer, child(node, "SelectStmt"));
}

export function queryOf(reading: Reading, outer: Scope | null, select: Node): Derived {
  const nothing: Derived = { selection: emptySelection(reading.site), given: noColumns };
  return deeper(reading, () => query(reading, outer, select), nothing);
}

function query(reading: Reading, outer: Scope | null, select: Node): Derived {
  const scope = scopeIn(outer, commonTablesOf(reading, outer, child(select, "withClause")));
  const operation = text(select, "op") ?? "SETOP_NONE";
  if (operation !== "SETOP_NONE") return setOperation(reading, scope, operation, select);
  if (Array.isArray(select["valuesLists"])) return valuesOf(reading, scope, select);
  const made = builtQuery(reading, select);
  if (made) return made;

  const resources = sourcesOf(reading, scope, children(select, "fromClause"));
  const where = isNode(select["whereClause"]) ? conditionOf(reading, scope, select["whereClause"]) : always;
  const targets = children(select, "targetList").map((each) => child(each, "ResTarget"));
  const { outputs, given } = columnsOf(reading, scope, targets);
  const rest = besidesRows.map((clause) => select[clause]);
  scope.nested.push(...nestedIn(reading, scope, ...targets.map((target) => target["val"]), ...rest));
  return {
    selection: { site: reading.site, resources, where, nested: scope.nested, arms: [], outputs },
    given,
  };
}

/** Clauses that choose no rows of tables. */
const besidesRows = [
  "groupClause",
  "havingClause",
  "windowClause",
  "distinctClause",
  "sortClause",
  "limitCount",
  "limitOffset",
] as const;

/** `(select $1)`, where that stands for a builder's query. */
function builtQuery(reading: Reading, select: Node): Derived | null {
  const targets = children(select, "targetList");
  const parameter = child(child(child(targets[0] ?? {}, "ResTarget"), "val"), "ParamRef");
  if (targets.length !== 1 || !("number" in parameter)) return null;
  const slot = reading.slotOf(Number(parameter["number"]));
  return slot?.kind === "query" ? { selection: slot.selection, given: noColumns } : null;
}

/** What INTERSECT and EXCEPT compare with gives no rows, but is read. */
function setOperation(reading: Reading, scope: Scope, operation: string, select: Node): Derived {
  const left = queryOf(reading, scope, child(select, "larg")).selection;
  const right = queryOf(reading, scope, child(select, "rarg")).selection;
  scope.nested.push(...nestedIn(reading, scope, select["sortClause"], select["limitCount"]));
  const nested = [...left.nested, ...scope.nested];
  return {
    selection:
      operation === "SETOP_UNION"
        ? { ...left, nested, arms: [...left.arms, withNamesOf(left, right)] }
        : { ...left, nested: [...nested, right] },
    given: noColumns,
  };
}

/** The columns of a union are those of its first query, by their places. */
export function withNamesOf(first: Selection, arm: Selection): Selection {
  if (!first.outputs || arm.outputs?.size !== first.outputs.size) return arm;
  if (first.outputs.has("*") || arm.outputs.has("*")) return arm;
  const columns = [...arm.outputs.values()];
  return {
    ...arm,
    outputs: new Map([...first.outputs.keys()].map((name, index) => [name, columns[index]!])),
  };
}

function valuesOf(reading: Reading, scope: Scope, select: Node): Derived {
  const rows = children(select, "valuesLists").map((list) => children(child(list, "List"), "items"));
  const given = new Map<string, readonly Operand[]>();
  const width = rows[0]?.length ?? 0;
  for (let place = 0; place < width; place++) {
    const terms = rows.map((row) => {
      const item = row[place];
      return item ? termOf(reading, scope, item) : null;
    });
    if (terms.every((term) => term?.kind === "given" || term?.kind === "null"))
      given.set(
        `column${place + 1}`,
        terms.flatMap((term) => (term?.kind === "given" ? term.operands : [])),
      );
  }
  const names = Array.from({ length: width }, (_, place) => `column${place + 1}`);
  return {
    selection: {
      ...emptySelection(reading.site),
      nested: nestedIn(reading, scope, select["valuesLists"]),
      outputs: new Map(names.map((name) => [name, computedColumn(name)])),
    },
    given,
  };
}

interface Columns {
  readonly outputs: ReadonlyMap<string, Column> | null;
  readonly given: GivenColumns;
}

export function columnsOf(reading: Reading, scope: Scope, targets: readonly Node[]): Columns {
  const outputs = new Map<string, Column>();
  const given = new Map<string, readonly Operand[]>();
  let isKnown = targets.length > 0;
  for (const target of targets) {
    const value = child(target, "val");
    const reference = child(value, "ColumnRef");
    if (children(reference, "fields").some((field) => "A_Star" in field)) {
      // Two stars may give any name from either.
      if (outputs.has("*")) isKnown = false;
      outputs.set("*", { table: strings(reference, "fields").at(-1) ?? null, name: "*" });
      continue;
    }
    const name = text(target, "name") ?? nameFor(value);
    const found = termOf(reading, scope, value);
    if (found.kind === "given") given.set(name, found.operands);
    if (outputs.has(name)) isKnown = false;
    outputs.set(name, found.kind === "column" ? found.column : computedColumn(name));
  }
  return { outputs: isKnown ? outputs : null, given };
}

/** PostgreSQL's own rule for a column that the query does not name. */
function nameFor(value: Node): string {
  let inner = value;
  while (isNode(inner["TypeCast"])) {
    const below = child(inner["TypeCast"], "arg");
    if ("A_Const" in below || "ParamRef" in below)
      return strings(child(inner["TypeCast"], "typeName"), "names").at(-1) ?? "?column?";
    inner = below;
  }
  const reference = child(inner, "ColumnRef");
  if ("fields" in reference) return columnOf(reference)?.name ?? "?column?";
  if ("FuncCall" in inner) return callName(child(inner, "FuncCall")).split(".").at(-1)!;
  if ("CoalesceExpr" in inner) return "coalesce";
  return "CaseExpr" in inner ? "case" : "?column?";
}

/** A selection under other names: `WITH t(a, b) AS …`, `… AS t(a, b)`. */
export function renamed(query: Derived, names: readonly string[]): Derived {
  const { outputs } = query.selection;
  if (names.length === 0) return query;
  if (outputs === null || outputs.has("*")) return { ...query, given: noColumns };
  const before = [...outputs.keys()];
  const after = before.map((name, place) => names[place] ?? name);
  const columns = [...outputs.values()];
  return {
    selection: { ...query.selection, outputs: new Map(after.map((name, place) => [name, columns[place]!])) },
    given: new Map(
      before.flatMap((name, place) => {
        const operands = query.given.get(name);
        return operands ? [[after[place]!, operands] as const] : [];
      }),
    ),
  };
}
