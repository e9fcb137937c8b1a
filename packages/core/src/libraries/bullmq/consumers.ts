/** Jobs on their way out of a queue: `new Worker(name, processor)`. */
import type { TypeIn } from "../../link/program.js";
import { channelId, taken } from "../../trace/channel.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import {
  isUndefined,
  type FunctionValue,
  type LibraryValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "../../trace/value.js";
import { withFields } from "./producers.js";
import { library, nameIn, namesIn, valueOf, type BullData } from "./values.js";

/** The processor runs for every job. */
export function consume(tracer: Tracer, call: Call): LibraryValue {
  const [name, processor] = call.arguments;
  const worker = valueOf({ type: "worker", queues: namesIn(name) });
  // Without a processor somebody fetches the jobs by hand.
  if (!processor || isUndefined(processor)) return worker;
  if (name) tracer.needsArgument(name);
  const names = namesIn(name);
  const path = { site: call.site, kind: "job-consumer", library, operation: "consume" } as const;
  tracer.begin({ ...path, tables: names.flatMap((one) => one ?? []), repair: null, isOnPool: false });
  for (const queue of names) {
    const job = valueOf({ type: "job", data: call.typeArguments[0] ?? null, as: jobOf(queue, call.site) });
    const payload = withFields(tracer, tracer.memberOf(job, "data"));
    tracer.record({ ...path, stage: "run", detail: { kind: "job", queue, payload } });
    const declared = call.typeArguments[0] ?? null;
    // Whoever calls says which queue it is.
    const isOpen = queue === null && name?.kind === "symbolic" && name.id.startsWith("parameter:");
    run(tracer, call.site, { queue, declared, title: "", isOpen }, processor);
  }
  return worker;
}

/** `worker.on("failed", (job) => …)` */
export function tell(tracer: Tracer, queues: readonly (string | null)[], call: Call): null {
  const [event, listener] = call.arguments;
  const name = nameIn(event);
  if (name === null || !listener || !["active", "completed", "failed", "progress"].includes(name))
    return null;
  for (const queue of queues)
    run(tracer, call.site, { queue, declared: null, title: ` ${name}`, isOpen: queue === null }, listener);
  return null;
}

interface Run {
  readonly queue: string | null;
  /** What the payload is, by the worker's own type. */
  readonly declared: TypeIn | null;
  readonly title: string;
  /** It is a function's own queue that its callers name: none of its own is entered. */
  readonly isOpen: boolean;
}

function run(tracer: Tracer, site: Site, { queue, declared, title, isOpen }: Run, processor: Value): void {
  const job = jobOf(queue, site);
  const channel = queue === null ? "job" : channelId("job", queue);
  for (const handler of optionsOf(processor)) {
    if (handler.kind !== "function") continue;
    // Its own annotation can say what the job carries.
    const given =
      declared !== null || !isAnnotated(handler, tracer)
        ? valueOf({ type: "job", data: declared, as: job })
        : job;
    const root = tracer.runApart(handler, [given], site, `${channel}${title}`);
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

function jobOf(queue: string | null, site: Site): SymbolicValue {
  return taken(queue === null ? `job:${site.file}:${site.start}` : channelId("job", queue), "job");
}

function isAnnotated({ file, function: id }: FunctionValue, tracer: Tracer): boolean {
  return (tracer.moduleOf(file)?.functions[id]?.parameters[0]?.type ?? null) !== null;
}

export function memberOfJob(
  { data, as }: BullData & { type: "job" },
  property: string,
): SymbolicValue | null {
  if (property !== "data" && property !== "name") return null;
  return {
    ...taken(`${as?.id ?? "job"}.${property}`, `job.${property}`),
    type: property === "data" ? data : null,
  };
}
