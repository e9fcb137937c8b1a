/**
 * pg-boss, versions 6 to 12. A job is one of a queue by its name; since version 10, whoever works one off gets a list.
 * https://timgit.github.io/pg-boss/
 */
import { nameIn } from "../../queues/names.js";
import { listOf } from "../../queues/objects.js";
import { jobWith, listed, putIn, type Job } from "../../queues/put-in.js";
import {
  takenOut,
  isAnnotated,
  jobOf,
  memberOfJob,
  takeOut,
  takesList,
  type JobData,
} from "../../queues/taken-out.js";
import { usesAsOne } from "../../queues/uses.js";
import { channelId } from "../../trace/channel.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { ExternalValue, FunctionValue, LibraryValue, Value } from "../../trace/value.js";

const library = "pg-boss";

type Data = { readonly type: "client" } | JobData;

const client = valueOf({ type: "client" });

export const pgBoss: LibraryModel = {
  name: library,
  packages: ["pg-boss"],
  clients: ["PgBoss"],
  signs: ["pg-boss"],

  typed(external, [data], _tracer, symbol) {
    if (isClient(external)) return client;
    return /^Job(?:WithMetadata|WithDoneCallback|WithMetadataDoneCallback)?$/.test(external.path.at(-1) ?? "")
      ? valueOf({ type: "job", data: data ?? null, as: symbol })
      : null;
  },

  construct: (external) => (isClient(external) ? client : null),

  member(receiver, property) {
    const data = dataOf(receiver);
    return data?.type === "job" ? memberOfJob(data, property) : null;
  },

  callMethod(receiver, method, call, tracer) {
    return dataOf(receiver)?.type === "client" ? callClient(receiver, method, call, tracer) : null;
  },
};

function callClient(client: Value, method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second, third] = call.arguments;
  switch (method) {
    case "start":
      return client;
    // `send({ name, data })`, `send(name, data)`
    case "send":
      return put(
        tracer,
        call,
        first?.kind === "object"
          ? [jobIn(tracer, tracer.memberOf(first, "name"), first)]
          : [jobFor(first, second)],
      );
    case "sendAfter":
    case "sendOnce":
    case "sendSingleton":
    case "sendThrottled":
    case "sendDebounced":
    case "publish":
    case "publishAfter":
      return put(tracer, call, [jobFor(first, second)]);
    // `insert([{ name, data }])`; since version 11 `insert(name, [{ data }])`
    case "insert": {
      const named = second === undefined ? null : first;
      const jobs = listed(tracer, second ?? first);
      return put(
        tracer,
        call,
        jobs.map((one) => jobIn(tracer, named ?? tracer.memberOf(one, "name"), one)),
      );
    }
    case "schedule":
      return put(tracer, call, [jobFor(first, third)]);
    case "work":
      return work(tracer, call);
    case "subscribe":
      // `subscribe(event, queue)`; before version 6, what `work` is now.
      return call.arguments.some(isCallback) ? work(tracer, call) : handOn(tracer, call);
    case "fetch": {
      const { job: as } = takenOut({ tracer, library, site: call.site, text: "job.data" }, nameIn(first));
      const job = valueOf({ type: "job", data: call.typeArguments[0] ?? null, as });
      return listOf(job);
    }
    default:
      return null;
  }
}

function put(tracer: Tracer, { site }: Call, jobs: readonly Job[]): Value {
  putIn({ tracer, library, site }, jobs);
  return tracer.symbolic(site, "send()");
}

function jobFor(name: Value | undefined, payload: Value | undefined): Job {
  return { queue: name ?? null, name: undefined, payload };
}

function jobIn(tracer: Tracer, name: Value, job: Value): Job {
  return jobFor(name, tracer.memberOf(job, "data"));
}

/** `work(name, options, handler)` */
function work(tracer: Tracer, call: Call): Value {
  const [name] = call.arguments;
  const processor = call.arguments.find(isCallback);
  const declared = call.typeArguments[0] ?? null;
  if (processor)
    takeOut({
      tracer,
      library,
      name,
      site: call.site,
      processor,
      declared,
      text: "job.data",
      given({ job }, handler) {
        const one =
          declared !== null || !isAnnotated(handler, tracer)
            ? valueOf({ type: "job", data: declared, as: job })
            : job;
        return [isGivenOne(handler, tracer) ? one : listOf(listedAs(one, job))];
      },
    });
  return tracer.symbolic(call.site, "work()");
}

/** What a list holds has no annotation of its own that would say what it is. */
function listedAs(one: Value, job: JobData["as"]): Value {
  return one === job ? valueOf({ type: "job", data: null, as: job }) : one;
}

/** Which version it is, its handlers say: one of a list of jobs takes it apart, or goes through it. */
function isGivenOne(handler: FunctionValue, tracer: Tracer): boolean {
  return !takesList(handler, tracer) && usesAsOne(handler, tracer, ["data", "id", "name"]);
}

/** `subscribe(event, queue)`: what is published under the event is put into the queue. */
function handOn(tracer: Tracer, call: Call): Value {
  const [event, queue] = call.arguments.map(nameIn);
  const data = tracer.memberOf(jobOf(event ?? null, call.site), "data");
  const name: Value = { kind: "literal", value: undefined };
  if (event && queue)
    tracer.deliver({
      kind: "job",
      channel: channelId("job", queue),
      value: jobWith(name, data),
      site: call.site,
    });
  return tracer.symbolic(call.site, "subscribe()");
}

/** The default export until version 11, a named one since. */
function isClient({ path }: ExternalValue): boolean {
  return path.length === 0 || (path.length === 1 && /^(?:default|PgBoss|export=)$/.test(path[0]!));
}

function valueOf(data: Data): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

function dataOf(value: Value): Data | null {
  return value.kind === "library" && value.library === library ? (value.data as Data) : null;
}
