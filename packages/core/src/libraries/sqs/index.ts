/**
 * Amazon SQS: the client of the AWS SDK in both of its versions, `sqs-consumer` and `sqs-producer`, and Lambda functions that are given messages. A queue is
 * known by what says its URL, most often a setting; a Lambda's by nothing in the code.
 * https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/sqs/, https://github.com/bbc/sqs-consumer
 */
import type { LibraryModel } from "../../trace/library.js";
import { enterLambdas } from "./lambda.js";
import { receive, receiveBy, consumeWith, messageBy } from "./receiving.js";
import { sendAll, sendBodies, sendOne } from "./sending.js";
import { dataOf, library, valueOf } from "./values.js";

export const sqs: LibraryModel = {
  name: library,
  packages: ["@aws-sdk/client-sqs", "aws-sdk", "sqs-consumer", "sqs-producer", "aws-lambda"],
  clients: ["SQSClient", "SQS"],
  signs: ["@aws-sdk/client-sqs", "aws-sdk", "sqs-consumer", "sqs-producer", "aws-lambda"],

  typed(external, _arguments, _tracer, symbol) {
    switch (`${external.package} ${external.path.at(-1) ?? ""}`) {
      case "@aws-sdk/client-sqs SQSClient":
      case "@aws-sdk/client-sqs SQS":
        return valueOf({ type: "client", version: 3 });
      case "aws-sdk SQS":
        return valueOf({ type: "client", version: 2 });
      case "aws-lambda SQSRecord":
        return messageBy(symbol);
      default:
        return null;
    }
  },

  construct(external, call, tracer) {
    switch (external.path.at(-1)) {
      case "SQSClient":
      case "SQS":
        return valueOf({ type: "client", version: external.package === "aws-sdk" ? 2 : 3 });
      // It is made to be sent.
      case "SendMessageCommand":
        return sendOne(tracer, call);
      case "SendMessageBatchCommand":
        return sendAll(tracer, call);
      case "ReceiveMessageCommand":
        return valueOf(receive(tracer, call));
      default:
        return null;
    }
  },

  // `Consumer.create({ queueUrl, handleMessage })`, `Producer.create({ queueUrl })`
  callExternal(external, call, tracer) {
    switch (external.path.join(".")) {
      case "Consumer.create":
        return consumeWith(tracer, call);
      case "Producer.create":
        return valueOf({ type: "producer", queueUrl: call.arguments[0] ?? null });
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    const data = dataOf(receiver);
    // `sqs.receiveMessage({ QueueUrl }).promise()`
    if (data?.type === "receiving" && method === "promise") return data.answer;
    if (data?.type === "producer" && method === "send") return sendBodies(tracer, call, data.queueUrl);
    if (data?.type !== "client") return null;
    switch (method) {
      case "send": {
        const [command] = call.arguments;
        const sent = command ? dataOf(command) : null;
        return sent?.type === "receiving" ? sent.answer : null;
      }
      case "sendMessage":
        return sendOne(tracer, call);
      case "sendMessageBatch":
        return sendAll(tracer, call);
      case "receiveMessage":
        return receiveBy(tracer, call, data.version);
      default:
        return null;
    }
  },

  entriesIn: enterLambdas,
};
