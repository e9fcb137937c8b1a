/**
 * Event emitters: whoever emits an event calls those who listen to it.
 * https://nodejs.org/api/events.html#class-eventemitter
 */
import { optionsOf } from "../trace/choice.js";
import { emitterLibrary, emitterMadeAt, ofContainer } from "../trace/channel.js";
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import { siteKey, type FunctionValue, type Value } from "../trace/value.js";

/** Events have names; listeners of two emitters with the same names are told apart by the place where each was made. */
const emitter = emitterMadeAt;

/** By package, the exports that make one. */
const makers: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["events", new Set(["EventEmitter", "default"])],
  ["node:events", new Set(["EventEmitter", "default"])],
  ["eventemitter3", new Set(["EventEmitter", "default"])],
  ["eventemitter2", new Set(["EventEmitter2", "default"])],
  ["emittery", new Set(["default"])],
  ["mitt", new Set(["default"])],
]);

const listening = /^(?:on|once|addListener|prependListener|prependOnceListener)$/;
const emitting = /^(?:emit|emitAsync|emitSerial)$/;

export const emitters: LibraryModel = {
  name: emitterLibrary,
  packages: [...makers.keys()],
  signs: [],

  construct: (external, call) =>
    makers.get(external.package)?.has(external.path.at(-1) ?? "") ? emitter(siteKey(call.site)) : null,
  // `constructor(private readonly events: EventEmitter2)`
  typed: (external) => (external.path.at(-1) === "EventEmitter2" ? emitter(ofContainer) : null),
  // `mitt()`
  callExternal: (external, call) => (external.package === "mitt" ? emitter(siteKey(call.site)) : null),

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    const made = receiver.data as string;
    if (listening.test(method)) return listen(made, call, tracer) ? receiver : null;
    if (emitting.test(method)) return emit(made, call, tracer);
    return null;
  },
};

/** Whether all of it was understood; otherwise what is handed over may be called by anybody. */
function listen(made: string, { arguments: [name, listener] }: Call, tracer: Tracer): boolean {
  const event = nameIn(name);
  const functions = listener ? optionsOf(listener) : [];
  if (event === null || functions.length === 0 || !functions.every(isFunction)) return false;
  for (const listener of functions) tracer.listen({ emitter: made, event, listener });
  return true;
}

function emit(made: string, { arguments: [name, ...payload], site, spread }: Call, tracer: Tracer): null {
  tracer.emit({ emitter: made, event: nameIn(name), arguments: spread ? null : payload, site });
  return null;
}

function nameIn(name: Value | undefined): string | null {
  return name?.kind === "literal" && typeof name.value === "string" ? name.value : null;
}

function isFunction(value: Value): value is FunctionValue {
  return value.kind === "function";
}
