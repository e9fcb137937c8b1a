/** The values that only oRPC's model understands. */
import type { TypeNode } from "../../lower/module.js";
import type { Guard } from "../../trace/entry.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import type { Procedure, Route, Router } from "../procedures.js";

export const library = "orpc";

export type OrpcData =
  | Builder
  | { readonly type: "middleware"; readonly guards: readonly Guard[] }
  /** What a procedure will look like, said by `oc` without a handler. */
  | { readonly type: "contract"; readonly route: Route | null; readonly input: TypeNode | null }
  | Procedure
  | Router;

/** `os` or `implement(contract)`, and what was said of it since. */
export interface Builder {
  readonly type: "builder";
  readonly guards: readonly Guard[];
  readonly route: Route | null;
  /** What its schema lets through. */
  readonly input: TypeNode | null;
  readonly prefix: string;
  readonly implements: Implemented | null;
}

/** The part of a contract, and the path that leads there. */
export interface Implemented {
  readonly contract: Value;
  readonly path: readonly string[];
}

export const emptyBuilder: Builder = {
  type: "builder",
  guards: [],
  route: null,
  input: null,
  prefix: "",
  implements: null,
};

export function valueOf(data: OrpcData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value | undefined): OrpcData | null {
  return value?.kind === "library" && value.library === library ? (value.data as OrpcData) : null;
}
