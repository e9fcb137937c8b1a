/**
 * Whether a request can only be an administrator's of the whole service: a property of who is asking, which the service
 * put there itself, says so, or the request brings a secret that only its operators have. An administrator of one tenant
 * is none of these.
 */
import type { Facts } from "../trace/facts.js";
import type { SymbolicValue, Value } from "../trace/value.js";

export interface Known {
  /** What the service put on the request or context, by the path below it: `user.isAdmin`. Null for anything else. */
  pathOf(value: SymbolicValue): readonly string[] | null;
  /** It was sent from outside. */
  isSent(value: SymbolicValue): boolean;
}

export function isAdministrators(facts: Facts, known: Known): boolean {
  for (const fact of facts.values()) {
    if (fact.kind === "present" && isFlag(fact.value, known)) return true;
    if (fact.kind !== "equal") continue;
    for (const [value, other] of [
      [fact.left, fact.right],
      [fact.right, fact.left],
    ] as const) {
      if (other.kind === "literal" && isRole(value, known) && ranks.test(String(other.value))) return true;
      if (value.kind === "symbolic" && known.isSent(value) && isOwnSecret(other)) return true;
    }
  }
  return false;
}

function isFlag(value: Value, { pathOf }: Known): boolean {
  const path = value.kind === "symbolic" ? pathOf(value) : null;
  return path !== null && flags.test(path.at(-1) ?? "") && !path.some((name) => ofTenant.test(name));
}

function isRole(value: Value, { pathOf }: Known): boolean {
  const path = value.kind === "symbolic" ? pathOf(value) : null;
  return path !== null && /role$/i.test(path.at(-1) ?? "") && !path.some((name) => ofTenant.test(name));
}

/** `process.env.CRON_SECRET`, `env.ADMIN_API_KEY`, and a text with one of them in it. */
function isOwnSecret(value: Value): boolean {
  switch (value.kind) {
    case "text":
      return value.parts.some((part) => typeof part !== "string" && isOwnSecret(part));
    case "choice":
      return value.options.every(isOwnSecret);
    case "external":
      return value.path.includes("env") && secrets.test(value.path.at(-1) ?? "");
    case "symbolic":
      return value.id.startsWith("value:") && constants.test(value.id) && secrets.test(value.id);
    default:
      return false;
  }
}

const flags =
  /^(?:is_?)?(?:(?:super|platform|system|global|instance|site)_?)?(?:admin|administrator|superuser|staff)$/i;
/** `admin` alone is what tenants call their own. */
const ranks =
  /^(?:(?:super|platform|system|global|instance|site)[-_ ]?admin(?:istrator)?|superuser|sysadmin|root|staff)$/i;
const ofTenant = /(?:member|organi[sz]ation|org|workspace|team|project|tenant|account|company)(?:s|ship)?$/i;
const secrets = /(?:secret|key|token|password)$/i;
const constants = /\.[A-Z][A-Z0-9_]*$/;
