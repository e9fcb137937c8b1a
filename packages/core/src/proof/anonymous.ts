/** Whether a request got so far without anybody asking who sends it: what it reads is meant for whoever comes. */
import type { Fact, Facts } from "../trace/facts.js";
import { authenticating } from "../trace/names.js";
import type { Value } from "../trace/value.js";
import type { EntryScope } from "./roles.js";
import type { FindFetched } from "./rows.js";
import { partsOf, rowsOf } from "./same.js";
import { isShare } from "./shares.js";

/** `facts`: what holds there, in the entry's own words, with what its guards make sure of. */
export function isAnonymous(facts: Facts, scope: EntryScope, findFetched: FindFetched): boolean {
  return [...facts.values()].every((fact) => !saysWho(fact, scope, findFetched));
}

function saysWho(fact: Fact, scope: EntryScope, findFetched: FindFetched): boolean {
  const isWho = (value: Value): boolean => {
    const rows = rowsOf(value);
    if (rows)
      return findFetched(rows.access, rows.context ?? "").some(
        (fetched) =>
          // Whoever knows a share's key was told of it, and is nobody for that.
          !isShare(fetched) &&
          [...fetched.tables, ...fetched.users].some(({ ways }) =>
            ways.some((way) => way.some(({ status }) => status === "secret" || status === "owner")),
          ),
      );
    if (value.kind === "choice") return value.options.some(isWho);
    if (value.kind !== "symbolic") return false;
    if (value.origin === "principal" || value.vouches) return true;
    if (scope.roleOf(value.id)?.kind === "context") return true;
    return authenticating.test(value.text) || partsOf(value.from ?? []).some(isWho);
  };
  const isAsked = (one: Fact): boolean => {
    switch (one.kind) {
      case "present":
      case "absent":
      case "missing":
        return isWho(one.value);
      case "called":
        return !isHandedOut(one.value, scope) && isWho(one.value);
      case "equal":
      case "different":
        return isWho(one.left) || isWho(one.right);
      case "listed":
        return isWho(one.value) || isWho(one.list);
      case "each":
      case "some":
        return isWho(one.element) || [...one.facts.values()].some(isAsked);
      case "either":
        // Where somebody was found or nobody was, and it goes on, nobody was asked for.
        return !one.arms.some(isOfNobody) && one.arms.some((arm) => [...arm.values()].some(isAsked));
      case "set":
      case "begun":
      case "never":
        return false;
    }
  };
  return isAsked(fact);
}

/** All that is known is that something was not there. */
function isOfNobody(arm: Facts): boolean {
  return arm.size > 0 && [...arm.values()].every(({ kind }) => kind === "absent" || kind === "missing");
}

/** `context.getRequest()`: the whole of what came in says nothing yet of who sent it. */
function isHandedOut(value: Value, scope: EntryScope): boolean {
  const role = value.kind === "symbolic" ? scope.roleOf(value.id) : null;
  return role?.kind === "context" && !role.name.includes(".");
}
