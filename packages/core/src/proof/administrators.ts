/**
 * Whether a request can only be an administrator's of the whole service: a property of who is asking, which the service
 * put there itself, says so. An administrator of one tenant is none of these.
 */
import type { Facts } from "../trace/facts.js";
import type { SymbolicValue, Value } from "../trace/value.js";

/** What the service put on the request or context, by the path below it: `user.isAdmin`. Null for anything else. */
export type PathOfKept = (value: SymbolicValue) => readonly string[] | null;

export function isAdministrators(facts: Facts, pathOf: PathOfKept): boolean {
  for (const fact of facts.values()) {
    if (fact.kind === "present" && saysSo(fact.value, pathOf)) return true;
    if (fact.kind !== "equal") continue;
    const [value, other] = fact.left.kind === "literal" ? [fact.right, fact.left] : [fact.left, fact.right];
    if (other.kind === "literal" && isRole(value, pathOf) && ranks.test(String(other.value))) return true;
  }
  return false;
}

function saysSo(value: Value, pathOf: PathOfKept): boolean {
  const path = value.kind === "symbolic" ? pathOf(value) : null;
  return path !== null && flags.test(path.at(-1) ?? "") && !path.some((name) => ofTenant.test(name));
}

function isRole(value: Value, pathOf: PathOfKept): boolean {
  const path = value.kind === "symbolic" ? pathOf(value) : null;
  return path !== null && /role$/i.test(path.at(-1) ?? "");
}

const flags =
  /^(?:is_?)?(?:(?:super|platform|system|global|instance|site)_?)?(?:admin|administrator|superuser|staff)$/i;
/** `admin` alone is what tenants call their own. */
const ranks =
  /^(?:(?:super|platform|system|global|instance|site)[-_ ]?admin(?:istrator)?|superuser|sysadmin|root|staff)$/i;
const ofTenant = /(?:member|organi[sz]ation|org|workspace|team|project|tenant|account|company)(?:s|ship)?$/i;
