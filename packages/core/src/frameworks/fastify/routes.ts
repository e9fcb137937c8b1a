/** Routes: what they are called, and what runs for them. https://fastify.dev/docs/latest/Reference/Routes/ */
import { optionsOf } from "../../trace/choice.js";
import type { Guard } from "../../trace/entry.js";
import type { Call, Tracer } from "../../trace/library.js";
import {
  isUndefined,
  undefinedValue,
  unknown,
  type FunctionValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { conditionsAt } from "./conditions.js";
import { guardsBefore } from "./guards.js";
import { client, message, reply, request } from "./roles.js";
import { urlIn } from "./scope.js";
import { library, symbolic, valueOf, type InstanceData } from "./values.js";

export interface Route {
  readonly instance: InstanceData;
  readonly site: Site;
  readonly methods: readonly string[];
  readonly paths: readonly string[];
  readonly options: Value | undefined;
  /** Type arguments or a schema say what a request holds. */
  readonly isShaped: boolean;
  before(): readonly Guard[];
}

export const shorthands = ["get", "post", "put", "patch", "delete", "head", "options", "all"];

/** `fastify.get("/invoices", { preHandler }, list)`, `fastify.get("/invoices", { handler: list })` */
export function shorthandRoute(instance: InstanceData, method: string, call: Call, tracer: Tracer): void {
  const [path, second, third] = call.arguments;
  if (!path || !second) return;
  const isBare = !third && optionsOf(second).every((option) => option.kind !== "object");
  const options = isBare ? undefined : second;
  const route = routeOf(instance, call, [method.toUpperCase()], path, options, tracer);
  const handler = third ?? (isBare ? second : tracer.memberOf(second, "handler"));
  enterRoute(route, handler, tracer);
}

/** `fastify.route({ method: ["GET", "HEAD"], url: "/invoices", handler: list })` */
export function fullRoute(instance: InstanceData, call: Call, tracer: Tracer): void {
  for (const options of call.arguments.slice(0, 1).flatMap(optionsOf)) {
    if (options.kind !== "object") continue;
    const [url, path] = ["url", "path"].map((name) => tracer.memberOf(options, name));
    const methods = textsIn(tracer.memberOf(options, "method")).map((one) => one.toUpperCase());
    const address = url!.kind === "literal" && url!.value === undefined ? path! : url!;
    const route = routeOf(instance, call, methods, address, options, tracer);
    enterRoute(route, tracer.memberOf(options, "handler"), tracer);
  }
}

function routeOf(
  instance: InstanceData,
  { site, typeArguments }: Call,
  methods: readonly string[],
  path: Value,
  options: Value | undefined,
  tracer: Tracer,
): Route {
  const { scope } = instance;
  const conditions = conditionsAt(site, instance, tracer);
  const schema = options ? tracer.memberOf(options, "schema") : undefinedValue;
  return {
    instance,
    site,
    methods,
    paths: textsIn(path).map((one) => urlIn(scope, one)),
    options,
    isShaped:
      typeArguments.length > 0 || (!isUndefined(schema) && !isUndefined(tracer.memberOf(schema, "body"))),
    before: () =>
      guardsBefore(
        scope,
        conditions,
        (stage) => (options ? tracer.memberOf(options, stage) : undefinedValue),
        tracer,
      ),
  };
}

function enterRoute(route: Route, handler: Value, tracer: Tracer): void {
  const option = (name: string): Value => (route.options ? tracer.memberOf(route.options, name) : unknown);
  const websocket = option("websocket");
  const isWebsocket = websocket.kind === "literal" && websocket.value === true;
  if (isWebsocket) enterWebsocket(route, handler, tracer);
  else enterHttp(route, handler, tracer);
  // A route that answers both ways.
  enterWebsocket(route, option("wsHandler"), tracer);
  if (route.options) tracer.escape(route.options, route.site);
}

function enterHttp(route: Route, value: Value, tracer: Tracer): void {
  const { site, before, instance, isShaped } = route;
  for (const handler of handlersIn(value))
    for (const method of route.methods)
      for (const path of route.paths)
        tracer.enter({
          name: `${method} ${path}`,
          kind: "http",
          framework: library,
          site,
          handler,
          parameters: [request, reply],
          before,
          isDetached: instance.scope.isDetached,
          isShaped,
        });
}

/** The same hooks run before it. https://github.com/fastify/fastify-websocket#using-hooks */
function enterWebsocket(route: Route, value: Value, tracer: Tracer): void {
  const { site, before, instance } = route;
  for (const handler of handlersIn(value)) {
    for (const path of route.paths)
      tracer.enter({
        name: `websocket ${path}`,
        kind: "websocket",
        framework: library,
        site,
        handler,
        parameters: [client, request],
        before,
        isDetached: instance.scope.isDetached,
      });
    hearIn(handler, route, tracer);
  }
}

/** So that what is heard on the socket is found inside; everything else on it stays this parameter's. */
function hearIn(handler: FunctionValue, route: Route, tracer: Tracer): void {
  const module = tracer.moduleOf(handler.file);
  const parameters = module?.functions[handler.function]?.parameters ?? [];
  const [socket, ...others] = parameters.map(({ pattern }, index) => {
    const text = pattern.kind === "binding" ? module!.bindings[pattern.binding]!.name : String(index);
    return { id: `parameter:${handler.file}#${handler.function}.${text}`, text };
  });
  if (!socket) return;
  const given = valueOf({ type: "socket", ...socket, route });
  tracer.invoke(handler, [given, ...others.map(({ id, text }) => symbolic(id, text))]);
}

/** `socket.on("message", (data) => …)` */
export function hear(route: Route, call: Call, tracer: Tracer): void {
  const [event, listener] = call.arguments;
  const isMessage = event?.kind === "literal" && event.value === "message";
  for (const handler of isMessage && listener ? handlersIn(listener) : [])
    for (const path of route.paths)
      tracer.enter({
        name: `websocket ${path} message`,
        kind: "websocket",
        framework: library,
        site: call.site,
        handler,
        parameters: [message],
        before: route.before,
        isDetached: route.instance.scope.isDetached,
      });
}

/** What a wrapper that we do not see was given is what it calls. */
function handlersIn(value: Value): readonly FunctionValue[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind === "function") return [option];
    if (option.kind !== "symbolic") return [];
    return (option.from ?? []).filter((given) => given.kind === "function");
  });
}

/** One text, a list of them, or one of several; `…` for what is not known of it. */
export function textsIn(value: Value): readonly string[] {
  return optionsOf(value).flatMap((option): readonly string[] => {
    switch (option.kind) {
      case "literal":
        return typeof option.value === "string" ? [option.value] : [];
      case "array":
        return option.elements.flatMap(textsIn);
      case "text":
        return [option.parts.map((part) => (typeof part === "string" ? part : textIn(part))).join("")];
      default:
        return ["…"];
    }
  });
}

function textIn(value: Value): string {
  const [text, ...others] = textsIn(value);
  return text !== undefined && others.length === 0 ? text : "…";
}
