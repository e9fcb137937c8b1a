// Faults and their innocent neighbours are in fixtures/bullmq; here is how queues and payloads are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add reminders unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { FlowProducer, Job, Queue, QueueEvents, Worker } from "bullmq";
    import { db } from "./database.js";
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("a queue is one by its construction or its declared type", () => {
  expect(
    pathsIn(`
      const reminders = new Queue("reminders");
      class Mailer {
        private readonly queue = new Queue("mails");
        constructor(private readonly other: Queue) {}
        send(invoiceId: string) { return [this.queue.add("send", { invoiceId }), this.other.add("send", { invoiceId })]; }
      }
      export const remind = (invoiceId: string) => reminders.add("remind", { invoiceId });
      export const somebodyElses = (queue: { add(name: string, data: object): void }, invoiceId: string) => queue.add("remind", { invoiceId });
    `),
  ).toEqual(["add mails unscoped", "add unscoped", "add reminders unscoped"]);
});

test("a queue that is made when it is first needed is known by what is made then", () => {
  expect(
    pathsIn(`
      class Reminders {
        private static instance: Queue | null = null;
        static get() { return (Reminders.instance ??= new Queue("reminders")); }
      }
      class Mails {
        private queue: Queue | null = null;
        connect() { this.queue = new Queue("mails"); }
        send(invoiceId: string) { return this.queue?.add("send", { invoiceId }); }
      }
      export const remind = (invoiceId: string) => Reminders.get().add("remind", { invoiceId });
    `),
  ).toEqual(["add mails unscoped", "add reminders unscoped"]);
});

test("a callback in a constructor sees the constructor's variables", () => {
  expect(
    pathsIn(`
      class Runner {
        private readonly options: { publish: (invoiceId: string) => Promise<unknown> };
        constructor() {
          const queue = new Queue("reminders");
          this.options = { publish: async (invoiceId) => queue.add("remind", { invoiceId }) };
        }
      }
    `),
  ).toEqual(["add reminders unscoped"]);
});

test("a payload has the fields that its declared type says", () => {
  expect(
    pathsIn(`
      interface Reminder { invoice: { id: string }; organization: { id: string } }
      type Short = Pick<Reminder, "invoice">;
      const reminders = new Queue<Reminder>("reminders");
      export const whole = (reminder: Reminder) => reminders.add("remind", reminder);
      export const short = (reminder: Short) => reminders.add("remind", reminder as Reminder);
      export const any = (reminder: any) => reminders.add("remind", reminder);
    `),
  ).toEqual(["add reminders scoped", "add reminders scoped", "add reminders unclear"]);
});

test("what no job goes through is not in the inventory", () => {
  expect(
    pathsIn(`
      const reminders = new Queue("reminders");
      const events = new QueueEvents("reminders");
      events.on("completed", ({ jobId }) => console.log(jobId));
      export const close = () => [reminders.close(), reminders.getJobCounts(), reminders.getJob("1")];
      export const manual = new Worker("by-hand");
    `),
  ).toEqual([]);
});

test("a worker's processor is walked with its job", () => {
  const { paths } = analyzed(`
    import { Worker, type Job } from "bullmq";
    import { db } from "./database.js";
    class Reminders {
      worker = new Worker("reminders", this.process.bind(this));
      async process(job: Job<{ organizationId: string }>) {
        await db.selectFrom("invoices").selectAll().where("organization_id", "=", job.data.organizationId).execute();
      }
    }
    export const untyped = new Worker("untyped", async (job) => {
      await db.selectFrom("invoices").selectAll().where("organization_id", "=", job.data.organizationId).execute();
    });`);
  expect(
    paths.filter((path) => path.kind === "query").map(({ constraints: [constraint] }) => constraint?.origin),
  ).toEqual(["job", "job"]);
});

test("a payload that holds itself a thousand times over ends", () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const below = level === 0 ? "invoiceId" : `level${level - 1}`;
    return `const level${level} = { ${Array.from({ length: 12 }, (__, at) => `f${at}: ${below}`).join(", ")} };`;
  });
  expect(
    pathsIn(`
      const reminders = new Queue("reminders");
      export function run(invoiceId: string) { ${levels.join("\n")} reminders.add("remind", level11); }`),
  ).toEqual(["add reminders unclear"]);
});
