/**
 * Events within one process: whoever emits one calls, then and there, those who listen to it. Who listens is known only when
 * the whole program was walked.
 */
import { noteCaller } from "./functions.js";
import { keyOfFunction, type CallerRecord, type Machine } from "./machine.js";
import type { FunctionValue } from "./value.js";

export interface Listening {
  /** Where the emitter is made. */
  readonly emitter: string;
  readonly event: string;
  readonly listener: FunctionValue;
}

export interface Emission extends Omit<CallerRecord, "isFollowed"> {
  readonly emitter: string;
  /** Null: whichever it is, it is not known here. */
  readonly event: string | null;
}

export function callListeners(machine: Machine): void {
  for (const { emitter, event, listener } of machine.listening) {
    const key = keyOfFunction(listener.file, listener.function);
    const heard = machine.emissions.filter(
      (emission) =>
        emission.emitter === emitter && (emission.event === null || isHeard(event, emission.event)),
    );
    // Somebody emits it whom we do not see.
    if (heard.length === 0) machine.escaped.add(key);
    for (const emission of heard) noteCaller(machine, key, { ...emission, isFollowed: false });
  }
}

/** `invoice.*` hears `invoice.paid`, and `**` everything. */
function isHeard(event: string, emitted: string): boolean {
  if (event === emitted || !event.includes("*")) return event === emitted;
  const parts = event.split(/(\*\*?)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^.]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(emitted);
}
