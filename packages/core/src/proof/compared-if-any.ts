/**
 * `if (organizationId && invoice.organizationId !== organizationId) throw …`, where whoever is asking is known: a principal without
 * the id passes, as it passes a filter that is left out without it. Those who have one were compared with the row.
 */
import { keyOfValue, withFacts, type Fact, type Facts } from "../trace/facts.js";
import type { Value } from "../trace/value.js";

/** What is known of all those who have what they are compared by; the same facts where nothing is compared so. */
export function ofThoseWithOne(facts: Facts, isPrincipals: (value: Value) => boolean): Facts {
  const kept: Fact[] = [];
  let isLess = false;
  for (const fact of facts.values()) {
    const arms = fact.kind === "either" ? armsOf(fact.arms) : [];
    const left = arms.filter((arm) => !isWithout(arm, arms, isPrincipals));
    if (left.length === 0 || left.length === arms.length) kept.push(fact);
    else {
      isLess = true;
      kept.push(...(left.length === 1 ? left[0]!.values() : [{ kind: "either", arms: left } as const]));
    }
  }
  return isLess ? withFacts(new Map(), kept) : facts;
}

/** Paths that had met before stand beside the others. */
function armsOf(arms: readonly Facts[]): readonly Facts[] {
  return arms.flatMap((arm) => {
    const [only, ...others] = arm.values();
    return only?.kind === "either" && others.length === 0 ? armsOf(only.arms) : [arm];
  });
}

function isWithout(arm: Facts, arms: readonly Facts[], isPrincipals: (value: Value) => boolean): boolean {
  for (const fact of arm.values()) {
    if (fact.kind !== "absent" || fact.value.kind !== "symbolic") continue;
    const key = keyOfValue(fact.value);
    const isCompared = (other: Facts): boolean =>
      [...other.values()].some(
        (one) => one.kind === "equal" && (keyOfValue(one.left) === key || keyOfValue(one.right) === key),
      );
    if (arms.some((other) => other !== arm && isCompared(other)) && isPrincipals(fact.value)) return true;
  }
  return false;
}
