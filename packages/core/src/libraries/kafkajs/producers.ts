/** Messages on their way into a topic. */
import { listed, putIn, type Job } from "../../queues/put-in.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type Value } from "../../trace/value.js";
import { library } from "./values.js";

/** `producer.send({ topic, messages: [{ key, value }] })` */
export function sendMessages(tracer: Tracer, call: Call): Value {
  return put(tracer, call, messagesOf(tracer, call.arguments[0] ?? unknown));
}

/** `producer.sendBatch({ topicMessages: [{ topic, messages }] })` */
export function sendBatch(tracer: Tracer, call: Call): Value {
  const batches = tracer.memberOf(call.arguments[0] ?? unknown, "topicMessages");
  return put(
    tracer,
    call,
    listed(tracer, batches).flatMap((one) => messagesOf(tracer, one)),
  );
}

function messagesOf(tracer: Tracer, record: Value): readonly Job[] {
  const queue = tracer.memberOf(record, "topic");
  return listed(tracer, tracer.memberOf(record, "messages")).map((message) => ({
    queue,
    name: undefined,
    payload: tracer.memberOf(message, "value"),
  }));
}

function put(tracer: Tracer, { site }: Call, jobs: readonly Job[]): Value {
  putIn({ tracer, library, site }, jobs);
  return tracer.symbolic(site, "send()");
}
