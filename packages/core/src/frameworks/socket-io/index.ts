/** Socket.IO. Events are heard on a socket, and sockets come in where a server hears of a connection. */
import type { LibraryModel } from "../../trace/library.js";
import type { SymbolicValue, Value } from "../../trace/value.js";
import { hearConnection, hearEvent } from "./events.js";
import { dataOf, library, serverNamed } from "./values.js";

export const socketIo: LibraryModel = {
  name: library,
  packages: ["socket.io"],

  // A parameter that is declared as a `Socket` stays what it is: whoever calls the function says which one it gets.
  typed(external) {
    const name = external.path.at(-1);
    return name === "Server" || name === "Namespace" ? serverNamed("", true) : null;
  },

  construct(external) {
    return external.path.at(-1) === "Server" || external.path.at(-1) === "default"
      ? serverNamed("", false)
      : null;
  },

  member(receiver, property) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    if (data?.type === "server") return property === "sockets" ? receiver : null;
    if (data?.type !== "socket") return null;
    const text = `${data.text}.${property}`;
    return {
      kind: "symbolic",
      id: `${data.id}.${property}`,
      origin: "parameter",
      text,
      absent: false,
      type: null,
      row: null,
    } satisfies SymbolicValue;
  },

  callMethod(receiver, method, call, tracer) {
    const data = receiver.kind === "library" ? dataOf(receiver) : null;
    const [first, second] = call.arguments;
    if (!data || !first) return null;
    switch (method) {
      case "use":
        data.guards.push(first);
        return null;
      case "of":
        return data.type === "server" ? serverNamed(textIn(first), data.isDetached) : null;
      case "on":
      case "once":
        if (second && data.type === "socket") hearEvent(data, textIn(first), second, call.site, tracer);
        if (second && data.type === "server" && /^connect(?:ion)?$/.test(textIn(first)))
          hearConnection(data, second, call.site, tracer);
        return receiver;
      default:
        return null;
    }
  },
};

function textIn(value: Value): string {
  return value.kind === "literal" && typeof value.value === "string" ? value.value : "";
}
