/** The values that only Socket.IO's model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "socket.io";

export interface ServerData {
  readonly type: "server";
  /** Of a namespace; empty for the main one. */
  readonly name: string;
  /** What `use` was given so far. */
  readonly guards: Value[];
  readonly isDetached: boolean;
}

export interface SocketData {
  readonly type: "socket";
  /** The parameter that it came in as: what is on it is known by that. */
  readonly id: string;
  readonly text: string;
  readonly server: ServerData;
  readonly guards: Value[];
}

export function serverNamed(name: string, isDetached: boolean): LibraryValue {
  return valueOf({ type: "server", name, guards: [], isDetached });
}

export function valueOf(data: ServerData | SocketData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value): ServerData | SocketData | null {
  return value.kind === "library" && value.library === library
    ? (value.data as ServerData | SocketData)
    : null;
}
