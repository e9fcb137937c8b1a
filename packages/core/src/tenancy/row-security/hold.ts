/**
 * Whether a condition holds rows to one tenant or user. It does when the row that the policy judges, or a row that it is
 * tied to by what must be equal, has the tenant's or the user's id that a setting or a function names. Under an OR every
 * arm has to hold it; under an AND one term is enough.
 */
import type { PolicyQuery, PolicyTerm, PolicyValue } from "../catalog/changes.js";
import { findColumn, findTable } from "../lookup.js";
import { normalized } from "../names.js";
import type { Table, Tenancy } from "../tenancy.js";
import { type Equality, nodeOfColumn, type Row, solve } from "./rows.js";
import { isWhoAsks } from "./values.js";

/** `none`: no row passes. `open`: rows pass whoever's they are. */
export type Hold = "none" | "bound" | "open" | "unclear";

export interface Question {
  readonly table: Table;
  readonly tenancy: Tenancy;
  /** Rows that are written must not become everybody's either, by having no tenant at all. */
  readonly writes: boolean;
  /** Whether its own row security shows a table's rows to their tenant only: it counts inside of policies as well. */
  isHeldByItself(table: Table): boolean;
}

export function holdOf(term: PolicyTerm, question: Question): Hold {
  const own: Row = { table: question.table, name: bareName(question.table.name) };
  const facts: Facts = { rows: [own], equal: [], nulls: [], isUnclear: false };
  return weigh({ question, budget: { left: mostWork } }, term, { rows: [0], outer: null }, facts, 0);
}

/** Of conditions of which one is enough. */
export function loosest(holds: readonly Hold[]): Hold {
  const order: readonly Hold[] = ["open", "unclear", "bound"];
  return order.find((hold) => holds.includes(hold)) ?? "none";
}

/** Facts that are looked at in all, rows that are joined, terms inside of terms: what is more is no person's, and unclear. */
const mostWork = 100_000;
const mostRows = 50;
const deepest = 100;

interface Weighing {
  readonly question: Question;
  readonly budget: { left: number };
}

/** What must be so for a row to pass. */
interface Facts {
  readonly rows: readonly Row[];
  readonly equal: readonly Equality[];
  /** Columns of the policy's own row that are NULL. */
  readonly nulls: readonly string[];
  readonly isUnclear: boolean;
}

/** The rows that names can mean, by their places; a query's own come before those around it. */
interface Scope {
  readonly rows: readonly number[];
  readonly outer: Scope | null;
}

interface Gathered {
  readonly rows: Row[];
  readonly equal: Equality[];
  readonly nulls: string[];
  readonly choices: { readonly terms: readonly PolicyTerm[]; readonly scope: Scope }[];
  isUnclear: boolean;
  isNever: boolean;
}

function weigh(weighing: Weighing, term: PolicyTerm, scope: Scope, known: Facts, depth: number): Hold {
  const { question, budget } = weighing;
  const facts: Gathered = {
    rows: [...known.rows],
    equal: [...known.equal],
    nulls: [...known.nulls],
    choices: [],
    isUnclear: known.isUnclear,
    isNever: false,
  };
  gather(question.tenancy, term, scope, facts, depth);
  budget.left -= 1 + facts.equal.length + facts.rows.length;
  if (budget.left < 0 || depth > deepest || facts.rows.length > mostRows) return "unclear";
  if (facts.isNever) return "none";
  const solved = solve(facts, question);
  if (solved === "bound" || isNobodys(facts, question)) return "bound";

  const holds = facts.choices.map(({ terms, scope: within }) =>
    loosest(terms.map((arm) => weigh(weighing, arm, within, facts, depth + 1))),
  );
  if (holds.includes("none")) return "none";
  if (holds.includes("bound")) return "bound";
  if (solved === "open" && !facts.isUnclear && !holds.includes("unclear")) return "open";
  // Something ties the row to who asks, or may do so.
  return "unclear";
}

/** A row without a tenant and without an owner is everybody's to read. */
function isNobodys({ nulls }: Gathered, { table, writes }: Question): boolean {
  if (writes || nulls.length === 0 || table.keys.length === 0 || table.owners.length > 0) return false;
  return table.keys.every(({ column }) => nulls.includes(normalized(column)));
}

function gather(tenancy: Tenancy, term: PolicyTerm, scope: Scope, facts: Gathered, depth: number): void {
  if (depth > deepest) {
    facts.isUnclear = true;
    return;
  }
  switch (term.kind) {
    case "and":
      for (const one of term.terms) gather(tenancy, one, scope, facts, depth + 1);
      return;
    case "or":
      facts.choices.push({ terms: term.terms, scope });
      return;
    case "constant":
      if (!term.value) facts.isNever = true;
      return;
    case "equals":
      addEquality(facts, nodeOf(term.left, scope, facts), nodeOf(term.right, scope, facts));
      return;
    case "exists":
      enter(tenancy, term.query, scope, facts, depth);
      return;
    case "in-query": {
      const inner = enter(tenancy, term.query, scope, facts, depth);
      const selected = term.query.selects && nodeOf(term.query.selects, inner, facts);
      addEquality(facts, nodeOf(term.value, scope, facts), selected);
      return;
    }
    case "unknown": {
      const missing = term.isNull ? nodeOf(term.isNull, scope, facts) : null;
      if (missing?.startsWith("0\n")) facts.nulls.push(missing.slice(2));
      if (!term.indifferent) facts.isUnclear = true;
    }
  }
}

/** The rows that a query reads are joined to the others: that some of them pass is what it asks. */
function enter(tenancy: Tenancy, query: PolicyQuery, outer: Scope, facts: Gathered, depth: number): Scope {
  const aliases = Object.entries(query.aliases);
  const taken = new Set<string>();
  const rows = query.from.map(({ schema, name }) => {
    const alias = aliases.find(([each, meant]) => meant === name && !taken.has(each))?.[0];
    if (alias !== undefined) taken.add(alias);
    facts.rows.push({ table: findWritten(tenancy, schema, name), name: alias ?? name });
    return facts.rows.length - 1;
  });
  const scope = { rows, outer };
  if (query.where) gather(tenancy, query.where, scope, facts, depth + 1);
  return scope;
}

const defaultSchemas: ReadonlySet<string> = new Set(["public"]);

function findWritten(tenancy: Tenancy, schema: string | null, name: string): Table | null {
  if (schema === null || defaultSchemas.has(schema)) return findTable(tenancy, name);
  const table = findTable(tenancy, `${schema}.${name}`);
  return table && normalized(table.name) === normalized(`${schema}.${name}`) ? table : null;
}

function addEquality(facts: Gathered, left: string | null, right: string | null): void {
  if (left === null || right === null) facts.isUnclear = true;
  else if (left === right) return;
  else if (!isLiteral(left) && !isLiteral(right)) facts.equal.push([left, right]);
  // A literal ties no row to anybody; two that are written differently may be equal or not.
  else if (isLiteral(left) && isLiteral(right)) facts.isUnclear = true;
}

function isLiteral(node: string): boolean {
  return node.startsWith("'");
}

/** Null for what nobody can follow. */
function nodeOf(value: PolicyValue, scope: Scope, facts: Gathered): string | null {
  switch (value.kind) {
    case "column": {
      const row = findRow(value.table, value.column, scope, facts.rows);
      return row === null ? null : nodeOfColumn(row, value.column);
    }
    case "literal":
      return `'${value.text}`;
    case "setting":
      return `=setting ${value.name ?? "(computed)"}`;
    case "function":
      return `${isWhoAsks(value) ? "=" : "'"}function ${value.name}`;
    case "unknown":
      return null;
  }
}

/** A name without a table is first looked for in the query itself: `organization_id = organization_id` says nothing. */
function findRow(table: string | null, column: string, scope: Scope, rows: readonly Row[]): number | null {
  for (let at: Scope | null = scope; at; at = at.outer) {
    const found = at.rows.find((row) =>
      table === null ? hasColumn(rows[row]!, column) : normalized(rows[row]!.name) === normalized(table),
    );
    if (found !== undefined) return found;
    // It may be a column of a table that nobody knows.
    if (table === null && at.rows.some((row) => !isKnown(rows[row]!))) return null;
  }
  return null;
}

function hasColumn({ table }: Row, column: string): boolean {
  return table !== null && findColumn(table, column) !== null;
}

function isKnown({ table }: Row): boolean {
  return table !== null && table.columns.length > 0;
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
