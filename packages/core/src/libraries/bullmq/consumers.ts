/** Jobs on their way out of a queue: `new Worker(name, processor)`, and Bull's `queue.process(name, processor)`. */
import type { TypeIn } from "../../link/program.js";
import { isAnnotated, takeOut, tellOf, type Consumer } from "../../queues/taken-out.js";
import { nameIn, namesIn } from "../../queues/names.js";
import { defaultOfNamedFile } from "../../platform/program-files.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { isUndefined, unknown, type LibraryValue, type Site, type Value } from "../../trace/value.js";
import { library, valueOf } from "./values.js";

/** The processor runs for every job; where it is named by its file, it is what that exports by default. */
export function consume(tracer: Tracer, call: Call): LibraryValue {
  const [name, processor] = call.arguments;
  // Without a processor somebody fetches the jobs by hand.
  if (processor && !isUndefined(processor)) {
    const inFile = isCallback(processor) ? null : defaultOfNamedFile(processor, call.site.file, tracer);
    takeOut(consumerOf(tracer, name, call.site, call.typeArguments[0] ?? null, inFile ?? processor));
  }
  return valueOf({ type: "worker", queues: namesIn(name) });
}

/** `queue.process(processor)`, `queue.process("title", 5, processor)`; the processor may be named by its file. */
export function process(tracer: Tracer, queue: string | null, data: TypeIn | null, call: Call): Value | null {
  const processor =
    call.arguments.find(isCallback) ??
    defaultOfNamedFile(call.arguments.at(-1) ?? unknown, call.site.file, tracer);
  if (!processor) return null;
  const name: Value | undefined = queue === null ? undefined : { kind: "literal", value: queue };
  takeOut(consumerOf(tracer, name, call.site, data, processor));
  return tracer.symbolic(call.site, "process()");
}

/** `worker.on("failed", (job) => …)`: whether it is an event of jobs. */
export function tell(tracer: Tracer, queues: readonly (string | null)[], call: Call): boolean {
  const [event, listener] = call.arguments;
  const name = nameIn(event);
  if (name === null || !listener || !["active", "completed", "failed", "progress"].includes(name))
    return false;
  for (const queue of queues) tellOf(consumerOf(tracer, undefined, call.site, null, listener), queue, name);
  return true;
}

function consumerOf(
  tracer: Tracer,
  name: Value | undefined,
  site: Site,
  declared: TypeIn | null,
  processor: Value,
): Consumer {
  return {
    tracer,
    library,
    name,
    site,
    processor,
    declared,
    text: "job.data",
    // Its own annotation can say what the job carries.
    given: ({ job }, handler) => [
      declared !== null || !isAnnotated(handler, tracer)
        ? valueOf({ type: "job", data: declared, as: job })
        : job,
    ],
  };
}
