/** Jobs on their way into a queue. */
import type { Call, Tracer } from "../../trace/library.js";
import { channelId, channelOf } from "../../trace/channel.js";
import { optionsOf } from "../../trace/choice.js";
import {
  isUndefined,
  unknown,
  type ObjectField,
  type Site,
  type SymbolicValue,
  type Value,
} from "../../trace/value.js";
import { library, nameIn } from "./values.js";

/** `queue.add(name, data)` */
export function addJob(tracer: Tracer, queue: string | null, call: Call): Value {
  const [first, second] = call.arguments;
  // Bull's jobs need no name: `queue.add(data)`.
  const isNamed = second !== undefined || first?.kind !== "object";
  const [name, payload] = isNamed ? [first, second] : [undefined, first];
  produce(tracer, call.site, [
    call.spread ? { queue, name: unknown, payload: unknown } : { queue, name, payload },
  ]);
  return tracer.symbolic(call.site, "add()");
}

/** `queue.addBulk([{ name, data }])` */
export function addJobs(tracer: Tracer, queue: string | null, call: Call): Value {
  const jobs = listed(tracer, call.arguments[0]);
  produce(
    tracer,
    call.site,
    jobs.map((job) => ({ queue, ...describedBy(tracer, job) })),
  );
  return tracer.symbolic(call.site, "addBulk()");
}

/** `queue.upsertJobScheduler(id, repeat, { name, data })` */
export function scheduleJob(tracer: Tracer, queue: string | null, call: Call): Value {
  const template = call.arguments[2];
  const job = template ? describedBy(tracer, template) : { name: unknown, payload: undefined };
  produce(tracer, call.site, [{ queue, ...job }]);
  return tracer.symbolic(call.site, "upsertJobScheduler()");
}

/** `flow.add({ queueName, data, children })`, `flow.addBulk([…])` */
export function addFlows(tracer: Tracer, call: Call, method: string): Value {
  const [first = unknown] = call.arguments;
  const flows = method === "addBulk" ? listed(tracer, first) : [first];
  const jobs = flows.flatMap((flow) => jobsInFlow(tracer, flow, 4));
  produce(tracer, call.site, jobs);
  return tracer.symbolic(call.site, `${method}()`);
}

/** `job.updateData(data)`: whoever runs it next gets that. */
export function changeJob(tracer: Tracer, job: SymbolicValue | null, call: Call): null {
  const channel = (job && channelOf(job.id)?.channel) ?? null;
  const [data = unknown] = call.arguments;
  tracer.deliver({ kind: "job", channel, value: jobWith(unknown, data), site: call.site });
  return null;
}

interface Job {
  readonly queue: string | null;
  readonly name: Value | undefined;
  /** Undefined: it has none. */
  readonly payload: Value | undefined;
}

function jobsInFlow(tracer: Tracer, flow: Value, depth: number): readonly Job[] {
  const own = { queue: nameIn(tracer.memberOf(flow, "queueName")), ...describedBy(tracer, flow) };
  const children = tracer.memberOf(flow, "children");
  if (depth === 0 || children.kind !== "array") return [own];
  return [own, ...listed(tracer, children).flatMap((child) => jobsInFlow(tracer, child, depth - 1))];
}

function describedBy(tracer: Tracer, job: Value): Pick<Job, "name" | "payload"> {
  return { name: tracer.memberOf(job, "name"), payload: tracer.memberOf(job, "data") };
}

function listed(tracer: Tracer, value: Value | undefined): readonly Value[] {
  if (value?.kind === "array") return [...value.elements, ...(value.rest ? [value.rest] : [])];
  return [(value && tracer.elementOf(value)) ?? unknown];
}

function produce(tracer: Tracer, site: Site, jobs: readonly Job[]): void {
  const path = { site, kind: "job-producer", library, operation: "add" } as const;
  // The queue may be one that the instance at hand was made with.
  tracer.needsReceiver();
  const queues = [...new Set(jobs.flatMap(({ queue }) => queue ?? []))];
  tracer.begin({ ...path, tables: queues, repair: null, isOnPool: false });
  for (const { queue, name, payload = nothing } of jobs) {
    tracer.deliver({
      kind: "job",
      channel: queue === null ? null : channelId("job", queue),
      value: jobWith(name ?? unknown, payload),
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

/** As its processor gets it. */
function jobWith(name: Value, data: Value): Value {
  const field = (value: Value): ObjectField => ({ value, sometimes: false, overwritable: false });
  return {
    kind: "object",
    fields: new Map([
      ["name", field(name)],
      ["data", field(data)],
    ]),
    open: true,
  };
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
  if (value.kind !== "object") return value;
  const fields = [...value.fields].map(
    ([name, field]) => [name, { ...field, value: spelledOut(tracer, field.value, depth - 1) }] as const,
  );
  return { ...value, fields: new Map(fields) };
}
