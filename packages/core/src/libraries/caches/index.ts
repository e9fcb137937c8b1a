/**
 * Caches that keep what they are given under a key: keyv, cache-manager (also as NestJS hands it on), lru-cache, node-cache and
 * their like, and limiters of rates, which keep a number. They are recognised by what made them or by their declared type, never
 * by a method's name.
 */
import type { Call, LibraryModel } from "../../trace/library.js";
import { siteKey, type ExternalValue, type LibraryValue, type Value } from "../../trace/value.js";
import { callCache, type CacheData } from "./methods.js";
import { cachePackages, type CachePackage } from "./packages.js";

export const caches: readonly LibraryModel[] = cachePackages.map(modelOf);

function modelOf(one: CachePackage): LibraryModel {
  const { name: library, packages, makers, types = makers, namespaces, methods } = one;
  const valueOf = (data: Omit<CacheData, "library">): LibraryValue => ({
    kind: "library",
    library,
    type: data.namespace === "all" ? "namespaces" : "client",
    data: { ...data, library },
  });
  const unmade = { prefix: null, store: null, options: null };
  const anyCache = valueOf({ ...unmade, namespace: null });
  const anyNamespaces = valueOf({ ...unmade, namespace: "all" });
  const made = ({ path }: ExternalValue, call: Call): Value | null => {
    const name = path.at(-1) ?? "default";
    if (namespaces?.makers.includes(name)) return anyNamespaces;
    if (!makers.includes(name)) return null;
    const options = call.arguments.findLast(({ kind }) => kind === "object") ?? null;
    const store = one.isApart ? `${library} ${siteKey(call.site)}` : null;
    return valueOf({ prefix: optionOf(options, one.prefixOption), store, options, namespace: null });
  };
  return {
    name: library,
    packages,
    clients: [...makers.filter((name) => name !== "default"), ...(namespaces?.makers ?? [])],
    signs: packages,
    ...(namespaces && { areSourcesKnown: true }),
    typed(external) {
      const name = external.path.at(-1) ?? "default";
      if (namespaces?.types.includes(name)) return anyNamespaces;
      return types.includes(name) || makers.includes(name) ? anyCache : null;
    },
    construct: made,
    callExternal(external, call, tracer) {
      const created = made(external, call);
      if (created) return created;
      // `cache.get(key)`: the package's own instance, as memory-cache has one.
      const method = methods[external.path.at(-1) ?? ""];
      const isOwn = external.path.length === 1 || external.path[0] === "default";
      return method && isOwn && makers.includes("default")
        ? callCache(anyCache, method, external.path.at(-1)!, call, tracer)
        : null;
    },
    callMethod(receiver, name, call, tracer) {
      const data = receiver.kind === "library" ? (receiver.data as CacheData) : null;
      const method = methods[name];
      return data && method && data.namespace !== "all" && receiver.kind === "library"
        ? callCache(receiver, method, name, call, tracer)
        : null;
    },
    member(receiver, property) {
      const data = receiver.kind === "library" ? (receiver.data as CacheData) : null;
      if (data?.namespace === "all") return valueOf({ ...unmade, namespace: { name: property } });
      // What is below keeps the same entries: `cache.store.get(key)`.
      return receiver.kind === "library" && data && property === "store" ? receiver : null;
    },
  };
}

function optionOf(options: Value | null, name: string | undefined): Value | null {
  if (name === undefined || options?.kind !== "object") return null;
  return options.fields.get(name)?.value ?? null;
}
