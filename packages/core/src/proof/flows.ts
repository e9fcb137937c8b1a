/**
 * From a value at an access back to where it came in: what hangs on a parameter is asked of each caller in turn, until an
 * entry point, or somebody who knows, answers.
 */
import { optionsOf } from "../trace/choice.js";
import { isRequest, type EntryPoint } from "../trace/entry.js";
import { isContradictory, noFacts, type Facts } from "../trace/facts.js";
import type { Access } from "../trace/library.js";
import { fileStartedBy, type CallerRecord } from "../trace/machine.js";
import type { Rewriting } from "../trace/rewrite.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { Operand, Predicate } from "../constraint/predicate.js";
import type { Site, SymbolicValue, Value } from "../trace/value.js";
import { valueOf, type ClaimsOf } from "./claims.js";
import { forget, noAnswers } from "./search.js";
import { createFactSets } from "./fact-sets.js";
import {
  failed,
  findOpen,
  keyOfGoal,
  mapOpen,
  nothingTies,
  proven,
  shown,
  tooMuchToFollow,
  whoComes,
  type Failed,
  type Goal,
  type Proven,
} from "./goal.js";
import { goalOf, type Prover } from "./prove.js";
import { stepsAt, type Step } from "./steps.js";
import { alikeIn, saysPlace } from "./alike.js";
import { afterwardsIn, type Afterwards } from "./afterwards.js";
import { trailsIn, type Trails } from "./trail.js";
import {
  keptIn,
  keyOfHandler,
  kindsOfPrincipal,
  parameterOf,
  rootOfEntry,
  scopeOf,
  type EntryScope,
  type Kept,
} from "./roles.js";
import { isAdministrators, isOfTests, type Known } from "./administrators.js";
import { isSigned } from "./signed.js";
import type { Delivery } from "../trace/channel.js";
import { channelsIn, takenFromNowhere, type Channels } from "./channels.js";
import { asPutIn, handoversIn, isOfCaller } from "./handovers.js";
import type { MayBeCalledUnseen } from "./unseen.js";
import { worthOfKeptIn } from "./kept-answers.js";
import { nearestFirst } from "./nearest.js";
import { reachedByIn } from "./reached-by.js";
import { inTermsOf, rowsIn, type Fetched, type FindFetched } from "./rows.js";

/** One way for a value to come to an access. */
export interface Flow {
  /** Null where it comes from no entry point that we see. */
  readonly entry: EntryPoint | null;
  readonly outcome: Proven | Failed;
  /** The calls on the way, from the entry point to the access. */
  readonly calls: readonly Call[];
}

export interface Call {
  readonly site: Site;
  readonly callee: string;
  readonly caller: CallerRecord;
  /** It is no call: something is put into this channel, and the callee takes it out. */
  readonly delivery?: Delivery;
}

export interface Flows extends Trails, Afterwards {
  readonly prover: Prover;
  /** Who puts what into queues. */
  readonly channels: Channels;
  /** Before another question: so much may be asked for it. */
  begin(mostQuestions: number): void;
  /** `from`: the function in which it is asked. */
  flowsOf(goal: Goal, from: string): readonly Flow[];
  /** The entry points from which a function can be reached, as far as calls were followed. */
  entriesReaching(fn: string): readonly EntryPoint[];
  /** The files that call it when they are loaded; null where some function on the way was made there and nobody is seen to call it. */
  startsReaching(fn: string): readonly string[] | null;
  /** What runs before it lets nobody else past. */
  isAdministrators(entry: EntryPoint): boolean;
  /** Of all requests that come so far, as far as calls were followed: where they are, only administrators are left. */
  isAdministratorsOnly(access: Access): boolean;
  /** Nobody can reach it whom we do not see. */
  isClosed(fn: string): boolean;
  /** Nobody calls it, nor anything that leads to it. */
  isUncalled(fn: string): boolean;
}

/** Past these, what was not followed is said to be unknown: it may be anything. */
const mostFlows = 200;
const mostSteps = 12;
const mostWork = 1_200;
/** What a function says has to be said again in terms of what each call passes: as much work as so many questions. */
const costOfCall = 10;
/** Past this many sets of facts, what was found out is forgotten and asked again where it is needed again. */
const mostFactSets = 4_000;

/** `usersTable`: where the service keeps who may ask. */
export function flowsIn(
  trace: Trace,
  claimsOf: ClaimsOf,
  usersTable: string | null,
  mayBeCalledUnseen: MayBeCalledUnseen,
): Flows {
  const entries = entriesByHandler(trace.entries);
  const reachedBy = reachedByIn(trace, entries);
  const { entriesAt, callersAt } = reachedBy;
  const kept = keptIn(trace);
  const findFetched = rowsIn(trace, claimsOf);
  const worthOfKept = worthOfKeptIn(trace.kept, findFetched);
  const scopes = new Map<EntryPoint, EntryScope>();
  const scopeIn = (entry: EntryPoint): EntryScope => {
    let scope = scopes.get(entry);
    if (!scope) scopes.set(entry, (scope = scopeOf(trace, entry)));
    return scope;
  };
  const budget = { left: 0 };
  const factSets = createFactSets();
  const nothingKnown = () => ({
    budget,
    factSets,
    answers: noAnswers(),
    subjects: new WeakMap(),
    closures: new WeakMap(),
  });
  const prover: Prover = {
    findFetched,
    worthOfKept,
    standingOfEntry: () => null,
    standingOfAnything: () => null,
    ...nothingKnown(),
  };
  const nearest = nearestFirst(trace, [...entries.keys()]);
  const channels = channelsIn(trace);
  const handovers = handoversIn(channels, (value, facts) => goalOf(prover, value, facts));

  const flowsOf = (start: Goal, from: string): readonly Flow[] => {
    const flows: Flow[] = [];
    const seen = new Set<string>();
    let work = mostWork;
    let isCut = false;
    // With nothing left to ask, whatever is found further on is "too much to follow" as well.
    const isSpent = (): boolean => {
      const isOver = flows.length >= mostFlows || work < 0 || budget.left < 0;
      isCut ||= isOver;
      return isOver;
    };
    const follow = (goal: Goal, entry: EntryPoint | null, calls: readonly Call[], steps: number): void => {
      work -= 1;
      if (isSpent()) return;
      const open = findOpen(goal, isOfCaller) ?? findOpen(goal);
      if (!open) {
        flows.push({ entry, calls, outcome: asPutIn(goal as Proven | Failed, calls) });
        return;
      }
      const putIn = handovers.before(goal, (delivery) => isAround(delivery.root, from));
      if (putIn) {
        const key = `${putIn.key} ${calls[0]?.site.file}:${calls[0]?.site.start}`;
        if (seen.has(key)) return;
        seen.add(key);
        if (steps === 0) isCut = true;
        else
          for (const one of putIn.ways)
            follow(one.goal, null, one.call ? [one.call, ...calls] : calls, steps - 1);
        return;
      }
      const fn = parameterOf(open.value.id)!.function;
      const root = calls[0]?.caller.root ?? from;
      const asked = keyOfRoot(root) === fn ? root : fn;
      const key = `${asked} ${keyOfGoal(goal)}`;
      if (seen.has(key)) return;
      seen.add(key);
      const met = nearest.callersOf(fn);
      const callers = met.filter((one) => !one.isFollowed);
      const handled = entry ? [] : [...entriesAt(asked), ...entriesBehind(fn, calls, from)];
      if (steps === 0 && (callers.length > 0 || handled.length > 0)) {
        isCut = true;
        return;
      }
      if (callers.length === 0 && handled.length === 0) {
        // Each of its calls was followed, and what it does there was written down with what was passed.
        if (met.length > 0 && !trace.escaped.has(fn)) return;
        follow(
          answeredFor(goal, fn, ({ value, isOfWhoComes }) =>
            isOfWhoComes
              ? failed(nothingTies)
              : value.origin === "job"
                ? failed(takenFromNowhere)
                : proven("given", "parameter", uncalled(value, fn)),
          ),
          entry,
          calls,
          steps,
        );
        return;
      }
      for (const one of handled) follow(atEntry(goal, fn, scopeIn(one)), one, calls, steps - 1);
      for (const caller of callers) {
        if (isSpent()) return;
        budget.left -= costOfCall;
        follow(
          atCaller(goal, fn, caller),
          entry,
          [{ site: caller.site, callee: fn, caller }, ...calls],
          steps - 1,
        );
      }
    };
    follow(start, null, [], mostSteps);
    if (isCut) flows.push({ entry: null, calls: [], outcome: tooMuchToFollow });
    return flows;
  };

  /** What a hook has stored is there for whoever comes after it: the entry points that lead to where it is asked for. */
  const entriesBehind = (fn: string, calls: readonly Call[], from: string): readonly EntryPoint[] =>
    calls.some(({ delivery }) => delivery?.kind === "store")
      ? entriesReaching(from).filter((one) => isGuardedBy(one, fn))
      : [];
  const isGuardedBy = (entry: EntryPoint, fn: string): boolean =>
    entry.before().some((guard) => keyOfHandler(guard.function) === fn);

  /** A store holds for what is called meanwhile, and for what comes after a hook. */
  const isAround = (root: string, from: string): boolean =>
    functionsReaching(from).has(root) ||
    entriesReaching(from).some((one) => isLeftBefore({ root }, scopeIn(one)));

  const uncalled = ({ text }: SymbolicValue, fn: string): readonly Step[] =>
    [trace.findSiteOf(fn)].flatMap((site) =>
      site
        ? [{ site, said: { kind: "uncalled", value: text, callee: fn, isHook: isHook(fn) } as const }]
        : [],
    );
  let hooks: ReadonlySet<string> | null = null;
  const isHook = (fn: string): boolean => {
    hooks ??= new Set(
      trace.entries.flatMap((entry) => entry.before().map((guard) => keyOfHandler(guard.function))),
    );
    return hooks.has(fn);
  };

  const answeredFor = (goal: Goal, fn: string, answer: (open: Goal & { kind: "open" }) => Goal): Goal =>
    mapOpen(goal, (open) => (parameterOf(open.value.id)?.function === fn ? answer(open) : open));

  const seen = new Map<CallerRecord, { readonly callee: string; readonly terms: Rewriting }>();
  /** The same call is on many ways to one access. */
  const seenBy = (callee: string, caller: CallerRecord): Rewriting => {
    const known = seen.get(caller);
    if (known?.callee === callee) return known.terms;
    const terms = trace.asSeenBy(callee, caller);
    seen.set(caller, { callee, terms });
    return terms;
  };

  const atCaller = (goal: Goal, fn: string, caller: CallerRecord): Goal => {
    if (caller.arguments === null)
      return answeredFor(goal, fn, () =>
        failed({ kind: "unknown", reason: "an argument is spread into the call" }),
      );
    const terms = seenBy(fn, caller);
    return answeredFor(goal, fn, ({ value, facts, isOfWhoComes }) => {
      const here = factSets.merged(caller.facts, terms.facts(facts));
      if (isContradictory(here)) return proven("none", "constant");
      if (isOfWhoComes) return whoComes(caller.root, here);
      const passed = terms.value(value);
      return passed === value ? proven("given", "parameter") : goalOf(prover, passed, here);
    });
  };

  /** What a handler knows, with what runs before it, in the entry's own words. */
  const factsIn = (scope: EntryScope, facts: Facts): Facts =>
    factSets.merged(scope.inOwnWords.facts(facts), scope.guarded);

  const atEntry = (goal: Goal, fn: string, scope: EntryScope): Goal => {
    const atScope = proverAt(scope);
    return answeredFor(goal, fn, ({ value, facts, isOfWhoComes }) => {
      const here = factsIn(scope, facts);
      if (isOfWhoComes)
        return isContradictory(here)
          ? proven("none", "constant")
          : (standingOfAnything(here, scope) ?? failed(nothingTies));
      const own = scope.inOwnWords.value(value);
      return own === value ? proven("given", "parameter") : goalOf(atScope, own, here);
    });
  };

  /** What a hook fetched is asked for here as well, so it has to be said in the entry's own words. */
  const proverAt = (scope: EntryScope): Prover => {
    // While what somebody has left on the request is asked for, answers lack that part.
    if (beingAsked.size > 0) return proverIn(scope);
    const known = isAskingRank ? proversOfRank : provers;
    let found = known.get(scope);
    if (!found) known.set(scope, (found = proverIn(scope)));
    return found;
  };
  const provers = new Map<EntryScope, Prover>();
  const proversOfRank = new Map<EntryScope, Prover>();
  const proverIn = (scope: EntryScope): Prover => {
    const known = new Map<string, readonly Fetched[]>();
    const findInOwnWords: FindFetched = (access, context) => {
      const key = `${access}@${context}`;
      let fetched = known.get(key);
      if (!fetched) {
        fetched = findFetched(access, context).map((one) => inTermsOf(scope.inOwnWords, one));
        known.set(key, fetched);
      }
      return fetched;
    };
    return {
      findFetched: findInOwnWords,
      worthOfKept,
      standingOfEntry: (value, facts) => standingOf(value, facts, scope),
      standingOfAnything: (facts) => standingOfAnything(facts, scope),
      ...nothingKnown(),
    };
  };

  const afterwards = afterwardsIn(trace, {
    prover,
    factSets,
    seenBy,
    scopeIn,
    factsIn,
    proverAt,
    budget,
  });

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
          text: value.text,
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

  /** Of what stands before the handler: how much is left of the question at hand must not decide it. */
  const goalInEntry = (value: Value, facts: Facts, scope: EntryScope): Goal => {
    const { left } = budget;
    budget.left = mostWork;
    const here = factsIn(scope, facts);
    const goal = goalOf(proverAt(scope), scope.inOwnWords.value(value), here);
    budget.left = left;
    return goal;
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

  const reached = new Map<string, readonly EntryPoint[]>();
  const entriesReaching = (fn: string): readonly EntryPoint[] => {
    const known = reached.get(fn);
    if (known) return known;
    const found = new Set<EntryPoint>();
    for (const one of functionsReaching(fn)) for (const entry of entriesAt(one)) found.add(entry);
    const list = [...found];
    reached.set(fn, list);
    return list;
  };
  const reaching = new Map<string, ReadonlySet<string>>();
  const functionsReaching = (fn: string): ReadonlySet<string> => {
    const known = reaching.get(fn);
    if (known) return known;
    const seen = new Set([fn]);
    reaching.set(fn, seen);
    for (const one of seen) {
      for (const caller of callersAt(one)) if (caller.root !== "") seen.add(caller.root);
      // A callback runs for whoever made it.
      const parent = entriesAt(one).length > 0 ? null : trace.parentOf(one);
      if (parent) seen.add(parent);
    }
    return seen;
  };
  const startsReaching = (fn: string): readonly string[] | null => {
    const all = [...functionsReaching(fn)];
    const isMadeOnly = (one: string): boolean =>
      entriesAt(one).length === 0 && callersAt(one).length === 0 && trace.parentOf(one) !== null;
    const files = all.flatMap((one) => fileStartedBy(one) ?? []);
    return files.length > 0 && all.some(isMadeOnly) ? null : files;
  };
  const isClosed = (fn: string): boolean =>
    [...functionsReaching(fn)].every(
      (one) => entriesAt(one).length > 0 || !trace.escaped.has(keyOfRoot(one)),
    );

  const isUncalled = (fn: string): boolean =>
    [...functionsReaching(fn)].every(
      (one) =>
        entriesAt(one).length === 0 &&
        fileStartedBy(one) === null &&
        !trace.escaped.has(keyOfRoot(one)) &&
        (callersAt(one).length > 0 || !mayBeCalledUnseen(one)),
    );

  const isOperators = (facts: Facts, scope: EntryScope): boolean =>
    isAdministrators(facts, knownIn(scope)) || isSigned(facts, knownIn(scope));

  const isOfAdministrators = (entry: EntryPoint): boolean => {
    const scope = scopeIn(entry);
    return isOperators(scope.guarded, scope);
  };

  const leadsAdministratorsOnly = (fn: string, facts: Facts, steps: number): boolean => {
    if (fileStartedBy(fn) !== null) return true;
    const handlers = entriesAt(fn);
    const handled = handlers.filter(({ kind }) => isRequest(kind));
    const callers = callersAt(fn);
    if (steps === 0 || handlers.length + callers.length === 0) return false;
    return (
      handled.every((entry) => {
        const scope = scopeIn(entry);
        return isOperators(factsIn(scope, facts), scope);
      }) &&
      callers.every((caller) => {
        const here = factSets.merged(caller.facts, seenBy(fn, caller).facts(facts));
        return leadsAdministratorsOnly(caller.root, here, steps - 1);
      })
    );
  };

  const begin = (mostQuestions: number): void => {
    budget.left = mostQuestions;
    seen.clear();
    if (factSets.size < mostFactSets) return;
    factSets.forget();
    forget(prover.answers);
    provers.clear();
    proversOfRank.clear();
  };

  return {
    ...trailsIn(trace, reachedBy, functionsReaching),
    prover,
    begin,
    channels,
    flowsOf,
    ...afterwards,
    entriesReaching,
    startsReaching,
    isAdministrators: isOfAdministrators,
    isAdministratorsOnly: ({ root, facts }) => leadsAdministratorsOnly(root, facts, mostSteps),
    isClosed,
    isUncalled,
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

/** `session.user.admin` of what somebody who authenticates has given: `value:FILE:OFFSET@CALLS.user.admin`. */
function pathOfPrincipal({ id }: SymbolicValue): readonly string[] | null {
  const path = /^value:.*?:\d+(?:@[\d@]*)?\.([^(]+)$/s.exec(id)?.[1];
  return path === undefined ? null : path.split(".");
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

/** A handler that was met on an application which the program makes counts as that; else as it was met. */
function entriesByHandler(entries: readonly EntryPoint[]): ReadonlyMap<string, readonly EntryPoint[]> {
  const byHandler = new Map<string, EntryPoint[]>();
  for (const entry of entries) {
    const key = rootOfEntry(entry);
    const known = byHandler.get(key) ?? [];
    const isKnown = known.some(
      (other) =>
        other.name === entry.name &&
        other.isDetached === entry.isDetached &&
        other.site.start === entry.site.start,
    );
    if (!isKnown) byHandler.set(key, [...known, entry]);
  }
  return new Map(
    [...byHandler].map(([key, list]) => {
      const attached = list.filter((entry) => !entry.isDetached);
      return [key, attached.length > 0 ? attached : list];
    }),
  );
}
