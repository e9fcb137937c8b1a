/** Jobs on their way out of a queue, whichever library it is of: a processor runs for each, with what was put in. */
import type { TypeIn } from "../link/program.js";
import { channelId, taken } from "../trace/channel.js";
import { optionsOf } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import type { FunctionValue, Site, SymbolicValue, Value } from "../trace/value.js";
import { namesIn } from "./names.js";
import { withFields } from "./put-in.js";

export interface Consumer {
  readonly tracer: Tracer;
  readonly library: string;
  /** What says which queue it is. */
  readonly name: Value | undefined;
  readonly site: Site;
  readonly processor: Value;
  /** What the payload is, by the consumer's own type. */
  readonly declared: TypeIn | null;
  /** What the processor is given for a job. */
  given(job: Taken, processor: FunctionValue): readonly Value[];
  /** Where the payload stands among that, for people: `job.data`, `payload`. */
  readonly text: string;
}

/** A job as it came out: everything below it is known by its queue's name and its path. */
export interface Taken {
  readonly job: SymbolicValue;
  readonly payload: SymbolicValue;
}

/** A path of the inventory, and the processor's walk, for each queue that it may be. */
export function takeOut(consumer: Consumer): void {
  const { tracer, name, site, library, declared, text } = consumer;
  if (name) tracer.needsArgument(name);
  const names = namesIn(name);
  const path = { site, kind: "job-consumer", library, operation: "consume" } as const;
  tracer.begin({ ...path, tables: names.flatMap((one) => one ?? []), repair: null, isOnPool: false });
  for (const queue of names) {
    const payload = withFields(tracer, payloadOf(queue, site, declared, text).payload);
    tracer.record({ ...path, stage: "run", detail: { kind: "job", queue, payload } });
    // Whoever calls says which queue it is.
    const isOpen = queue === null && name?.kind === "symbolic" && name.id.startsWith("parameter:");
    runFor({ ...consumer, queue, title: "", isOpen });
  }
}

/** A path of the inventory where no processor is walked: somebody asks for what is in it, or a framework hands it over. */
export function takenOut(
  { tracer, library, site, text }: Pick<Consumer, "tracer" | "library" | "site" | "text">,
  queue: string | null,
): Taken {
  const path = { site, kind: "job-consumer", library, operation: "consume" } as const;
  tracer.begin({ ...path, tables: queue === null ? [] : [queue], repair: null, isOnPool: false });
  const job = payloadOf(queue, site, null, text);
  tracer.record({ ...path, stage: "run", detail: { kind: "job", queue, payload: job.payload } });
  return job;
}

/** `worker.on("failed", (job) => …)`: somebody is told of jobs that others work off. */
export function tellOf(consumer: Consumer, queue: string | null, title: string): void {
  runFor({ ...consumer, queue, title: ` ${title}`, isOpen: queue === null });
}

type Run = Consumer & {
  readonly queue: string | null;
  readonly title: string;
  /** It is a function's own queue that its callers name: none of its own is entered. */
  readonly isOpen: boolean;
};

function runFor({ tracer, library, site, processor, queue, title, isOpen, ...consumer }: Run): void {
  const job = payloadOf(queue, site, consumer.declared, consumer.text);
  const channel = queue === null ? "job" : channelId("job", queue);
  for (const handler of optionsOf(processor)) {
    if (handler.kind !== "function") continue;
    const root = tracer.runApart(handler, consumer.given(job, handler), site, `${channel}${title}`);
    if (isOpen) continue;
    tracer.enter({
      name: `job${queue === null ? "" : ` ${queue}`}${title}`,
      kind: "job",
      framework: library,
      site,
      handler,
      root,
      parameters: [{ kind: "job", name: channel, text: "the job" }],
      before: () => [],
      isDetached: false,
    });
  }
}

function payloadOf(queue: string | null, site: Site, declared: TypeIn | null, text: string): Taken {
  const job = { ...jobOf(queue, site), text: text.replace(/\.\w+$/, "") };
  return { job, payload: { ...taken(`${job.id}.data`, text), type: declared } };
}

export function jobOf(queue: string | null, site: Site): SymbolicValue {
  return taken(queue === null ? `job:${site.file}:${site.start}` : channelId("job", queue), "job");
}

/** Its own annotation can say what it is given. */
export function isAnnotated({ file, function: id }: FunctionValue, tracer: Tracer): boolean {
  return (tracer.moduleOf(file)?.functions[id]?.parameters[0]?.type ?? null) !== null;
}

/** Whether it takes its first parameter apart as a list: `async ([job]) => …`. */
export function takesList({ file, function: id }: FunctionValue, tracer: Tracer): boolean {
  return tracer.moduleOf(file)?.functions[id]?.parameters[0]?.pattern.kind === "array";
}

/** Of a value that is a job by its declared type, or by its library: what it carries, and how it is called. */
export interface JobData {
  readonly type: "job";
  /** What its type argument says, or null. */
  readonly data: TypeIn | null;
  /** How it came here, where that is known. */
  readonly as: SymbolicValue | null;
}

export function memberOfJob({ data, as }: JobData, property: string): SymbolicValue | null {
  if (property !== "data" && property !== "name") return null;
  return {
    ...taken(`${as?.id ?? "job"}.${property}`, `job.${property}`),
    type: property === "data" ? data : null,
  };
}
