/** Messages on their way out of a queue. */
import { nameIn } from "../../queues/names.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { takenOut, takeOut } from "../../queues/taken-out.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { undefinedValue, unknown, type SymbolicValue, type Value } from "../../trace/value.js";
import { library, valueOf, type Receiving } from "./values.js";

/** `client.receiveMessage({ QueueUrl })`; in version 2, its callback may be given the answer. */
export function receiveBy(tracer: Tracer, call: Call, version: 2 | 3): Value {
  const sent = receive(tracer, call);
  if (version === 3) return sent.answer;
  const callback = call.arguments[1];
  if (callback && isCallback(callback)) tracer.invoke(callback, [undefinedValue, sent.answer], call.site);
  return valueOf(sent);
}

/** `new ReceiveMessageCommand({ QueueUrl })`: the answer has `Messages`, each with its `Body`. */
export function receive(tracer: Tracer, call: Call): Receiving {
  const queueUrl = tracer.memberOf(call.arguments[0] ?? unknown, "QueueUrl");
  const { payload } = takenOut({ tracer, library, site: call.site, text: "message.Body" }, nameIn(queueUrl));
  return { type: "receiving", answer: objectOf({ Messages: listOf(objectOf({ Body: payload })) }) };
}

/** `Consumer.create({ queueUrl, handleMessage, handleMessageBatch })` */
export function consumeWith(tracer: Tracer, call: Call): Value {
  const [options = unknown] = call.arguments;
  for (const method of ["handleMessage", "handleMessageBatch"]) {
    const processor = tracer.memberOf(options, method);
    if (!isCallback(processor)) continue;
    takeOut({
      tracer,
      library,
      name: tracer.memberOf(options, "queueUrl"),
      site: call.site,
      processor,
      declared: null,
      text: "message.Body",
      given({ payload }) {
        const message = objectOf({ Body: payload });
        return [method === "handleMessage" ? message : listOf(message)];
      },
    });
  }
  return tracer.symbolic(call.site, "create()");
}

/** One of a Lambda's event, by its declared type. */
export function messageBy(record: SymbolicValue): Value {
  return { ...record, origin: "job", type: null };
}
