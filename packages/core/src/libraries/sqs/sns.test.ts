// Faults and their innocent neighbours are in fixtures/queues; here is how topics are recognised.
import { analyzed } from "@tenant-audit/testing";
import { expect, test } from "vitest";

/** `add exports unscoped`, for every path of a job. */
function pathsIn(source: string): readonly string[] {
  return analyzed(source)
    .paths.filter((path) => path.kind !== "query")
    .map((path) => [path.operation, ...path.resources, path.verdict].join(" "));
}

test("by their client, in both versions of the SDK, whose other clients stay what they are", () => {
  expect(
    pathsIn(`
      import { PublishCommand, SNS } from "@aws-sdk/client-sns";
      import AWS, { SNS as Topics } from "aws-sdk";
      const TopicArn = process.env.PAID_TOPIC_ARN;
      export const publish = (invoiceId: string) => [
        new PublishCommand({ TopicArn, Message: JSON.stringify({ invoiceId }) }),
        new SNS({}).publish({ TopicArn, Message: JSON.stringify({ invoiceId }) }),
        new AWS.SNS().publish({ TopicArn, Message: JSON.stringify({ invoiceId }) }).promise(),
        new Topics().publish({ PhoneNumber: "+43", Message: invoiceId }),
        new AWS.S3().getObject({ Bucket: "b", Key: "k" }),
        new AWS.SES().sendEmail({ invoiceId }),
      ];`),
  ).toEqual([
    "add env.PAID_TOPIC_ARN unscoped",
    "add env.PAID_TOPIC_ARN unscoped",
    "add env.PAID_TOPIC_ARN unscoped",
    "get k global",
  ]);
});

test("a Lambda of theirs is one by its type", () => {
  expect(
    pathsIn(`
      import type { SNSHandler } from "aws-lambda";
      export const handler: SNSHandler = async (event) => { console.log(event.Records[0].Sns.Message); };`),
  ).toEqual(["consume unclear"]);
});
