// Faults and their innocent neighbours are in fixtures/queues; here is how queues are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add env.PAID_URL unscoped`, for every path of a message. */
function pathsIn(source: string): readonly string[] {
  return analyzed(`
    import { SendMessageCommand, SQS, SQSClient } from "@aws-sdk/client-sqs";
    import { Producer } from "sqs-producer";
    ${source}`)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("a queue is the setting that its address is kept in", () => {
  expect(
    pathsIn(`
      import { env } from "./env.js";
      const client = new SQSClient({});
      const MessageBody = (invoiceId: string) => JSON.stringify({ invoiceId });
      export const sendAll = (invoiceId: string) => [
        client.send(new SendMessageCommand({ QueueUrl: process.env.PAID_URL, MessageBody: MessageBody(invoiceId) })),
        new SQS({}).sendMessage({ QueueUrl: "https://sqs.eu.amazonaws.com/1/paid", MessageBody: MessageBody(invoiceId) }),
        Producer.create({ queueUrl: env.PAID_URL }).send([{ id: "1", body: MessageBody(invoiceId) }]),
        client.config,
      ];
    `),
  ).toEqual([
    "add env.PAID_URL unscoped",
    "add https://sqs.eu.amazonaws.com/1/paid unscoped",
    "add env.PAID_URL unscoped",
  ]);
});

test("a Lambda is one by its type", () => {
  expect(
    pathsIn(`
      import type { SQSEvent, SQSHandler, S3Event } from "aws-lambda";
      export const first: SQSHandler = async () => {};
      export async function second(event: SQSEvent) { console.log(event); }
      export async function other(event: S3Event) { console.log(event); }
    `),
  ).toEqual(["consume unclear", "consume unclear"]);
});
