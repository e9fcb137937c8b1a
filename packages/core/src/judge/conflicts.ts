/** Judging upserts: the row that is in the way is overwritten, and must be the tenant's own. */
import { bind } from "../constraint/bind.js";
import type { Operand, Predicate, Selection } from "../constraint/predicate.js";
import { valueOf, type Claim } from "../proof/claims.js";
import type { Flows } from "../proof/flows.js";
import { normalized } from "../tenancy/names.js";
import type { Table } from "../tenancy/tenancy.js";
import { keyOfValue, withFacts, type Fact, type Facts } from "../trace/facts.js";
import type { Access, Conflict } from "../trace/library.js";
import type { RowsValue } from "../trace/value.js";
import { beliefOf, type Belief } from "./belief.js";
import { keyPhrase } from "./phrases.js";
import type { QueryContext } from "./query.js";
import { untrustedRows } from "./untrusted.js";
import { fault, type ResourceVerdict } from "./verdict.js";

type QueryDetail = Access["detail"] & { kind: "query" };

/** Null where it can only be the tenant's own. */
export function judgeConflict(
  context: QueryContext,
  access: Access,
  table: Table,
  detail: QueryDetail,
): ResourceVerdict | null {
  const { conflict } = detail;
  const columns = conflict?.columns;
  if (!conflict || !columns || overwritesOwnRowsOnly(context, table, conflict)) return null;
  const names = columns.map(normalized);
  const telling = [
    ...table.keys.map((key) => key.column),
    ...table.references.map((one) => one.column),
    ...table.owners,
    ...(table.class === "root" ? table.primaryKey : []),
  ];
  if (telling.some((column) => names.includes(normalized(column)))) return null;

  const ways = rowsInTheWay(context, table, detail, columns);
  const belief = beliefInRows(context, access, ways);
  const [claim] = ways[0] ?? [];
  if (claim && belief?.kind === "untrusted")
    return untrustedRows(context, access, table, claim, belief.flows);
  if (belief?.kind === "proven" && belief.origin !== "constant" && ways.every((way) => way.every(isOfOneRow)))
    return null;

  const key = keyPhrase(context.tenancy, table);
  return fault(
    table,
    "unscoped",
    "no-unscoped-query",
    "weak",
    { kind: "conflict", table: table.name, key: key.column, columns, library: context.root.library },
    null,
  );
}

function overwritesOwnRowsOnly(context: QueryContext, table: Table, conflict: Conflict): boolean {
  const alias = table.name.split(".").at(-1)!;
  const rows: Selection = {
    site: "conflict",
    resources: [{ table: table.name, alias, join: "from", on: { kind: "true" }, query: null, outputs: null }],
    where: conflict.where,
    nested: [],
    arms: [],
    outputs: null,
  };
  return bind(rows, context.facts).every(
    (binding) => binding.status === "tenant" || binding.status === "owner",
  );
}

/** What names the row that is overwritten. */
export interface Naming extends Claim {
  readonly operand: Operand;
  /** It is the row's id, and no name that rows of several tenants may want. */
  readonly isId: boolean;
}

function isOfOneRow({ isId, status }: Naming): boolean {
  return isId || status === "secret";
}

/** An upsert of one row names it in its filter; a statement by what each new row has in the columns of the conflict. */
function rowsInTheWay(
  context: QueryContext,
  table: Table,
  detail: QueryDetail,
  columns: readonly string[],
): readonly (readonly Naming[])[] {
  const filters = equalitiesIn(detail.selection.where);
  const sources: readonly ReadonlyMap<string, Operand>[] =
    filters.size > 0
      ? [filters]
      : (detail.written ?? []).map(
          (row) => new Map([...row.columns].map(([name, { operand }]) => [normalized(name), operand])),
        );
  const facts = context.facts.findTable(table.name);
  return sources.map((values) =>
    columns.flatMap((column): readonly Naming[] => {
      const operand = values.get(normalized(column));
      const known = facts?.findColumn(column);
      if (!operand || valueOf(operand).kind === "literal") return [];
      return [
        {
          status: known?.isSecret ? "secret" : "reference",
          column: known?.name ?? column,
          values: [valueOf(operand)],
          operand,
          isId: known?.reference?.table === table.name,
        },
      ];
    }),
  );
}

function equalitiesIn(filter: Predicate): ReadonlyMap<string, Operand> {
  if (filter.kind === "and") return new Map(filter.terms.flatMap((term) => [...equalitiesIn(term)]));
  return filter.kind === "eq" ? new Map([[normalized(filter.column.name), filter.operand]]) : new Map();
}

function beliefInRows(
  context: QueryContext,
  access: Access,
  ways: readonly (readonly Claim[])[],
): Belief | null {
  return context.flows && ways.length > 0 && ways.every((way) => way.length > 0)
    ? beliefOf(context.flows, whereOneIs(context.flows, access, ways), ways)
    : null;
}

/** Whoever looked for it by the same columns alone and found none knows that none is in the way. */
function whereOneIs(flows: Flows, access: Access, ways: readonly (readonly Claim[])[]): Access {
  const [way, ...others] = ways;
  if (!way || others.length > 0) return access;
  const found = rowsIn(access.facts).filter((rows) => isLookedForBy(flows, rows, way));
  const present = found.map((value): Fact => ({ kind: "present", value }));
  return { ...access, facts: withFacts(access.facts, present) };
}

function rowsIn(facts: Facts): readonly RowsValue[] {
  return [...facts.values()].flatMap((fact) => {
    if (fact.kind === "either") return fact.arms.flatMap(rowsIn);
    const isAboutRows = fact.kind === "absent" && fact.value.kind === "rows";
    return isAboutRows ? [fact.value as RowsValue] : [];
  });
}

function isLookedForBy(flows: Flows, rows: RowsValue, way: readonly Claim[]): boolean {
  const fetched = flows.prover.findFetched(rows.access, rows.context ?? "");
  return (
    fetched.length > 0 &&
    fetched.every(({ access: { detail }, tables }) => {
      const [claims, ...others] = tables.flatMap((table) => table.ways);
      if (detail.kind !== "query" || !claims || others.length > 0) return false;
      const isAlone = termsOf(detail.selection.where).length === way.length && claims.length === way.length;
      return isAlone && way.every((one) => claims.some((claim) => isSameClaim(one, claim)));
    })
  );
}

function isSameClaim(one: Claim, other: Claim): boolean {
  const [value, ...others] = one.values;
  const [known, ...further] = other.values;
  if (!value || !known || others.length > 0 || further.length > 0) return false;
  return normalized(one.column) === normalized(other.column) && keyOfValue(value) === keyOfValue(known);
}

function termsOf(filter: Predicate): readonly Predicate[] {
  return filter.kind === "and" ? filter.terms : [filter];
}
