/** Functions that JavaScript and Node.js call later, by themselves: after a while, again and again, when the process ends. */
import { invoke } from "./callbacks.js";
import type { Call } from "./library.js";
import type { Machine } from "./machine.js";
import { globalPackage } from "./names.js";
import { unknown, type ExternalValue, type Value } from "./value.js";

/** Where the arguments for the function begin, by what is called with it. */
const timers: ReadonlyMap<string, number> = new Map([
  ["setTimeout", 2],
  ["setInterval", 2],
  ["setImmediate", 1],
  ["queueMicrotask", 1],
  ["process.nextTick", 1],
]);

/** https://nodejs.org/api/process.html#process-events: `process.on("SIGTERM", …)`; none of them comes from a request. */
const processEvents = /^(?:process\.)?(?:on|once|addListener|prependListener)$/;

const timerPackages = new Set(["timers", "node:timers"]);
const processPackages = new Set(["process", "node:process"]);

/** Null for a call of anything else. Whoever sets the timer is who calls the function. */
export function startLater(machine: Machine, target: ExternalValue, call: Call): Value | null {
  const given = argumentsFrom(target);
  if (given === null) return null;
  const [first, second] = call.arguments;
  const callback = given === "event" ? second : first;
  if (callback?.kind !== "function") return null;
  const args = given === "event" ? [] : call.arguments.slice(given);
  invoke(machine, callback, args, call.site);
  return unknown;
}

function argumentsFrom({ package: name, path }: ExternalValue): number | "event" | null {
  const written = path
    .filter((part, index) => index > 0 || (part !== "globalThis" && part !== "window"))
    .join(".");
  if (name === globalPackage)
    return written.startsWith("process.") && processEvents.test(written)
      ? "event"
      : (timers.get(written) ?? null);
  if (timerPackages.has(name)) return timers.get(path.at(-1)!) ?? null;
  if (!processPackages.has(name)) return null;
  const method = path.filter((part) => part !== "default").join(".");
  return processEvents.test(method) ? "event" : (timers.get(`process.${method}`) ?? null);
}
