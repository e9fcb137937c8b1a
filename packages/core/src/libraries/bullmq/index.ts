/**
 * BullMQ. Queues, flow producers, workers and jobs are recognised by their construction or declared type; a receiver that
 * leads nowhere never, since `add` belongs to everybody.
 */
import type { LibraryModel } from "../../trace/library.js";
import { consume, memberOfJob, tell } from "./consumers.js";
import { addFlows, addJob, addJobs, changeJob, scheduleJob } from "./producers.js";
import {
  dataOf,
  flowProducer,
  library,
  namelessQueue,
  namesIn,
  other,
  untypedJob,
  valueOf,
} from "./values.js";

export const bullmq: LibraryModel = {
  name: library,
  packages: ["bullmq"],
  clients: ["Queue", "FlowProducer", "Worker"],
  // Where one file is all there is, a queue can only come from the package itself.
  signs: ["bullmq"],

  typed(external, [data], _tracer, symbol) {
    switch (external.path.at(-1)) {
      case "Queue":
        return namelessQueue;
      case "FlowProducer":
        return flowProducer;
      case "Job":
        return valueOf({ type: "job", data: data ?? null, as: symbol });
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
        const [name] = call.arguments;
        // Who calls may say how it is called.
        if (name) tracer.needsArgument(name);
        const queues = namesIn(name).map((one) =>
          one === null ? namelessQueue : valueOf({ type: "queue", name: one }),
        );
        return tracer.choose(queues, "the queue");
      }
      case "FlowProducer":
        return flowProducer;
      case "Worker":
        return consume(tracer, call);
      case "QueueEvents":
        return other;
      default:
        return null;
    }
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data?.type === "job" ? memberOfJob(data, property) : null;
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    switch (data?.type) {
      case "queue":
        if (method === "add") return addJob(tracer, data.name, call);
        if (method === "addBulk") return addJobs(tracer, data.name, call);
        if (method === "upsertJobScheduler") return scheduleJob(tracer, data.name, call);
        return method === "getJob" ? untypedJob : null;
      case "job":
        return method === "updateData" || method === "update" ? changeJob(tracer, data.as, call) : null;
      case "worker":
        return method === "on" || method === "once" ? tell(tracer, data.queues, call) : null;
      case "flow-producer":
        return method === "add" || method === "addBulk" ? addFlows(tracer, call, method) : null;
      default:
        return null;
    }
  },
};
