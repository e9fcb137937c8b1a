// Faults and their innocent neighbours are in fixtures/queues; here is how events and functions are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add invoice/sent unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { Inngest } from "inngest";
    import { serve } from "inngest/next";
    const inngest = new Inngest({ id: "invoices" });
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("events are sent by a client or by a step", () => {
  expect(
    pathsIn(`
      export const send = (invoiceId: string) => inngest.send({ name: "invoice/sent", data: { invoiceId } });
      export const sendAll = (ids: string[]) => inngest.send(ids.map((invoiceId) => ({ name: "invoice/sent", data: { invoiceId } })));
      export const route = serve({ client: inngest, functions: [
        inngest.createFunction({ id: "on-sent" }, { event: "invoice/sent" }, async ({ event, step }) => {
          await step.sendEvent("next", { name: "invoice/kept", data: { invoiceId: event.data.invoiceId } });
        }),
      ] });
    `),
  ).toEqual([
    "add invoice/sent unscoped",
    "add invoice/sent unscoped",
    "consume invoice/sent unclear",
    "add invoice/kept unscoped",
  ]);
});

test("a function that several events set off takes each of them out", () => {
  expect(
    pathsIn(`
      inngest.createFunction({ id: "either" }, [{ event: "invoice/sent" }, { event: "invoice/kept" }, { cron: "0 3 * * *" }], async () => {});
    `),
  ).toEqual(["consume invoice/sent invoice/kept unclear"]);
});

test("what a step gives comes back from it", () => {
  const { paths } = analyzed(`
    import { Inngest } from "inngest";
    import { db } from "./database.js";
    const inngest = new Inngest({ id: "invoices" });
    export const count = inngest.createFunction({ id: "count" }, { cron: "0 3 * * *" }, async ({ step }) => {
      const invoice = await step.run("first", () => db.selectFrom("invoices").selectAll().executeTakeFirstOrThrow());
      await db.selectFrom("invoices").selectAll().where("organization_id", "=", invoice.organization_id).execute();
    });`);
  expect(paths.at(-1)?.constraints.map(({ origin }) => origin)).toEqual(["row"]);
});
