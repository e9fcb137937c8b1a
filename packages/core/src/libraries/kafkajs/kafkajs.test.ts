// Faults and their innocent neighbours are in fixtures/queues; here is how topics are found.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add paid unscoped`, for every path of a message. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { Kafka, type Producer } from "kafkajs";
    const kafka = new Kafka({ brokers: [] });
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("a producer is one by where it comes from, or by its declared type", () => {
  expect(
    pathsIn(`
      const own = kafka.producer();
      export const send = async (given: Producer, other: { send(record: object): void }, invoiceId: string) => {
        const messages = [{ value: JSON.stringify({ invoiceId }) }];
        await own.send({ topic: "paid", messages });
        await given.sendBatch({ topicMessages: [{ topic: "paid", messages }] });
        const transaction = await own.transaction();
        await transaction.send({ topic: "paid", messages });
        other.send({ topic: "paid", messages });
      };
    `),
  ).toEqual(["add paid unscoped", "add paid unscoped", "add paid unscoped"]);
});

test("each consumer has the topics that it is subscribed to", () => {
  expect(
    pathsIn(`
      const [paid, sent] = [kafka.consumer({ groupId: "paid" }), kafka.consumer({ groupId: "sent" })];
      paid.subscribe({ topics: ["paid", "voided"] });
      sent.subscribe({ topic: "sent" });
      paid.run({ eachMessage: async () => {} });
      sent.run({ eachBatch: async () => {} });
    `),
  ).toEqual(["consume paid voided unclear", "consume sent unclear"]);
});
