/**
 * From a value that was taken out of a queue (or the like) to those who put it in: what hangs on the channel is asked of each
 * producer in turn, as what hangs on a parameter is asked of each caller.
 */
import { channelName, channelOf, isJob, type Delivery } from "../trace/channel.js";
import { noFacts, type Facts } from "../trace/facts.js";
import { isUndefined, type Value } from "../trace/value.js";
import type { Channels } from "./channels.js";
import type { Call } from "./flows.js";
import {
  failed,
  findOpen,
  keyOfGoal,
  mapOpen,
  type Failed,
  type Failure,
  type Goal,
  type Open,
  type Proven,
} from "./goal.js";
import type { EntryPoint } from "../trace/entry.js";
import { asShared, leftByAnother } from "./shared.js";
import { keyOfHandler, parameterOf } from "./roles.js";

interface Handovers {
  /**
   * Null where the goal does not hang on a channel, or has parameters to be answered first. `isAround`: what is stored there
   * is what is found where the goal is asked.
   */
  before(goal: Goal, isAround: (delivery: Delivery) => boolean): PutIn | null;
}

interface PutIn {
  /** The same question of the same channel has the same one. */
  readonly key: string;
  readonly ways: readonly { readonly goal: Goal; readonly call: Call | null }[];
}

export function handoversIn(
  { channel: channelBy, valueIn }: Channels,
  goalOf: (value: Value, facts: Facts) => Goal,
): Handovers {
  const answered = (goal: Goal, channel: string, delivery: Delivery): Goal =>
    mapOpen(goal, (open) => {
      const at = channelOf(open.value.id);
      return at?.channel === channel ? goalOf(valueIn(delivery, at.path), delivery.facts) : open;
    });

  const before: Handovers["before"] = (goal, isAround) => {
    if (findOpen(goal, isOfCaller)) return null;
    const open = findOpen(goal);
    const at = open && channelOf(open.value.id);
    if (!at) return null;
    const { channel } = at;
    const names = namesIn(open.facts, channel);
    // What was known where it was taken out says nothing where it is put in.
    const asked = mapOpen(goal, (one) => ({ ...one, facts: noFacts }));
    const key = `${keyOfGoal(asked)} ${[...(names ?? ["any"])].join(",")}`;
    const { producers, others, consumers } = channelBy(channel);
    const isMeant = (one: Delivery): boolean => isOfName(names, valueIn(one, "name"));
    const named = producers.filter(isMeant);
    const isStore = producers.some(({ kind }) => kind === "store");
    const around = isStore ? named.filter(isAround) : named;
    const meant = around.length > 0 ? around : named;
    const isPutIn = (one: Delivery): boolean =>
      findOpen(goal, ({ value }) => {
        const put = channelOf(value.id);
        return put?.channel === channel && !isUndefined(valueIn(one, put.path));
      }) !== null;
    if (!meant.some(isPutIn)) {
      const nobody: Failure = {
        kind: "unknown",
        reason: `nobody is seen to put it into the ${channelName(channel)}`,
        ...(isJob(channel) && { isTaken: true }),
      };
      return { key, ways: [{ goal: failed(nobody), call: null }] };
    }
    const callee = consumers[0] ? keyOfHandler(consumers[0].handler) : "";
    const callAt = (delivery: Delivery): Call => ({
      site: delivery.site,
      callee,
      delivery,
      caller: { ...delivery, arguments: null, isFollowed: false },
    });
    return {
      key,
      ways: [
        ...meant.map((one) => ({ goal: answered(asked, channel, one), call: callAt(one) })),
        ...others.filter(isMeant).map((one) => ({ goal: answered(asked, channel, one), call: callAt(one) })),
      ],
    };
  };
  return {
    before,
  };
}

/** Callers are asked before those who put it into the channel from which one of them took it. */
export function isOfCaller({ value }: Open): boolean {
  return parameterOf(value.id) !== null;
}

const anybody: Failure = {
  kind: "unknown",
  reason: "a producer whose queue is not followed may put it there",
};

/** `switch (job.name)` tells the jobs of one queue apart. Null: any of them. */
function namesIn(facts: Facts, channel: string): ReadonlySet<string> | null {
  const isName = (value: Value): boolean => value.kind === "symbolic" && value.id === `${channel}.name`;
  const names = [...facts.values()].flatMap((fact) => {
    if (fact.kind !== "equal") return [];
    const said = isName(fact.left) ? fact.right : isName(fact.right) ? fact.left : null;
    return said?.kind === "literal" ? [String(said.value)] : [];
  });
  return names.length === 0 ? null : new Set(names);
}

function isOfName(names: ReadonlySet<string> | null, name: Value): boolean {
  return (
    names === null || name.kind !== "literal" || name.value === undefined || names.has(String(name.value))
  );
}

/** What is believed of each that puts it in is believed of what is taken out, if that is no other request. */
export function asPutIn(
  outcome: Proven | Failed,
  calls: readonly Call[],
  entry: EntryPoint | null,
): Proven | Failed {
  const shared = calls.find(({ delivery }) => delivery?.kind === "variable")?.delivery;
  if (shared && outcome.kind === "proven") {
    const where = channelName(shared.channel ?? "");
    return entry === null ? asShared(outcome, where) : leftByAnother(where);
  }
  const deliveries = calls.flatMap(({ delivery }) => (delivery?.kind === "job" ? delivery : []));
  // It may be put in by somebody of whom nobody knows into which: then it is not proven, and nobody is to blame.
  if (outcome.kind === "failed" && deliveries.some(({ channel }) => channel === null))
    return { ...outcome, why: anybody };
  return deliveries.length > 0 && outcome.kind === "proven" && outcome.proof !== "given"
    ? { ...outcome, proof: "producers", origin: "job" }
    : outcome;
}
