/**
 * Cloudflare Queues: a queue is a binding of the worker's environment, and whoever takes messages out exports a function for it. Which
 * queue that one is set on stands in the worker's configuration. https://developers.cloudflare.com/queues/configuration/javascript-apis/
 */
import type { Module, TypeNode } from "../../lower/module.js";
import { listed, putIn } from "../../queues/put-in.js";
import { listOf, objectOf } from "../../queues/objects.js";
import { takeOut } from "../../queues/taken-out.js";
import { usesAsOne } from "../../queues/uses.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "cloudflare-queues";

export const cloudflareQueues: LibraryModel = {
  name: library,
  packages: ["@cloudflare/workers-types"],
  globalTypes: ["Queue"],
  signs: ["Queue", "MessageBatch", "messages"],

  // `interface Env { EXPORTS: Queue<Export> }`: by the name of the binding.
  typed: ({ path }, _arguments, _tracer, symbol) =>
    path.at(-1) === "Queue"
      ? { kind: "library", library, type: "queue", data: symbol, holds: [symbol] }
      : null,

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const [first = unknown] = call.arguments;
    if (method === "send") return put(tracer, call, receiver, [first]);
    if (method !== "sendBatch") return null;
    const bodies = listed(tracer, first).map((one) => tracer.memberOf(one, "body"));
    return put(tracer, call, receiver, bodies);
  },

  entriesIn: enterWorker,
};

function put(tracer: Tracer, { site }: Call, { holds }: LibraryValue, bodies: readonly Value[]): Value {
  const queue = holds?.[0] ?? null;
  putIn(
    { tracer, library, site },
    bodies.map((payload) => ({ queue, name: undefined, payload })),
  );
  return tracer.symbolic(site, "send()");
}

/** `export default { async queue(batch: MessageBatch<Export>, env) { … } }` */
function enterWorker(file: string, module: Module, tracer: Tracer): void {
  if (!module.exports.some((one) => one.kind !== "star" && one.name === "default")) return;
  const worker = tracer.exportOf(file, "default");
  if (worker.kind !== "object") return;
  const processor = worker.fields.get("queue")?.value;
  if (processor?.kind !== "function") return;
  const node = tracer.moduleOf(processor.file)?.functions[processor.function];
  const type = node?.parameters[0]?.type ?? null;
  if (!node || !(isBatch(type) || usesAsOne(processor, tracer, ["messages"]))) return;
  const [body] = isBatch(type) ? type.arguments : [];
  takeOut({
    tracer,
    library,
    name: undefined,
    site: { file: processor.file, start: node.start, end: node.end },
    processor,
    declared: body ? { file: processor.file, node: body, parameters: new Map() } : null,
    text: "message.body",
    given: ({ payload }) => [objectOf({ messages: listOf(objectOf({ body: payload })) }), unknown],
  });
}

function isBatch(type: TypeNode | null): type is TypeNode & { kind: "reference" } {
  return type?.kind === "reference" && type.name.split(".").at(-1) === "MessageBatch";
}
