/** ws. Messages are heard on a socket, and sockets come in where a server hears of a connection. */
import { optionsOf } from "../../trace/choice.js";
import type { Role } from "../../trace/entry.js";
import type { LibraryModel, Tracer } from "../../trace/library.js";
import type { FunctionValue, LibraryValue, Site, SymbolicValue, Value } from "../../trace/value.js";

type WsData =
  | { readonly type: "server"; readonly isDetached: boolean }
  /** `id`: the parameter that it came in as; what is on it is known by that. */
  | { readonly type: "socket"; readonly id: string; readonly text: string; readonly isDetached: boolean };

const library = "ws";

export const ws: LibraryModel = {
  name: library,
  packages: [library],

  typed(external) {
    const name = external.path.at(-1);
    return name === "WebSocketServer" || name === "Server"
      ? valueOf({ type: "server", isDetached: true })
      : null;
  },

  construct(external) {
    const name = external.path.at(-1);
    return name === "WebSocketServer" || name === "Server"
      ? valueOf({ type: "server", isDetached: false })
      : null;
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    return data?.type === "socket" ? symbolic(`${data.id}.${property}`, `${data.text}.${property}`) : null;
  },

  callMethod(receiver, method, { arguments: [event, listener], site }, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (!data || !["on", "once", "addListener", "addEventListener"].includes(method)) return null;
    if (event?.kind !== "literal" || !listener) return null;
    if (data.type === "server" && event.value === "connection")
      hearConnection(listener, site, data.isDetached, tracer);
    if (data.type === "socket" && event.value === "message") {
      const parameters = method === "addEventListener" ? [messageEvent] : [message, nothing];
      hear("websocket message", parameters, listener, site, data.isDetached, tracer);
    }
    return receiver;
  },
};

const client: Role = { kind: "context", name: "client", text: "the connection" };
const message: Role = { kind: "request", name: "message", text: "the message" };
const messageEvent: Role = { kind: "context", name: "event", text: "the event", members: { data: message } };
const nothing: Role = { kind: "nothing", name: "nothing", text: "nothing" };
const request: Role = {
  kind: "context",
  name: "request",
  text: "the request",
  members: {
    url: { kind: "request", name: "request.url", text: "the URL" },
    headers: { kind: "request", name: "request.headers", text: "the headers" },
  },
};

function hearConnection(listener: Value, site: Site, isDetached: boolean, tracer: Tracer): void {
  for (const handler of hear("websocket connection", [client, request], listener, site, isDetached, tracer)) {
    const [socket, second] = parametersOf(handler, tracer);
    if (!socket) continue;
    // So that what is heard on the socket is found inside; everything else on it stays this parameter's.
    const given = valueOf({ type: "socket", id: socket.id, text: socket.text, isDetached });
    tracer.invoke(handler, second ? [given, second] : [given]);
  }
}

function hear(
  name: string,
  parameters: readonly Role[],
  listener: Value,
  site: Site,
  isDetached: boolean,
  tracer: Tracer,
): readonly FunctionValue[] {
  const handlers = optionsOf(listener).flatMap((option) => (option.kind === "function" ? [option] : []));
  for (const handler of handlers) {
    const before = () => [];
    tracer.enter({
      name,
      kind: "websocket",
      framework: library,
      site,
      handler,
      parameters,
      before,
      isDetached,
    });
    tracer.escape(handler, site);
  }
  return handlers;
}

/** The parameters as they are known where nobody says what they are. */
function parametersOf({ file, function: id }: FunctionValue, tracer: Tracer): readonly SymbolicValue[] {
  const module = tracer.moduleOf(file);
  return (module?.functions[id]?.parameters ?? []).map(({ pattern }, index) => {
    const name = pattern.kind === "binding" ? module!.bindings[pattern.binding]!.name : String(index);
    return symbolic(`parameter:${file}#${id}.${name}`, name);
  });
}

function symbolic(id: string, text: string): SymbolicValue {
  return { kind: "symbolic", id, origin: "parameter", text, absent: false, type: null, row: null };
}

function valueOf(data: WsData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

function dataOf(value: Value): WsData | null {
  return value.kind === "library" && value.library === library ? (value.data as WsData) : null;
}
