// Faults and their innocent neighbours are in fixtures/queues; here is how bindings are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add exports unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(source)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

const adding = "export const add = (invoiceId: string) => env.EXPORTS.send({ invoiceId });";

test.each([
  ["a type that stands everywhere", "declare const env: { EXPORTS: Queue<{ invoiceId: string }> };"],
  [
    "an imported one",
    'import type { Queue } from "@cloudflare/workers-types"; declare const env: { EXPORTS: Queue };',
  ],
])("by %s", (_, types) => {
  expect(pathsIn(`${types} ${adding}`)).toEqual(["add env.EXPORTS unscoped"]);
});

test.each([
  [
    "the program's own class",
    "class Queue { send(data: object) { return data; } } declare const env: { EXPORTS: Queue };",
  ],
  ["somebody else's", 'import type { Queue } from "elsewhere"; declare const env: { EXPORTS: Queue };'],
  [
    "a type parameter",
    "export class Sender<Queue> { constructor(private env: { EXPORTS: Queue }) {} } declare const env: any;",
  ],
])("%s is none", (_, types) => {
  expect(pathsIn(`${types} ${adding}`)).toEqual([]);
});

test("what a worker takes out shows by its type, or by asking for messages", () => {
  expect(
    pathsIn("export default { async queue(batch: MessageBatch<string>) { console.log(batch); } };"),
  ).toEqual(["consume unclear"]);
  expect(pathsIn("export default { queue({ messages }) { console.log(messages); } };")).toEqual([
    "consume unclear",
  ]);
  expect(pathsIn("export default { queue(name: string) { return name; } };")).toEqual([]);
});
