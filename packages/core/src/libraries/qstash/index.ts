/**
 * QStash: messages that are handed to a route of a service. Who is called with them is a request like any other, and its signature
 * is checked there; here is what they carry. https://upstash.com/docs/qstash/sdks/ts/examples/publish
 */
import { nameIn } from "../../queues/names.js";
import { listed, putIn } from "../../queues/put-in.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../../trace/value.js";

const library = "qstash";

/** A client, or one of its queues: both publish. */
const client: LibraryValue = { kind: "library", library, type: "client", data: null };

export const qstash: LibraryModel = {
  name: library,
  packages: ["@upstash/qstash"],
  signs: ["@upstash/qstash"],

  typed: (external) => (external.path.at(-1) === "Client" ? client : null),
  construct: (external) => (external.path.at(-1) === "Client" ? client : null),

  callMethod(_, method, call, tracer) {
    const [first = unknown] = call.arguments;
    switch (method) {
      case "queue":
        return client;
      case "publish":
      case "publishJSON":
      case "enqueue":
      case "enqueueJSON":
        return put(tracer, call, [first]);
      case "batch":
      case "batchJSON":
        return put(tracer, call, listed(tracer, first));
      default:
        return null;
    }
  },
};

function put(tracer: Tracer, { site }: Call, messages: readonly Value[]): Value {
  putIn(
    { tracer, library, site },
    messages.map((message) => ({
      queue: destinationOf(tracer, message),
      name: undefined,
      payload: tracer.memberOf(message, "body"),
    })),
  );
  return tracer.symbolic(site, "publish()");
}

/** `{ url, body }`, `{ urlGroup, body }`: of an address, the path on whichever host it is. */
function destinationOf(tracer: Tracer, message: Value): string | null {
  const url = nameIn(tracer.memberOf(message, "url"));
  if (url === null) return nameIn(tracer.memberOf(message, "urlGroup"));
  return /^(?:https?:\/\/)?[^/]*(\/.+)$/.exec(url)?.[1] ?? url;
}
