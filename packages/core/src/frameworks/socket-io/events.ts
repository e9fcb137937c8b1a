/** Connections, and what is sent over them. */
import { optionsOf } from "../../trace/choice.js";
import type { Guard, Role } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import type { FunctionValue, Site, Value } from "../../trace/value.js";
import { library, valueOf, type ServerData, type SocketData } from "./values.js";

const client: Role = {
  kind: "context",
  name: "client",
  text: "the connection",
  members: {
    handshake: { kind: "request", name: "client.handshake", text: "the handshake" },
    request: { kind: "request", name: "client.request", text: "the request" },
  },
};
const next: Role = { kind: "next", name: "next", text: "what comes next" };
const packet: Role = { kind: "request", name: "packet", text: "the message" };
const nothing: Role = { kind: "nothing", name: "nothing", text: "nothing" };

export function hearConnection(server: ServerData, value: Value, site: Site, tracer: Tracer): void {
  for (const handler of functionsIn(value)) {
    tracer.enter({
      name: `websocket connection${server.name === "" ? "" : ` ${server.name}`}`,
      kind: "websocket",
      framework: library,
      site,
      handler,
      parameters: [client],
      before: () => guardsOf(server.guards, [client, next]),
      isDetached: server.isDetached,
    });
    const parameter = parameterOf(handler, tracer);
    // So that what is heard on the socket is found inside; everything else on it stays this parameter's.
    if (parameter !== null)
      tracer.invoke(handler, [valueOf({ type: "socket", ...parameter, server, guards: [] })]);
    tracer.escape(handler, site);
  }
}

/** Those that the server itself sends bring nothing from outside. */
const ownEvents = ["disconnect", "disconnecting", "error", "newListener", "removeListener"];

export function hearEvent(
  { server, guards }: SocketData,
  event: string,
  value: Value,
  site: Site,
  tracer: Tracer,
): void {
  for (const handler of functionsIn(value)) {
    const count = tracer.moduleOf(handler.file)?.functions[handler.function]?.parameters.length ?? 0;
    const isOwn = ownEvents.includes(event);
    tracer.enter({
      name: `websocket ${event}`.trim(),
      kind: "websocket",
      framework: library,
      site,
      handler,
      parameters: Array.from({ length: count }, (_, index) => (isOwn ? nothing : message(index))),
      before: () => [
        ...guardsOf(server.guards, [client, next]),
        ...(isOwn ? [] : guardsOf(guards, [packet, next])),
      ],
      isDetached: server.isDetached,
    });
    tracer.escape(handler, site);
  }
}

function message(index: number): Role {
  return { kind: "request", name: index === 0 ? "message" : `message.${index}`, text: "the message" };
}

function guardsOf(values: readonly Value[], parameters: readonly Role[]): readonly Guard[] {
  return values.flatMap((value) =>
    value.kind === "function" ? [{ function: value, parameters, continues: "next" as const }] : [],
  );
}

function functionsIn(value: Value): readonly FunctionValue[] {
  return optionsOf(value).flatMap((option) => (option.kind === "function" ? [option] : []));
}

/** How the first parameter is known where nobody says what it is. */
function parameterOf(
  { file, function: id }: FunctionValue,
  tracer: Tracer,
): { readonly id: string; readonly text: string } | null {
  const module = tracer.moduleOf(file);
  const pattern = module?.functions[id]?.parameters[0]?.pattern;
  if (!module || pattern?.kind !== "binding") return null;
  const { name } = module.bindings[pattern.binding]!;
  return { id: `parameter:${file}#${id}.${name}`, text: name };
}
