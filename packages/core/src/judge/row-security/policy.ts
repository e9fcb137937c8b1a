/**
 * A policy as a filter: PostgreSQL adds its condition to whatever reaches the table (CREATE POLICY), with what the settings hold
 * where the statement runs. Said so, it is judged like every other filter, and its values are followed like every other value.
 */
import {
  always,
  and,
  never,
  or,
  type Column,
  type Operand,
  type Predicate,
  type Resource,
  type Selection,
} from "../../constraint/predicate.js";
import type { PolicyQuery, PolicyTerm, PolicyValue, PolicyVerb } from "../../tenancy/catalog/changes.js";
import { findColumn, findTable } from "../../tenancy/lookup.js";
import { normalized } from "../../tenancy/names.js";
import { settingName } from "../../tenancy/row-security/values.js";
import { rolesIn, termsFor, type Side } from "../../tenancy/row-security/verbs.js";
import type { Table, Tenancy } from "../../tenancy/tenancy.js";
import { operandOf } from "../../trace/operand.js";
import type { Value } from "../../trace/value.js";

/** By name, in lower case. */
export type Settings = ReadonlyMap<string, Value>;

/** What rows of the table, which a statement knows by this alias, have to be like. */
export function policyFilter(
  tenancy: Tenancy,
  table: Table,
  alias: string,
  { verb, side }: { readonly verb: PolicyVerb; readonly side: Side },
  settings: Settings,
): Predicate {
  const { policies } = table.rowSecurity!;
  const own: Row = { table, name: bareName(table.name), alias };
  const reading: Reading = { tenancy, settings, rows: 0 };
  // As whom the service connects, nobody knows here: whoever it is must be held.
  const ofRoles = rolesIn(policies).map((role) => {
    const { permissive, restrictive } = termsFor(policies, role, verb, side);
    const said = (term: PolicyTerm): Predicate => filterOf(reading, term, { rows: [own], outer: null }, 0);
    return and([or(permissive.map(said)), ...restrictive.map(said)]);
  });
  return or(ofRoles);
}

interface Row {
  readonly table: Table | null;
  /** As the policy calls it, and as the statement does. */
  readonly name: string;
  readonly alias: string;
}

interface Scope {
  readonly rows: readonly Row[];
  readonly outer: Scope | null;
}

interface Reading {
  readonly tenancy: Tenancy;
  readonly settings: Settings;
  /** Rows of other tables that were met, so that each has a name of its own. */
  rows: number;
}

const deepest = 40;

function filterOf(reading: Reading, term: PolicyTerm, scope: Scope, depth: number): Predicate {
  if (depth > deepest) return unread("a policy that is nested too deeply");
  const inner = (one: PolicyTerm): Predicate => filterOf(reading, one, scope, depth + 1);
  switch (term.kind) {
    case "and":
      return and(term.terms.map(inner));
    case "or":
      return or(term.terms.map(inner));
    case "constant":
      return term.value ? always : never;
    case "equals":
      return equality(reading, term.left, term.right, scope);
    case "exists":
      return { kind: "exists", query: queryOf(reading, term.query, scope, depth).selection };
    case "in-query": {
      const column = columnOf(term.value, scope);
      const { selection, output } = queryOf(reading, term.query, scope, depth);
      return column
        ? { kind: "inQuery", column, query: selection, output }
        : unread("a policy that asks for what is worked out");
    }
    case "unknown": {
      const column = term.isNull ? columnOf(term.isNull, scope) : null;
      return column ? { kind: "isNull", column } : unread(term.text);
    }
  }
}

function equality(reading: Reading, left: PolicyValue, right: PolicyValue, scope: Scope): Predicate {
  const [one, other] = [columnOf(left, scope), columnOf(right, scope)];
  if (one && other) return { kind: "eqColumn", left: one, right: other };
  const decided = one || other ? null : decidedBy(reading, left, right);
  if (decided) return decided;
  const column = one ?? other;
  const operand = operandIn(reading, one ? right : left);
  return column && operand
    ? { kind: "eq", column, operand }
    : unread("a policy that compares what is not known");
}

/**
 * `current_setting('app.bypass', true) = 'on'`: where nothing sets it, it is NULL or '', and equal to no word (and the other form of
 * `current_setting` raises).
 */
function decidedBy({ settings }: Reading, left: PolicyValue, right: PolicyValue): Predicate | null {
  const [setting, word] = left.kind === "setting" ? [left, right] : [right, left];
  if (setting.kind !== "setting" || word.kind !== "literal" || setting.fallback) return null;
  const name = settingName(setting)?.toLowerCase();
  if (name === undefined || word.text === "") return null;
  const set = settings.get(name);
  if (!set) return never;
  return set.kind === "literal" ? (String(set.value) === word.text ? always : never) : null;
}

function operandIn({ settings }: Reading, value: PolicyValue): Operand | null {
  switch (value.kind) {
    case "literal":
      return operandOf({ kind: "literal", value: value.text });
    case "setting": {
      const name = settingName(value)?.toLowerCase();
      // A part of it (`->> 'org'`) is not followed.
      const set = name !== undefined && name === value.name?.toLowerCase() ? settings.get(name) : undefined;
      return set ? operandOf(set) : null;
    }
    default:
      return null;
  }
}

function queryOf(
  reading: Reading,
  { from, aliases, selects, where }: PolicyQuery,
  outer: Scope,
  depth: number,
): { readonly selection: Selection; readonly output: Column | null } {
  const taken = new Set<string>();
  const rows = from.map(({ schema, name }): Row => {
    const alias = Object.entries(aliases).find(([each, meant]) => meant === name && !taken.has(each))?.[0];
    if (alias !== undefined) taken.add(alias);
    reading.rows += 1;
    const table = findTable(reading.tenancy, schema === null ? name : `${schema}.${name}`);
    return { table, name: alias ?? name, alias: `policy ${reading.rows} ${name}` };
  });
  const scope: Scope = { rows, outer };
  const resources = rows.map(({ table, name, alias }, index): Resource => ({
    table: table?.name ?? name,
    alias,
    join: index === 0 ? "from" : "cross",
    on: always,
    query: null,
    outputs: null,
  }));
  const selection: Selection = {
    site: `policy ${reading.rows}`,
    resources,
    where: where ? filterOf(reading, where, scope, depth + 1) : always,
    nested: [],
    arms: [],
    outputs: null,
  };
  return { selection, output: selects && columnOf(selects, scope) };
}

/** A name without a table is first looked for in the query itself. */
function columnOf(value: PolicyValue, scope: Scope): Column | null {
  if (value.kind !== "column") return null;
  for (let at: Scope | null = scope; at; at = at.outer) {
    const found = at.rows.find(({ table, name }) =>
      value.table === null
        ? table !== null && findColumn(table, value.column) !== null
        : normalized(name) === normalized(value.table),
    );
    if (found) return { table: found.alias, name: value.column };
    // It may be a column of a table that nobody knows.
    if (value.table === null && at.rows.some(({ table }) => table === null)) return null;
  }
  return null;
}

function unread(reason: string): Predicate {
  return { kind: "unknown", reason };
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
