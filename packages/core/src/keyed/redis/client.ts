/** What the methods of a client of Redis do. How clients are made and recognised is each package's own. */
import { withAbsence } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { keptUnder } from "../record.js";
import { findCommand } from "./commands.js";
import { recordCommand } from "./entries.js";
import { redisOf, type RedisData } from "./values.js";

export function callOnRedis(
  receiver: LibraryValue,
  method: string,
  call: Call,
  tracer: Tracer,
  prefixIn: (call: Call) => Value | null = () => null,
): Value | null {
  const data = receiver.data as RedisData;
  const { library } = receiver;
  switch (method) {
    case "duplicate":
      return redisOf(library, { ...data, type: "client", prefix: prefixIn(call) ?? data.prefix });
    // Each gives the client back: `await createClient().on("error", log).connect()`.
    case "connect":
    case "on":
    case "once":
    case "off":
    case "withTypeMapping":
    case "withCommandOptions":
      for (const argument of call.arguments) tracer.escape(argument, call.site);
      return receiver;
    case "multi":
    case "MULTI":
    case "pipeline":
    case "batch":
      runBatch(receiver, call, tracer);
      return redisOf(library, { type: "pipeline", prefix: data.prefix });
    case "call":
    case "sendCommand":
      return callByName(receiver, call, tracer, prefixIn);
    case "scan":
    case "scanStream":
    case "scanIterator":
      return scan(receiver, method, call, tracer);
  }
  const named = data.module === undefined ? method : `${data.module}.${method}`;
  const command = findCommand(named);
  if (!command) return null;
  // The links of a chain begin at the same place, so each command of a pipeline stands where its arguments do.
  const start = data.type === "pipeline" ? call.written[0]?.start : undefined;
  const site = start === undefined ? call.site : { ...call.site, start };
  recordCommand(tracer, command, { ...call, site, library, prefix: data.prefix });
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  if (data.type === "pipeline") return receiver;
  if (/^keys$/i.test(method)) return { kind: "array", elements: [], rest: call.arguments[0] ?? everyKey };
  // Of a text, what was put there by whoever named the same key.
  const isOneText = /^(?:get(?:ex|del)?|json\.get)$/i.test(named);
  return withAbsence(keptUnder(tracer, call.site, method, isOneText ? call.arguments[0] : undefined));
}

/** `redis.pipeline([["get", key], …])` */
function runBatch(receiver: LibraryValue, { site, arguments: [batch] }: Call, tracer: Tracer): void {
  if (batch?.kind !== "array") return;
  const { prefix } = receiver.data as RedisData;
  for (const one of [...batch.elements, ...(batch.rest ? [batch.rest] : [])]) {
    if (one.kind !== "array") continue;
    const [name, ...given] = one.elements;
    const command = name?.kind === "literal" ? findCommand(String(name.value)) : null;
    const { library } = receiver;
    if (command)
      recordCommand(tracer, command, { site, library, prefix, arguments: given, spread: one.rest !== null });
  }
}

/** `redis.call("GET", key)`, `client.sendCommand(["GET", key])` */
function callByName(
  receiver: LibraryValue,
  call: Call,
  tracer: Tracer,
  prefixIn: (call: Call) => Value | null,
): Value | null {
  const [first] = call.arguments;
  const isList = first?.kind === "array" && first.rest === null;
  const [name, ...given] = isList ? first.elements : call.arguments;
  if (name?.kind !== "literal" || !findCommand(String(name.value))) return null;
  const written = isList ? [] : call.written.slice(1);
  return callOnRedis(
    receiver,
    String(name.value).toLowerCase(),
    { ...call, arguments: given, written },
    tracer,
    prefixIn,
  );
}

/** `scan(cursor, "MATCH", pattern)`, `scanStream({ match })`, `scanIterator({ MATCH })`: what they find are keys like the pattern. */
function scan({ library }: LibraryValue, method: string, call: Call, tracer: Tracer): Value {
  const options = call.arguments[method === "scan" ? 1 : 0];
  const pattern = matchIn(options) ?? matchAmong(call.arguments) ?? everyKey;
  recordCommand(tracer, findCommand("scan")!, {
    site: call.site,
    library,
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
  return options?.kind === "object"
    ? (options.fields.get("match") ?? options.fields.get("MATCH"))?.value
    : undefined;
}

const everyKey: Value = { kind: "literal", value: "*" };
