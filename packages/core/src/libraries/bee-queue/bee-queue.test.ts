// Faults and their innocent neighbours are in fixtures/queues; here is how queues are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add exports unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(source)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

const adding = "export const add = (invoiceId: string) => queue.createJob({ invoiceId }).save();";

test.each([
  [
    "a default import",
    'import Queue from "bee-queue"; const queue = new Queue("exports");',
    ["add exports unscoped"],
  ],
  [
    "a call of require",
    'const Queue = require("bee-queue"); const queue = new Queue("exports");',
    ["add exports unscoped"],
  ],
  [
    "a declared type",
    'import type BeeQueue from "bee-queue"; declare const queue: BeeQueue<{ invoiceId: string }>;',
    ["add unscoped"],
  ],
])("a queue is recognised by %s", (_, imports, paths) => {
  expect(pathsIn(`${imports} ${adding}`)).toEqual(paths);
});

test.each([
  ["the project's own", "const queue = { createJob: (data: object) => ({ save: () => data }) };"],
  ["somebody else's", 'import { Queue } from "elsewhere"; const queue = new Queue("exports");'],
])("%s is none", (_, imports) => {
  expect(pathsIn(`${imports} ${adding}`)).toEqual([]);
});

test("a job that came out is one by its type", () => {
  expect(
    pathsIn(`
      import Queue, { type Job } from "bee-queue";
      export const work = (job: Job<{ invoiceId: string }>) => job.data.invoiceId;
      new Queue("exports").process(work);
    `),
  ).toEqual(["consume exports unclear"]);
});
