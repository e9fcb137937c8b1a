/**
 * Which producers put what into which queue (or the like), and who takes it out: a producer is to whoever takes a job what a
 * caller is to a function.
 */
import { channelOf, mayBeSame, type Delivery } from "../trace/channel.js";
import type { EntryPoint } from "../trace/entry.js";
import { stepsOf } from "../trace/substitution.js";
import type { Trace } from "../trace/trace.js";
import { siteKey, type Value } from "../trace/value.js";
import type { Failure } from "./goal.js";

export interface Channel {
  readonly producers: readonly Delivery[];
  /** Those that may be this one's: where they put it is not followed. */
  readonly others: readonly Delivery[];
  readonly consumers: readonly EntryPoint[];
}

export interface Channels {
  channel(key: string): Channel;
  /** What a producer put where a taken value's id says: `data.invoice.id`. */
  valueIn(delivery: Delivery, path: string): Value;
}

export function channelsIn(trace: Trace): Channels {
  const producers = new Map<string, Delivery[]>();
  const others = new Map<string, Delivery[]>();
  const consumers = new Map<string, EntryPoint[]>();
  const add = <T>(map: Map<string, T[]>, key: string, one: T): void => {
    const list = map.get(key);
    if (list) list.push(one);
    else map.set(key, [one]);
  };
  const named = new Set(trace.deliveries.filter(({ channel }) => channel !== null).map(placeOf));
  for (const one of trace.deliveries) {
    if (one.channel !== null) add(producers, one.channel, one);
    // Seen with a name from the same way, or from each caller of its function: it says nothing more.
    else if (!named.has(placeOf(one)) && !isFollowedElsewhere(trace, one)) add(others, one.kind, one);
  }
  for (const entry of trace.entries) {
    const channel = entry.parameters.flatMap((role) => channelOf(role.name)?.channel ?? []).at(0);
    if (channel !== undefined) add(consumers, channel, entry);
  }
  const known = new Map<string, Channel>();
  const find = (key: string): Channel => ({
    producers: [...producers].flatMap(([name, list]) => (mayBeSame(name, key) ? list : [])),
    others: others.get(kindOf(key)) ?? [],
    consumers: consumers.get(key) ?? [],
  });
  return {
    channel: (key) => {
      let channel = known.get(key);
      if (!channel) known.set(key, (channel = find(key)));
      return channel;
    },
    valueIn: (delivery, path) =>
      stepsBelow(path).reduce((value, step) => trace.memberOf(ofText(value), [step]), delivery.value),
  };
}

function placeOf({ site, root, context }: Delivery): string {
  return `${siteKey(site)} ${root} ${context}`;
}

function isFollowedElsewhere(trace: Trace, { root }: Delivery): boolean {
  const callers = trace.callers.get(root) ?? [];
  return callers.length > 0 && !trace.escaped.has(root) && callers.every(({ isFollowed }) => isFollowed);
}

function kindOf(channel: string): string {
  return decodeURIComponent(channel.slice("channel:".length)).split(" ")[0]!;
}

/** What was written as text is read from it again: `JSON.stringify(invoice)`. */
function ofText(value: Value): Value {
  const [only, ...others] = value.kind === "text" ? value.parts : [];
  return only === undefined || typeof only === "string" || others.length > 0 ? value : only;
}

/** What a method gives is a part of what it was called on. */
function stepsBelow(path: string): readonly string[] {
  // `const { id, ...others } = job.data`: the others are where they were.
  const steps = path === "" ? [] : stepsOf(path).filter((step) => step !== "*");
  const method = steps.findIndex((step) => step.includes("("));
  return method < 0 ? steps : steps.slice(0, method);
}

/** Somebody hands over a job, and nobody is seen to say of which queue. */
export const takenFromNowhere: Failure = {
  kind: "unknown",
  reason: "which queue its jobs come from is not followed",
  isTaken: true,
};
