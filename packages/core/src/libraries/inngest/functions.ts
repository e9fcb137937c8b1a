/** Inngest's functions: what sets them off, what they are given, and the steps they are made of. */
import { nameIn } from "../../queues/names.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { oneOrMore, putIn, type Job } from "../../queues/put-in.js";
import { jobOf, takeOut, tellOf, type Consumer } from "../../queues/taken-out.js";
import { isCallback, optionsOf, withAbsence } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { isUndefined, unknown, type LibraryValue, type Value } from "../../trace/value.js";
import { dataOf, library, step, valueOf } from "./values.js";

/** `createFunction({ id }, { event }, handler)`; since version 4 `createFunction({ id, triggers: [{ event }] }, handler)`. */
export function createFunction(tracer: Tracer, call: Call): LibraryValue {
  const [options = unknown, second = unknown] = call.arguments;
  const handler = call.arguments.find(isCallback);
  const inOptions = tracer.memberOf(options, "triggers");
  const triggers = oneOrMore(tracer, second === handler ? inOptions : second).filter(
    (one) => !isUndefined(one),
  );
  const events = triggers.flatMap((one) => eventsOf(tracer, one));
  const id = nameIn(tracer.memberOf(options, "id")) ?? nameIn(options);
  const onFailure = tracer.memberOf(options, "onFailure");
  if (handler) {
    const consumer = consumerOf(tracer, call, handler);
    for (const name of events) takeOut({ ...consumer, name });
    if (events.length === 0) enterTimed(tracer, call, handler, id);
    if (isCallback(onFailure))
      for (const name of events)
        tellOf(
          { ...consumer, processor: onFailure, given: ({ job }) => [failing(job)] },
          nameIn(name),
          "failed",
        );
  }
  const own = events.flatMap((one) => nameIn(one) ?? []);
  return valueOf({ type: "function", events: own.length > 0 ? own : id === null ? [] : [id] });
}

function consumerOf(tracer: Tracer, { site }: Call, processor: Value): Consumer {
  return {
    tracer,
    library,
    name: undefined,
    site,
    processor,
    declared: null,
    text: "event.data",
    given: ({ job }) => [given(job)],
  };
}

/** `{ event, step }`; of a batch, `events` as well. */
function given(event: Value): Value {
  return objectOf({ event, events: listOf(event), step });
}

/** `onFailure({ event, error })`: the event that failed stands inside of the one that says so. */
function failing(event: Value): Value {
  return objectOf({ event: objectOf({ data: objectOf({ event }) }), step });
}

/** Time sets it off, or another function's step. */
function enterTimed(tracer: Tracer, { site }: Call, handler: Value, id: string | null): void {
  if (handler.kind !== "function") return;
  const event = jobOf(id, site);
  const root = tracer.runApart(handler, [given(event)], site, event.id);
  tracer.enter({
    name: id === null ? "cron" : `cron ${id}`,
    kind: "cron",
    framework: library,
    site,
    handler,
    root,
    parameters: [{ kind: "job", name: event.id, text: "the event" }],
    before: () => [],
    isDetached: false,
  });
}

/** `{ event: "invoice/sent" }`, `{ event: invoiceSent }`, an event type by itself; none of `{ cron }`. */
function eventsOf(tracer: Tracer, trigger: Value): readonly Value[] {
  return optionsOf(trigger).flatMap((option) => {
    const event = option.kind === "object" ? tracer.memberOf(option, "event") : option;
    const data = dataOf(event);
    if (data?.type === "event-type")
      return [data.name === null ? unknown : ({ kind: "literal", value: data.name } as const)];
    return isUndefined(event) ? [] : [event];
  });
}

/** `inngest.send({ name, data })`, `step.sendEvent("title", [{ name, data }])` */
export function send(tracer: Tracer, call: Call, events: Value | undefined): Value {
  put(
    tracer,
    call,
    oneOrMore(tracer, events).map((one): Job => {
      return { queue: tracer.memberOf(one, "name"), name: undefined, payload: tracer.memberOf(one, "data") };
    }),
  );
  return tracer.symbolic(call.site, "send()");
}

export function callStep(tracer: Tracer, method: string, call: Call): Value | null {
  const [, second = unknown, ...others] = call.arguments;
  switch (method) {
    case "run":
      // What a step gives is kept, and given again when the function runs on.
      return isCallback(second) ? tracer.run(second, others, call.site) : null;
    case "sendEvent":
      return send(tracer, call, second);
    case "invoke":
      return invokeFunction(tracer, call, second);
    case "waitForEvent": {
      const event = nameIn(tracer.memberOf(second, "event"));
      return withAbsence(jobOf(event, call.site));
    }
    default:
      return null;
  }
}

/** `step.invoke("title", { function, data })`: as if what sets it off had come with this. */
function invokeFunction(tracer: Tracer, call: Call, options: Value): Value {
  const data = dataOf(tracer.memberOf(options, "function"));
  const events = data?.type === "function" ? data.events : [];
  const payload = tracer.memberOf(options, "data");
  const queues = events.length > 0 ? events : [null];
  put(
    tracer,
    call,
    queues.map((queue) => ({ queue, name: undefined, payload })),
  );
  return tracer.symbolic(call.site, "invoke()");
}

function put(tracer: Tracer, { site }: Call, jobs: readonly Job[]): void {
  putIn({ tracer, library, site }, jobs);
}
