/**
 * BullMQ. Queues, flow producers, workers and jobs are recognised by their construction or declared type; a receiver that
 * leads nowhere never, since `add` belongs to everybody.
 */
import type { TypeIn } from "../../link/program.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { isUndefined, type SymbolicValue, type Value } from "../../trace/value.js";
import { addFlows, addJob, addJobs, scheduleJob, withFields } from "./producers.js";
import {
  dataOf,
  flowProducer,
  library,
  namelessQueue,
  nameIn,
  other,
  untypedJob,
  valueOf,
  type BullData,
} from "./values.js";

export const bullmq: LibraryModel = {
  name: library,
  packages: ["bullmq"],
  clients: ["Queue", "FlowProducer", "Worker"],
  // Where one file is all there is, a queue can only come from the package itself.
  signs: ["bullmq"],

  typed(external, [data]) {
    switch (external.path.at(-1)) {
      case "Queue":
        return namelessQueue;
      case "FlowProducer":
        return flowProducer;
      case "Job":
        return data ? valueOf({ type: "job", data }) : untypedJob;
      case "Worker":
      case "QueueEvents":
        return other;
      default:
        return null;
    }
  },

  construct(external, call, tracer) {
    switch (external.path.at(-1)) {
      case "Queue": {
        const name = nameIn(call.arguments[0]);
        return name === null ? namelessQueue : valueOf({ type: "queue", name });
      }
      case "FlowProducer":
        return flowProducer;
      case "Worker":
        consume(tracer, call);
        return other;
      case "QueueEvents":
        return other;
      default:
        return null;
    }
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data?.type === "job" && property === "data" ? payloadOf(data) : null;
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    switch (data?.type) {
      case "queue":
        if (method === "add") return addJob(tracer, data.name, call);
        if (method === "addBulk") return addJobs(tracer, data.name, call);
        if (method === "upsertJobScheduler") return scheduleJob(tracer, data.name, call);
        return method === "getJob" ? untypedJob : null;
      case "flow-producer":
        return method === "add" || method === "addBulk" ? addFlows(tracer, call, method) : null;
      default:
        return null;
    }
  },
};

/** `new Worker(name, processor)`: the processor runs for every job. */
function consume(tracer: Tracer, call: Call): void {
  const [name, processor] = call.arguments;
  // Without a processor somebody fetches the jobs by hand.
  if (!processor || isUndefined(processor)) return;
  const queue = nameIn(name);
  const path = { site: call.site, kind: "job-consumer", library, operation: "consume" } as const;
  tracer.begin({ ...path, tables: queue === null ? [] : [queue], repair: null, isOnPool: false });
  const [type] = call.typeArguments;
  // Untyped, so that the processor's own annotation can say what the job carries.
  const job: Value = type ? valueOf({ type: "job", data: type }) : anyJob(call);
  const payload = withFields(tracer, tracer.memberOf(job, "data"));
  tracer.record({ ...path, stage: "run", detail: { kind: "job", queue, payload } });
  for (const handler of optionsOf(processor))
    if (handler.kind === "function")
      tracer.enter({
        name: queue === null ? "job" : `job ${queue}`,
        kind: "job",
        framework: library,
        site: call.site,
        handler,
        parameters: [{ kind: "job", name: "job", text: "the job" }],
        before: () => [],
        isDetached: false,
      });
  tracer.invoke(processor, [job]);
}

function anyJob({ site }: Call): SymbolicValue {
  return { ...payload, id: `job:${site.file}:${site.start}`, text: "job" };
}

function payloadOf({ data }: BullData & { type: "job" }): SymbolicValue {
  const place: TypeIn | null = data;
  return {
    ...payload,
    id: place ? `job:${place.file}:${place.node.start}.data` : payload.id,
    type: data,
  };
}

const payload: SymbolicValue = {
  kind: "symbolic",
  id: "job.data",
  origin: "job",
  text: "job.data",
  absent: false,
  type: null,
  row: null,
};
