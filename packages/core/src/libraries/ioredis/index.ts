/**
 * ioredis. Clients are recognised by their construction (`new Redis()`, `new Redis.Cluster()`) or declared type; a
 * receiver that leads nowhere never, since `get` and `set` belong to everybody.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import { withAbsence } from "../../trace/choice.js";
import type { LibraryValue, SymbolicValue, Value } from "../../trace/value.js";
import { recordCommand } from "./access.js";
import { findCommand } from "./commands.js";
import { client, clientWith, dataOf, library, pipelineWith, type RedisData } from "./values.js";

export const ioredis: LibraryModel = {
  name: library,
  packages: ["ioredis"],
  clients: ["Redis", "Cluster"],
  // Where one file is all there is, a client can only come from the package itself.
  signs: ["ioredis"],

  typed(external) {
    const name = external.path.at(-1) ?? "";
    if (clients.has(name)) return client;
    return pipelines.has(name) ? pipelineWith(null) : null;
  },

  construct(external, call) {
    const name = external.path.at(-1);
    return name === undefined || clients.has(name) ? clientWith(prefixIn(call)) : null;
  },

  callMethod(receiver, method, call, tracer) {
    const data = dataOf(receiver);
    return data && receiver.kind === "library" ? callOn(receiver, data, method, call, tracer) : null;
  },
};

const clients = new Set(["default", "Redis", "Cluster"]);
const pipelines = new Set(["Pipeline", "ChainableCommander"]);

/** `new Redis({ keyPrefix })`, `new Redis(url, { keyPrefix })`, `new Cluster(nodes, { keyPrefix })` */
function prefixIn(call: Call): Value | null {
  for (const argument of call.arguments) {
    const prefix = argument.kind === "object" ? argument.fields.get("keyPrefix")?.value : undefined;
    if (prefix) return prefix;
  }
  return null;
}

function callOn(
  receiver: LibraryValue,
  data: RedisData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  switch (method) {
    case "duplicate":
      return clientWith(prefixIn(call) ?? data.prefix);
    case "multi":
    case "pipeline":
      runBatch(data, call, tracer);
      return pipelineWith(data.prefix);
    case "call":
    case "sendCommand":
      return callByName(receiver, data, call, tracer);
    case "scan":
    case "scanStream":
      return scan(method, call, tracer);
  }
  const command = findCommand(method);
  if (!command) return null;
  // The links of a chain begin at the same place, so each command of a pipeline stands where its arguments do.
  const start = data.type === "pipeline" ? call.written[0]?.start : undefined;
  const site = start === undefined ? call.site : { ...call.site, start };
  recordCommand(tracer, command, { ...call, site, prefix: data.prefix });
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  if (data.type === "pipeline") return receiver;
  if (method === "keys") return { kind: "array", elements: [], rest: call.arguments[0] ?? everyKey };
  return withAbsence(answerOf(method, call, tracer));
}

/** Of a text, what was put there by whoever named the same key. */
function answerOf(method: string, { site, arguments: [key] }: Call, tracer: Tracer): SymbolicValue {
  const answer = tracer.symbolic(site, `${method}()`);
  return key && /^get(?:ex|del)?$/i.test(method) ? { ...answer, from: [key], madeAs: "kept" } : answer;
}

/** `redis.pipeline([["get", key], …])` */
function runBatch({ prefix }: RedisData, call: Call, tracer: Tracer): void {
  const [batch] = call.arguments;
  if (batch?.kind !== "array") return;
  for (const one of [...batch.elements, ...(batch.rest ? [batch.rest] : [])]) {
    if (one.kind !== "array") continue;
    const [name, ...given] = one.elements;
    const command = name?.kind === "literal" ? findCommand(String(name.value)) : null;
    if (command)
      recordCommand(tracer, command, {
        site: call.site,
        prefix,
        arguments: given,
        spread: one.rest !== null,
      });
  }
}

/** `redis.call("GET", key)` */
function callByName(receiver: LibraryValue, data: RedisData, call: Call, tracer: Tracer): Value | null {
  const [name, ...given] = call.arguments;
  if (name?.kind !== "literal" || !findCommand(String(name.value))) return null;
  const method = String(name.value).toLowerCase();
  return callOn(
    receiver,
    data,
    method,
    { ...call, arguments: given, written: call.written.slice(1) },
    tracer,
  );
}

/** `scan(cursor, "MATCH", pattern)`, `scanStream({ match })`: what they find are keys like the pattern. */
function scan(method: string, call: Call, tracer: Tracer): Value {
  const pattern = (method === "scan" ? matchAmong(call.arguments) : matchIn(call.arguments[0])) ?? everyKey;
  recordCommand(tracer, findCommand("scan")!, {
    site: call.site,
    prefix: null,
    arguments: [pattern],
    spread: false,
  });
  const keys: Value = { kind: "array", elements: [], rest: pattern };
  return method === "scan"
    ? { kind: "array", elements: [tracer.symbolic(call.site, "cursor"), keys], rest: null }
    : { kind: "array", elements: [], rest: keys };
}

function matchAmong(given: readonly Value[]): Value | undefined {
  const keyword = given.findIndex((one) => one.kind === "literal" && /^match$/i.test(String(one.value)));
  return keyword < 0 ? undefined : given[keyword + 1];
}

function matchIn(options: Value | undefined): Value | undefined {
  return options?.kind === "object" ? options.fields.get("match")?.value : undefined;
}

const everyKey: Value = { kind: "literal", value: "*" };
