/**
 * Trigger.dev, versions 3 and 4. A task is what its definition gives, or its id. https://trigger.dev/docs/tasks/overview,
 * https://trigger.dev/docs/triggering
 */
import { nameIn } from "../../queues/names.js";
import { objectOf } from "../../queues/objects.js";
import { listed, putIn, type Job } from "../../queues/put-in.js";
import { takeOut, tellOf, type Consumer } from "../../queues/taken-out.js";
import { usesAsOne } from "../../queues/uses.js";
import { typeFromNowhere } from "../../link/program.js";
import { channelId, taken } from "../../trace/channel.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { isUndefined, unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "trigger.dev";

interface Task {
  readonly id: string | null;
}

export const triggerDev: LibraryModel = {
  name: library,
  packages: ["@trigger.dev/sdk"],
  // Where one file is all there is, a task can only come from the package itself.
  signs: ["@trigger.dev/sdk"],

  callExternal({ path }, call, tracer) {
    const [first = unknown, second] = call.arguments;
    switch (path.join(".")) {
      case "task":
      case "schemaTask":
        return define(call, tracer);
      case "schedules.task":
        return defineScheduled(call, tracer);
      case "tasks.trigger":
      case "tasks.triggerAndWait":
      case "tasks.triggerAndPoll":
      case "tasks.triggerAndSubscribe":
        return trigger(call, tracer, [{ queue: first, name: undefined, payload: second }]);
      case "tasks.batchTrigger":
      case "tasks.batchTriggerAndWait":
        return trigger(call, tracer, batchOf(tracer, first, second));
      case "batch.trigger":
      case "batch.triggerAndWait":
        return trigger(
          call,
          tracer,
          listed(tracer, first).map((one) => jobIn(tracer, tracer.memberOf(one, "id"), one)),
        );
      case "batch.triggerByTask":
      case "batch.triggerByTaskAndWait":
        return trigger(
          call,
          tracer,
          listed(tracer, first).map((one) => jobIn(tracer, idOf(tracer.memberOf(one, "task")), one)),
        );
      case "schedules.create":
        return schedule(call, tracer);
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    const task = receiver.kind === "library" ? dataOf(receiver) : null;
    if (!task) return null;
    const [first] = call.arguments;
    switch (method) {
      case "trigger":
      case "triggerAndWait":
      case "triggerAndSubscribe":
        return trigger(call, tracer, [{ queue: task.id, name: undefined, payload: first }]);
      case "batchTrigger":
      case "batchTriggerAndWait":
        return trigger(call, tracer, batchOf(tracer, task.id, first));
      default:
        return null;
    }
  },
};

/** `task({ id, run })`; of `schemaTask({ id, schema, run })`, the schema says what the payload is. */
function define(call: Call, tracer: Tracer): LibraryValue {
  const [options = unknown] = call.arguments;
  const schema = tracer.memberOf(options, "schema");
  const described = isUndefined(schema) || schema.kind === "unknown" ? null : tracer.typeOfSchema(schema);
  const name = tracer.memberOf(options, "id");
  const processor = tracer.memberOf(options, "run");
  if (isCallback(processor))
    takeOut({
      tracer,
      library,
      name,
      site: call.site,
      processor,
      declared: described && typeFromNowhere(described),
      text: "payload",
      given: ({ payload }) => [payload, unknown],
    });
  for (const event of happenings) {
    const listener = tracer.memberOf(options, event);
    if (isCallback(listener)) tellOf(listening(call, tracer, listener), nameIn(name), event);
  }
  return valueOf({ id: nameIn(name) });
}

/** https://trigger.dev/docs/tasks/overview#lifecycle-functions */
const happenings = [
  "onStart",
  "onSuccess",
  "onFailure",
  "onComplete",
  "onCancel",
  "catchError",
  "handleError",
];

/** Of version 4 by what it takes apart: `onFailure({ payload })`. Before that `onFailure(payload, error)`. */
function listening({ site }: Call, tracer: Tracer, processor: Value): Consumer {
  return {
    ...{ tracer, library, name: undefined, site, processor, declared: null, text: "payload" },
    given: ({ payload }, handler) => [
      usesAsOne(handler, tracer, ["payload"]) ? objectOf({ payload }) : payload,
      unknown,
    ],
  };
}

/** `schedules.task({ id, run })`: time sets it off, and what it is given says for whom it was scheduled (`externalId`). */
function defineScheduled(call: Call, tracer: Tracer): LibraryValue {
  const [options = unknown] = call.arguments;
  const id = nameIn(tracer.memberOf(options, "id"));
  const handler = tracer.memberOf(options, "run");
  const channel = id === null ? null : channelId("job", id);
  if (handler.kind === "function") {
    const payload = taken(channel === null ? "job" : `${channel}.data`, "payload");
    const root = tracer.runApart(handler, [payload, unknown], call.site, channel ?? "schedule");
    tracer.enter({
      name: id === null ? "cron" : `cron ${id}`,
      kind: "cron",
      framework: library,
      site: call.site,
      handler,
      root,
      parameters: [{ kind: "job", name: channel === null ? "job" : `${channel}.data`, text: "the schedule" }],
      before: () => [],
      isDetached: false,
    });
  }
  return valueOf({ id });
}

/** `schedules.create({ task, cron, externalId })` */
function schedule(call: Call, tracer: Tracer): Value {
  const [options = unknown] = call.arguments;
  const named = tracer.memberOf(options, "task");
  const externalId = tracer.memberOf(options, "externalId");
  const payload: Value = { ...objectOf({ externalId }), open: false };
  return trigger(call, tracer, [{ queue: named, name: undefined, payload }]);
}

function trigger(call: Call, tracer: Tracer, jobs: readonly Job[]): Value {
  putIn({ tracer, library, site: call.site }, jobs);
  return tracer.symbolic(call.site, "trigger()");
}

/** `[{ payload, options }]` */
function batchOf(tracer: Tracer, queue: Job["queue"], items: Value | undefined): readonly Job[] {
  return listed(tracer, items).map((one) => jobIn(tracer, queue, one));
}

function jobIn(tracer: Tracer, queue: Job["queue"], item: Value): Job {
  return { queue, name: undefined, payload: tracer.memberOf(item, "payload") };
}

function idOf(task: Value): string | null {
  return task.kind === "library" ? (dataOf(task)?.id ?? null) : null;
}

function valueOf(data: Task): LibraryValue {
  return { kind: "library", library, type: "task", data };
}

function dataOf(value: LibraryValue): Task | null {
  return value.library === library ? (value.data as Task) : null;
}
