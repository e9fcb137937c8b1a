/**
 * Upstash's client of Redis over HTTP, https://upstash.com/docs/redis/sdks/ts/overview, and Vercel's KV, which is one
 * (https://github.com/vercel/storage/tree/main/packages/kv). What is put in is written as JSON, and read again.
 */
import { callOnRedis } from "../../keyed/redis/client.js";
import { redisIn, redisOf } from "../../keyed/redis/values.js";
import type { LibraryModel } from "../../trace/library.js";

const library = "upstash-redis";

export const upstash: LibraryModel = {
  name: library,
  packages: ["@upstash/redis", "@vercel/kv"],
  clients: ["Redis", "kv"],
  signs: ["@upstash/redis", "@vercel/kv"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (name === "Pipeline") return redisOf(library, { type: "pipeline", prefix: null });
    return clients.has(name) ? client : null;
  },

  construct: (external) => (clients.has(external.path.at(-1) ?? "") ? client : null),

  callExternal({ path }, call, tracer) {
    const [name = "", method] = path;
    // `Redis.fromEnv()`
    if ((clients.has(name) && method === "fromEnv") || name === "createClient") return client;
    return isShared(path) ? callOnRedis(client, method!, call, tracer) : null;
  },

  callMethod(receiver, method, call, tracer) {
    return redisIn(library, receiver) && receiver.kind === "library"
      ? callOnRedis(receiver, method, call, tracer)
      : null;
  },

  constant: (external) => (isKv(external.path) ? client : null),

  member(receiver, property) {
    const data = redisIn(library, receiver);
    return data && property === "json" ? redisOf(library, { ...data, module: "json" }) : null;
  },
};

const client = redisOf(library, { type: "client", prefix: null });
const clients = new Set(["Redis", "VercelKV"]);

/** `kv.get(key)`: the package's own client. */
function isShared(path: readonly string[]): boolean {
  return path.length === 2 && isKv(path.slice(0, 1));
}

function isKv(path: readonly string[]): boolean {
  return path.length === 1 && (path[0] === "kv" || path[0] === "default");
}
