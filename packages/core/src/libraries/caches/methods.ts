/** What the methods of a cache do with a key, said the same for every package. */
import { optionsOf, withAbsence } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import {
  unknown,
  type LibraryValue,
  type LiteralValue,
  type ObjectField,
  type Value,
} from "../../trace/value.js";
import { keptUnder, listedIn, recordEntries, type Entry, type Keeping } from "../../keyed/record.js";

/**
 * `at`: the argument that is meant. Keys come first, alone or as a list. `load`: a function that is called where nothing is kept
 * yet, and whose answer is kept; `entries`: a list of objects with a key and a value each.
 */
export type Method =
  | { readonly does: "get" | "remove" | "count" | "itself" }
  | { readonly does: "put"; readonly at: number }
  | { readonly does: "load"; readonly gives?: "result" }
  /** The function to load with was given with the options when the cache was made. */
  | { readonly does: "load-as-made"; readonly option: string }
  | { readonly does: "put-entries"; readonly key: string; readonly value: string };

export interface CacheData {
  /** The package that it is of. */
  readonly library: string;
  readonly prefix: Value | null;
  /** Two caches have the same keys without having the same entries: which it is, where that is known. */
  readonly store: string | null;
  readonly options: Value | null;
  /** `createCache({ users: new Namespace() })`: `all` of them, or the name of the one, which its keys begin with. */
  readonly namespace: "all" | { readonly name: string } | null;
}

export function callCache(
  receiver: LibraryValue,
  method: Method,
  name: string,
  call: Call,
  tracer: Tracer,
): Value {
  const data = receiver.data as CacheData;
  const { site, arguments: given } = call;
  const keeping = (operation: Keeping["operation"], isReadThrough = false): Keeping => ({
    site,
    library: data.library,
    operation,
    prefix: data.prefix,
    store: data.store,
    isReadThrough,
  });
  const record = (one: Keeping, entries: readonly Entry[]): void =>
    recordEntries(
      tracer,
      one,
      entries.map((entry) => ({ ...entry, key: named(data, entry.key) })),
    );
  const [first = unknown] = given;
  const keys = call.spread ? [unknown] : listedIn(tracer, first);
  const all = (stores: Value | null): readonly Entry[] => keys.map((key) => ({ key, field: null, stores }));
  const escapeAll = (): void => {
    for (const argument of given) tracer.escape(argument, site);
  };
  switch (method.does) {
    case "itself":
      return receiver;
    case "get":
      record(keeping("get"), all(null));
      escapeAll();
      return withAbsence(keptUnder(tracer, site, name, named(data, first)));
    case "remove":
      record(keeping("set"), all(null));
      escapeAll();
      return unknown;
    case "count":
      record(keeping("set"), all(counted));
      escapeAll();
      return tracer.symbolic(site, `${name}()`);
    case "put":
      record(keeping("set"), all(call.spread ? unknown : (given[method.at] ?? unknown)));
      escapeAll();
      return unknown;
    case "put-entries":
      record(
        keeping("set"),
        listedIn(tracer, first).map((entry) => ({
          key: tracer.memberOf(entry, method.key),
          field: null,
          stores: tracer.memberOf(entry, method.value),
        })),
      );
      return unknown;
    case "load": {
      const at = given.findIndex((one) => optionsOf(one).some(({ kind }) => kind === "function"));
      const loader = given[at] ?? given[1];
      const loaded = loader ? loadedBy(tracer, loader, [first], call) : unknown;
      // `wrap(key, key, load)`
      const wrapped = given.slice(0, Math.max(at, 1)).flatMap((one) => listedIn(tracer, one));
      record(
        keeping("set", true),
        wrapped.map((key) => ({ key, field: null, stores: loaded })),
      );
      return method.gives === "result" ? asResult(loaded, call, tracer) : loaded;
    }
    case "load-as-made": {
      const loader = data.options ? tracer.memberOf(data.options, method.option) : unknown;
      const isThere = optionsOf(loader).some(({ kind }) => kind === "function");
      const loaded = isThere ? loadedBy(tracer, loader, [first, unknown, given[1] ?? unknown], call) : null;
      record(loaded ? keeping("set", true) : keeping("get"), all(loaded));
      return loaded ?? withAbsence(keptUnder(tracer, site, name, first));
    }
  }
}

function named({ namespace }: CacheData, key: Value): Value {
  if (namespace === null || namespace === "all") return key;
  return { kind: "text", parts: [`${namespace.name}:`, key] };
}

const counted: LiteralValue = { kind: "literal", value: 1 };

function loadedBy(tracer: Tracer, loader: Value, args: readonly Value[], { site }: Call): Value {
  return tracer.settle(tracer.invoke(loader, args, site), site);
}

/** `{ val, err }`: https://www.unkey.com/docs/libraries/ts/cache/overview */
function asResult(loaded: Value, { site }: Call, tracer: Tracer): Value {
  const field = (value: Value): ObjectField => ({ value, sometimes: false, overwritable: false });
  return {
    kind: "object",
    fields: new Map([
      ["val", field(withAbsence(loaded))],
      ["err", field(withAbsence(tracer.symbolic(site, "err")))],
    ]),
    open: false,
  };
}
