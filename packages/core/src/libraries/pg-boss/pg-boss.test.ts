// Faults and their innocent neighbours are in fixtures/queues; here is how queues and jobs are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add reminders unscoped`, for every path of a job. */
function pathsIn(
  source: string,
  imported = `import PgBoss, { type Job } from "pg-boss";`,
): readonly string[] {
  return analyzed(`${imported}\n${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test.each([
  `import PgBoss from "pg-boss";`,
  `import { PgBoss } from "pg-boss";`,
  `const PgBoss = require("pg-boss");`,
])("a client comes from %s", (imported) => {
  expect(
    pathsIn(
      `const boss = new PgBoss("postgres://localhost");
        export const remind = (invoiceId: string) => boss.send("reminders", { invoiceId });`,
      imported,
    ),
  ).toEqual(["add reminders unscoped"]);
});

test("a client is one by its declared type, and nobody else's send is its own", () => {
  expect(
    pathsIn(`
      export const remind = (boss: PgBoss, invoiceId: string) => boss.insert([{ name: "reminders", data: { invoiceId } }]);
      export const answer = (response: { send(name: string, data: object): void }, invoiceId: string) => response.send("reminders", { invoiceId });
    `),
  ).toEqual(["add reminders unscoped"]);
});

test.each([
  ["takes its list apart", "async ([job]) => read(job!.data.organizationId)"],
  [
    "goes through its list",
    "async (jobs) => { for (const job of jobs) await read(job.data.organizationId); }",
  ],
  [
    "maps its list",
    "async (jobs) => { await Promise.all(jobs.map(({ data }) => read(data.organizationId))); }",
  ],
  ["is given one job", "async (job) => read(job.data.organizationId)"],
  ["takes one job apart", "async ({ data }) => read(data.organizationId)"],
  [
    "says that it is given one",
    "async (job: Job<{ organizationId: string }>) => read(job.data.organizationId)",
  ],
  [
    "says that it is given a list",
    "async ([job]: Job<{ organizationId: string }>[]) => read(job!.data.organizationId)",
  ],
])("a handler that %s is walked with its jobs", (_, handler) => {
  const { paths } = analyzed(`
    import PgBoss, { type Job } from "pg-boss";
    import { db } from "./database.js";
    const boss = new PgBoss("postgres://localhost");
    const read = (id: string) => db.selectFrom("invoices").selectAll().where("organization_id", "=", id).execute();
    export const send = (organizationId: string) => boss.send("reminders", { organizationId });
    boss.work("reminders", ${handler});`);
  expect(
    paths.filter(({ kind }) => kind === "query").map(({ verdict, unclear }) => unclear ?? verdict),
  ).toEqual(["scoped"]);
});
