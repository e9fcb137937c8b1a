/** What is not believed of a job, where its producers are not all seen. Fixtures are in fixtures/jobs. */
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** The verdict of the worker's query, and why it is unclear. */
function queryBehind(
  producers: string,
  processor = `db.selectFrom("invoices").selectAll().where("organization_id", "=", job.data.whose).execute()`,
) {
  const { paths } = analyzed(`
    import Fastify from "fastify";
    import { Queue, Worker } from "bullmq";
    import { db } from "./database.js";
    const app = Fastify();
    app.addHook("onRequest", (request) => request.jwtVerify());
    const archive = new Queue("archive");
    ${producers}
    new Worker("archive", async (job) => { await ${processor}; });`);
  const query = paths.find(({ resources }) => resources.includes("invoices"))!;
  return query.unclear ?? [query.verdict, query.constraints[0]?.proof].join(" ");
}

const own = `app.post("/archive", (request) => archive.add("archive", { whose: request.user.organizationId }));`;

test("what all producers take from the session is believed", () => {
  expect(queryBehind(own)).toBe("scoped producers");
});

test("nothing is believed of what nobody is seen to put there", () => {
  const nobody = 'it cannot be told whose it is: nobody is seen to put it into the queue "archive"';
  expect(queryBehind("")).toBe(nobody);
  expect(queryBehind(`app.post("/archive", () => archive.add("archive", { reason: "nightly" }));`)).toBe(
    nobody,
  );
});

test("one of several producers is enough not to believe it", () => {
  expect(
    queryBehind(
      `${own} app.put("/archive", (request) => archive.add("archive", { whose: elsewhere(request) }));`,
    ),
  ).toBe('it cannot be told whose it is: what "elsewhere()" gives is not followed');
  expect(
    queryBehind(`${own} app.put("/archive", (request) => archive.add("archive", elsewhere(request)));`),
  ).toMatch(/not followed/);
  expect(
    queryBehind(
      `${own} app.put("/archive", (request) => archive.add("archive", { whose: request.body.id }));`,
    ),
  ).toBe("untrusted none");
});

test("a producer of which nobody knows the queue may be one of this queue, and is not blamed", () => {
  const any = `app.post("/queues/:name", (request) => new Queue(request.params.name).add("x", request.body));`;
  expect(queryBehind(`${own} ${any}`)).toBe(
    "it cannot be told whose it is: a producer whose queue is not followed may put it there",
  );
  const harmless = `app.post("/queues/:name", (request) => new Queue(request.params.name).add("x", { reason: request.body.reason }));`;
  expect(queryBehind(`${own} ${harmless}`)).toBe("scoped producers");
});

test("a processor that changes its job puts it there again", () => {
  const changing = `job.updateData(elsewhere(job)); await db.selectFrom("invoices").selectAll().where("organization_id", "=", job.data.whose).execute()`;
  expect(queryBehind(own, changing)).toMatch(/cannot be told/);
});

test("jobs that put themselves into their own queue end", () => {
  const again = `archive.add("again", job.data); await db.selectFrom("invoices").selectAll().where("organization_id", "=", job.data.whose).execute()`;
  expect(queryBehind(own, again)).toBe("scoped producers");
});
