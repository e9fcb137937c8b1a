/** Jobs on their way into a queue. */
import type { Call, Tracer } from "../../trace/library.js";
import { channelOf } from "../../trace/channel.js";
import { jobWith, listed, putIn, type Job } from "../../queues/put-in.js";
import { unknown, type SymbolicValue, type Value } from "../../trace/value.js";
import { library } from "./values.js";

/** `queue.add(name, data)` */
export function addJob(tracer: Tracer, queue: string | null, call: Call): Value {
  const [first, second] = call.arguments;
  const [name, payload] = isNameFirst(first, second) ? [first, second] : [undefined, first];
  put(tracer, call, [call.spread ? { queue, name: unknown, payload: unknown } : { queue, name, payload }]);
  return tracer.symbolic(call.site, "add()");
}

/** Bull's jobs need no name: `queue.add(data)`, `queue.add(data, { delay })`. */
function isNameFirst(first: Value | undefined, second: Value | undefined): boolean {
  if (first?.kind === "object" || first?.kind === "rows") return false;
  const options = second?.kind === "object" && !second.open ? [...second.fields.keys()] : [];
  return (
    options.length === 0 || first?.kind !== "symbolic" || !options.every((one) => optionsOfBull.has(one))
  );
}

/** https://github.com/OptimalBits/bull/blob/develop/REFERENCE.md#queueadd */
const optionsOfBull: ReadonlySet<string> = new Set([
  "priority",
  "delay",
  "attempts",
  "repeat",
  "backoff",
  "lifo",
  "timeout",
  "jobId",
  "removeOnComplete",
  "removeOnFail",
  "stackTraceLimit",
]);

/** `queue.addBulk([{ name, data }])` */
export function addJobs(tracer: Tracer, queue: string | null, call: Call): Value {
  const jobs = listed(tracer, call.arguments[0]);
  put(
    tracer,
    call,
    jobs.map((job) => ({ queue, ...describedBy(tracer, job) })),
  );
  return tracer.symbolic(call.site, "addBulk()");
}

/** `queue.upsertJobScheduler(id, repeat, { name, data })` */
export function scheduleJob(tracer: Tracer, queue: string | null, call: Call): Value {
  const template = call.arguments[2];
  const job = template ? describedBy(tracer, template) : { name: unknown, payload: undefined };
  put(tracer, call, [{ queue, ...job }]);
  return tracer.symbolic(call.site, "upsertJobScheduler()");
}

/** `flow.add({ queueName, data, children })`, `flow.addBulk([…])` */
export function addFlows(tracer: Tracer, call: Call, method: string): Value {
  const [first = unknown] = call.arguments;
  const flows = method === "addBulk" ? listed(tracer, first) : [first];
  put(
    tracer,
    call,
    flows.flatMap((flow) => jobsInFlow(tracer, flow, 4)),
  );
  return tracer.symbolic(call.site, `${method}()`);
}

/** `job.updateData(data)`: whoever runs it next gets that. */
export function changeJob(tracer: Tracer, job: SymbolicValue | null, call: Call): null {
  const channel = (job && channelOf(job.id)?.channel) ?? null;
  const [data = unknown] = call.arguments;
  tracer.deliver({ kind: "job", channel, value: jobWith(unknown, data), site: call.site });
  return null;
}

function put(tracer: Tracer, { site }: Call, jobs: readonly Job[]): void {
  putIn({ tracer, library, site }, jobs);
}

function jobsInFlow(tracer: Tracer, flow: Value, depth: number): readonly Job[] {
  const own = { queue: tracer.memberOf(flow, "queueName"), ...describedBy(tracer, flow) };
  const children = tracer.memberOf(flow, "children");
  if (depth === 0 || children.kind !== "array") return [own];
  return [own, ...listed(tracer, children).flatMap((child) => jobsInFlow(tracer, child, depth - 1))];
}

function describedBy(tracer: Tracer, job: Value): Pick<Job, "name" | "payload"> {
  return { name: tracer.memberOf(job, "name"), payload: tracer.memberOf(job, "data") };
}
