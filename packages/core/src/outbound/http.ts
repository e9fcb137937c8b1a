/** Calls of addresses over HTTP. One whose host the program knows beforehand (`https://api.example.com/…`) is nobody's. */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { LibraryValue, Value } from "../trace/value.js";

const library = "http";

const client: LibraryValue = { kind: "library", library, type: "client", data: null };

/** Functions of these packages that make another client. */
const makers = new Set(["create", "extend", "Axios"]);
/** Types that are a client, by their packages' names for them. */
const clientTypes = new Set(["Axios", "AxiosInstance", "AxiosStatic", "HttpService", "Got", "KyInstance"]);
const methods = new Set([
  ...["request", "get", "post", "put", "patch", "delete", "head", "options"],
  ...["postForm", "putForm", "patchForm", "fetch", "stream"],
]);

export const http: LibraryModel = {
  name: library,
  packages: ["axios", "got", "ky", "node-fetch", "undici", "@nestjs/axios"],
  globalFunctions: ["fetch"],
  signs: [],

  typed: (external) => (clientTypes.has(external.path.at(-1) ?? "") ? client : null),
  construct: (external) => (makers.has(external.path.at(-1) ?? "") ? client : null),

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "default";
    if (makers.has(name)) return client;
    // `axios(…)`, `got(…)`: the package itself is called.
    if (methods.has(name) || name === "default" || name === external.package) send(tracer, call);
    return null;
  },
  callValue(_, call, tracer) {
    send(tracer, call);
    return null;
  },
  // `http.axiosRef`
  member: (_, property) => (property === "axiosRef" ? client : null),
  callMethod(_, method, call, tracer) {
    if (makers.has(method)) return client;
    if (methods.has(method)) send(tracer, call);
    return null;
  },
};

/** `(url, body)`, `(url, { body })`, `({ url, data })` */
function send(tracer: Tracer, { arguments: given, site }: Call): void {
  const [first, ...others] = given;
  if (!first) return;
  const isAddress = first.kind !== "object";
  const destination = findHost(isAddress ? first : tracer.memberOf(first, "url"));
  const content: Value = { kind: "array", elements: isAddress ? others : [first], rest: null };
  if (destination) tracer.send({ destination, content, site });
}

/** What its host is taken from; null where the program knows it. */
function findHost(address: Value): Value | null {
  switch (address.kind) {
    case "literal":
      return null;
    case "text": {
      const [first, second] = address.parts;
      if (typeof first !== "string") return first ? findHost(first) : null;
      return /^https?:\/\/$/.test(first) && second !== undefined && typeof second !== "string"
        ? second
        : null;
    }
    // `new URL(hook.url)`
    case "external":
      return address.from?.[0] ? findHost(address.from[0]) : null;
    default:
      return address;
  }
}
