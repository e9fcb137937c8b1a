/**
 * What row security of a table is worth to its tenants: policies, joined as PostgreSQL joins them, hold every verb to one
 * tenant or they do not. What goes around policies stands beside it: owners, views, partitions.
 */
import type { Table, Tenancy } from "../tenancy.js";
import { faultsOf } from "./faults.js";
import type { RowSecurityJudgement, RowSecurityNote } from "./judgement.js";
import { namingsIn, namingText, settingName } from "./values.js";
import { allVerbs, type Verbs, weighVerbs } from "./verbs.js";

const judgements = new WeakMap<Table, RowSecurityJudgement>();

/** Null when no migration that was read says anything of the table. */
export function judgeRowSecurity(table: Table, tenancy: Tenancy): RowSecurityJudgement | null {
  if (table.rowSecurity === null) return null;
  let judgement = judgements.get(table);
  if (judgement === undefined) judgements.set(table, (judgement = judge(table, table.rowSecurity, tenancy)));
  return judgement;
}

/** Whether the schema relies on it at all: a table has it on, or has a policy. */
export function usesRowSecurity({ tables }: Tenancy): boolean {
  return tables.some(
    ({ rowSecurity }) => rowSecurity !== null && (rowSecurity.enabled || rowSecurity.policies.length > 0),
  );
}

function judge(
  table: Table,
  { enabled, forced, policies }: NonNullable<Table["rowSecurity"]>,
  tenancy: Tenancy,
): RowSecurityJudgement {
  const verbs = weighVerbs(table, tenancy);
  const namings = policies.flatMap(({ using, check }) => [...namingsIn(using), ...namingsIn(check)]);
  const belongs = table.class === "tenant" || table.class === "child" || table.class === "root";
  return {
    enabled,
    forced,
    verbs: verbs.states,
    through: distinct(namings.map(namingText)),
    settings: distinct(namings.map(settingName)),
    faults: belongs ? faultsOf(table, tenancy, verbs) : [],
    notes: enabled ? notesOf(table, verbs) : [],
  };
}

function notesOf({ rowSecurity }: Table, { states }: Verbs): readonly RowSecurityNote[] {
  const { policies } = rowSecurity!;
  const permissive = policies.filter((policy) => policy.permissive);
  const roles = permissive.flatMap((policy) => policy.roles);
  const raising = policies
    .flatMap(({ using, check }) => [...namingsIn(using), ...namingsIn(check)])
    .filter((naming) => naming.kind === "setting" && !naming.missingOk);
  const denied = allVerbs.filter((verb) => states[verb] === "denied");
  return [
    ...(roles.length > 0 && !roles.includes("public")
      ? [{ kind: "roles", roles: distinct(roles) } as const]
      : []),
    ...distinct(raising.map(settingName)).map((setting) => ({ kind: "raises", setting }) as const),
    ...(denied.length > 0 ? [{ kind: "denied", verbs: denied } as const] : []),
  ];
}

function distinct(names: readonly (string | null)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== null))];
}
