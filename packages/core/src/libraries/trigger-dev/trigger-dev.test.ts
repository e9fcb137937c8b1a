// Faults and their innocent neighbours are in fixtures/queues; here is how tasks are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add remind unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { batch, schedules, schemaTask, task, tasks } from "@trigger.dev/sdk/v3";
    import { z } from "zod";
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("a task is what its definition gives, or its id", () => {
  expect(
    pathsIn(`
      const remind = task({ id: "remind", run: async (payload: { invoiceId: string }) => console.log(payload) });
      export const start = (invoiceId: string) => [
        remind.trigger({ invoiceId }),
        remind.batchTriggerAndWait([{ payload: { invoiceId } }]),
        tasks.trigger<typeof remind>("remind", { invoiceId }),
        tasks.batchTrigger("remind", [{ payload: { invoiceId } }]),
        batch.triggerByTask([{ task: remind, payload: { invoiceId } }]),
      ];
    `),
  ).toEqual([
    "consume remind unclear",
    "add remind unscoped",
    "add remind unscoped",
    "add remind unscoped",
    "add remind unscoped",
    "add remind unscoped",
  ]);
});

test("what a task is asked besides is in no inventory", () => {
  expect(
    pathsIn(`
      const remind = task({ id: "remind" });
      const button = { trigger: (event: object) => event };
      export const other = (invoiceId: string) => [remind.id, button.trigger({ invoiceId }), schedules.list({ invoiceId })];
    `),
  ).toEqual([]);
});

test.each([
  ["version 4", "async ({ payload })"],
  ["version 3", "async (payload, error)"],
])("a listener of %s is given the payload as well", (_, parameters) => {
  const { paths } = analyzed(`
    import { task } from "@trigger.dev/sdk";
    import { db } from "./database.js";
    export const remind = task({
      id: "remind",
      onFailure: ${parameters} => {
        await db.selectFrom("invoices").selectAll().where("organization_id", "=", payload.organizationId).execute();
      },
      run: async (payload: { organizationId: string }) => console.log(payload),
    });`);
  expect(
    paths.filter((path) => path.kind === "query").map(({ constraints: [constraint] }) => constraint?.origin),
  ).toEqual(["job"]);
});
