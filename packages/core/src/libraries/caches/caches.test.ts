// Faults and their innocent neighbours are in fixtures/caches; here is how each cache is recognised, and what its methods do.
import { analyzed } from "@tenant-audit/testing";
import { describe, expect, it, test } from "vitest";

/** `keyv set a`, for every cache path. */
function pathsIn(imports: string, body: string): readonly string[] {
  const { paths } = analyzed(`
    ${imports}
    export async function run(id: string) {
      ${body}
    }`);
  return paths
    .filter((path) => path.kind === "cache")
    .map((path) => `${path.library} ${path.operation} ${path.resources.join(", ")}`);
}

describe("a cache is recognised by what makes it", () => {
  it.each([
    ["keyv", `import Keyv from "keyv"; const cache = new Keyv({ namespace: "n" });`],
    ["keyv", `import { Keyv } from "keyv"; const cache = new Keyv("redis://x", { namespace: "n" });`],
    ["cache-manager", `import { createCache } from "cache-manager"; const cache = createCache();`],
    ["cache-manager", `import { caching } from "cache-manager"; const cache = await caching("memory");`],
    ["cache-manager", `import cm from "cache-manager"; const cache = cm.caching({ store: "memory" });`],
    ["lru-cache", `import { LRUCache } from "lru-cache"; const cache = new LRUCache({ max: 1 });`],
    ["lru-cache", `import LRU from "lru-cache"; const cache = new LRU(10);`],
    ["node-cache", `import NodeCache from "node-cache"; const cache = new NodeCache();`],
    ["quick-lru", `import QuickLRU from "quick-lru"; const cache = new QuickLRU({ maxSize: 1 });`],
    ["cacheable", `import { Cacheable } from "cacheable"; const cache = new Cacheable();`],
    ["redis", `import { createClient } from "redis"; const cache = createClient();`],
    [
      "redis",
      `import { createClient } from "redis"; const cache = await createClient().on("error", log).connect();`,
    ],
    ["redis", `import redis from "redis"; const cache = redis.createClient({ prefix: "p" });`],
    ["redis", `import { createCluster } from "redis"; const cache = createCluster({ rootNodes: [] });`],
    ["upstash-redis", `import { Redis } from "@upstash/redis"; const cache = Redis.fromEnv();`],
    ["upstash-redis", `import { Redis } from "@upstash/redis/cloudflare"; const cache = new Redis({});`],
    ["upstash-redis", `import { kv as cache } from "@vercel/kv";`],
  ])("%s", (library, imports) => {
    expect(pathsIn(imports, `await cache.set("a", "1"); await cache.get("b");`)).toEqual([
      `${library} set a`,
      `${library} get b`,
    ]);
  });

  it("or by its declared type", () => {
    expect(
      pathsIn(
        `import type { Cache } from "cache-manager";
         import { CACHE_MANAGER } from "@nestjs/cache-manager";
         import { Inject, Injectable } from "@nestjs/common";
         @Injectable()
         export class Prices {
           constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}
           async forget(id: string) { await this.cache.del("price:" + id); }
         }`,
        "",
      ),
    ).toEqual(["cache-manager set price:{id}"]);
  });

  it("and never by a method's name", () => {
    expect(
      pathsIn(
        `import axios from "axios"; import other from "other-cache";`,
        `
      await axios.get(id); await axios.delete(id);
      other.set("a", id); new URLSearchParams().get("a"); new FormData().set("a", id);
    `,
      ),
    ).toEqual([]);
  });
});

test("several keys are several entries", () => {
  expect(
    pathsIn(
      `import Keyv from "keyv"; import NodeCache from "node-cache";
       const keyv = new Keyv(); const nodeCache = new NodeCache();`,
      `await keyv.get(["a", "b"]);
       await keyv.deleteMany(["c", "d"]);
       await keyv.setMany([{ key: "e", value: 1 }, { key: "f", value: 2 }]);
       nodeCache.mset([{ key: "g", val: 1 }]);
       nodeCache.del(["h", "i"]);`,
    ),
  ).toEqual(["keyv get a, b", "keyv set c, d", "keyv set e, f", "node-cache set g", "node-cache set h, i"]);
});

test("node-redis says the same in several ways", () => {
  expect(
    pathsIn(
      `import { createClient } from "redis"; const client = createClient();`,
      `await client.hGetAll("a");
       await client.HGETALL("b");
       await client.del(["c", "d"]);
       await client.mSet({ e: "1", f: "2" });
       await client.mSet([["g", "1"], ["h", "2"]]);
       await client.mSet(["i", "1"]);
       await client.xRead({ key: "j", id: "0" });
       await client.eval("return 1", { keys: ["k"], arguments: ["1"] });
       await client.sendCommand(["SET", "l", "1"]);
       await client.executeIsolated(async (isolated) => isolated.get("m"));
       await client.json.get("n");
       await client.ping();
       await client.quit();`,
    ),
  ).toEqual([
    "redis get a",
    "redis get b",
    "redis set c, d",
    "redis set e, f",
    "redis set g, h",
    "redis set i",
    "redis get j",
    "redis set k",
    "redis set l",
    "redis get m",
    "redis get n",
  ]);
});

test("an entry of one cache is none of another's", () => {
  const { paths } = analyzed(`
    import { LRUCache } from "lru-cache";
    import { db } from "./database.js";
    const ours = new LRUCache({ max: 1 });
    const theirs = new LRUCache({ max: 1 });
    export async function run(organizationId: string, status: string) {
      const rows = await db.selectFrom("invoices").selectAll().where("organization_id", "=", organizationId).execute();
      ours.set("all", rows);
      theirs.set("all", "1");
      return [ours.get("all"), theirs.get("all")];
    }`);
  expect(paths.filter(({ kind }) => kind === "cache").map(({ verdict }) => verdict)).toEqual([
    "unscoped",
    "global",
    "unscoped",
    "global",
  ]);
});
