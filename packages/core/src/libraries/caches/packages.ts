/** The caches that have no interface of their own to speak of: how each is made, and what its methods do with a key. */
import type { Method } from "./methods.js";

export interface CachePackage {
  readonly name: string;
  readonly packages: readonly string[];
  /** Exports that make one: with `new`, or as functions, which may hang on another export (`NodeCache.default`). */
  readonly makers: readonly string[];
  /** Types of one. */
  readonly types?: readonly string[];
  /** The option that says what is put before each key. */
  readonly prefixOption?: string;
  /** Entries are in the process, or told apart by a prefix: two of them share none, whatever their keys. */
  readonly isApart: boolean;
  /** What is made has a cache as each of its properties. */
  readonly namespaces?: { readonly makers: readonly string[]; readonly types: readonly string[] };
  readonly methods: Readonly<Record<string, Method>>;
}

const get: Method = { does: "get" };
const put: Method = { does: "put", at: 1 };
const remove: Method = { does: "remove" };
const load: Method = { does: "load" };
const count: Method = { does: "count" };
const itself: Method = { does: "itself" };

export const cachePackages: readonly CachePackage[] = [
  {
    // https://keyv.org/docs/methods/
    name: "keyv",
    packages: ["keyv", "@keyvhq/core"],
    makers: ["default", "Keyv"],
    prefixOption: "namespace",
    isApart: false,
    methods: {
      ...each("get getMany getRaw getManyRaw has hasMany", get),
      ...each("delete deleteMany", remove),
      set: put,
      setRaw: put,
      setMany: { does: "put-entries", key: "key", value: "value" },
      setManyRaw: { does: "put-entries", key: "key", value: "value" },
    },
  },
  {
    // https://cacheable.org/docs/cache-manager/; older versions have stores and a client below them.
    name: "cache-manager",
    packages: ["cache-manager", "@nestjs/cache-manager"],
    makers: ["caching", "createCache", "multiCaching", "memoryStore"],
    types: ["Cache", "MultiCache", "MemoryCache", "Store", "CacheManagerStore"],
    isApart: false,
    methods: {
      ...each("get mget ttl", get),
      ...each("del mdel", remove),
      set: put,
      mset: { does: "put-entries", key: "key", value: "value" },
      wrap: load,
    },
  },
  {
    // https://github.com/isaacs/node-lru-cache
    name: "lru-cache",
    packages: ["lru-cache"],
    makers: ["default", "LRUCache"],
    isApart: true,
    methods: {
      ...each("get peek has getRemainingTTL info", get),
      ...each("delete del", remove),
      set: put,
      ...each("fetch forceFetch", { does: "load-as-made", option: "fetchMethod" }),
      memo: { does: "load-as-made", option: "memoMethod" },
    },
  },
  {
    // https://github.com/node-cache/node-cache
    name: "node-cache",
    packages: ["node-cache", "@cacheable/node-cache"],
    makers: ["default", "NodeCache"],
    isApart: true,
    methods: {
      ...each("get mget take has getTtl", get),
      ...each("del mdel", remove),
      set: put,
      mset: { does: "put-entries", key: "key", value: "val" },
    },
  },
  {
    name: "quick-lru",
    packages: ["quick-lru", "@isaacs/ttlcache", "tiny-lru", "lru_map", "memory-cache", "flru", "mnemonist"],
    makers: ["default", "QuickLRU", "TTLCache", "lru", "LRU", "LRUMap", "Cache", "LRUCache"],
    isApart: true,
    methods: { ...each("get peek has", get), ...each("delete del", remove), set: put, put },
  },
  {
    // https://cacheable.org/docs/cacheable/
    name: "cacheable",
    packages: ["cacheable"],
    makers: ["Cacheable", "CacheableMemory"],
    prefixOption: "namespace",
    isApart: false,
    methods: {
      ...each("get getMany getRaw has hasMany", get),
      ...each("delete deleteMany take takeMany", remove),
      set: put,
      setMany: { does: "put-entries", key: "key", value: "value" },
      getOrSet: load,
    },
  },
  {
    // https://bentocache.dev/docs/methods
    name: "bentocache",
    packages: ["bentocache"],
    makers: ["BentoCache"],
    isApart: false,
    methods: {
      ...each("get has missing pull", get),
      ...each("delete deleteMany expire", remove),
      ...each("set setForever", put),
      ...each("getOrSet getOrSetForever", load),
      ...each("use namespace", itself),
    },
  },
  {
    // https://www.unkey.com/docs/libraries/ts/cache/overview
    name: "unkey-cache",
    packages: ["@unkey/cache"],
    makers: ["Namespace"],
    types: ["Namespace"],
    namespaces: { makers: ["createCache"], types: ["Cache"] },
    isApart: false,
    methods: { get, set: put, remove, swr: { does: "load", gives: "result" } },
  },
  {
    // https://upstash.com/docs/redis/sdks/ratelimit-ts/methods
    name: "upstash-ratelimit",
    packages: ["@upstash/ratelimit"],
    makers: ["Ratelimit", "MultiRegionRatelimit"],
    prefixOption: "prefix",
    isApart: false,
    methods: each("limit blockUntilReady getRemaining resetUsedTokens", count),
  },
  {
    // https://github.com/animir/node-rate-limiter-flexible/wiki/API-methods
    name: "rate-limiter-flexible",
    packages: ["rate-limiter-flexible"],
    makers: [
      "RateLimiterMemory",
      "RateLimiterRedis",
      "RateLimiterCluster",
      "RateLimiterPostgres",
      "RateLimiterPrisma",
      "RateLimiterDrizzle",
      "RateLimiterMySQL",
      "RateLimiterMongo",
      "RateLimiterMemcache",
    ],
    types: ["RateLimiterAbstract"],
    prefixOption: "keyPrefix",
    isApart: false,
    methods: each("consume penalty reward block set get delete", count),
  },
];

function each(names: string, method: Method): Readonly<Record<string, Method>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, method]));
}
