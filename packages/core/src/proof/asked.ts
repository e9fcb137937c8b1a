/**
 * What was fetched where nobody follows the query: from another store, from a service. What those were given who fetched it says
 * what it is, as a filter says it of rows.
 */
import type { Access } from "../trace/library.js";
import type { CallerRecord } from "../trace/machine.js";
import { keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import type { SymbolicValue, Value } from "../trace/value.js";
import { findIdName } from "../tenancy/names.js";
import type { Flow } from "./flows.js";
import { withoutPublic, type IsMeant } from "./public.js";
import type { Reaching } from "./reaching.js";
import { isSent, type EntryScope } from "./roles.js";
import { isSame, partsOf } from "./same.js";

export interface Asked {
  /** Whether what has the mark was fetched by this value. */
  isFetchedBy(value: Value, access: Access, flow: Flow, scope: EntryScope): IsMeant;
}

interface Met {
  readonly callee: string;
  readonly caller: CallerRecord;
}

export function askedIn(
  trace: Pick<Trace, "callers" | "functionsAround" | "rootOf" | "asSeenBy">,
  functionsReaching: Reaching["functionsReaching"],
): Asked {
  let met: ReadonlyMap<string, readonly Met[]> | null = null;
  const callsIn = (root: string, context: string): readonly Met[] =>
    (met ??= callsByPlace(trace)).get(`${root} ${context}`) ?? [];

  /** In one function: null where it does not lead there; of several calls that do, which of them gave it is not known. */
  const isFetchedIn = (
    root: string,
    context: string,
    mark: SymbolicValue,
    isGiven: (values: readonly Value[]) => boolean,
  ): boolean | null => {
    const [fn, ...around] = functionsOf(trace, mark);
    if (fn === undefined) return null;
    if (context === "" && [fn, ...around].includes(keyOfRoot(root))) return isGiven(mark.from ?? []);
    const leading = functionsReaching(fn);
    const calls = callsIn(root, context).filter(({ callee }) => leading.has(callee));
    return calls.length === 0
      ? null
      : calls.every(({ caller }) => caller.arguments !== null && isGiven(caller.arguments));
  };

  return {
    isFetchedBy: (value, access, { calls }, scope) => {
      const isGivenAs =
        (say: (one: Value) => Value) =>
        (values: readonly Value[]): boolean =>
          partsOf(values.map((one) => scope.inOwnWords.value(say(one)))).some((part) =>
            isSame(value, part, false),
          );
      const isOfGuards = (mark: SymbolicValue): boolean => {
        let isAmongTheirs = false;
        // It may be one of several that a guard has asked.
        withoutPublic(scope.guarded, ({ id }) => {
          isAmongTheirs ||= id === mark.id;
          return false;
        });
        return isAmongTheirs;
      };
      return (mark) => {
        if (isMadeOfSent(mark, scope)) return false;
        if (isOfGuards(mark)) {
          const answers = scope.guards
            .map((guard) => isFetchedIn(trace.rootOf(guard.function), "", mark, isGivenAs(asItIs)))
            .filter((answer) => answer !== null);
          return answers.length > 0 && answers.every(Boolean);
        }
        const walks = [...calls.map(({ caller }) => caller), access];
        return walks.some(({ root, context }, index) => {
          const say = (one: Value): Value =>
            calls
              .slice(0, index)
              .toReversed()
              .reduce((said, outer) => trace.asSeenBy(outer.callee, outer.caller).value(said), one);
          return [...contextsAround(context), ""].some(
            (around) => isFetchedIn(root, around, mark, isGivenAs(say)) === true,
          );
        });
      };
    },
  };
}

/** `3/17/4`, `3/17`, `3` */
export function contextsAround(context: string): readonly string[] {
  const names = context === "" ? [] : context.split("/");
  return names.map((_, index) => names.slice(0, names.length - index).join("/"));
}

/** By the walk in which they were met, and the calls that led there. */
function callsByPlace({ callers }: Pick<Trace, "callers">): ReadonlyMap<string, readonly Met[]> {
  const met = new Map<string, Met[]>();
  for (const [callee, records] of callers)
    for (const caller of records) {
      const place = `${caller.root} ${caller.context}`;
      const known = met.get(place);
      if (known) known.push({ callee, caller });
      else met.set(place, [{ callee, caller }]);
    }
  return met;
}

/** `value:FILE:OFFSET[].public`: the functions in which it was made, innermost first. */
function functionsOf(trace: Pick<Trace, "functionsAround">, { id }: SymbolicValue): readonly string[] {
  const [, file, offset] = /^value:(.*?):(\d+)(?=[.@[(]|$)/s.exec(id) ?? [];
  return file === undefined
    ? []
    : trace.functionsAround({ file, start: Number(offset), end: Number(offset) });
}

/** What somebody has sent is in it: more than the ids by which it was fetched. */
export function isMadeOfSent(value: Value, scope: EntryScope, depth = deepest): boolean {
  return (
    value.kind === "symbolic" &&
    partsOf(value.from ?? []).some((part) =>
      isSent(part, scope) ? !isPlainId(part) : depth > 0 && isMadeOfSent(part, scope, depth - 1),
    )
  );
}

/** Past this, what was made of something was made of that again. */
const deepest = 3;

/** Nothing stands in it that could have a mark of its own. */
function isPlainId(value: Value): boolean {
  if (value.kind !== "symbolic") return false;
  const name = value.id.slice(value.id.lastIndexOf(".") + 1);
  return /^(?:id|key|slug)$/i.test(name) || findIdName(name) !== null;
}

function asItIs(value: Value): Value {
  return value;
}
