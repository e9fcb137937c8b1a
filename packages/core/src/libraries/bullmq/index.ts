/**
 * BullMQ, on Redis or on PostgreSQL (the backend is an option of the connection), and Bull, which it comes from. Queues, flow
 * producers, workers and jobs are recognised by their construction or declared type; a receiver that leads nowhere never, since
 * `add` belongs to everybody. https://docs.bullmq.io, https://github.com/OptimalBits/bull/blob/develop/REFERENCE.md
 */
import { namesIn } from "../../queues/names.js";
import { memberOfJob } from "../../queues/taken-out.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { ExternalValue, Value } from "../../trace/value.js";
import { consume, process, tell } from "./consumers.js";
import { addFlows, addJob, addJobs, changeJob, scheduleJob } from "./producers.js";
import { dataOf, flowProducer, library, namelessQueue, other, untypedJob, valueOf } from "./values.js";

export const bullmq: LibraryModel = {
  name: library,
  packages: ["bullmq", "bull"],
  clients: ["Queue", "FlowProducer", "Worker"],
  // Where one file is all there is, a queue can only come from the package itself.
  signs: ["bullmq", "bull"],

  typed(external, [data], _tracer, symbol) {
    switch (nameOf(external)) {
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
    switch (nameOf(external)) {
      case "Queue":
        return queueOf(external, call, tracer);
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

  // `Bull("exports")`: Bull's constructor needs no `new`.
  callExternal(external, call, tracer) {
    return external.package === "bull" && nameOf(external) === "Queue"
      ? queueOf(external, call, tracer)
      : null;
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
        if (method === "process") return process(tracer, data.name, data.data, call);
        if (method === "on" || method === "once") return tell(tracer, [data.name], call) ? receiver : null;
        return method === "getJob" ? untypedJob : null;
      case "job":
        return method === "updateData" || method === "update" ? changeJob(tracer, data.as, call) : null;
      case "worker":
        return (method === "on" || method === "once") && tell(tracer, data.queues, call) ? receiver : null;
      case "flow-producer":
        return method === "add" || method === "addBulk" ? addFlows(tracer, call, method) : null;
      default:
        return null;
    }
  },
};

/** Bull is one class, exported as the module itself. */
function nameOf({ package: from, path }: ExternalValue): string | undefined {
  const name = path.at(-1);
  return from === "bull" && (name === undefined || name === "default" || name === "export=") ? "Queue" : name;
}

function queueOf({ package: from }: ExternalValue, call: Call, tracer: Tracer): Value {
  const [name] = call.arguments;
  // Who calls may say how it is called.
  if (name) tracer.needsArgument(name);
  // BullMQ's workers say for themselves what they take out.
  const data = (from === "bull" && call.typeArguments[0]) || null;
  const queues = namesIn(name).map((one) =>
    one === null ? namelessQueue : valueOf({ type: "queue", name: one, data }),
  );
  return tracer.choose(queues, "the queue");
}
