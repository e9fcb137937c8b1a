/** Messages on their way out of a topic: a consumer subscribes first, and runs then. */
import { listed } from "../../queues/put-in.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { takeOut, type Taken } from "../../queues/taken-out.js";
import { isCallback } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { isUndefined, unknown, type Value } from "../../trace/value.js";
import { library } from "./values.js";

/** By the place where a consumer is made: the topics it is subscribed to. */
const topicsOf = new WeakMap<Tracer, Map<string, Value[]>>();

/** `consumer.subscribe({ topic })`, `consumer.subscribe({ topics })` */
export function subscribe(tracer: Tracer, made: string | null, call: Call): void {
  if (made === null) return;
  const [options = unknown] = call.arguments;
  const topic = tracer.memberOf(options, "topic");
  const topics = isUndefined(topic) ? listed(tracer, tracer.memberOf(options, "topics")) : [topic];
  const all = topicsOf.get(tracer) ?? new Map<string, Value[]>();
  topicsOf.set(tracer, all);
  all.set(made, [...(all.get(made) ?? []), ...topics]);
}

/** `consumer.run({ eachMessage })`, `consumer.run({ eachBatch })` */
export function run(tracer: Tracer, made: string | null, call: Call): Value {
  const [options = unknown] = call.arguments;
  const topics = (made !== null && topicsOf.get(tracer)?.get(made)) || [undefined];
  for (const [property, given] of ways) {
    const processor = tracer.memberOf(options, property);
    if (!isCallback(processor)) continue;
    for (const name of topics)
      takeOut({
        tracer,
        library,
        name,
        site: call.site,
        processor,
        declared: null,
        text: "message.value",
        given: (taken) => [given(taken, name ?? unknown)],
      });
  }
  return tracer.symbolic(call.site, "run()");
}

const ways: readonly (readonly [string, (taken: Taken, topic: Value) => Value])[] = [
  ["eachMessage", (taken, topic) => objectOf({ topic, message: messageOf(taken) })],
  [
    "eachBatch",
    (taken, topic) => objectOf({ batch: objectOf({ topic, messages: listOf(messageOf(taken)) }) }),
  ],
];

function messageOf({ payload }: Taken): Value {
  return objectOf({ value: payload });
}
