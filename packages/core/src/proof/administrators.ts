/**
 * Whether a request can only be an administrator's of the whole service: a property of who is asking, which the service
 * put there itself, says so, or the request brings a secret that only its operators have. An administrator of one tenant
 * is none of these.
 */
import type { Facts } from "../trace/facts.js";
import { isEmptyList, type SymbolicValue, type Value } from "../trace/value.js";

export interface Known {
  /** What the service put on the request or context, by the path below it: `user.isAdmin`. Null for anything else. */
  pathOf(value: SymbolicValue): readonly string[] | null;
  /** It was sent from outside. */
  isSent(value: SymbolicValue): boolean;
}

export function isAdministrators(facts: Facts, known: Known): boolean {
  for (const fact of facts.values()) {
    if (fact.kind === "present" && isFlag(fact.value, known)) return true;
    // `ADMIN_EMAILS.some((email) => email === user.email)`
    if (fact.kind === "some" && isAdministrators(fact.facts, known)) return true;
    if (fact.kind === "either" && isOfAdministrators(fact.arms, known)) return true;
    if (fact.kind === "listed" && isNamedAmong(fact.value, fact.list, known)) return true;
    if (fact.kind !== "equal") continue;
    for (const [value, other] of [
      [fact.left, fact.right],
      [fact.right, fact.left],
    ] as const) {
      if (other.kind === "literal" && ranks.test(String(other.value)) && isRole(value, known)) return true;
      if (isOwnSecret(other) && isBrought(value, known)) return true;
      if (isNamedAmong(value, other, known)) return true;
    }
  }
  return false;
}

/** Whichever of the paths was taken, only they take it; what is there for tests alone, nobody takes. */
function isOfAdministrators(arms: readonly Facts[], known: Known): boolean {
  const others = arms.filter((arm) => !isOfTests(arm));
  return others.length > 0 && others.every((arm) => isAdministrators(arm, known));
}

/** `process.env.NODE_ENV === "test"`, `env.E2E_TEST`: whoever runs the service says that nobody uses it. */
export function isOfTests(facts: Facts): boolean {
  for (const fact of facts.values()) {
    if (fact.kind === "present" && nameIn(fact.value, ofTests)) return true;
    if (fact.kind !== "equal" && fact.kind !== "different") continue;
    const [variable, mode] = fact.left.kind === "literal" ? [fact.right, fact.left] : [fact.left, fact.right];
    if (mode.kind !== "literal" || !nameIn(variable, ofMode)) continue;
    const isLive = /^prod/i.test(String(mode.value));
    if (fact.kind === "equal" ? /^(?:test|dev|e2e|ci)/i.test(String(mode.value)) : isLive) return true;
  }
  return false;
}

/** A variable of the environment that is called so, as the service's own constants are written. */
function nameIn(value: Value, names: RegExp): boolean {
  if (value.kind === "external") return value.path.includes("env") && names.test(value.path.at(-1) ?? "");
  return value.kind === "symbolic" && value.id.startsWith("value:") && names.test(lastOf(value));
}

/** Not `STRIPE_TEST_KEY`: that there is one says nothing of who uses the service. */
const ofTests =
  /^(?:[A-Z0-9]+_)*(?:TEST|TESTS|TESTING|E2E|CI|PLAYWRIGHT|CYPRESS)(?:_(?:MODE|RUN|ENV|ENABLED))?$/;
const ofMode = /^(?:[A-Z0-9]+_)*(?:NODE_ENV|APP_ENV|ENVIRONMENT)$/;

/** Whichever it is: a person of a session, or one whom a token names. What stands in for nobody is no administrator. */
function isEach(value: Value, is: (one: SymbolicValue) => boolean): boolean {
  if (value.kind === "symbolic") return is(value);
  if (value.kind !== "choice") return false;
  const told = value.options.filter((option) => option.kind !== "literal");
  return told.length > 0 && told.every((option) => isEach(option, is));
}

function isFlag(value: Value, { pathOf }: Known): boolean {
  // Most of what holds is about something else, and whose it is takes long to find out.
  return isEach(value, (one) => {
    const path = flags.test(lastOf(one)) ? pathOf(one) : null;
    return path !== null && flags.test(path.at(-1) ?? "") && !path.some((name) => ofTenant.test(name));
  });
}

function isRole(value: Value, { pathOf }: Known): boolean {
  return isEach(value, (one) => {
    const path = /role$/i.test(lastOf(one)) ? pathOf(one) : null;
    return path !== null && /role$/i.test(path.at(-1) ?? "") && !path.some((name) => ofTenant.test(name));
  });
}

/** `request.headers.authorization ?? ""`: what stands in for nothing is nobody's secret. */
export function isBrought(value: Value, known: Known): boolean {
  if (value.kind === "choice") {
    const sent = value.options.filter((option) => option.kind !== "literal");
    return sent.length > 0 && sent.every((option) => isBrought(option, known));
  }
  return value.kind === "symbolic" && known.isSent(value);
}

function lastOf({ id }: SymbolicValue): string {
  // Behind it stand the calls through which it was handed on.
  return id.slice(id.lastIndexOf(".") + 1).replace(/@[\d/]*$/, "");
}

/** `process.env.ADMIN_EMAILS.includes(user.email)`: who runs the service says who its administrators are. */
function isNamedAmong(value: Value, names: Value, { pathOf }: Known): boolean {
  return isOwnList(names) && isEach(value, (one) => pathOf(one) !== null);
}

function isOwnList(names: Value): boolean {
  switch (names.kind) {
    case "choice":
      return names.options.every((one) => isOwnList(one) || one.kind === "literal" || isEmptyList(one));
    case "array":
      return names.rest !== null && names.elements.length === 0 && isOwnList(names.rest);
    case "external":
      return names.path.some((name) => ofAdministrators.test(name));
    case "symbolic":
      return (
        names.id.startsWith("value:") &&
        names.id.split(/[.([\]@)]/).some((name) => ofAdministrators.test(name))
      );
    default:
      return false;
  }
}

/** As variables of the environment and constants are called. */
const ofAdministrators = /^(?:[A-Z0-9]+_)*(?:ADMINS?|ADMINISTRATORS?|SUPERUSERS?|STAFF)(?:_[A-Z0-9]+)*$/;

/** `process.env.CRON_SECRET`, `env.ADMIN_API_KEY`, and a text with one of them in it. */
export function isOwnSecret(value: Value): boolean {
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
