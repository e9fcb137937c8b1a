/** What policies know a tenant or a user by, in the policies' own words. */
import type { PolicyTerm, PolicyValue } from "../catalog/changes.js";

export type Naming = Extract<PolicyValue, { kind: "setting" | "function" }>;

/** Clocks and dice say nothing about who asks. */
const indifferentFunctions =
  /^(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|current_(?:date|time|timestamp|catalog|schema|database)|local(?:time|timestamp)|random|gen_random_uuid|uuid_generate_v\d)$/;

export function isWhoAsks(value: Naming): boolean {
  return value.kind === "setting" || !indifferentFunctions.test(value.name);
}

function isNaming(value: PolicyValue): value is Naming {
  return (value.kind === "setting" || value.kind === "function") && isWhoAsks(value);
}

const deepest = 100;

/** The settings and functions that a condition compares columns with, each as often as it does. */
export function namingsIn(term: PolicyTerm | null, depth = 0): readonly Naming[] {
  if (term === null || depth > deepest) return [];
  switch (term.kind) {
    case "and":
    case "or":
      return term.terms.flatMap((one) => namingsIn(one, depth + 1));
    case "equals":
      return comparedWithColumn(term.left, term.right);
    case "in-query": {
      const { selects, where } = term.query;
      const own = selects ? comparedWithColumn(term.value, selects) : [];
      return [...own, ...namingsIn(where, depth + 1)];
    }
    case "exists":
      return namingsIn(term.query.where, depth + 1);
    case "constant":
    case "unknown":
      return [];
  }
}

function comparedWithColumn(left: PolicyValue, right: PolicyValue): readonly Naming[] {
  if (left.kind === "column" && isNaming(right)) return [right];
  return right.kind === "column" && isNaming(left) ? [left] : [];
}

/** Without the path into its value: `request.jwt.claims`. Null when it is computed. */
export function settingName(value: Naming): string | null {
  return value.kind === "setting" && value.name !== null ? value.name.replace(/(?:->|#>)[^]*$/, "") : null;
}

/** What SQL calls without parentheses. */
const bareFunctions = /^(?:current_user|session_user|current_role|user)$|['>]/;

export function namingText(value: Naming): string | null {
  if (value.kind === "setting") return value.name;
  return bareFunctions.test(value.name) ? value.name : `${value.name}()`;
}

const longest = 200;
const furthest = 6;

/** A condition in short, for a person who compares it with the policy. */
export function termText(term: PolicyTerm): string {
  const told = tell(term, 0);
  return told.length > longest ? `${told.slice(0, longest - 1)}…` : told;
}

function tell(term: PolicyTerm, depth: number): string {
  if (depth > furthest) return "…";
  switch (term.kind) {
    case "and":
    case "or": {
      const told = term.terms.slice(0, 8).map((one) => tell(one, depth + 1));
      const between = term.kind === "and" ? " AND " : " OR ";
      return (term.terms.length > told.length ? [...told, "…"] : told).join(between);
    }
    case "constant":
      return String(term.value);
    case "equals":
      return `${valueText(term.left)} = ${valueText(term.right)}`;
    case "in-query": {
      const selected = term.query.selects ? valueText(term.query.selects) : "…";
      return `${valueText(term.value)} IN (SELECT ${selected} FROM ${tablesOf(term.query.from)})`;
    }
    case "exists":
      return `EXISTS (SELECT … FROM ${tablesOf(term.query.from)})`;
    case "unknown":
      return term.text;
  }
}

function tablesOf(from: readonly { readonly name: string }[]): string {
  return from
    .slice(0, 4)
    .map(({ name }) => name)
    .join(", ");
}

function valueText(value: PolicyValue): string {
  switch (value.kind) {
    case "column":
      return value.table === null ? value.column : `${value.table}.${value.column}`;
    case "setting": {
      const name = settingName(value) ?? "…";
      return `current_setting('${name}')${value.name?.slice(name.length) ?? ""}`;
    }
    case "function":
      return namingText(value) ?? value.name;
    case "literal":
      return /^(?:true|false|\d+)$/.test(value.text) ? value.text : `'${value.text}'`;
    case "unknown":
      return value.text;
  }
}
