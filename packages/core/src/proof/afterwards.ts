/**
 * What is found out about rows once they were fetched, on the same way: that they are the caller's, or that their owner has
 * made them public. By then they were read, so it lowers a grade and clears nothing.
 */
import type { EntryPoint } from "../trace/entry.js";
import { noFacts, type Fact, type Facts } from "../trace/facts.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { allowanceOf, type Limits } from "./allowance.js";
import { siteKey, type RowsValue, type Site, type SymbolicValue, type Value } from "../trace/value.js";
import { isAnonymous } from "./anonymous.js";
import { ofThoseWithOne } from "./compared-if-any.js";
import type { FactSets } from "./fact-sets.js";
import type { Call, Flow } from "./flows.js";
import { isCertain } from "./goal.js";
import { goalOf, goalOfRowsMadeSure, type Prover } from "./prove.js";
import { asksForPublic, isTableOfPublic, saysPublic, withoutPublic, type IsMeant } from "./public.js";
import { contextsAround, isMadeOfSent, type Asked } from "./asked.js";
import { isSent, type EntryScope } from "./roles.js";
import { lookupOf } from "./rows.js";
import { isSame, partsOf, rowsOf } from "./same.js";
import { isOfShares, isShare } from "./shares.js";
import type { Step } from "./steps.js";
import { siteOfKey } from "./trail.js";

export interface Afterwards {
  /** Somewhere behind the access, on the same way, what was fetched is made sure of. */
  isCheckedAfter(access: Access, flow: Flow): boolean;
  /**
   * A column of what was fetched that says whose it is was compared with the caller's own: so it is known of whatever came in its
   * place, too.
   */
  isComparedAfter(access: Access, flow: Flow, isKey: (column: string) => boolean): boolean;
  /** What would have made sure of what was fetched, if anybody had waited for its answer. */
  findVainCheck(access: Access, flow: Flow): Site | null;
  /** Only rows that are marked as public are given out, there or by the query itself. */
  isPublic(access: Access, flow: Flow): boolean;
  /** They say what a share says that anybody was given: what is shared, and the tenant that shares it. */
  areOfShare(access: Access, flow: Flow, values: readonly Value[]): boolean;
  /** They name rows that were made sure of before wherever those are not marked as public: what is read there belongs to one. */
  areOfPublic(access: Access, flow: Flow, values: readonly Value[]): boolean;
  /** Somebody has sent one of them, or a part of one. */
  areSent(access: Access, flow: Flow, values: readonly Value[]): boolean;
  /** Nobody on the way has asked who is asking. */
  isAnonymous(access: Access, flow: Flow): boolean;
  /** What was made sure of before, of other things that were sent along with this one: the last of it. */
  findCheckBeside(access: Access, flow: Flow, value: string): Step | null;
}

interface Parts {
  readonly prover: Prover;
  readonly factSets: FactSets;
  scopeIn(entry: EntryPoint): EntryScope;
  /** With what runs before the handler, in the entry's own words. */
  factsIn(scope: EntryScope, facts: Facts): Facts;
  proverAt(scope: EntryScope): Prover;
  readonly asked: Asked;
  /** What may still be asked for the question at hand. */
  readonly budget: { left: number };
}

/** For the rows at one point behind an access, and at all of them: a check that is not found by then is hardly one that is meant. */
const limitsBehind: Limits = {
  ofWalk: 1_200,
  ofPlace: 12_000,
  ofAll: 500_000,
  shortly: 0,
  ofPlaceShortly: 0,
};

/** What is known of the rows at one point behind the access, said by whoever is farthest out. */
interface Known {
  readonly rows: RowsValue;
  readonly facts: Facts;
  readonly scope: EntryScope | null;
}

/** A function on the way from the entry point to the access. */
interface Level {
  readonly root: string;
  readonly rows: RowsValue;
  /** What held there where the rows were fetched. */
  readonly held: Facts;
  /** An offset into its file. */
  readonly fetchedAt: number;
  /** Those that lead to it. */
  readonly calls: readonly Call[];
}

export function afterwardsIn(trace: Trace, parts: Parts): Afterwards {
  const { factSets } = parts;
  const allowance = allowanceOf(parts.budget, limitsBehind);
  const isFound = (access: Access, ask: () => boolean): boolean =>
    !allowance.isSpent(access.site) && allowance.spend(access.site, ask);
  const sitesByName = new Map([...trace.callNames].map(([key, name]) => [name, siteOfKey(key)] as const));
  /** Where it happens in the function that was walked: at the outermost of the calls that were followed from there. */
  const placeIn = (context: string, site: Site): number => {
    const [outermost] = context.split("/");
    return (outermost ? sitesByName.get(outermost)?.start : undefined) ?? site.start;
  };

  /** Where it happens in each of the functions that were followed on the way to it. */
  const placesOf = ({ context, site }: Access): readonly { context: string; place: number }[] => {
    const names = context === "" ? [] : context.split("/");
    return [...names, null].map((name, index) => ({
      context: names.slice(0, index).join("/"),
      place: (name === null ? undefined : sitesByName.get(name)?.start) ?? site.start,
    }));
  };

  /** The function in which it was fetched, and those that called that one, with the rows as each of them knows them. */
  function* levelsAround(access: Access, { calls }: Flow): Generator<Level> {
    let rows = rowsOfAccess(access);
    let root = access.root;
    // Where it was fetched at all.
    let held = access.facts;
    let fetchedAt = placeIn(access.context, access.site);
    for (let outer = calls.length; outer >= 0; outer -= 1) {
      yield { rows, root, held, fetchedAt, calls: calls.slice(0, outer) };
      const call = calls[outer - 1];
      if (!call || call.delivery) return;
      const terms = trace.asSeenBy(call.callee, call.caller);
      held = factSets.merged(call.caller.facts, terms.facts(held));
      const outside = terms.value(rows);
      if (outside.kind !== "rows") return;
      rows = outside;
      root = call.caller.root;
      fetchedAt = placeIn(call.caller.context, call.caller.site);
    }
  }

  function* pointsBehind(access: Access, flow: Flow): Generator<Known> {
    const { root, facts: held } = access;
    const knownWith = (facts: Facts): Known | null =>
      farthestOut(rowsOfAccess(access), factSets.merged(facts, held), flow.calls, flow.entry);
    for (const { context, place } of placesOf(access))
      for (const { start, end, facts } of trace.blockEnds.get(`${root} ${context}`) ?? []) {
        if (place < start || place >= end) continue;
        const known = knownWith(facts);
        if (known) yield known;
      }
    // Where the calls come back that were followed to it, whatever becomes of those who made them.
    for (const context of contextsAround(access.context))
      for (const { facts, end } of trace.completions.get(`${root} ${context}`) ?? []) {
        if (context === access.context && end < access.site.start) continue;
        const known = knownWith(facts);
        if (known) yield known;
      }
    for (const level of levelsAround(access, flow))
      for (const { facts, end } of trace.completions.get(level.root) ?? []) {
        // What came back before knew nothing of it.
        if (end < level.fetchedAt) continue;
        const known = knownAt(level, facts, flow);
        if (known) yield known;
      }
  }

  const knownAt = ({ rows, held, calls }: Level, facts: Facts, { entry }: Flow): Known | null =>
    farthestOut(rows, factSets.merged(facts, held), calls, entry);

  /** What is asked there is known there. */
  const farthestOut = (
    rows: RowsValue,
    facts: Facts,
    calls: readonly Call[],
    entry: EntryPoint | null,
  ): Known | null => {
    const { value, ...known } = saidOutside(rows, facts, calls, entry);
    return value.kind === "rows" ? { ...known, rows: value } : null;
  };

  const saidOutside = (
    value: Value,
    facts: Facts,
    calls: readonly Call[],
    entry: EntryPoint | null,
  ): Omit<Known, "rows"> & { readonly value: Value } => {
    let here = facts;
    let there = value;
    // Whoever put a job there made sure of nothing that the worker fetches later.
    const handedOver = calls.findLastIndex(({ delivery }) => delivery);
    for (const { callee, caller } of calls.slice(handedOver + 1).toReversed()) {
      const terms = trace.asSeenBy(callee, caller);
      here = factSets.merged(caller.facts, terms.facts(here));
      there = terms.value(there);
    }
    const scope = entry && handedOver < 0 ? parts.scopeIn(entry) : null;
    if (scope) {
      here = parts.factsIn(scope, here);
      there = scope.inOwnWords.value(there);
    }
    return { value: there, facts: here, scope };
  };

  const findCheckBeside: Afterwards["findCheckBeside"] = (access, { entry, calls }, value) => {
    const known = farthestOut(rowsOfAccess(access), access.facts, calls, entry);
    if (!known?.scope) return null;
    const { scope, facts } = known;
    const isOther = (one: Value): one is SymbolicValue =>
      one.kind === "symbolic" && isSent(one, scope) && one.text !== value;
    const checks = [...facts.values()].flatMap((fact): readonly Step[] => {
      const rows = fact.kind === "present" ? rowsOf(fact.value) : null;
      if (!rows) return [];
      return parts
        .proverAt(scope)
        .findFetched(rows.access, rows.context ?? "")
        .flatMap((fetched): readonly Step[] => {
          const claimed = fetched.tables.flatMap(({ ways }) =>
            ways.flatMap((way) => way.flatMap((claim) => claim.values)),
          );
          const sent = claimed.find(isOther);
          const isNamed = claimed.some((one) => one.kind === "symbolic" && one.text === value);
          if (!sent || isNamed || !isCertain(goalOf(parts.proverAt(scope), sent, facts))) return [];
          const said = {
            kind: "beside" as const,
            checked: sent.text,
            value,
            ...lookupOf(fetched, fetched.tables[0]),
          };
          return [{ site: fetched.access.site, context: rows.context ?? "", said }];
        });
    });
    return checks.sort((one, other) => one.site.start - other.site.start).at(-1) ?? null;
  };

  const isOfAnybody: Afterwards["isAnonymous"] = (access, { entry, calls }) => {
    const known = farthestOut(rowsOfAccess(access), access.facts, calls, entry);
    return (
      known !== null &&
      known.scope !== null &&
      isAnonymous(known.facts, known.scope, parts.proverAt(known.scope).findFetched)
    );
  };

  const isSaidByShare = (said: Value, access: Access, { entry, calls }: Flow): boolean => {
    const { value, scope } = saidOutside(said, access.facts, calls, entry);
    const row = value.kind === "symbolic" ? value.row : null;
    const fetched =
      row && (scope ? parts.proverAt(scope) : parts.prover).findFetched(row.access, row.context ?? "");
    return fetched !== null && fetched.length > 0 && fetched.every(isShare);
  };

  const isOwnWherePrivate = (said: Value, access: Access, flow: Flow): boolean => {
    const { value, facts, scope } = saidOutside(said, access.facts, flow.calls, flow.entry);
    const prover = scope ? parts.proverAt(scope) : parts.prover;
    const isNamedBy = (rows: RowsValue): boolean =>
      prover
        .findFetched(rows.access, rows.context ?? "")
        .some(({ tables }) =>
          tables.some(({ ways }) =>
            ways.some((way) => way.some((claim) => claim.values.some((one) => isSame(value, one, false)))),
          ),
        );
    const isOwnWithout = (isMeant: IsMeant): boolean => {
      const ofPrivate = withoutPublic(facts, isMeant);
      return ofPrivate !== facts && isFound(access, () => isCertain(goalOf(prover, value, ofPrivate)));
    };
    if (
      [...facts.values()].some(
        (fact) =>
          fact.kind === "present" &&
          fact.value.kind === "rows" &&
          isNamedBy(fact.value) &&
          isOwnWithout(isOfThese(fact.value)),
      )
    )
      return true;
    if (!scope) return false;
    const isFetchedBy = parts.asked.isFetchedBy(value, access, flow, scope);
    return isOwnWithout((mark) => {
      const rows = rowsOf(mark);
      return rows ? isNamedBy(rows) : isFetchedBy(mark);
    });
  };

  const isMadeSureBehind = (access: Access, known: Known): boolean =>
    isFound(access, () => isMadeSure(known)) || isMadeSureOfThoseWithOne(access, known);

  /** Some may come without a tenant, and are asked nothing. */
  const isMadeSureOfThoseWithOne = (access: Access, known: Known): boolean => {
    const { scope } = known;
    if (!scope) return false;
    const isPrincipals = (value: Value): boolean => {
      const goal = goalOf(parts.proverAt(scope), value, noFacts);
      return goal.kind === "proven" && goal.proof === "principal";
    };
    const facts = ofThoseWithOne(known.facts, isPrincipals);
    return facts !== known.facts && isFound(access, () => isMadeSure({ ...known, facts }));
  };

  const isMadeSure = ({ rows, facts, scope }: Known): boolean => {
    const prover = scope ? parts.proverAt(scope) : parts.prover;
    const goal = goalOfRowsMadeSure(prover, rows, facts);
    // Or what they were looked for by is known by then to be the caller's.
    return (
      (goal !== null && isCertain(goal)) || isCertain(goalOf(prover, rows, withoutWrites(prover, facts)))
    );
  };

  /** Those that are not marked as public are made sure of. */
  const isMadeSureOfPrivate = (access: Access, known: Known): boolean => {
    const facts = withoutPublic(known.facts, isOfThese(known.rows));
    return facts !== known.facts && isMadeSureBehind(access, { ...known, facts });
  };

  /** A write that finds its row says nothing in time about what was read, and used, before it. */
  const withoutWrites = (prover: Prover, facts: Facts): Facts => {
    const isWritten = (fact: Fact): boolean => {
      const rows = fact.kind === "present" ? rowsOf(fact.value) : null;
      return (
        rows !== null &&
        prover
          .findFetched(rows.access, rows.context ?? "")
          .some(({ access: { operation } }) => operation !== "read")
      );
    };
    return new Map([...facts].filter(([, fact]) => !isWritten(fact)));
  };

  return {
    findCheckBeside,
    isAnonymous: isOfAnybody,
    isCheckedAfter: (access, flow) => {
      for (const known of pointsBehind(access, flow)) if (isMadeSureBehind(access, known)) return true;
      return false;
    },
    isComparedAfter: (access, flow, isKey) => {
      for (const { rows, facts, scope } of pointsBehind(access, flow)) {
        const prover = scope ? parts.proverAt(scope) : parts.prover;
        const isOfRows = (value: Value): boolean =>
          value.kind === "symbolic" && value.row?.access === rows.access && isKey(value.row.column);
        for (const [name, fact] of facts) {
          if (fact.kind !== "equal" || isOfRows(fact.left) === isOfRows(fact.right)) continue;
          const others = new Map([...facts].filter(([other]) => other !== name));
          const value = isOfRows(fact.left) ? fact.right : fact.left;
          if (isFound(access, () => isCertain(goalOf(prover, value, others)))) return true;
        }
      }
      return false;
    },
    areOfShare: (access, flow, values) =>
      values.length > 0 &&
      values.every((value) => isSaidByShare(value, access, flow)) &&
      isOfAnybody(access, flow),
    areOfPublic: (access, flow, values) =>
      values.length > 0 && values.every((value) => isOwnWherePrivate(value, access, flow)),
    areSent: (access, { entry, calls }, values) =>
      values.some((value) => {
        const { value: said, scope } = saidOutside(value, access.facts, calls, entry);
        return !scope || partsOf([said]).some((part) => isSent(part, scope) || isMadeOfSent(part, scope));
      }),
    findVainCheck: (access, flow) => {
      for (const level of levelsAround(access, flow))
        for (const { site, facts, meant } of trace.vainChecks.get(level.root) ?? []) {
          const before = knownAt(level, facts, flow);
          const known = knownAt(level, factSets.merged(facts, meant), flow);
          if (!before || !known || isMadeSureBehind(access, before)) continue;
          if (isMadeSureBehind(access, known) || isMadeSureOfPrivate(access, known)) return site;
        }
      return null;
    },
    isPublic: (access, flow) => {
      const { detail } = access;
      if (detail.kind !== "query") return false;
      if (asksForPublic(detail.selection.where)) return true;
      // `PublicPage`, `published_forms`: what stands there was put there to be seen.
      const { resources } = detail.selection;
      if (resources.some(({ table }) => isTableOfPublic(table ?? ""))) return true;
      // And a share is there for whoever was told of it, where nobody is asked who they are.
      if (isOfShares(detail.selection) && isOfAnybody(access, flow)) return true;
      for (const known of pointsBehind(access, flow)) {
        if (saysPublic(known.facts, isOfRow)) return true;
        if (isMadeSureOfPrivate(access, known)) return true;
      }
      return false;
    },
  };
}

function rowsOfAccess({ site, context }: Access): RowsValue {
  return { kind: "rows", access: siteKey(site), context, many: false, absent: false, text: "" };
}

/**
 * `rows`: of these alone. Where some come who may see more, that a row is public says nothing of what belongs to it; where only
 * public ones are shown at all, what belongs to them is meant to be.
 */
function isOfThese(rows: RowsValue): IsMeant {
  return (mark) => rowsOf(mark)?.access === rows.access;
}

const isOfRow: IsMeant = ({ row, id }) => row !== null || id.startsWith("row:");
