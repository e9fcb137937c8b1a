/**
 * What those who take jobs out of a queue send out of the service. Where they do nothing else with a job that holds all of it, and
 * whom it goes to, there is no row to be looked for, and no tenant that would have to be asked for with it.
 */
import { channelOf } from "../trace/channel.js";
import type { EntryPoint } from "../trace/entry.js";
import type { Access } from "../trace/library.js";
import type { Sending } from "../trace/sending.js";
import type { Trace } from "../trace/trace.js";
import { isUndefined, siteKey, type Value } from "../trace/value.js";
import type { Flows } from "../proof/flows.js";
import type { Holdings } from "./holdings.js";
import { isTenantTable } from "./facts.js";
import { takenIn } from "./taken.js";

/** As it is where a job is taken out: said of the job, and not of what the function that sends was given. */
export interface SentFromJob extends Pick<Sending, "destination" | "content" | "facts" | "site"> {
  readonly consumer: EntryPoint;
}

export interface Sent {
  /**
   * Where in its payload stands whom a job of this queue goes to (`to`), if those who take it out send what it holds and do
   * nothing else; null if they do.
   */
  addresseeIn(this: void, channel: string): string | null;
  /** All that is sent for jobs of this queue. */
  sentFor(this: void, channel: string): readonly SentFromJob[];
}

export function sentIn(trace: Trace, flows: Flows, holdings: Holdings): Sent {
  let found: ReadonlyMap<EntryPoint, readonly SentFromJob[]> | null = null;
  const sentBy = (consumer: EntryPoint): readonly SentFromJob[] =>
    (found ??= byConsumer(trace, flows)).get(consumer) ?? [];

  const isPathToTenants = ({ site, detail }: Access): boolean => {
    switch (detail.kind) {
      case "query": {
        const tables = holdings.tablesOf(siteKey(site));
        return tables === null || tables.some(isTenantTable);
      }
      // What is put under a key, or set on a connection, is judged where that is.
      case "key":
      case "setting":
        return false;
      default:
        return true;
    }
  };
  const reachesTenants = (consumer: EntryPoint): boolean =>
    trace.accesses.some(
      (access) => isPathToTenants(access) && flows.entriesReaching(access.root).includes(consumer),
    );

  const findAddressee = (channel: string): string | null => {
    const { consumers } = flows.channels.channel(channel);
    const all = consumers.flatMap(sentBy);
    const paths = all.map(({ destination }) => findPathIn(destination, channel));
    const [path] = paths;
    if (path === undefined || path === null || paths.includes(null)) return null;
    return consumers.some(reachesTenants) ? null : path;
  };
  const known = new Map<string, string | null>();
  return {
    addresseeIn: (channel) => {
      if (trace.sendings.length === 0) return null;
      let path = known.get(channel);
      if (path === undefined) known.set(channel, (path = findAddressee(channel)));
      return path;
    },
    sentFor: (channel) =>
      trace.sendings.length === 0 ? [] : flows.channels.channel(channel).consumers.flatMap(sentBy),
  };
}

/** From where something is sent back through the calls, to whoever takes out a job. */
function byConsumer(trace: Trace, flows: Flows): ReadonlyMap<EntryPoint, readonly SentFromJob[]> {
  const found = new Map<EntryPoint, SentFromJob[]>();
  const asTaken = takenIn(trace, flows);
  for (const { root, destination, content, facts, site } of trace.sendings)
    for (const { consumer, values, facts: known } of asTaken({ root, values: [destination, content], facts }))
      found.set(consumer, [
        ...(found.get(consumer) ?? []),
        { destination: values[0]!, content: values[1]!, facts: known, site, consumer },
      ]);
  return found;
}

/** Where in a job's payload a value stands: `to`; null where it may be something else. */
function findPathIn(value: Value, channel: string): string | null {
  switch (value.kind) {
    case "symbolic": {
      const at = channelOf(value.id);
      if (at?.channel === channel && /^data\b/.test(at.path)) return at.path.replace(/^data\.?/, "");
      return firstIn(value.from ?? [], channel);
    }
    case "choice":
      return allIn(
        value.options.filter((option) => !isUndefined(option)),
        channel,
      );
    case "array":
      return allIn([...value.elements, ...(value.rest ? [value.rest] : [])], channel);
    // `${name} <${to}>`
    case "text":
      return firstIn(
        value.parts.filter((part): part is Value => typeof part !== "string"),
        channel,
      );
    case "object":
      return firstIn(
        [...value.fields.values()].map((field) => field.value),
        channel,
      );
    default:
      return null;
  }
}

function firstIn(values: readonly Value[], channel: string): string | null {
  for (const value of values) {
    const path = findPathIn(value, channel);
    if (path !== null) return path;
  }
  return null;
}

function allIn(values: readonly Value[], channel: string): string | null {
  const paths = values.map((value) => findPathIn(value, channel));
  return paths.includes(null) ? null : (paths[0] ?? null);
}
