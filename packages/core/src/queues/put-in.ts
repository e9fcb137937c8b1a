/** Jobs on their way into a queue, whichever library it is of: a path of the inventory, and what whoever takes it out gets. */
import type { Operation } from "../vocabulary.js";
import { channelId } from "../trace/channel.js";
import { optionsOf } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import { isUndefined, unknown, type Site, type Value } from "../trace/value.js";
import { namesIn } from "./names.js";
import { objectOf } from "./objects.js";

export interface Job {
  /** Its name, or what says it; null where that can't be told. */
  readonly queue: Value | string | null;
  /** What tells the jobs of one queue apart, where it has such a thing. */
  readonly name: Value | undefined;
  /** Undefined: it has none. */
  readonly payload: Value | undefined;
}

interface Putting {
  readonly tracer: Tracer;
  readonly library: string;
  readonly site: Site;
  readonly operation?: Operation;
}

/** All that one call puts in. */
export function putIn({ tracer, library, site, operation = "add" }: Putting, jobs: readonly Job[]): void {
  const path = { site, kind: "job-producer", library, operation } as const;
  // The queue may be one that the instance at hand was made with.
  tracer.needsReceiver();
  const named = jobs.flatMap((job) => queuesOf(tracer, job).map((queue) => ({ ...job, queue })));
  const queues = [...new Set(named.flatMap(({ queue }) => queue ?? []))];
  tracer.begin({ ...path, tables: queues, repair: null, isOnPool: false });
  for (const { queue, name, payload = nothing } of named) {
    tracer.deliver({
      kind: "job",
      channel: queue === null ? null : channelId("job", queue),
      value: jobWith(name ?? unknown, payload),
      payload: withFields(tracer, payload),
      site,
    });
    for (const option of optionsOf(payload))
      tracer.record({
        ...path,
        stage: "run",
        detail: { kind: "job", queue, payload: withFields(tracer, option) },
      });
  }
}

/** It may be one of several. */
function queuesOf(tracer: Tracer, { queue }: Job): readonly (string | null)[] {
  if (queue === null || typeof queue === "string") return [queue];
  // Whoever calls the function at hand may say which one.
  tracer.needsArgument(queue);
  return namesIn(queue);
}

/** As its processor gets it. */
export function jobWith(name: Value, data: Value): Value {
  return objectOf({ name, data });
}

/** Each of a list of jobs; of one that is not followed, what its elements are. */
export function listed(tracer: Tracer, value: Value | undefined): readonly Value[] {
  if (value?.kind === "array") return [...value.elements, ...(value.rest ? [value.rest] : [])];
  return [(value && tracer.elementOf(value)) ?? unknown];
}

/** One, or a list of them. */
export function oneOrMore(tracer: Tracer, value: Value | undefined): readonly Value[] {
  const isList = value !== undefined && (value.kind === "array" || tracer.elementOf(value) !== null);
  return isList ? listed(tracer, value) : [value ?? unknown];
}

const nothing: Value = { kind: "object", fields: new Map(), open: false };

/** What is known by its type has the fields that the type says. */
export function withFields(tracer: Tracer, payload: Value): Value {
  return isUndefined(payload) ? nothing : spelledOut(tracer, payload, 4);
}

function spelledOut(tracer: Tracer, value: Value, depth: number): Value {
  if (depth === 0) return value;
  if (value.kind === "symbolic" && value.row === null) {
    const isObject = value.type !== null && tracer.membersOf(tracer.typeOf(value.type)) !== null;
    return isObject ? spelledOut(tracer, tracer.fieldsOf(value), depth) : value;
  }
  // `JSON.stringify(invoice)`: who takes it out reads it again.
  if (value.kind === "text" && value.parts.length === 1 && typeof value.parts[0] !== "string")
    return spelledOut(tracer, value.parts[0]!, depth - 1);
  if (value.kind !== "object") return value;
  const fields = [...value.fields].map(
    ([name, field]) => [name, { ...field, value: spelledOut(tracer, field.value, depth - 1) }] as const,
  );
  return { ...value, fields: new Map(fields) };
}
