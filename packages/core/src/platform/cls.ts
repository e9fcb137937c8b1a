/**
 * `nestjs-cls`: one store for each request, with names in it. What a hook, a guard or a middleware puts there comes out wherever
 * the service is asked. https://papooch.github.io/nestjs-cls/api/service-interface
 */
import { channelId, taken } from "../trace/channel.js";
import { isCallback } from "../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import { siteKey, type LibraryValue, type ObjectValue, type Value } from "../trace/value.js";

const library = "cls";

/** A service has one, whoever asks for it. */
const channel = channelId("store", "nestjs-cls");
const service: LibraryValue = { kind: "library", library, type: "service", data: null };

export const cls: LibraryModel = {
  name: library,
  packages: ["nestjs-cls"],
  signs: [],

  typed: (external) => (external.path.at(-1) === "ClsService" ? service : null),

  // `ClsServiceManager.getClsService()`
  callExternal: (external) => (external.path.at(-1) === "getClsService" ? service : null),

  callMethod(_receiver, method, call, tracer) {
    const [first, second] = call.arguments;
    switch (method) {
      case "get":
        return takenOut(call);
      case "set":
      case "setIfUndefined": {
        const name = nameIn(first);
        if (name !== null && second) deliver(name, second, call, tracer);
        return null;
      }
      case "runWith":
      case "enterWith":
        if (first) tracer.deliver({ kind: "store", channel, value: first, site: call.site });
        return second && isCallback(second) ? tracer.invoke(second, [], call.site) : null;
      case "run":
      case "exit": {
        const callback = call.arguments.find(isCallback);
        return callback ? tracer.invoke(callback, [], call.site) : null;
      }
      default:
        return null;
    }
  },
};

/** `cls.get("user.id")` looks into what is under `user`; without a name, it is all there is. */
function takenOut({ arguments: [first], site, typeArguments: [type] }: Call): Value {
  const name = nameIn(first);
  const store = first === undefined || name !== null ? channel : `computed:${siteKey(site)}`;
  const symbol = taken(name === null ? store : `${store}.${name}`, name === null ? "get()" : `get(${name})`);
  return { ...symbol, origin: "unknown", type: type ?? null };
}

function deliver(name: string, value: Value, { site }: Call, tracer: Tracer): void {
  const nested = name.split(".").reduceRight<Value>(
    (inner, part): ObjectValue => ({
      kind: "object",
      fields: new Map([[part, { value: inner, sometimes: false, overwritable: false }]]),
      open: false,
    }),
    value,
  );
  tracer.deliver({ kind: "store", channel, value: nested, site });
}

function nameIn(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" && /^[\w.-]+$/.test(value.value)
    ? value.value
    : null;
}
