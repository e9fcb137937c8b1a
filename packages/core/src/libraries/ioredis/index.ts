/**
 * ioredis. Clients are recognised by their construction (`new Redis()`, `new Redis.Cluster()`) or declared type; a
 * receiver that leads nowhere never, since `get` and `set` belong to everybody.
 */
import { callOnRedis } from "../../keyed/redis/client.js";
import { redisIn, redisOf } from "../../keyed/redis/values.js";
import type { Call, LibraryModel } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

const library = "ioredis";

export const ioredis: LibraryModel = {
  name: library,
  // iovalkey is a fork of it: https://github.com/valkey-io/iovalkey
  packages: [library, "iovalkey"],
  clients: ["Redis", "Cluster"],
  // Where one file is all there is, a client can only come from the package itself.
  signs: [library, "iovalkey"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (clients.has(name)) return redisOf(library, { type: "client", prefix: null });
    return pipelines.has(name) ? redisOf(library, { type: "pipeline", prefix: null }) : null;
  },

  construct(external, call) {
    const name = external.path.at(-1);
    return name === undefined || clients.has(name)
      ? redisOf(library, { type: "client", prefix: prefixIn(call) })
      : null;
  },

  callMethod(receiver, method, call, tracer) {
    return redisIn(library, receiver) && receiver.kind === "library"
      ? callOnRedis(receiver, method, call, tracer, prefixIn)
      : null;
  },
};

const clients = new Set(["default", "Redis", "Cluster", "Valkey", "iovalkey"]);
const pipelines = new Set(["Pipeline", "ChainableCommander"]);

/** `new Redis({ keyPrefix })`, `new Redis(url, { keyPrefix })`, `new Cluster(nodes, { keyPrefix })` */
function prefixIn(call: Call): Value | null {
  for (const argument of call.arguments) {
    const prefix = argument.kind === "object" ? argument.fields.get("keyPrefix")?.value : undefined;
    if (prefix) return prefix;
  }
  return null;
}
