/** The sentences of findings about tables: the first says what is wrong, the second how to make it right. */
import type { TableFaultData, TableStep } from "../judge/tables.js";
import type { RowSecurityFault } from "../tenancy/row-security/judgement.js";
import { counted } from "./words.js";

export function tableMessage(data: TableFaultData): string {
  switch (data.kind) {
    case "unclassified":
      return `Nobody can tell from the schema whose rows "${data.table}" holds: ${lowered(data.reason)} Say it in tenant-audit.config.json: { "tables": { "${data.table}": { "class": "global" } } }, or "key", or "parent".`;
    case "not-forced":
      return `Row security does not bind the owner of ${listed(data.tables)}: whoever connects as the owner reads and writes every row. Add FORCE ROW LEVEL SECURITY, or connect as a role that owns nothing.`;
    case "outside":
      return `Row security shows rows of "${data.table}" only where "${data.setting}" is set, and ${counted(data.count, "query", "queries")} of it ${data.count === 1 ? "runs" : "run"} outside of the transactions that set it: there it shows none, or, to a role that it does not bind, all of them. Run ${data.count === 1 ? "it" : "them"} in such a transaction.`;
    case "row-security":
      return rowSecurityMessage(data.table, data.fault);
  }
}

function rowSecurityMessage(table: string, fault: RowSecurityFault): string {
  const name = `"${table}"`;
  const policy = fault.policy === null ? "Its policies" : `Policy "${fault.policy}"`;
  switch (fault.kind) {
    case "not-enabled":
      return `Row security of ${name} is off, and other tables have it. Enable and force it, and add a policy that compares the tenant with a setting of the transaction.`;
    case "no-policy":
      return `Row security of ${name} is on and has no policy: only the owner sees rows, and every one of them. Add a policy that compares the tenant with a setting of the transaction.`;
    case "not-forced":
      return `Row security of ${name} does not bind its owner. Add FORCE ROW LEVEL SECURITY.`;
    case "open-verbs":
      return `Row security of ${name} does not hold ${verbs(fault.verbs)} to one tenant: ${policy.startsWith("Its") ? "its policies let" : `policy "${fault.policy}" lets`} other tenants' rows past. Compare the tenant in ${fault.verbs.some((verb) => verb === "insert" || verb === "update") ? "USING and WITH CHECK" : "USING"}.`;
    case "loose-arm":
      return `${policy} of ${name} ${fault.policy === null ? "have" : "has"} an arm of OR that holds no tenant, ${quoted(fault.arm)}: it lets ${verbs(fault.verbs)} past. A policy with an OR is only as tight as its loosest arm.`;
    case "unchecked-writes":
      return `${policy} of ${name} ${fault.policy === null ? "let" : "lets"} ${verbs(fault.verbs)} write rows of other tenants. Compare the tenant in WITH CHECK as well as in USING.`;
    case "empty-setting":
      return `${policy} of ${name} ${fault.policy === null ? "read" : "reads"} "${fault.setting}" without nullif(…, ''): after a transaction that set it, the setting is '' and not NULL, which fails as a UUID and compares as a text. Write nullif(current_setting('${fault.setting}', true), '').`;
    case "fallback":
      return `${policy} of ${name} ${fault.policy === null ? "fall" : "falls"} back to something else when "${fault.setting}" is not set, which everyone without a tenant then shares. Compare with the setting alone.`;
    case "unclear-verbs":
      return `Whether row security of ${name} holds ${verbs(fault.verbs)} to one tenant can't be told from ${quoted(fault.text)}. Compare the tenant in the policy itself, or in a function in SQL whose body is one expression.`;
    case "view":
      return `View "${fault.view}" reads ${name} with the rights of its owner, past the table's row security. Make it WITH (security_invoker = true).`;
    case "partition":
      return `Partition "${fault.partition}" of ${name} has no row security of its own, and a query that names it reads every row. Enable it there as well, or let no role but the owner read it.`;
  }
}

export function tableStepNote(step: TableStep): string {
  return step.kind === "table" ? `table "${step.table}"` : `policy "${step.policy}"`;
}

function verbs(list: readonly string[]): string {
  const words = list.map((verb) => verb.toUpperCase());
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function listed(tables: readonly string[]): string {
  const shown = tables.slice(0, 3).map((name) => `"${name}"`);
  return tables.length > shown.length
    ? `${shown.join(", ")} and ${tables.length - shown.length} more tables`
    : shown.join(", ");
}

/** It comes from the schema, and may be long. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `"${line.length > 80 ? `${line.slice(0, 79)}…` : line}"`;
}

/** A reason is a sentence of its own; here it goes on after a colon. */
function lowered(reason: string): string {
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}
