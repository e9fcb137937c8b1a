/**
 * Inngest: events are queues, and functions take them out. https://www.inngest.com/docs/reference/typescript/functions/create,
 * https://www.inngest.com/docs/reference/typescript/events/send
 */
import { nameIn } from "../../queues/names.js";
import type { LibraryModel } from "../../trace/library.js";
import { callStep, createFunction, send } from "./functions.js";
import { client, dataOf, library, step, valueOf } from "./values.js";

export const inngest: LibraryModel = {
  name: library,
  packages: ["inngest"],
  clients: ["Inngest"],
  signs: ["inngest"],

  typed(external) {
    switch (external.path.at(-1)) {
      case "Inngest":
        return client;
      case "GetStepTools":
        return step;
      default:
        return null;
    }
  },

  construct: (external) => (external.path.at(-1) === "Inngest" ? client : null),

  callExternal(external, call, tracer) {
    const [first] = call.arguments;
    switch (external.path.at(-1)) {
      case "eventType":
        return valueOf({ type: "event-type", name: nameIn(first) });
      case "referenceFunction": {
        const id = first && nameIn(tracer.memberOf(first, "functionId"));
        return valueOf({ type: "function", events: typeof id === "string" ? [id] : [] });
      }
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    switch (dataOf(receiver)?.type) {
      case "client":
        if (method === "send") return send(tracer, call, call.arguments[0]);
        return method === "createFunction" ? createFunction(tracer, call) : null;
      case "step":
        return callStep(tracer, method, call);
      default:
        return null;
    }
  },
};
