/** What keeps row security from holding a table's rows to their tenants, most serious first. */
import type { PolicyTerm, PolicyVerb } from "../catalog/changes.js";
import { findTable } from "../lookup.js";
import type { Table, Tenancy } from "../tenancy.js";
import { ways } from "./around.js";
import { holdOf } from "./hold.js";
import type { RowSecurityFault } from "./judgement.js";
import { namingsIn, settingName, termText } from "./values.js";
import { allVerbs, type Passage, type Policy, type Verbs } from "./verbs.js";

const order: readonly RowSecurityFault["kind"][] = [
  "not-enabled",
  "open-verbs",
  "loose-arm",
  "unchecked-writes",
  "view",
  "partition",
  "fallback",
  "no-policy",
  "not-forced",
  "unclear-verbs",
  "empty-setting",
];

export function faultsOf(table: Table, tenancy: Tenancy, verbs: Verbs): readonly RowSecurityFault[] {
  const { enabled, forced, policies } = table.rowSecurity!;
  if (!enabled) return isPartitionOfGuarded(table, tenancy) ? [] : [{ kind: "not-enabled", ...nowhere }];
  const faults: RowSecurityFault[] = [
    ...ways(table, tenancy),
    ...looseFaults(verbs, (verb) => verb === "insert" && makesTenants(table)),
    ...settingFaults(policies),
  ];
  if (!forced) faults.push({ kind: policies.length > 0 ? "not-forced" : "no-policy", ...nowhere });
  return faults.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

const nowhere = { policy: null, file: null, line: null } as const;

function placeOf({ name, file, line }: Policy) {
  return { policy: name, file, line };
}

/** Its table says so, and what is read through the table is held there. */
function isPartitionOfGuarded(table: Table, tenancy: Tenancy): boolean {
  const seen = new Set<string>();
  for (let above = table.partitionOf; above !== null && !seen.has(above);) {
    seen.add(above);
    const parent = findTable(tenancy, above);
    if (parent?.rowSecurity?.enabled) return true;
    above = parent?.partitionOf ?? null;
  }
  return false;
}

/** Whoever signs up makes a tenant of their own: its id is nobody's yet. */
function makesTenants({ class: kind, keys }: Table): boolean {
  return kind === "root" && keys.length === 1;
}

type Loose =
  | { readonly kind: "open-verbs" | "unchecked-writes"; readonly text: null }
  | { readonly kind: "loose-arm" | "unclear-verbs"; readonly text: string };

/**
 * One fault for what a policy does, with all the verbs that it does it to; one for all policies that ask what nobody can
 * look into.
 */
function looseFaults(
  { states, passages }: Verbs,
  isHarmless: (verb: PolicyVerb) => boolean,
): readonly RowSecurityFault[] {
  const found = new Map<string, { policy: Policy; loose: Loose; verbs: Set<PolicyVerb> }>();
  for (const passage of passages) {
    if (isHarmless(passage.verb)) continue;
    if (passage.hold !== states[passage.verb] || (passage.hold !== "open" && passage.hold !== "unclear"))
      continue;
    for (const loose of loosenessOf(passage, states)) {
      const key = JSON.stringify([loose.kind === "unclear-verbs" ? null : passage.policy.name, loose]);
      const known = found.get(key) ?? { policy: passage.policy, loose, verbs: new Set() };
      found.set(key, known);
      known.verbs.add(passage.verb);
    }
  }
  return [...found.values()].map(({ policy, loose, verbs: set }): RowSecurityFault => {
    const place = placeOf(policy);
    const verbs = allVerbs.filter((verb) => set.has(verb));
    switch (loose.kind) {
      case "loose-arm":
        return { kind: loose.kind, arm: loose.text, verbs, ...place };
      case "unclear-verbs":
        return { kind: loose.kind, text: loose.text, verbs, ...place };
      default:
        return { kind: loose.kind, verbs, ...place };
    }
  });
}

function loosenessOf(passage: Passage, states: Verbs["states"]): readonly Loose[] {
  const arms = looseArms(passage);
  if (passage.hold === "unclear") {
    const unclear = arms.length > 0 ? arms : [passage.term];
    return unclear.slice(0, 1).map((term) => ({ kind: "unclear-verbs", text: unclearText(term) }));
  }
  if (arms.length > 0) return arms.map((arm) => ({ kind: "loose-arm", text: termText(arm) }));
  return [{ kind: isUnchecked(passage, states) ? "unchecked-writes" : "open-verbs", text: null }];
}

/** A policy of more parts is loose as a whole. */
const mostArms = 50;

/** The arms of an OR that let rows past, where others hold them. */
function looseArms({ term, beside, hold, question }: Passage): readonly PolicyTerm[] {
  for (const { arms, others } of choicesIn(term)) {
    if (arms.length > mostArms) continue;
    const holds = arms.map((arm) => holdOf({ kind: "and", terms: [arm, ...others, ...beside] }, question));
    const loose = arms.filter((_, at) => holds[at] === hold);
    if (loose.length > 0 && (hold === "unclear" || holds.includes("bound"))) return loose;
  }
  return [];
}

interface Choice {
  readonly arms: readonly PolicyTerm[];
  /** What has to hold whichever arm does. */
  readonly others: readonly PolicyTerm[];
}

function choicesIn(term: PolicyTerm): readonly Choice[] {
  if (term.kind === "or") return [{ arms: armsOf(term, 0), others: [] }];
  if (term.kind !== "and" || term.terms.length > mostArms) return [];
  return term.terms.flatMap((one, at) =>
    one.kind === "or"
      ? [{ arms: armsOf(one, 0), others: term.terms.filter((_, other) => other !== at) }]
      : [],
  );
}

function armsOf(term: PolicyTerm, depth: number): readonly PolicyTerm[] {
  return term.kind === "or" && depth < 10 ? term.terms.flatMap((one) => armsOf(one, depth + 1)) : [term];
}

/** The part that nobody can look into says more than the whole. */
function unclearText(term: PolicyTerm): string {
  const parts = term.kind === "and" || term.kind === "or" ? term.terms : [];
  const unknown = parts.find((part) => part.kind === "unknown" && !part.indifferent);
  return termText(unknown ?? term);
}

/** What it writes is open where what it sees is held. */
function isUnchecked({ policy, verb, side, question }: Passage, states: Verbs["states"]): boolean {
  if (side !== "written") return false;
  if (verb === "insert" && policy.using === null) return states.select === "bound";
  return policy.check !== null && policy.using !== null && holdOf(policy.using, question) === "bound";
}

/** Once for a setting, at the first policy that reads it so. */
function settingFaults(policies: readonly Policy[]): readonly RowSecurityFault[] {
  const found = new Map<string, RowSecurityFault>();
  for (const policy of policies) {
    for (const naming of [...namingsIn(policy.using), ...namingsIn(policy.check)]) {
      const setting = settingName(naming);
      if (naming.kind !== "setting" || setting === null) continue;
      const add = (kind: "fallback" | "empty-setting") => {
        const key = `${kind} ${setting}`;
        if (!found.has(key)) found.set(key, { kind, setting, ...placeOf(policy) });
      };
      if (naming.fallback) add("fallback");
      if (naming.missingOk && !naming.emptyIsNull) add("empty-setting");
    }
  }
  return [...found.values()];
}
