/**
 * Fastify. An application is an instance, a plugin is a function that is called with one, and routes and hooks are added to
 * instances. They are known by where they come from: `fastify()`, or a parameter that is declared to be one.
 */
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { loadFile, noteAutoload } from "./autoload.js";
import { addHook, authOf, decorationNamed } from "./guards.js";
import {
  applicationAt,
  detachedInstance,
  enterUnregistered,
  openPlugin,
  register,
  typePackages,
} from "./plugins.js";
import { fullRoute, hear, shorthandRoute, shorthands } from "./routes.js";
import { findDecoration } from "./scope.js";
import { serviceOf } from "./service.js";
import { dataOf, library, symbolic, valueOf, type InstanceData } from "./values.js";

export const fastify: LibraryModel = {
  name: library,
  packages: [...typePackages, "fastify-plugin"],

  typed(external) {
    return external.path.at(-1) === "FastifyInstance" ? valueOf(detachedInstance()) : null;
  },

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "default";
    if (external.package === "fastify-plugin") return openPlugin(call, tracer);
    return external.package === "fastify" && ["default", "fastify", "Fastify"].includes(name)
      ? valueOf(applicationAt(call.site, tracer))
      : null;
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type === "socket") return symbolic(`${data.id}.${property}`, `${data.text}.${property}`);
    if (data?.type !== "instance") return null;
    return findDecoration(data.scope, property) ?? decorationNamed(property);
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type === "instance") return callOnInstance(receiver, data, method, call, tracer);
    if (data?.type === "socket" && ["on", "once", "addListener"].includes(method))
      hear(data.route, call, tracer);
    return null;
  },

  entriesIn(file, module, tracer) {
    loadFile(file, tracer);
    enterUnregistered(file, module, tracer);
  },
};

function callOnInstance(
  receiver: Value,
  instance: InstanceData,
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  const decoration = findDecoration(instance.scope, method);
  if (decoration) return tracer.invoke(decoration, call.arguments);
  switch (method) {
    case "register":
      register(instance, call, tracer);
      noteAutoload(instance, call, tracer);
      return receiver;
    case "addHook":
      addHook(instance, call, tracer);
      escapeAll(call, tracer);
      return receiver;
    case "decorate":
      decorate(instance, call, tracer);
      escapeAll(call, tracer);
      return receiver;
    case "route":
      fullRoute(instance, call, tracer);
      return receiver;
    case "auth":
      escapeAll(call, tracer);
      return authOf(call, tracer);
    case "listen":
    case "close":
    case "inject":
    case "ready":
      return null;
    default:
      if (shorthands.includes(method)) shorthandRoute(instance, method, call, tracer);
      else if (!isChained(method)) return null;
      else escapeAll(call, tracer);
      return receiver;
  }
}

/** `withTypeProvider`, `after`, `setErrorHandler`, `addSchema`, `decorateRequest` … give the instance back. */
function isChained(method: string): boolean {
  return /^(?:withTypeProvider|after|(?:set|add|decorate)[A-Z]\w*)$/.test(method);
}

/** `fastify.decorate("authenticate", async (request, reply) => …)` */
function decorate({ scope }: InstanceData, { arguments: [name, value] }: Call, tracer: Tracer): void {
  if (name?.kind !== "literal" || typeof name.value !== "string" || !value) return;
  scope.decorations.set(name.value, value);
  const { decorations } = serviceOf(tracer);
  decorations.set(name.value, [...(decorations.get(name.value) ?? []), value]);
}

function escapeAll(call: Call, tracer: Tracer): void {
  for (const argument of call.arguments) tracer.escape(argument, call.site);
}
