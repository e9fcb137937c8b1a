/** Messages on their way into a queue. */
import { listed, oneOrMore, putIn, type Job } from "../../queues/put-in.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { library, valueOf } from "./values.js";

/** `{ QueueUrl, MessageBody }` */
export function sendOne(tracer: Tracer, call: Call): LibraryValue {
  const [input = unknown] = call.arguments;
  return put(tracer, call, tracer.memberOf(input, "QueueUrl"), [tracer.memberOf(input, "MessageBody")]);
}

/** `{ QueueUrl, Entries: [{ MessageBody }] }` */
export function sendAll(tracer: Tracer, call: Call): LibraryValue {
  const [input = unknown] = call.arguments;
  const bodies = listed(tracer, tracer.memberOf(input, "Entries")).map((one) =>
    tracer.memberOf(one, "MessageBody"),
  );
  return put(tracer, call, tracer.memberOf(input, "QueueUrl"), bodies);
}

/** `producer.send([{ id, body }])` */
export function sendBodies(tracer: Tracer, call: Call, options: Value | null): LibraryValue {
  const queueUrl = options ? tracer.memberOf(options, "queueUrl") : unknown;
  const bodies = oneOrMore(tracer, call.arguments[0]).map((one) =>
    one.kind === "object" ? tracer.memberOf(one, "body") : one,
  );
  return put(tracer, call, queueUrl, bodies);
}

function put(tracer: Tracer, { site }: Call, queue: Value, bodies: readonly Value[]): LibraryValue {
  putIn(
    { tracer, library, site },
    bodies.map((payload): Job => ({ queue, name: undefined, payload })),
  );
  return valueOf({ type: "sending" });
}
