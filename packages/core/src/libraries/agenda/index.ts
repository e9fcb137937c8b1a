/**
 * Agenda: a job is told by its name, which is defined once. What it carries stands in `job.attrs.data`.
 * https://github.com/agenda/agenda#defining-job-processors
 */
import { nameIn } from "../../queues/names.js";
import { oneOrMore, putIn, type Job } from "../../queues/put-in.js";
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

const library = "agenda";

const client: LibraryValue = { kind: "library", library, type: "client", data: null };

export const agenda: LibraryModel = {
  name: library,
  packages: ["agenda", "@hokify/agenda"],
  clients: ["Agenda"],
  signs: ["agenda"],

  typed({ path }, [data], _tracer, symbol) {
    if (path.at(-1) === "Job") return jobOf("job", { type: "job", data: data ?? null, as: symbol });
    return isAgenda(path) ? client : null;
  },

  construct: ({ path }) => (isAgenda(path) ? client : null),

  // `job.attrs.data`
  member(receiver, property) {
    if (receiver.kind !== "library" || receiver.data === null) return null;
    const data = receiver.data as JobData;
    if (receiver.type === "attrs") return memberOfJob(data, property);
    return property === "attrs" ? jobOf("attrs", data) : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library" || receiver.data !== null) return null;
    if (receiver.type === "draft") return callDraft(receiver, method, call, tracer);
    const [first, second, third] = call.arguments;
    switch (method) {
      case "define":
        return define(call, tracer);
      case "now":
        return put(call, tracer, [first], second);
      // `agenda.schedule("in 20 minutes", ["mail", "print"], data)`
      case "schedule":
      case "every":
        return put(call, tracer, second ? oneOrMore(tracer, second) : [undefined], third);
      case "create":
        return { ...client, type: "draft", data: null, holds: [first ?? unknown, second ?? unknown] };
      case "on":
      case "once":
        return tell(call, tracer) ? receiver : null;
      // `new Agenda().database(url).processEvery("1 minute")`
      default:
        return settings.has(method) ? receiver : null;
    }
  },
};

const settings: ReadonlySet<string> = new Set(
  `name database mongo processEvery maxConcurrency defaultConcurrency lockLimit defaultLockLimit defaultLockLifetime sort`.split(
    " ",
  ),
);

function isAgenda(path: readonly string[]): boolean {
  const name = path.at(-1);
  return name === undefined || name === "default" || name === "Agenda" || name === "export=";
}

/** A job that is made first: `agenda.create(name, data).repeatEvery("1 day").save()`. */
function callDraft(job: LibraryValue, method: string, call: Call, tracer: Tracer): Value {
  const [name, data] = job.holds!;
  if (method === "save") put(call, tracer, [name], data);
  return job;
}

function put({ site }: Call, tracer: Tracer, names: readonly (Value | undefined)[], payload?: Value): Value {
  const jobs = names.map((name): Job => ({ queue: name ?? null, name: undefined, payload }));
  putIn({ tracer, library, site }, jobs);
  return tracer.symbolic(site, "the job");
}

/** `define(name, handler)`, with options between them before version 5, and behind them since. */
function define(call: Call, tracer: Tracer): Value {
  const [name] = call.arguments;
  const processor = call.arguments.find(isCallback);
  if (processor) takeOut(consumerOf(tracer, name, call, processor));
  return tracer.symbolic(call.site, "define()");
}

/** `agenda.on("fail:print", (error, job) => …)` */
function tell(call: Call, tracer: Tracer): boolean {
  const [event, listener] = call.arguments;
  const [, what, queue] = /^(start|complete|success|fail|retry)(?::(.+))?$/.exec(nameIn(event) ?? "") ?? [];
  if (what === undefined || !listener) return false;
  const consumer = consumerOf(tracer, undefined, call, listener);
  tellOf(
    what === "fail" ? { ...consumer, given: (...job) => [unknown, ...consumer.given(...job)] } : consumer,
    queue ?? null,
    what,
  );
  return true;
}

function consumerOf(tracer: Tracer, name: Value | undefined, { site }: Call, processor: Value): Consumer {
  return {
    ...{ tracer, library, name, site, processor, declared: null, text: "job.attrs.data" },
    // Its own annotation can say what the job carries.
    given: ({ job }, handler) => [
      isAnnotated(handler, tracer) ? job : jobOf("job", { type: "job", data: null, as: job }),
    ],
  };
}

/** Of a job that runs, and of its `attrs`. */
function jobOf(type: "job" | "attrs", data: JobData): LibraryValue {
  return { kind: "library", library, type, data };
}
