/** The values that only Fastify's model understands. */
import type { FunctionId } from "../../lower/module.js";
import type { LibraryValue, SymbolicValue, Value } from "../../trace/value.js";
import type { Scope } from "./scope.js";
import type { Route } from "./routes.js";

export const library = "fastify";

export interface FunctionPlace {
  readonly file: string;
  readonly function: FunctionId;
}

export interface InstanceData {
  readonly type: "instance";
  readonly scope: Scope;
  /** The function that was given it, or made it; null where that is not known. */
  readonly owner: FunctionPlace | null;
  /** What must have been so for the code that got this instance to run; see conditions.ts. */
  readonly conditions: readonly string[];
}

export type FastifyData =
  | InstanceData
  /** `fp(plugin)` */
  | { readonly type: "plugin"; readonly plugin: Value }
  /** `fastify.auth([…])`: a hook that makes sure of all of these. */
  | { readonly type: "auth"; readonly all: readonly Value[] }
  /** What a websocket's handler gets first. `id`: the parameter that it came in as; what is on it is known by that. */
  | { readonly type: "socket"; readonly id: string; readonly text: string; readonly route: Route };

export function valueOf(data: FastifyData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value | undefined): FastifyData | null {
  return value?.kind === "library" && value.library === library ? (value.data as FastifyData) : null;
}

export function symbolic(id: string, text: string): SymbolicValue {
  return { kind: "symbolic", id, origin: "unknown", text, absent: false, type: null, row: null };
}
