/**
 * Amazon SNS: a topic is a queue that several may take from, known by what says its name. Who is given its messages is set up outside of
 * the code; of those, Lambda functions are seen. https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/client/sns/
 */
import { listed, putIn, type Job } from "../../queues/put-in.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { isUndefined, unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "sns";

const client: LibraryValue = { kind: "library", library, type: "client", data: null };
const sent: LibraryValue = { ...client, type: "sent" };

export const sns: LibraryModel = {
  name: library,
  packages: ["@aws-sdk/client-sns", "aws-sdk"],
  clients: ["SNSClient", "SNS"],
  signs: ["@aws-sdk/client-sns", "aws-sdk"],

  typed: ({ path }) => (isClient(path) ? client : null),

  construct({ path }, call, tracer) {
    if (isClient(path)) return client;
    // It is made to be sent.
    return publish(tracer, path.at(-1)?.replace(/Command$/, "") ?? "", call);
  },

  callMethod: (receiver, method, call, tracer) =>
    receiver === client ? publish(tracer, method[0]!.toUpperCase() + method.slice(1), call) : null,
};

function isClient(path: readonly string[]): boolean {
  return /^SNS(?:Client)?$/.test(path.at(-1) ?? "");
}

function publish(tracer: Tracer, name: string, call: Call): Value | null {
  const [input = unknown] = call.arguments;
  if (name === "Publish") return put(tracer, call, input, [input]);
  if (name !== "PublishBatch") return null;
  return put(tracer, call, input, listed(tracer, tracer.memberOf(input, "PublishBatchRequestEntries")));
}

function put(tracer: Tracer, { site }: Call, input: Value, messages: readonly Value[]): Value {
  const queue = tracer.memberOf(input, "TopicArn");
  // To a telephone (`PhoneNumber`) or a device (`TargetArn`): nothing of ours takes that out.
  if (isUndefined(queue)) return sent;
  const jobs = messages.map((one): Job => ({
    queue,
    name: undefined,
    payload: tracer.memberOf(one, "Message"),
  }));
  putIn({ tracer, library, site }, jobs);
  return sent;
}
