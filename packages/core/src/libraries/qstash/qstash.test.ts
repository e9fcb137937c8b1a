// Faults and their innocent neighbours are in fixtures/queues; here is how what is published is recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

test("a message is known by the path that it is handed to", () => {
  const { paths } = analyzed(`
    import { Client } from "@upstash/qstash";
    const client = new Client({ token: "" });
    export const publish = (other: { publishJSON(message: object): void }, host: string, invoiceId: string) => [
      client.publishJSON({ url: \`https://\${host}/api/paid\`, body: { invoiceId } }),
      client.queue({ queueName: "slow" }).enqueueJSON({ url: "https://example.com/api/paid", body: { invoiceId } }),
      client.batchJSON([{ url: "http://localhost:3000/api/paid", body: { invoiceId } }, { urlGroup: "group", body: { invoiceId } }]),
      client.dlq,
      other.publishJSON({ url: "https://example.com/api/paid", body: { invoiceId } }),
    ];`);
  expect(paths.map(({ operation, resources }) => [operation, ...resources].join(" "))).toEqual([
    "add /api/paid",
    "add /api/paid",
    "add /api/paid group",
  ]);
});
