/** Row security as the history leaves it, with the functions that policies call looked through. */
import type { PolicyQuery, PolicyTerm, PolicyValue, SchemaChange, TableName } from "./changes.js";
import { quoted, tell, type Applying } from "./applying.js";
import type { RowSecurity } from "./row-security.js";
import { placeFor, schemaName, type Standing, type StandingTable } from "./standing.js";

type ChangeOf<Kind extends SchemaChange["kind"]> = Extract<SchemaChange, { kind: Kind }>;

export function setRowSecurity(table: StandingTable, change: ChangeOf<"row-security">): void {
  table.rowSecurity.enabled = change.enabled ?? table.rowSecurity.enabled;
  table.rowSecurity.forced = change.forced ?? table.rowSecurity.forced;
}

export function createPolicy(
  applying: Applying,
  table: StandingTable,
  change: ChangeOf<"create-policy">,
): void {
  const { policies } = table.rowSecurity;
  const known = policies.get(change.policy.name);
  if (known) {
    tell(
      applying,
      "create a policy that is already there",
      `Migration creates policy "${change.policy.name}" of table ${quoted(table)}, which already has one of that name (${known.file}:${known.line}). The first is taken.`,
    );
    return;
  }
  policies.set(change.policy.name, { ...change.policy, ...applying.place });
}

export function alterPolicy(
  applying: Applying,
  table: StandingTable,
  change: ChangeOf<"alter-policy">,
): void {
  const { policies } = table.rowSecurity;
  const known = policies.get(change.name);
  if (!known) {
    missingPolicy(applying, table, "changes", change.name);
    return;
  }
  const name = change.to ?? change.name;
  policies.delete(change.name);
  policies.set(name, {
    ...known,
    name,
    roles: change.roles ?? known.roles,
    using: change.using ?? known.using,
    check: change.check ?? known.check,
  });
}

export function dropPolicy(applying: Applying, table: StandingTable, change: ChangeOf<"drop-policy">): void {
  if (table.rowSecurity.policies.delete(change.name) || change.ifExists) return;
  missingPolicy(applying, table, "drops", change.name);
}

export function renamePolicy(table: StandingTable, name: string, to: string): boolean {
  const known = table.rowSecurity.policies.get(name);
  if (!known) return false;
  table.rowSecurity.policies.delete(name);
  table.rowSecurity.policies.set(to, { ...known, name: to });
  return true;
}

function missingPolicy(applying: Applying, table: StandingTable, verb: string, name: string): void {
  tell(
    applying,
    "change a policy that is not there",
    `Migration ${verb} policy "${name}" of table ${quoted(table)}, which no migration before it created.`,
  );
}

export function createFunction(standing: Standing, change: ChangeOf<"create-function">): void {
  const key = functionKey(standing, change.function);
  if (change.returns) standing.functions.set(key, change.returns);
  else standing.functions.delete(key);
}

function functionKey(standing: Standing, name: TableName): string {
  const place = placeFor(standing, { schema: name.schema, name: name.name });
  return `${place.schema}.${place.name}`.toLowerCase();
}

/** Null where there is no row security, as far as anybody speaks of it. */
export function rowSecurityOf(standing: Standing, table: StandingTable): RowSecurity | null {
  if (standing.dialect !== "postgresql" || table.view) return null;
  const { enabled, forced, policies } = table.rowSecurity;
  return {
    enabled,
    forced,
    policies: [...policies.values()].map((policy) => ({
      ...policy,
      using: policy.using && lookThrough(standing, policy.using, 0),
      check: policy.check && lookThrough(standing, policy.check, 0),
    })),
  };
}

/** A condition that is nested deeper is nothing a person wrote, and counts as unknown. */
const deepestTerm = 100;

function lookThrough(standing: Standing, term: PolicyTerm, depth: number): PolicyTerm {
  if (depth > deepestTerm) return { kind: "unknown", text: "a condition that is nested too deeply" };
  switch (term.kind) {
    case "and":
    case "or":
      return { ...term, terms: term.terms.map((one) => lookThrough(standing, one, depth + 1)) };
    case "equals":
      return { ...term, left: returned(standing, term.left), right: returned(standing, term.right) };
    case "in-query":
      return {
        ...term,
        value: returned(standing, term.value),
        query: lookThroughQuery(standing, term.query, depth),
      };
    case "exists":
      return { ...term, query: lookThroughQuery(standing, term.query, depth) };
    case "constant":
    case "unknown":
      return term;
  }
}

function lookThroughQuery(standing: Standing, query: PolicyQuery, depth: number): PolicyQuery {
  return {
    ...query,
    selects: query.selects && returned(standing, query.selects),
    where: query.where && lookThrough(standing, query.where, depth + 1),
  };
}

const deepestCall = 8;

/** What a function of the history returns; the function itself when nobody knows. */
function returned(standing: Standing, value: PolicyValue): PolicyValue {
  let known = value;
  for (let step = 0; step < deepestCall && known.kind === "function"; step++) {
    const next = findReturned(standing, known.name);
    if (!next) return known;
    known = next;
  }
  return known;
}

function findReturned(standing: Standing, name: string): PolicyValue | undefined {
  const dot = name.lastIndexOf(".");
  const schema = dot < 0 ? "" : schemaName(standing, name.slice(0, dot));
  return standing.functions.get(`${schema}.${name.slice(dot + 1)}`);
}
