/**
 * Libraries that call what they are given then and there, on behalf of whoever gave it: one after another, again when it
 * failed, under a lock, in a span of a trace. What is done in there is done by whoever called them.
 */
import { isCallback } from "../trace/choice.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import { unknown, type LibraryValue, type Value } from "../trace/value.js";

const library = "runners";

const packages = [
  "@opentelemetry/api",
  "async-lock",
  "async-mutex",
  "async-retry",
  "async-sema",
  "bottleneck",
  "dd-trace",
  "p-all",
  "p-limit",
  "p-map",
  "p-queue",
  "p-retry",
  "p-series",
  "p-throttle",
  "p-timeout",
  "redlock",
] as const;

const runner: LibraryValue = { kind: "library", library, type: "runner", data: null };

export const runners: LibraryModel = {
  name: library,
  packages,
  signs: [],
  construct: (_, call, tracer) => run(call, tracer),
  callExternal: (external, call, tracer) =>
    external.package === "p-map" ? runForEach(call, tracer) : run(call, tracer),
  callValue: (_, call, tracer) => run(call, tracer),
  callMethod: (_, _method, call, tracer) => run(call, tracer),
  member: () => runner,
};

/** What a function that was given gives; another runner where none was given. */
function run(call: Call, tracer: Tracer): Value {
  const given = call.arguments.filter(isCallback);
  for (const argument of call.arguments) if (!isCallback(argument)) tracer.escape(argument, call.site);
  const [only] = given;
  if (only && given.length === 1) return tracer.run(only, [unknown, unknown], call.site);
  const results = given.map((one) => tracer.invoke(one, [unknown, unknown], call.site));
  return results.length > 0 ? tracer.choose(results, "") : runner;
}

/** https://github.com/sindresorhus/p-map */
function runForEach(call: Call, tracer: Tracer): Value {
  const [list, mapper] = call.arguments;
  if (!list || !mapper || !isCallback(mapper)) return unknown;
  const element = tracer.elementOf(list) ?? unknown;
  return { kind: "array", elements: [], rest: tracer.invoke(mapper, [element], call.site) };
}
