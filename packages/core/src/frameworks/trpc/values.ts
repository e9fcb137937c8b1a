/** The values that only tRPC's model understands. */
import type { TypeNode } from "../../lower/module.js";
import type { Guard } from "../../trace/entry.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import type { Procedure, Router } from "../procedures.js";
import { options } from "./roles.js";

export const library = "trpc";

export type TrpcData =
  /** `initTRPC.context<Context>()` */
  | { readonly type: "initializer" }
  /** `t` */
  | { readonly type: "root" }
  /** `t.router`, taken off `t`. */
  | { readonly type: "method"; readonly method: string }
  /** `experimental_standaloneMiddleware<…>()` */
  | { readonly type: "standalone" }
  | { readonly type: "middleware"; readonly guards: readonly Guard[] }
  /** `t.procedure` and what was said of it since. */
  | { readonly type: "builder"; readonly guards: readonly Guard[]; readonly input: TypeNode | null }
  | Procedure
  | Router
  | OldRouter;

/** A router of version 9: a chain to which procedures are added by name. */
export interface OldRouter {
  readonly type: "old-router";
  /** What runs before the procedures that are added from here on. */
  readonly guards: readonly Guard[];
  readonly held: readonly { readonly name: string; readonly value: Value }[];
}

export function valueOf(data: TrpcData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

export function dataOf(value: Value | undefined): TrpcData | null {
  return value?.kind === "library" && value.library === library ? (value.data as TrpcData) : null;
}

/** What `use` was given: a function, or what `t.middleware` made of some. */
export function guardsIn(value: Value | undefined): readonly Guard[] {
  if (value?.kind === "function") return [{ function: value, parameters: [options], continues: "next" }];
  const data = dataOf(value);
  return data?.type === "middleware" || data?.type === "builder" ? data.guards : [];
}
