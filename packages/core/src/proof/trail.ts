/**
 * From everything that shows why a value is believed, or is not, to a trail: in the order in which it happens, from the entry
 * point to the access, with the calls in between.
 */
import type { EntryPoint } from "../trace/entry.js";
import type { Access } from "../trace/library.js";
import type { Trace } from "../trace/trace.js";
import { callKey, siteKey, type Site } from "../trace/value.js";
import type { Call, Flow } from "./flows.js";
import { keyOfRoot } from "../trace/roots.js";
import type { ReachedBy } from "./reached-by.js";
import { keyOfHandler } from "./roles.js";
import type { Said, Step } from "./steps.js";

export interface TrailStep {
  readonly site: Site;
  readonly said: Said;
}

export interface Trails {
  /** `end` stands at the access. */
  trailOf(flow: Flow, access: Access, end: Said): readonly TrailStep[];
  /** One way from an entry point to a function, the shortest; null where none leads there. */
  findWayTo(fn: string): Pick<Flow, "entry" | "calls"> | null;
}

/** A step with the calls that lead to it, outermost first. */
interface Placed extends TrailStep {
  readonly chain: readonly Site[];
  /** Of the whole expression, which ends when what stands inside of it is done. */
  readonly whole: Site;
}

export function trailsIn(
  trace: Trace,
  { entriesAt, callersAt }: ReachedBy,
  functionsReaching: (fn: string) => ReadonlySet<string>,
): Trails {
  const sitesByName = new Map([...trace.callNames].map(([key, name]) => [name, siteOfKey(key)] as const));
  const sitesOf = (context: string): readonly Site[] =>
    context === "" ? [] : context.split("/").flatMap((name) => sitesByName.get(name) ?? []);

  const trailOf: Trails["trailOf"] = (flow, access, end) => {
    const { entry, calls } = fromItsEntry(flow, access);
    const main = [
      ...calls.flatMap(({ site, caller }) => [...sitesOf(caller.context), site]),
      ...sitesOf(access.context),
    ];
    const called = (site: Site): readonly string[] => {
      const own = calls.filter((call) => call.site === site).map(({ callee }) => callee);
      return own.length > 0 ? own : [...(trace.followed.get(callKey(site)) ?? [])];
    };
    // What says nothing of the calls that lead to it may stand in a function on the way.
    const chainOf = ({ site, context = "" }: Step): readonly Site[] => {
      if (context !== "") return sitesOf(context);
      const around = trace.functionsAround(site);
      const depth = main.findLastIndex((call) => called(call).some((callee) => around.includes(callee)));
      return main.slice(0, depth + 1);
    };
    // Of several that a call may mean, the one that what follows stands in.
    const callsIn = (chain: readonly Site[], end: Site): readonly Placed[] =>
      chain.flatMap((site, index) => {
        const candidates = called(site);
        const around = trace.functionsAround(chain[index + 1] ?? end);
        const callee =
          candidates.find((one) => around.includes(one)) ??
          (candidates.length === 1 ? candidates[0] : undefined);
        const said: Said | null = callee === undefined ? null : { kind: "call", callee };
        return said ? [{ site, said, chain: chain.slice(0, index), whole: site }] : [];
      });
    const root = trace.roots.get(siteKey(access.site));
    const placed = [
      ...flow.outcome.steps.flatMap((step): readonly Placed[] => {
        const chain = chainOf(step);
        const site = trace.roots.get(siteKey(step.site))?.call ?? step.site;
        return [...callsIn(chain, step.site), { site, said: step.said, chain, whole: step.site }];
      }),
      ...callsIn(main, access.site),
      { site: root?.call ?? access.site, said: end, chain: main, whole: access.site },
    ];
    const isBefore = ({ said }: TrailStep): boolean => said.kind === "uncalled";
    const outermost = calls[0]?.caller.root ?? access.root;
    const rankOf = ranks(entry, outermost, trace, functionsReaching);
    const ordered = withoutRepetition(placed).sort((one, other) => inOrder(one, other, rankOf));
    const first: readonly TrailStep[] = entry
      ? [{ site: entry.site, said: { kind: "entry", name: entry.name, entry: entry.kind } }]
      : [];
    return [...first, ...ordered.filter(isBefore), ...ordered.filter((one) => !isBefore(one))].map(
      ({ site, said }) => ({ site, said }),
    );
  };

  /** What is proven on the way is followed no further up, and still began somewhere. */
  const fromItsEntry = (flow: Flow, access: Access): Pick<Flow, "entry" | "calls"> => {
    if (flow.entry || flow.outcome.steps.some(({ said }) => said.kind === "uncalled")) return flow;
    const way = findWayTo(flow.calls[0]?.caller.root ?? access.root);
    return way ? { entry: way.entry, calls: [...way.calls, ...flow.calls] } : flow;
  };

  const findWayTo: Trails["findWayTo"] = (fn) => findWay(fn, true) ?? findWay(fn, false);

  /**
   * A callback runs for whoever made it; what it was handed to runs callbacks for everybody. Unless it was handed on by
   * whoever made it, and those who call it say more.
   */
  const findWay = (fn: string, isForItsMaker: boolean): Pick<Flow, "entry" | "calls"> | null => {
    const seen = new Set([fn]);
    const pending: { readonly fn: string; readonly calls: readonly Call[] }[] = [{ fn, calls: [] }];
    for (let next = pending.shift(); next; next = pending.shift()) {
      const { fn: callee, calls } = next;
      const [entry] = entriesAt(callee);
      if (entry) return { entry, calls };
      const reach = (caller: string, way: readonly Call[]): void => {
        if (caller === "" || seen.has(caller)) return;
        seen.add(caller);
        pending.push({ fn: caller, calls: way });
      };
      const maker = trace.parentOf(callee) ?? "";
      reach(maker, calls);
      if (isForItsMaker && maker !== "") continue;
      for (const caller of callersAt(callee))
        reach(caller.root, [{ site: caller.site, callee, caller }, ...calls]);
    }
    return null;
  };

  return { trailOf, findWayTo };
}

/** Hooks run before the handler, in their order; what only they reach runs with them. */
function ranks(
  entry: EntryPoint | null,
  outermost: string,
  trace: Trace,
  functionsReaching: (fn: string) => ReadonlySet<string>,
): (site: Site) => number {
  const hooks = (entry?.before() ?? []).map((guard) => guard.function);
  const guards = hooks.map(keyOfHandler);
  const handler = entry ? keyOfHandler(entry.handler) : keyOfRoot(outermost);
  return (site) => {
    const around = trace.functionsAround(site);
    if (around.includes(handler)) return guards.length;
    const own = guards.findIndex((guard) => around.includes(guard));
    if (own >= 0) return own;
    const reaching = around.length === 0 ? null : functionsReaching(around.at(-1)!);
    const behind = reaching ? hooks.findIndex((hook) => reaching.has(trace.rootOf(hook))) : -1;
    return behind >= 0 ? behind : -1;
  };
}

/** By the way that leads there, call by call; what stands inside of a call's arguments happens before the call. */
function inOrder(one: Placed, other: Placed, rankOf: (site: Site) => number): number {
  const [left, right] = [
    [...one.chain, one.whole],
    [...other.chain, other.whole],
  ];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [here, there] = [left[index]!, right[index]!];
    const byRank = index === 0 ? rankOf(here) - rankOf(there) : 0;
    const order = byRank || byEnd(here, there);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function byEnd(one: Site, other: Site): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.end - other.end || other.start - one.start;
}

/** A row that is looked for to make sure of something is not fetched besides. */
function withoutRepetition(placed: readonly Placed[]): Placed[] {
  const known = new Map<string, Placed>();
  for (const one of placed) {
    const { kind } = one.said;
    const key = `${kind === "fetched" ? "verified" : kind} ${siteKey(one.site)}:${one.site.end}`;
    const before = known.get(key);
    if (!before || (before.said.kind === "fetched" && kind === "verified")) known.set(key, one);
  }
  return [...known.values()];
}

/** `file:start:end` */
export function siteOfKey(key: string): Site {
  const [, file = "", start, end] = /^(.*):(\d+):(\d+)$/s.exec(key) ?? [];
  return { file, start: Number(start), end: Number(end) };
}
