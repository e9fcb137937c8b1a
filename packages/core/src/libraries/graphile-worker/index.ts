/**
 * Graphile Worker: a task is a queue by its name. https://worker.graphile.org/docs/library/queue,
 * https://worker.graphile.org/docs/tasks
 */
import type { Module } from "../../lower/module.js";
import { objectOf } from "../../queues/objects.js";
import { listed, putIn, type Job } from "../../queues/put-in.js";
import { jobOf, takeOut } from "../../queues/taken-out.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type FunctionValue, type LibraryValue, type Site, type Value } from "../../trace/value.js";

const library = "graphile-worker";

/** Whatever has `addJob`: utils, a runner, what a task is given to help it. */
const utils: LibraryValue = { kind: "library", library, type: "utils", data: null };

export const graphileWorker: LibraryModel = {
  name: library,
  packages: [library],
  signs: [library],

  typed(external) {
    return /^(?:WorkerUtils|JobHelpers|WithPgClient|Helpers|Runner)$/.test(external.path.at(-1) ?? "")
      ? utils
      : null;
  },

  callExternal(external, call, tracer) {
    const [options = unknown, second, third] = call.arguments;
    switch (external.path.at(-1)) {
      case "quickAddJob":
        return put(tracer, call, [jobFor(second, third)]);
      case "makeWorkerUtils":
        return utils;
      case "run":
      case "runOnce":
        workOff(tracer, call, tracer.memberOf(options, "taskList"));
        scheduleBy(tracer, call, tracer.memberOf(options, "crontab"));
        return utils;
      case "runTaskList":
      case "runTaskListOnce":
        workOff(tracer, call, second);
        return utils;
      case "parseCronItems":
        return put(
          tracer,
          call,
          listed(tracer, options).map((one) =>
            jobFor(tracer.memberOf(one, "task"), tracer.memberOf(one, "payload")),
          ),
        );
      default:
        return null;
    }
  },

  member(receiver, property) {
    if (receiver.kind !== "library") return null;
    if (property === "addJob" || property === "addJobs") return { ...utils, type: "adding", data: property };
    return property === "job" && receiver.type === "helpers"
      ? objectOf({ payload: receiver.data as Value })
      : null;
  },

  // `const { addJob } = helpers`
  callValue: (callee, call, tracer) =>
    callee.type === "adding" ? add(String(callee.data), call, tracer) : null,
  callMethod: (_, method, call, tracer) => add(method, call, tracer),

  entriesIn: enterTaskFile,
};

function add(method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  if (method === "addJob") return put(tracer, call, [jobFor(first, second)]);
  if (method !== "addJobs") return null;
  return put(
    tracer,
    call,
    listed(tracer, first).map((one) =>
      jobFor(tracer.memberOf(one, "identifier"), tracer.memberOf(one, "payload")),
    ),
  );
}

function put(tracer: Tracer, { site }: Call, jobs: readonly Job[]): Value {
  putIn({ tracer, library, site }, jobs);
  return tracer.symbolic(site, "addJob()");
}

function jobFor(name: Value | undefined, payload: Value | undefined): Job {
  return { queue: name ?? null, name: undefined, payload };
}

/** `crontab: "0 3 * * * sweep ?max=1 {…}"`: a line each, with the task after the five times. */
function scheduleBy(tracer: Tracer, { site }: Call, crontab: Value): void {
  if (crontab.kind !== "literal" || typeof crontab.value !== "string") return;
  const tasks = crontab.value.split("\n").flatMap((line) => {
    const [first = "", ...others] = line.trim().split(/\s+/);
    return first === "" || first.startsWith("#") ? [] : (others[4] ?? []);
  });
  if (tasks.length === 0) return;
  // What it says in JSON behind that is written down, and nobody's own.
  putIn(
    { tracer, library, site },
    tasks.map((queue): Job => ({ queue, name: undefined, payload: undefined })),
  );
}

/** `{ sendReminder: async (payload, helpers) => … }` */
function workOff(tracer: Tracer, { site }: Call, tasks: Value | undefined): void {
  if (tasks?.kind !== "object") return;
  for (const [name, { value }] of tasks.fields)
    for (const task of optionsOf(value))
      if (task.kind === "function") takeTask(tracer, siteOf(tracer, task) ?? site, name, task);
}

function siteOf(tracer: Tracer, { file, function: id }: FunctionValue): Site | null {
  const node = tracer.moduleOf(file)?.functions[id];
  return node ? { file, start: node.start, end: node.end } : null;
}

function takeTask(tracer: Tracer, site: Site, name: string, processor: Value): void {
  takeOut({
    tracer,
    library,
    name: { kind: "literal", value: name },
    site,
    processor,
    declared: null,
    text: "payload",
    given: ({ payload }) => [payload, helpersFor(name, site)],
  });
}

/** What a task is given to help it; `helpers.job.payload` is the payload once more. */
function helpersFor(name: string, site: Site): LibraryValue {
  const job = jobOf(name, site);
  return { ...utils, type: "helpers", data: { ...job, id: `${job.id}.data`, text: "helpers.job.payload" } };
}

/** `tasks/send_reminder.ts`: its default export is the task, where the file says that it is one of these. */
function enterTaskFile(file: string, module: Module, tracer: Tracer): void {
  const name = /(?:^|\/)tasks\/([^/]+)\.[cm]?[jt]s$/.exec(file)?.[1];
  if (name === undefined || !module.imports.some(({ specifier }) => specifier === library)) return;
  const processor = ["default", "export="]
    .map((exported) => tracer.exportOf(file, exported))
    .find((one) => one.kind === "function");
  if (!processor) return;
  takeTask(tracer, siteOf(tracer, processor) ?? { file, start: 0, end: 0 }, name, processor);
}
