/** The values that only Hono's model understands. */
import type { TypeIn } from "../../link/program.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import type { NewStack, Stack, StackData, StackFramework } from "../stacks.js";
import { rolesOf } from "./roles.js";

export const library = "hono";

export const framework: StackFramework = {
  name: library,
  parametersToContinue: 2,
  parametersForErrors: null,
  isWildcardOptional: true,
  ignoresCase: false,
  rolesOf,
};

export const newStack: NewStack = {
  framework,
  isRouter: false,
  passesThrough: true,
  seesOuterParameters: true,
  prefix: "",
};

export interface Application extends StackData {
  readonly type: "application";
  /** `app.basePath("/api")`: put before every path that is added to it from here on. */
  readonly base: string;
  /** The path that was last said, which holds for calls without one: `app.get("/invoices", …).post(…)`. */
  readonly path: string;
  /** What its type argument says of each request's context; null where it says nothing. */
  readonly env: TypeIn | null;
}

export type HonoData = Application | { readonly type: "factory" };

export function valueOf(stack: Stack, said: Partial<Omit<Application, "type" | "stack">> = {}): LibraryValue {
  const unsaid = { base: "", path: "/", after: null, env: null };
  const data: Application = { ...unsaid, ...said, type: "application", stack };
  return { kind: "library", library, type: data.type, data };
}

export const factory: LibraryValue = { kind: "library", library, type: "factory", data: { type: "factory" } };

export function dataOf(value: Value): HonoData | null {
  return value.kind === "library" && value.library === library ? (value.data as HonoData) : null;
}
