/**
 * From a value at an access back to where it came in: what hangs on a parameter is asked of each caller in turn, until an
 * entry point, or somebody who knows, answers.
 */
import type { EntryPoint } from "../trace/entry.js";
import { isContradictory, type Facts } from "../trace/facts.js";
import type { Access } from "../trace/library.js";
import type { CallerRecord } from "../trace/machine.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { Site, SymbolicValue, Value } from "../trace/value.js";
import type { ClaimsOf } from "./claims.js";
import { forget, noAnswers } from "./search.js";
import { createFactSets } from "./fact-sets.js";
import {
  failed,
  findOpen,
  keyOfGoal,
  mapOpen,
  nothingTies,
  proven,
  tooMuchToFollow,
  whoComes,
  type Failed,
  type Goal,
  type Proven,
} from "./goal.js";
import { goalOf, type Prover } from "./prove.js";
import type { Step } from "./steps.js";
import { allowanceOf, type Limits } from "./allowance.js";
import { afterwardsIn, type Afterwards } from "./afterwards.js";
import { trailsIn, type Trails } from "./trail.js";
import { keptIn, keyOfHandler, parameterOf, scopeOf, type EntryScope } from "./roles.js";
import type { Delivery } from "../trace/channel.js";
import { channelsIn, takenFromNowhere, type Channels } from "./channels.js";
import { isImpossible } from "./impossible.js";
import { askedIn } from "./asked.js";
import { asPutIn, handoversIn, isOfCaller } from "./handovers.js";
import type { MayBeCalledUnseen } from "./unseen.js";
import { worthOfKeptIn } from "./kept-answers.js";
import { everythingKept, putIn } from "./put-under.js";
import { nearestFirst } from "./nearest.js";
import { askingIn } from "./asking.js";
import { reachedByIn } from "./reached-by.js";
import { entriesByHandler, reachingIn, type Reaching } from "./reaching.js";
import { inTermsOf, rowsIn, type Fetched, type FindFetched } from "./rows.js";
import { whoeverComesIn } from "./whoever-comes.js";

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

export interface Flows extends Trails, Afterwards, Omit<Reaching, "functionsReaching"> {
  readonly prover: Prover;
  /** Who puts what into queues. */
  readonly channels: Channels;
  /** Another question about a place; `otherwise` where so much was asked about it that nothing more is. */
  ask<T>(site: Site, question: () => T, otherwise: T): T;
  /** `from`: the function in which it is asked; `facts`: what holds there. */
  flowsOf(goal: Goal, from: string, facts: Facts): readonly Flow[];
  /** What runs before it lets nobody else past. */
  isAdministrators(entry: EntryPoint): boolean;
  /** Of all requests that come so far, as far as calls were followed: where they are, only administrators are left. */
  isAdministratorsOnly(access: Access): boolean;
}

/** 99 of 100 places of the services that were measured take less than 4,500 in all walks together. */
const limitsOfBelief: Limits = {
  ofWalk: 4_000,
  ofPlace: 24_000,
  ofAll: 1_000_000,
  shortly: 150,
  ofPlaceShortly: 12_000,
};

/** Past these, what was not followed is said to be unknown: it may be anything. */
const mostFlows = 200;
const mostSteps = 20;
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
  const { entriesAt } = reachedBy;
  const { functionsReaching, ...reaching } = reachingIn(trace, reachedBy, mayBeCalledUnseen);
  const { entriesReaching } = reaching;
  const kept = keptIn(trace);
  const findFetched = rowsIn(trace, claimsOf);
  const stored = everythingKept(trace);
  const worthOfKept = worthOfKeptIn(stored, findFetched);
  const findPut = putIn(trace, stored, (value, { facts, root }) =>
    withOwnBudget(() => flowsOf(goalOf(prover, value, facts), root, facts).map(({ outcome }) => outcome)),
  );
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
    subjects: new Map(),
    closures: new Map(),
  });
  const prover: Prover = {
    findFetched,
    worthOfKept,
    findPut,
    standingOfEntry: () => null,
    standingOfAnything: () => null,
    ...nothingKnown(),
  };
  const nearest = nearestFirst(trace, [...entries.keys()]);
  const channels = channelsIn(trace);
  const handovers = handoversIn(channels, (value, facts) => goalOf(prover, value, facts));

  const flowsOf = (start: Goal, from: string, facts: Facts): readonly Flow[] => {
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
        flows.push({ entry, calls, outcome: asPutIn(orOfAll(goal as Proven | Failed, calls), calls, entry) });
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
    /** What can't be followed is what whoever comes makes it: those who may name anybody may name this. */
    const orOfAll = (outcome: Proven | Failed, [first]: readonly Call[]): Proven | Failed => {
      if (outcome.kind === "proven" || outcome.why.kind !== "unknown") return outcome;
      const [root, known] = first ? [first.caller.root, first.caller.facts] : [from, facts];
      return whoeverComes.standingOfAll(root, known) ?? outcome;
    };
    follow(start, null, [], mostSteps);
    if (isCut) flows.push({ entry: null, calls: [], outcome: orOfAll(tooMuchToFollow, []) });
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

  const atCaller = (goal: Goal, fn: string, caller: CallerRecord): Goal => {
    if (caller.arguments === null)
      return answeredFor(goal, fn, () =>
        failed({ kind: "unknown", reason: "an argument is spread into the call" }),
      );
    const terms = trace.asSeenBy(fn, caller);
    return answeredFor(goal, fn, ({ value, facts, isOfWhoComes }) => {
      const here = factSets.merged(caller.facts, terms.facts(facts));
      if (isImpossible(here, findFetched)) return proven("none", "constant");
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
    if (asking.isAskingForKept()) return proverIn(scope);
    const known = asking.isAskingForRank() ? proversOfRank : provers;
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
      findPut,
      standingOfEntry: (value, facts) => standingOf(value, facts, scope),
      standingOfAnything: (facts) => standingOfAnything(facts, scope),
      ...nothingKnown(),
    };
  };

  /** Of what stands before the handler: how much is left of the question at hand must not decide it. */
  const goalInEntry = (value: Value, facts: Facts, scope: EntryScope): Goal =>
    withOwnBudget(() => goalOf(proverAt(scope), scope.inOwnWords.value(value), factsIn(scope, facts)));

  const withOwnBudget = <T>(ask: () => T): T => {
    const { left } = budget;
    budget.left = mostWork;
    const answer = ask();
    budget.left = left;
    return answer;
  };

  const asking = askingIn(trace, { kept, findFetched, usersTable, functionsReaching, goalInEntry });
  const { standingOf, standingOfAnything, isOperators, isLeftBefore } = asking;

  const afterwards = afterwardsIn(trace, {
    prover,
    factSets,
    scopeIn,
    factsIn,
    proverAt,
    asked: askedIn(trace, functionsReaching),
    budget,
  });

  const isOfAdministrators = (entry: EntryPoint): boolean => {
    const scope = scopeIn(entry);
    return isOperators(scope.guarded, scope);
  };

  const whoeverComes = whoeverComesIn({ trace, reachedBy, factSets, asking, scopeIn, factsIn });

  const allowance = allowanceOf(budget, limitsOfBelief);
  const ask = <T>(site: Site, question: () => T, otherwise: T): T => {
    if (allowance.isSpent(site)) return otherwise;
    if (factSets.size >= mostFactSets) {
      factSets.forget();
      trace.forgetSeen();
      for (const scope of scopes.values()) scope.inOwnWords.forget();
      forget(prover.answers);
      prover.closures.clear();
      prover.subjects.clear();
      provers.clear();
      proversOfRank.clear();
    }
    return allowance.spend(site, question);
  };

  return {
    ...trailsIn(trace, reachedBy, functionsReaching),
    prover,
    ask,
    channels,
    flowsOf,
    ...afterwards,
    ...reaching,
    isAdministrators: isOfAdministrators,
    isAdministratorsOnly: ({ root, facts }) => whoeverComes.isAdministratorsOnly(root, facts),
  };
}
