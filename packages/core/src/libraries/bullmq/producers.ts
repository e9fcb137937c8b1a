/** Jobs on their way into a queue. */
import type { Call, Tracer } from "../../trace/library.js";
import { optionsOf } from "../../trace/choice.js";
import { isUndefined, unknown, type Site, type Value } from "../../trace/value.js";
import { library, nameIn } from "./values.js";

/** `queue.add(name, data)` */
export function addJob(tracer: Tracer, queue: string | null, call: Call): Value {
  produce(tracer, call.site, [{ queue, payload: call.spread ? unknown : call.arguments[1] }]);
  return tracer.symbolic(call.site, "add()");
}

/** `queue.addBulk([{ name, data }])` */
export function addJobs(tracer: Tracer, queue: string | null, call: Call): Value {
  const jobs = listed(tracer, call.arguments[0]);
  produce(
    tracer,
    call.site,
    jobs.map((job) => ({ queue, payload: payloadOf(tracer, job) })),
  );
  return tracer.symbolic(call.site, "addBulk()");
}

/** `queue.upsertJobScheduler(id, repeat, { name, data })` */
export function scheduleJob(tracer: Tracer, queue: string | null, call: Call): Value {
  const template = call.arguments[2];
  produce(tracer, call.site, [{ queue, payload: template && payloadOf(tracer, template) }]);
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

interface Job {
  readonly queue: string | null;
  /** Undefined: it has none. */
  readonly payload: Value | undefined;
}

function jobsInFlow(tracer: Tracer, flow: Value, depth: number): readonly Job[] {
  const own = { queue: nameIn(tracer.memberOf(flow, "queueName")), payload: payloadOf(tracer, flow) };
  const children = tracer.memberOf(flow, "children");
  if (depth === 0 || children.kind !== "array") return [own];
  return [own, ...listed(tracer, children).flatMap((child) => jobsInFlow(tracer, child, depth - 1))];
}

function payloadOf(tracer: Tracer, job: Value): Value {
  return tracer.memberOf(job, "data");
}

function listed(tracer: Tracer, value: Value | undefined): readonly Value[] {
  if (value?.kind === "array") return [...value.elements, ...(value.rest ? [value.rest] : [])];
  return [(value && tracer.elementOf(value)) ?? unknown];
}

function produce(tracer: Tracer, site: Site, jobs: readonly Job[]): void {
  const path = { site, kind: "job-producer", library, operation: "add" } as const;
  const queues = [...new Set(jobs.flatMap(({ queue }) => queue ?? []))];
  tracer.begin({ ...path, tables: queues, repair: null, isOnPool: false });
  for (const { queue, payload = nothing } of jobs)
    for (const option of optionsOf(payload))
      tracer.record({
        ...path,
        stage: "run",
        detail: { kind: "job", queue, payload: withFields(tracer, option) },
      });
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
