/**
 * Bee-Queue: a job is made of its payload first, and put into the queue when it is saved. One class fills a queue and works it off.
 * Measured with version 2: a queue has one handler, of all its jobs, and a job no name.
 * https://github.com/bee-queue/bee-queue#api-reference
 */
import type { TypeIn } from "../../link/program.js";
import { nameIn, namesIn } from "../../queues/names.js";
import { listed, putIn, type Job } from "../../queues/put-in.js";
import {
  isAnnotated,
  memberOfJob,
  takeOut,
  tellOf,
  type Consumer,
  type JobData,
} from "../../queues/taken-out.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "bee-queue";

interface Queue {
  readonly type: "queue";
  readonly name: string | null;
  /** What its jobs carry, by its type argument. */
  readonly data: TypeIn | null;
}

/** `queue.createJob(payload)`: nobody gets it yet. It holds its payload. */
interface Draft {
  readonly type: "draft";
  readonly queue: string | null;
}

export const beeQueue: LibraryModel = {
  name: library,
  packages: [library],
  clients: ["Queue", "BeeQueue"],
  signs: [library],

  typed({ path }, [data], _tracer, symbol) {
    if (path.at(-1) === "Job") return valueOf({ type: "job", data: data ?? null, as: symbol });
    return isQueue(path) ? valueOf({ type: "queue", name: null, data: data ?? null }) : null;
  },

  // `new Queue("exports")`
  construct({ path }, { arguments: [name], typeArguments: [data] }, tracer) {
    if (!isQueue(path)) return null;
    // Who calls may say how it is called.
    if (name) tracer.needsArgument(name);
    const queues = namesIn(name).map((one) => valueOf({ type: "queue", name: one, data: data ?? null }));
    return tracer.choose(queues, "the queue");
  },

  member(receiver, property) {
    const data = dataOf(receiver);
    if (data?.type === "draft") return property === "data" ? payloadOf(receiver as LibraryValue) : null;
    return data?.type === "job" ? memberOfJob(data, property) : null;
  },

  callMethod(receiver, method, call, tracer) {
    const data = dataOf(receiver);
    switch (data?.type) {
      case "queue":
        return callQueue(receiver as LibraryValue, data, method, call, tracer);
      case "draft":
        // `queue.createJob(payload).timeout(3000).retries(2).save()`
        if (method === "save") put(tracer, call, [receiver]);
        return receiver;
      default:
        return null;
    }
  },
};

/** The package is its one class: `import Queue from "bee-queue"`, `import Queue = require("bee-queue")`. */
function isQueue([name, ...others]: readonly string[]): boolean {
  return others.length === 0 && (name === undefined || name === "default" || name === "export=");
}

function callQueue(
  receiver: LibraryValue,
  queue: Queue,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const [first = unknown, second] = call.arguments;
  switch (method) {
    case "createJob":
      return valueOf({ type: "draft", queue: queue.name }, [first]);
    case "saveAll":
      put(tracer, call, listed(tracer, first));
      return null;
    case "process": {
      // `queue.process(handler)`, `queue.process(5, handler)`
      const processor = call.arguments.find(isCallback);
      if (processor) takeOut(consumerOf(tracer, queue, call, processor));
      return tracer.symbolic(call.site, "process()");
    }
    case "on":
    case "once": {
      const event = nameIn(first);
      if (second && event !== null && eventsOfJobs.has(event))
        tellOf(consumerOf(tracer, queue, call, second), queue.name, event);
      return receiver;
    }
    case "getJob":
      return valueOf({ type: "job", data: queue.data, as: null });
    default:
      return null;
  }
}

/** Those whose listener is given the job. */
const eventsOfJobs: ReadonlySet<string> = new Set(["succeeded", "retrying", "failed"]);

function put(tracer: Tracer, { site }: Call, drafts: readonly Value[]): void {
  const jobs = drafts.map((draft): Job => {
    const data = dataOf(draft);
    return data?.type === "draft"
      ? { queue: data.queue, name: undefined, payload: payloadOf(draft as LibraryValue) }
      : { queue: null, name: undefined, payload: unknown };
  });
  putIn({ tracer, library, site }, jobs);
}

function consumerOf(tracer: Tracer, queue: Queue, { site }: Call, processor: Value): Consumer {
  return {
    tracer,
    library,
    name: queue.name === null ? undefined : { kind: "literal", value: queue.name },
    site,
    processor,
    declared: queue.data,
    text: "job.data",
    // Its own annotation can say what the job carries.
    given: ({ job }, handler) => [
      queue.data !== null || !isAnnotated(handler, tracer)
        ? valueOf({ type: "job", data: queue.data, as: job })
        : job,
    ],
  };
}

function valueOf(data: Queue | Draft | JobData, holds?: readonly Value[]): LibraryValue {
  return { kind: "library", library, type: data.type, data, ...(holds && { holds }) };
}

function payloadOf({ holds }: LibraryValue): Value {
  return holds?.[0] ?? unknown;
}

function dataOf(value: Value): Queue | Draft | JobData | null {
  return value.kind === "library" && value.library === library
    ? (value.data as Queue | Draft | JobData)
    : null;
}
