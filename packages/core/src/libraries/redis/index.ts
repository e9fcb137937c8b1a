/**
 * node-redis, https://github.com/redis/node-redis: `createClient()` and its relatives, with commands in camel case or upper case, and
 * several keys as a list; also its third version, where they are in lower case and a client has a `prefix`.
 */
import { callOnRedis } from "../../keyed/redis/client.js";
import { redisIn, redisOf } from "../../keyed/redis/values.js";
import type { Call, LibraryModel } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

const library = "redis";

export const redis: LibraryModel = {
  name: library,
  packages: ["redis", "@redis/client", "@node-redis/client"],
  clients: ["createClient", "createCluster", "createClientPool", "createSentinel"],
  signs: ["redis", "@redis/client", "@node-redis/client"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (pipelines.test(name)) return redisOf(library, { type: "pipeline", prefix: null });
    return clients.test(name) ? redisOf(library, { type: "client", prefix: null }) : null;
  },

  construct(external, call) {
    return external.path.at(-1) === "RedisClient"
      ? redisOf(library, { type: "client", prefix: prefixIn(call) })
      : null;
  },

  callExternal(external, call) {
    return factories.has(external.path.at(-1) ?? "")
      ? redisOf(library, { type: "client", prefix: prefixIn(call) })
      : null;
  },

  callMethod(receiver, method, call, tracer) {
    if (!redisIn(library, receiver) || receiver.kind !== "library") return null;
    // `client.executeIsolated(async (isolated) => …)`: https://github.com/redis/node-redis/blob/master/docs/isolated-execution.md
    const [callback] = call.arguments;
    if ((method === "executeIsolated" || method === "execute") && callback)
      return tracer.run(callback, [receiver], call.site);
    return callOnRedis(receiver, method, call, tracer);
  },

  member(receiver, property) {
    const data = redisIn(library, receiver);
    if (!data) return null;
    // Another face of the same client, with other return types: `client.legacyMode`, `client.v4`.
    if (property === "v4" || property === "v5") return receiver;
    return property === "json" ? redisOf(library, { ...data, module: "json" }) : null;
  },
};

const factories = new Set(["createClient", "createCluster", "createClientPool", "createSentinel"]);
const clients = /^Redis(?:Client(?:Pool)?|Cluster|Sentinel)(?:Type)?$/;
const pipelines = /^Redis(?:Client|Cluster|Sentinel)?Multi(?:Command(?:Type)?)?$/;

/** `createClient({ prefix })`, of its third version: https://github.com/redis/node-redis/tree/v3.1.2#options-object-properties */
function prefixIn(call: Call): Value | null {
  for (const argument of call.arguments) {
    const prefix = argument.kind === "object" ? argument.fields.get("prefix")?.value : undefined;
    if (prefix) return prefix;
  }
  return null;
}
