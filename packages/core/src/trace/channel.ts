/**
 * What is put in at one place and comes out at another: queues, stores of a context. What comes out is a value that
 * names its channel, so that whoever asks for it can ask those who put something in.
 */
import type { Facts } from "./facts.js";
import { patternOf } from "./patterns.js";
import type { LibraryValue, Site, SymbolicValue, Value } from "./value.js";

/** `variable`: of a module, which is there for all who come. */
export type ChannelKind = "job" | "store" | "variable";

/** One thing that was put in. */
export interface Delivery {
  readonly kind: ChannelKind;
  /** Null: into which one can't be told. */
  readonly channel: string | null;
  readonly value: Value;
  /** What a job carries, with its fields as far as its declared type says them. */
  readonly payload?: Value;
  readonly site: Site;
  readonly facts: Facts;
  /** The function that was walked, and the calls that were followed from there. */
  readonly root: string;
  readonly context: string;
}

/** `channel:job%20emails`: where an id's path begins, so none of the signs of a path may be in it. */
export function channelId(kind: ChannelKind, name: string): string {
  return `channel:${encodeURIComponent(`${kind} ${name}`).replace(/[.()!*'~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;
}

/** What comes out of it. */
export function taken(channel: string, text: string): SymbolicValue {
  return { kind: "symbolic", id: channel, origin: "job", text, absent: false, type: null, row: null };
}

/** `channel:job%20emails.data.id` */
export function channelOf(id: string): { readonly channel: string; readonly path: string } | null {
  const match = /^(channel:[^.[]*)\.?(.*)$/s.exec(id);
  return match ? { channel: match[1]!, path: match[2]! } : null;
}

/** Stands for a part of a channel's name that is not known. */
export const anything = "*";

/** Whether two names, of which parts may not be known, can be the same. */
export function mayBeSame(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [decodeURIComponent(one), decodeURIComponent(other)];
  if (!first.includes(anything) || !second.includes(anything))
    return isLike(first, second) || isLike(second, first);
  const [start, begin] = [first.split(anything)[0]!, second.split(anything)[0]!];
  return start.startsWith(begin) || begin.startsWith(start);
}

function isLike(name: string, pattern: string): boolean {
  return patternOf(pattern, anything, ".*").test(name);
}

/** It is a queue, and what comes out of it a job. */
export function isJob(channel: string): boolean {
  return decodeURIComponent(channel).startsWith("channel:job ");
}

/** For people: `queue "emails"`. */
export function channelName(channel: string): string {
  const [kind, ...name] = decodeURIComponent(channel.slice("channel:".length)).split(" ");
  switch (kind) {
    case "job":
      return `queue "${name.join(" ")}"`;
    case "variable":
      return `variable "${name.at(-1)}"`;
    default:
      return "context's store";
  }
}

/** Of the variable of a module that functions fill. */
export function variableId(file: string, name: string): string {
  return channelId("variable", `${file} ${name}`);
}

/** Who emits and listens through models: `made` tells emitters apart. */
export const emitterLibrary = "emitters";

export function emitterMadeAt(made: string): LibraryValue {
  return { kind: "library", library: emitterLibrary, type: "emitter", data: made };
}

/** The one that a container hands to whoever asks for it by its type. */
export const ofContainer = "(container)";
