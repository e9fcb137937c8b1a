/** What is said of the time at hand: what is written there, and what has run out by then. */
import type { Predicate, Selection } from "../constraint/predicate.js";
import { valueOf } from "../proof/claims.js";
import { globalPackage } from "../trace/names.js";
import type { Value } from "../trace/value.js";

/** `new Date()`, `Date.now()` */
export function isClock(value: Value): boolean {
  // What the class itself says when it is told nothing.
  if (value.kind === "symbolic")
    return value.from?.length === 1 && value.from.every((one) => isGlobal(one, "Date"));
  return isGlobal(value, "Date.()") || isGlobal(value, "Date.now.()");
}

function isGlobal(value: Value, path: string): boolean {
  return value.kind === "external" && value.package === globalPackage && value.path.join(".") === path;
}

/** `where expires_at < now`: the rows themselves say until when they are there, and nobody who asks adds to that. */
export function isOfExpired({ where }: Selection): boolean {
  const terms: readonly Predicate[] = where.kind === "and" ? where.terms : [where];
  return terms.some(
    (term) =>
      term.kind === "unknown" &&
      term.before !== undefined &&
      ends.test(term.before.column.name) &&
      isClock(valueOf(term.before.operand)),
  );
}

const ends = /expir|(?:valid|keep|kept|retain|delete|purge)\w*_?(?:until|till|after)/i;
