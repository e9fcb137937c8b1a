/**
 * What row security makes of the accesses that run where its settings are set: each gets the conditions that the database adds.
 * Three questions are asked so: what holds in all, what holds by the database alone, and what would hold if it bound the owner too.
 */
import {
  always,
  and,
  type Predicate,
  type Resource,
  type Selection,
  type WrittenRow,
  type WrittenValue,
} from "../../constraint/predicate.js";
import type { PolicyVerb } from "../../tenancy/catalog/changes.js";
import { findTable } from "../../tenancy/lookup.js";
import { normalized } from "../../tenancy/names.js";
import { securedBehind } from "../../tenancy/row-security/around.js";
import { judgeRowSecurity } from "../../tenancy/row-security/judge.js";
import type { Side } from "../../tenancy/row-security/verbs.js";
import type { Tenancy } from "../../tenancy/tenancy.js";
import type { Access } from "../../trace/library.js";
import { settingsOn } from "../../trace/settings.js";
import { policyFilter, type Settings } from "./policy.js";

/**
 * `forced`: policies that bind whoever connects, read what a transaction has set. `supposed`: also such as do not bind the owner,
 * and what is set for the session. `alone`: the former, and nothing of what the code says.
 */
export type Reading = "forced" | "supposed" | "alone";

/** The access itself where nothing changes. */
export function underPolicies(access: Access, tenancy: Tenancy, reading: Reading): Access {
  const { detail } = access;
  if (detail.kind !== "query") return access;
  const settings = settingsAt(access, reading);
  const isAlone = reading === "alone";
  const add = policiesIn(tenancy, settings, reading);
  const selection = ofSelection(detail.selection, verbOf(access), { add, isAlone }, 0);
  const { target, conflict: said } = detail;
  const written =
    target === null
      ? detail.written
      : writtenUnder(detail.written, add(target, bareName(target), "insert", "written"), isAlone);
  const overwritten = target === null || !said ? null : add(target, bareName(target), "update", "seen");
  const conflict = said && overwritten ? { ...said, where: and([said.where, overwritten]) } : said;
  if (selection === detail.selection && written === detail.written && conflict === detail.conflict)
    return access;
  return { ...access, detail: { ...detail, selection, written, conflict } };
}

/** Whoever hands in the client decides what is set there. */
export function isOnOpenSession({ session }: Access): boolean {
  if (!session) return true;
  if (session.kind === "pool" || session.sets) return false;
  return session.id.kind !== "symbolic" || !session.id.id.startsWith("value:");
}

export function touchesRowSecurity(access: Access, isSecured: (table: string) => boolean): boolean {
  const { detail } = access;
  if (detail.kind !== "query") return false;
  if (detail.target !== null && isSecured(detail.target)) return true;
  return tablesIn(detail.selection, 0).some(isSecured);
}

function tablesIn(selection: Selection, depth: number): readonly string[] {
  if (depth > deepest) return [];
  const inner = (one: Selection): readonly string[] => tablesIn(one, depth + 1);
  return [
    ...selection.resources.flatMap(({ table, query }) => [
      ...(table ? [table] : []),
      ...(query ? inner(query) : []),
    ]),
    ...selection.nested.flatMap(inner),
    ...selection.arms.flatMap(inner),
  ];
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function settingsAt({ session, facts }: Access, reading: Reading): Settings {
  const set = settingsOn(session, facts);
  const counted = set.filter(({ until }) => until === "transaction" || reading === "supposed");
  return new Map(counted.map(({ name, value }) => [name.toLowerCase(), value]));
}

/** The condition that the database adds; null where it adds none that is known. */
type Add = (table: string, alias: string, verb: PolicyVerb, side: Side) => Predicate | null;

function policiesIn(tenancy: Tenancy, settings: Settings, reading: Reading): Add {
  return (name, alias, verb, side) => {
    const named = settings.size === 0 ? null : findTable(tenancy, name);
    const behind = named ? securedBehind(named, tenancy) : [];
    const isHeld = behind.every((table) => {
      const judgement = judgeRowSecurity(table, tenancy);
      return (
        judgement !== null &&
        (judgement.forced || reading === "supposed") &&
        judgement.settings.some((setting) => settings.has(setting.toLowerCase()))
      );
    });
    if (behind.length === 0 || !isHeld) return null;
    return and(behind.map((table) => policyFilter(tenancy, table, alias, { verb, side }, settings)));
  };
}

function verbOf({ operation }: Access): PolicyVerb {
  return operation === "update" || operation === "delete" ? operation : "select";
}

const deepest = 60;

interface Adding {
  readonly add: Add;
  readonly isAlone: boolean;
}

/** The table that a statement changes comes first; whatever else it reads is read. */
function ofSelection(selection: Selection, verb: PolicyVerb, adding: Adding, depth: number): Selection {
  if (depth > deepest) return selection;
  const inner = (one: Selection): Selection => ofSelection(one, "select", adding, depth + 1);
  const added: Predicate[] = [];
  const resources = each(selection.resources, (resource): Resource => {
    const { table, alias, join } = resource;
    const query = resource.query && inner(resource.query);
    const isFirst = resource === selection.resources[0];
    const filter = table === null ? null : adding.add(table, alias, isFirst ? verb : "select", "seen");
    const isPlain = join === "from" || join === "inner" || join === "cross";
    if (filter && isPlain) added.push(filter);
    const on = and([adding.isAlone ? always : resource.on, ...(filter && !isPlain ? [filter] : [])]);
    const isSameOn = on === resource.on || (on.kind === "true" && resource.on.kind === "true");
    return query === resource.query && isSameOn ? resource : { ...resource, query, on };
  });
  const where = adding.isAlone ? always : ofPredicate(selection.where, inner, depth + 1);
  const nested = each(selection.nested, inner);
  const arms = each(selection.arms, inner);
  const isSame =
    added.length === 0 &&
    where === selection.where &&
    resources === selection.resources &&
    nested === selection.nested &&
    arms === selection.arms;
  return isSame ? selection : { ...selection, resources, nested, arms, where: and([where, ...added]) };
}

function ofPredicate(predicate: Predicate, inner: (one: Selection) => Selection, depth: number): Predicate {
  if (depth > deepest) return predicate;
  const within = (one: Predicate): Predicate => ofPredicate(one, inner, depth + 1);
  switch (predicate.kind) {
    case "and":
    case "or": {
      const terms = each(predicate.terms, within);
      return terms === predicate.terms ? predicate : { ...predicate, terms };
    }
    case "not": {
      const term = within(predicate.term);
      return term === predicate.term ? predicate : { ...predicate, term };
    }
    case "choice": {
      const arms = each(predicate.arms, within);
      return arms === predicate.arms ? predicate : { ...predicate, arms };
    }
    case "exists":
    case "inQuery": {
      const query = inner(predicate.query);
      return query === predicate.query ? predicate : { ...predicate, query };
    }
    default:
      return predicate;
  }
}

/** A row that another tenant would own is refused: what is there is what the policy compares it with. */
function writtenUnder(
  written: readonly WrittenRow[] | null,
  check: Predicate | null,
  isAlone: boolean,
): readonly WrittenRow[] | null {
  const held = check ? columnsHeldBy(check) : new Map<string, WrittenValue>();
  if (held.size === 0 && !isAlone) return written;
  return (written ?? []).map((row): WrittenRow => {
    const names = new Set([...held.keys()].map(normalized));
    const others = isAlone ? [] : [...row.columns].filter(([name]) => !names.has(normalized(name)));
    return { ...row, columns: new Map([...others, ...held]), ...(isAlone && { open: null }) };
  });
}

function columnsHeldBy(check: Predicate): ReadonlyMap<string, WrittenValue> {
  const terms = check.kind === "and" ? check.terms : [check];
  return new Map(
    terms.flatMap((term) =>
      term.kind === "eq"
        ? [[term.column.name, { operand: term.operand, sometimes: false, overwritable: false }] as const]
        : [],
    ),
  );
}

function each<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((one, index) => one === list[index]) ? list : changed;
}
