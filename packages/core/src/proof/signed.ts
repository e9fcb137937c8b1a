/**
 * Whether what came in was signed with a secret of the service's own, as payment providers sign what they report: whoever can
 * do that was given the secret by whoever runs the service, and may name whom they report about.
 */
import type { Facts } from "../trace/facts.js";
import type { Value } from "../trace/value.js";
import { isBrought, isOwnSecret, type Known } from "./administrators.js";

export function isSigned(facts: Facts, known: Known): boolean {
  for (const fact of facts.values()) {
    if (fact.kind === "present" && isVerified(fact.value, known)) return true;
    if (fact.kind !== "equal") continue;
    const { left, right } = fact;
    // `signature === createHmac("sha256", process.env.WEBHOOK_SECRET).update(body).digest("hex")`
    if (isBrought(left, known) && isMadeWithSecret(right)) return true;
    if (isBrought(right, known) && isMadeWithSecret(left)) return true;
  }
  return false;
}

/** `stripe.webhooks.constructEvent(body, signature, process.env.STRIPE_WEBHOOK_SECRET)` has come back. */
function isVerified(value: Value, known: Known): boolean {
  return (
    value.kind === "symbolic" &&
    value.from !== undefined &&
    signing.test(value.text) &&
    value.from.some(isSecret) &&
    value.from.some((part) => isBrought(part, known))
  );
}

function isMadeWithSecret(value: Value): boolean {
  return (
    value.kind === "symbolic" &&
    value.id.startsWith("value:") &&
    (value.from ?? []).some((part) => isSecret(part) || isMadeWithSecret(part))
  );
}

/** `process.env.WEBHOOK_SECRET ?? ""` */
function isSecret(value: Value): boolean {
  if (value.kind !== "choice") return isOwnSecret(value);
  return (
    value.options.some(isOwnSecret) &&
    value.options.every((option) => isOwnSecret(option) || option.kind === "literal")
  );
}

const signing = /^[\w.]*(?:constructEvent|verif|webhook|signature)\w*\(/i;
