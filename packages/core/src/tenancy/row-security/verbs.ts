/**
 * Policies joined for each verb, as PostgreSQL does it (CREATE POLICY): of the permissive ones that apply to a role one is
 * enough, and every restrictive one has to hold; without a permissive one nothing passes. Rows that are there are asked
 * USING; rows that come to be are asked WITH CHECK, for which USING stands where a policy has none.
 */
import type { PolicyTerm, PolicyVerb } from "../catalog/changes.js";
import type { Table, Tenancy } from "../tenancy.js";
import { type Hold, holdOf, loosest, type Question } from "./hold.js";
import type { VerbState } from "./judgement.js";

export type Policy = NonNullable<Table["rowSecurity"]>["policies"][number];

export const allVerbs: readonly PolicyVerb[] = ["select", "insert", "update", "delete"];

/** `seen`: rows that are there. `written`: rows as they come to be. */
export type Side = "seen" | "written";

function sidesOf(verb: PolicyVerb): readonly Side[] {
  if (verb === "update") return ["seen", "written"];
  return [verb === "insert" ? "written" : "seen"];
}

export interface Verbs {
  readonly states: Readonly<Record<PolicyVerb, VerbState>>;
  /** Permissive policies that let a verb past, each as PostgreSQL joins it with the restrictive ones. */
  readonly passages: readonly Passage[];
}

export interface Passage {
  readonly policy: Policy;
  readonly verb: PolicyVerb;
  readonly side: Side;
  readonly term: PolicyTerm;
  /** What has to hold beside it. */
  readonly beside: readonly PolicyTerm[];
  readonly hold: Hold;
  readonly question: Question;
}

export function weighVerbs(table: Table, tenancy: Tenancy): Verbs {
  return weighWithin(table, tenancy, new Map());
}

/** Null while a table's own policies are being weighed: PostgreSQL refuses policies that ask each other in a circle. */
type Weighed = Map<Table, Verbs | null>;

/** Policies that ask tables whose policies ask tables, further than anybody follows. */
const furthest = 20;

function weighWithin(table: Table, tenancy: Tenancy, weighed: Weighed): Verbs {
  const known = weighed.get(table);
  if (known) return known;
  weighed.set(table, null);
  const verbs = weigh(table, tenancy, (asked) => {
    if (!asked.rowSecurity?.enabled || weighed.get(asked) === null || weighed.size > furthest) return false;
    return weighWithin(asked, tenancy, weighed).states.select === "bound";
  });
  weighed.set(table, verbs);
  return verbs;
}

function weigh(table: Table, tenancy: Tenancy, isHeldByItself: Question["isHeldByItself"]): Verbs {
  const rowSecurity = table.rowSecurity;
  if (!rowSecurity?.enabled) return { states: statesOf(() => "open"), passages: [] };
  const passages: Passage[] = [];
  const roles = rolesIn(rowSecurity.policies);
  const states = statesOf((verb) => {
    const question = { table, tenancy, writes: verb !== "select", isHeldByItself };
    const holds = roles.map((role): Hold => {
      const sides = sidesOf(verb).map((side) => {
        const found = passagesFor(rowSecurity.policies, role, verb, side, question);
        passages.push(...found);
        return loosest(found.map(({ hold }) => hold));
      });
      return sides.includes("none") ? "none" : loosest(sides);
    });
    return stateOf(loosest(holds));
  });
  return { states, passages };
}

function stateOf(hold: Hold): VerbState {
  return hold === "none" ? "denied" : hold;
}

function statesOf(state: (verb: PolicyVerb) => VerbState): Verbs["states"] {
  return {
    select: state("select"),
    insert: state("insert"),
    update: state("update"),
    delete: state("delete"),
  };
}

function passagesFor(
  policies: readonly Policy[],
  role: string,
  verb: PolicyVerb,
  side: Side,
  question: Question,
): readonly Passage[] {
  const applying = applyingTo(policies, role, verb);
  const beside = termsFor(policies, role, verb, side).restrictive;
  return applying.flatMap((policy) => {
    const term = policy.permissive ? termOf(policy, side) : null;
    if (term === null) return [];
    const hold = holdOf({ kind: "and", terms: [term, ...beside] }, question);
    return [{ policy, verb, side, term, beside, hold, question }];
  });
}

/** Of the permissive ones one has to hold, and every restrictive one. */
export function termsFor(
  policies: readonly Policy[],
  role: string,
  verb: PolicyVerb,
  side: Side,
): { readonly permissive: readonly PolicyTerm[]; readonly restrictive: readonly PolicyTerm[] } {
  const terms = (isPermissive: boolean): readonly PolicyTerm[] =>
    applyingTo(policies, role, verb)
      .filter(({ permissive }) => permissive === isPermissive)
      .flatMap((policy) => termOf(policy, side) ?? []);
  return { permissive: terms(true), restrictive: terms(false) };
}

function applyingTo(policies: readonly Policy[], role: string, verb: PolicyVerb): readonly Policy[] {
  return policies.filter(
    ({ verbs, roles }) => verbs.includes(verb) && (roles.includes(everybody) || roles.includes(role)),
  );
}

/** A policy without a condition lets nothing past, and asks nothing. */
function termOf({ using, check }: Policy, side: Side): PolicyTerm | null {
  return side === "seen" ? using : (check ?? using);
}

const everybody = "public";

/** Roles that bypass row security wherever they are known: Supabase's key for servers, the one who sets a server up. */
const bypassing: ReadonlySet<string> = new Set(["service_role", "supabase_admin", "postgres"]);

export function rolesIn(policies: readonly Policy[]): readonly string[] {
  const roles = policies.flatMap((policy) => policy.roles).filter((role) => !bypassing.has(role));
  return [...new Set([everybody, ...roles])];
}
