/**
 * `AsyncLocalStorage`: what is stored for the time of a callback, or from here on, comes out wherever the storage is asked.
 * https://nodejs.org/api/async_context.html
 */
import type { TypeIn } from "../link/program.js";
import { channelId, taken } from "../trace/channel.js";
import { isCallback } from "../trace/choice.js";
import type { LibraryModel } from "../trace/library.js";
import { siteKey, type LibraryValue } from "../trace/value.js";

const library = "async-context";

interface Storage {
  /** Null where it is not seen which storage it is. */
  readonly channel: string | null;
  /** What it holds, by its type argument. */
  readonly holds: TypeIn | null;
}

function storage(data: Storage): LibraryValue {
  return { kind: "library", library, type: "storage", data };
}

export const asyncContext: LibraryModel = {
  name: library,
  packages: ["async_hooks", "node:async_hooks"],
  signs: [],

  typed: (external, [holds]) =>
    isStorage(external.path) ? storage({ channel: null, holds: holds ?? null }) : null,

  construct: (external, { site, typeArguments: [holds] }) =>
    isStorage(external.path)
      ? storage({ channel: channelId("store", siteKey(site)), holds: holds ?? null })
      : null,

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const { channel, holds } = receiver.data as Storage;
    const [first, second, ...others] = call.arguments;
    switch (method) {
      case "getStore": {
        const store = taken(channel ?? `computed:${siteKey(call.site)}`, "getStore()");
        return { ...store, origin: "unknown", absent: true, type: holds };
      }
      case "enterWith":
        if (first) tracer.deliver({ kind: "store", channel, value: first, site: call.site });
        return null;
      case "run":
        if (first) tracer.deliver({ kind: "store", channel, value: first, site: call.site });
        return second && isCallback(second) ? tracer.run(second, others, call.site) : null;
      case "exit":
        return first && isCallback(first) ? tracer.run(first, call.arguments.slice(1), call.site) : null;
      default:
        return null;
    }
  },
};

function isStorage(path: readonly string[]): boolean {
  return path.at(-1) === "AsyncLocalStorage";
}
