/**
 * Who is asking, as far as an entry point knows: what the request brought, what the service itself has put on it before the
 * handler runs, and whether that can be anybody's, an administrator's, or nobody's.
 */
import type { Operand, Predicate } from "../constraint/predicate.js";
import { optionsOf } from "../trace/choice.js";
import { isRequest } from "../trace/entry.js";
import { noFacts, type Facts } from "../trace/facts.js";
import type { Trace } from "../trace/trace.js";
import type { SymbolicValue, Value } from "../trace/value.js";
import { isAdministrators, isOfTests, type Known } from "./administrators.js";
import { alikeIn, saysPlace } from "./alike.js";
import { takenFromNowhere } from "./channels.js";
import { valueOf } from "./claims.js";
import { failed, proven, shown, type Goal } from "./goal.js";
import { kindsOfPrincipal, rootOfEntry, type EntryScope, type Kept } from "./roles.js";
import type { Fetched, FindFetched } from "./rows.js";
import { pathOf } from "./same.js";
import { isSigned } from "./signed.js";
import { stepsAt, type Step } from "./steps.js";

export interface Asking {
  /** What a value in the entry's own words stands for. */
  standingOf(this: void, value: SymbolicValue, facts: Facts, scope: EntryScope): Goal;
  /** Whoever comes may name anybody: administrators of the whole service, and those whose request is signed. Null for others. */
  standingOfAnything(this: void, facts: Facts, scope: EntryScope): Goal | null;
  isOperators(this: void, facts: Facts, scope: EntryScope): boolean;
  /** It was there before the handler ran. */
  isLeftBefore(this: void, one: Pick<Kept, "root">, scope: EntryScope): boolean;
  /** While what somebody has left on the request is asked for, answers lack that part. */
  isAskingForKept(this: void): boolean;
  /** Who is an administrator can't be shown by being one. */
  isAskingForRank(this: void): boolean;
}

interface Service {
  readonly kept: readonly Kept[];
  readonly findFetched: FindFetched;
  /** Where the service keeps who may ask. */
  readonly usersTable: string | null;
  functionsReaching(this: void, fn: string): ReadonlySet<string>;
  /** Of what stands before the handler. */
  goalInEntry(this: void, value: Value, facts: Facts, scope: EntryScope): Goal;
}

export function askingIn(
  trace: Trace,
  { kept, findFetched, usersTable, functionsReaching, goalInEntry }: Service,
): Asking {
  /** Administrators of the whole service may name whom they like. */
  const standingOfAnything = (facts: Facts, scope: EntryScope): Goal | null =>
    !isAskingRank && isAdministrators(facts, knownIn(scope))
      ? proven("middleware", "principal", [{ site: scope.entry.site, said: { kind: "administrators" } }])
      : isOfTests(facts)
        ? proven("none", "constant")
        : !isAskingRank && isSigned(facts, knownIn(scope))
          ? proven("secret", "request", [{ site: scope.entry.site, said: { kind: "signed" } }])
          : null;

  const standingOf = (value: SymbolicValue, facts: Facts, scope: EntryScope): Goal => {
    const role = scope.roleOf(value.id);
    switch (role?.kind) {
      case "request": {
        const anything = standingOfAnything(facts, scope);
        if (anything) return anything;
        // Whoever has it is who it was given to.
        if (isCredential(role.name))
          return proven(
            "secret",
            "request",
            stepsAt(value, { kind: "credential", value: value.text, from: role.text }),
          );
        if (value.brought === "perhaps" && isShaped(role.name, scope)) return failed(shapedElsewhere);
        const why = {
          kind: isNobodys(facts, scope) ? ("nobody" as const) : ("request" as const),
          from: role.text,
          text: inFull(value),
          site: value.site ?? scope.entry.site,
          path: role.name,
          ...(value.isCast && { isCast: true as const }),
        };
        return isRequest(scope.entry.kind) ? failed(why) : proven("given", "job", fromPayload(value));
      }
      case "job":
        return role.name.startsWith("job")
          ? failed(takenFromNowhere)
          : proven("given", "job", fromPayload(value));
      case "context":
        if (isMissing(role.name, scope) && isSaidToBeThere(facts, scope)) return proven("none", "constant");
        return shown(
          standingOfKept(role.name, scope),
          stepsAt(value, { kind: "principal", value: value.text }),
        );
      case "made":
        return proven("none", "constant");
      default:
        return failed({ kind: "unknown", reason: `what "${value.text}" stands for is not known` });
    }
  };

  /** Something says what is in what is sent, before anyone reads it: procedures have schemas, `valid("json")` has one. */
  const isShaped = (name: string, scope: EntryScope): boolean => {
    const { entry } = scope;
    if (entry.isShaped || entry.kind === "rpc" || entry.kind === "graphql") return true;
    const path = name.split(".").slice(1);
    return (
      path.some((step) => step.startsWith("valid(")) ||
      kept.some((one) => isBelow(path, one.path) && isLeftBefore(one, scope))
    );
  };

  let isAskingRank = false;
  const pathsOfKept = new Map<EntryScope, Map<string, readonly string[] | null>>();
  const pathOfKept = (value: SymbolicValue, scope: EntryScope): readonly string[] | null => {
    if (beingAsked.size > 0) return pathFound(value, scope);
    let known = pathsOfKept.get(scope);
    if (!known) pathsOfKept.set(scope, (known = new Map()));
    let path = known.get(value.id);
    if (path === undefined) known.set(value.id, (path = pathFound(value, scope)));
    return path;
  };
  const pathFound = (value: SymbolicValue, scope: EntryScope): readonly string[] | null => {
    // Who is an administrator can't be shown by being one.
    const wasAsking = isAskingRank;
    isAskingRank = true;
    try {
      if (value.row) return pathInRow(value.row, scope);
      if (value.origin === "principal" || isAuthenticated(value, scope)) return pathOfPrincipal(value);
      const role = scope.roleOf(value.id);
      if (role?.kind !== "context" || standingOfKept(role.name, scope).kind !== "proven") return null;
      const path = role.name.split(".").slice(1);
      return keptRows(path, scope).every((row) => isOwnRow(row, scope)) ? path : null;
    } finally {
      isAskingRank = wasAsking;
    }
  };

  const knownIn = (scope: EntryScope): Known => ({
    pathOf: (value) => pathOfKept(value, scope),
    isSent: (value) => scope.roleOf(value.id)?.kind === "request",
  });

  /** Of the row of who is asking, and of nobody else's: looked up by something that is theirs. */
  const pathInRow = (
    { access, context, column }: NonNullable<SymbolicValue["row"]>,
    scope: EntryScope,
  ): readonly string[] | null => {
    const fetched = findFetched(access, context ?? "");
    const isUser = ({ access: { detail } }: Fetched): boolean =>
      detail.kind === "query" && detail.selection.resources.every(({ table }) => table === usersTable);
    return usersTable !== null && fetched.every(isUser) && isOwnRow({ access, context, column }, scope)
      ? [column]
      : null;
  };

  const isOwnRow = ({ access, context }: NonNullable<SymbolicValue["row"]>, scope: EntryScope): boolean => {
    const fetched = findFetched(access, context ?? "");
    const isOwn = ({ access: { detail, facts } }: Fetched): boolean =>
      detail.kind === "query" &&
      (operandsIn(detail.selection.where).some((operand) => isPrincipals(valueOf(operand), facts, scope)) ||
        operandsBelow(detail.selection.where).some((operand) => isSecret(valueOf(operand), facts, scope)));
    return fetched.length > 0 && fetched.every(isOwn);
  };

  /** Columns of rows that were put on the request or context as what the path names. */
  const keptRows = (
    path: readonly string[],
    scope: EntryScope,
  ): readonly NonNullable<SymbolicValue["row"]>[] =>
    keptAt(path, scope)
      .flatMap((one) => optionsOf(memberOfKept(one, path)))
      .flatMap((value) => (value.kind === "symbolic" && value.row ? [value.row] : []));

  const isPrincipals = (value: Value, facts: Facts, scope: EntryScope): boolean => {
    const goal = goalInEntry(value, facts, scope);
    return goal.kind === "proven" && (goal.proof === "principal" || goal.proof === "secret");
  };
  /** Somebody who authenticates has said who is asking. */
  const isAuthenticated = (value: SymbolicValue, scope: EntryScope): boolean =>
    value.id.startsWith("value:") && value.from !== undefined && isPrincipals(value, noFacts, scope);
  const isSecret = (value: Value, facts: Facts, scope: EntryScope): boolean => {
    const goal = goalInEntry(value, facts, scope);
    return goal.kind === "proven" && goal.proof === "secret";
  };

  /** What the service itself has put there, unless it was taken over from the request as it came. */
  const beingAsked = new Set<string>();
  const standingOfKept = (name: string, scope: EntryScope): Goal => {
    const path = name.split(".").slice(1);
    const principal = proven("principal", "principal");
    if (path.length === 0 || beingAsked.has(name)) return principal;
    if (isMissing(name, scope)) return failed(notAsked);
    let known = standings.get(scope);
    if (!known) standings.set(scope, (known = new Map()));
    const standing = isAskingRank ? undefined : known.get(name);
    if (standing) return standing;
    // What was found while another was asked for may lack that other's part.
    if (beingAsked.size > 0 || isAskingRank) return standingOfStored(name, path, scope);
    const alike = standingsOfAlike.goalsOf(scope);
    const found = alike?.get(name) ?? standingOfStored(name, path, scope);
    known.set(name, found);
    if (!saysPlace(found, scope.entry.site)) alike?.set(name, found);
    return found;
  };
  const standings = new Map<EntryScope, Map<string, Goal>>();
  const standingsOfAlike = alikeIn(trace, kept);

  /** Whoever comes was let past without having been asked who they are, and nothing here has put anybody there. */
  const isMissing = (name: string, scope: EntryScope): boolean => {
    const { missing } = scope;
    if (missing === null || !isBelow(name.split("."), missing.split("."))) return false;
    let isPutThere = putThere.get(scope);
    if (isPutThere === undefined) {
      const handler = rootOfEntry(scope.entry);
      isPutThere = keptAt(missing.split(".").slice(1), scope).some(
        (one) => isLeftBefore(one, scope) || functionsReaching(one.root).has(handler),
      );
      putThere.set(scope, isPutThere);
    }
    return !isPutThere;
  };
  const putThere = new Map<EntryScope, boolean>();

  const isSaidToBeThere = (facts: Facts, scope: EntryScope): boolean =>
    [...facts.values()].some((fact) => {
      const value = fact.kind === "present" && fact.value.kind === "symbolic" ? fact.value : null;
      const role = value && scope.roleOf(value.id);
      return role?.kind === "context" && isMissing(role.name, scope);
    });

  const standingOfStored = (name: string, path: readonly string[], scope: EntryScope): Goal => {
    beingAsked.add(name);
    const stored = keptAt(path, scope).map((one) => ({
      one,
      goal: goalInEntry(memberOfKept(one, path), one.facts, scope),
    }));
    beingAsked.delete(name);
    const taken = stored.find(({ goal }) => goal.kind === "failed" && goal.why.kind === "request");
    if (taken) return taken.goal;
    const before = stored.find(({ one }) => isLeftBefore(one, scope));
    return proven("principal", "principal", before ? stepsOfKept(name, path, before.one, before.goal) : []);
  };

  /** What a hook of this entry puts there, and how it came by it. */
  const stepsOfKept = (name: string, path: readonly string[], one: Kept, goal: Goal): readonly Step[] => {
    const value = memberOfKept(one, path);
    const said = { kind: "kept" as const, name, value: value.kind === "symbolic" ? value.text : "" };
    return [...(goal.kind === "proven" ? goal.steps : []), { site: one.site, said }];
  };

  const keptAt = (path: readonly string[], scope: EntryScope): readonly Kept[] =>
    kept.filter((one) => isBelow(path, one.path) && (!one.isOwn || isLeftBefore(one, scope)));

  /** A hook may leave it to a function of its own. */
  const isLeftBefore = ({ root }: Pick<Kept, "root">, scope: EntryScope): boolean => {
    const reaching = functionsReaching(root);
    return scope.guards.some((guard) => reaching.has(trace.rootOf(guard.function)));
  };

  const memberOfKept = (one: Kept, path: readonly string[]): Value =>
    trace.memberOf(one.value, path.slice(one.path.length));

  const kinds = new Map<EntryScope, readonly ReadonlySet<string>[]>();
  /** None of what the authenticator may have left is there: no principal, so no tenant of theirs to leave. */
  const isNobodys = (facts: Facts, scope: EntryScope): boolean => {
    let known = kinds.get(scope);
    if (!known) {
      known = kindsOfPrincipal(kept.filter((one) => !one.isOwn && isLeftBefore(one, scope)));
      kinds.set(scope, known);
    }
    const gone = absentNames(facts, scope);
    return known.length > 0 && known.every((kind) => [...kind].some((name) => gone.has(name)));
  };

  const isOperators = (facts: Facts, scope: EntryScope): boolean =>
    isAdministrators(facts, knownIn(scope)) || isSigned(facts, knownIn(scope));

  return {
    standingOf,
    standingOfAnything,
    isOperators,
    isLeftBefore,
    isAskingForKept: () => beingAsked.size > 0,
    isAskingForRank: () => isAskingRank,
  };
}

const shapedElsewhere = {
  kind: "unknown" as const,
  reason: "what it holds is said by a schema or a type that is not read",
};

const notAsked = {
  kind: "unknown" as const,
  reason: "it is of whoever is asking, and nobody has been asked by then who they are",
};

function fromPayload(value: SymbolicValue): readonly Step[] {
  return stepsAt(value, { kind: "payload", value: value.text });
}

/** `request.headers.authorization`, `request.headers.x-api-key`, `request.cookies.session` */
function isCredential(name: string): boolean {
  return name.split(".").some((part) => credentials.test(part));
}

const credentials =
  /^(?:proxy-)?authorization$|(?:api[-_]?key|token|secret|signature|jwt|password|otp)$|^(?:session(?:[-_]?(?:id|token))?|sid)$/i;

/** What the rows have to be equal to, on every path. */
function operandsIn(filter: Predicate): readonly Operand[] {
  if (filter.kind === "and") return filter.terms.flatMap(operandsIn);
  return filter.kind === "eq" ? [filter.operand] : [];
}

/** `users` of which there is a token that is this one. Of what else a row has, others may have the same. */
function operandsBelow(filter: Predicate): readonly Operand[] {
  switch (filter.kind) {
    case "and":
      return filter.terms.flatMap(operandsBelow);
    case "exists":
    case "inQuery":
      return operandsIn(filter.query.where);
    default:
      return [];
  }
}

/** `session.user.admin` of what somebody who authenticates has given. */
function pathOfPrincipal(value: SymbolicValue): readonly string[] | null {
  const path = value.id.startsWith("value:") ? pathOf(value) : [];
  return path.length === 0 || path.some((step) => step.includes("(")) ? null : path;
}

function isBelow(path: readonly string[], kept: readonly string[]): boolean {
  return kept.length <= path.length && kept.every((name, index) => name === path[index]);
}

function absentNames(facts: Facts, scope: EntryScope): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fact of facts.values()) {
    if (fact.kind !== "absent" || fact.value.kind !== "symbolic") continue;
    const role = scope.roleOf(fact.value.id);
    if (role?.kind !== "context") continue;
    const [, first, ...others] = role.name.split(".");
    if (first !== undefined && others.every((one) => one === "id")) names.add(first);
  }
  return names;
}

/** `request.query.ids.split(,)`: what a method gives is called after the method alone. */
function inFull({ id, text, from }: SymbolicValue): string {
  const receiver = text.includes("(") ? from?.[0] : undefined;
  return receiver?.kind === "symbolic" && id.startsWith(`${receiver.id}.`)
    ? `${inFull(receiver)}.${text}`
    : text;
}
