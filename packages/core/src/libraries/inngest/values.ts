/** The values that only Inngest's model understands. */
import type { LibraryValue, Value } from "../../trace/value.js";

export const library = "inngest";

export type InngestData =
  | { readonly type: "client" }
  /** What sets it off: names of events; one that only time sets off has its own. */
  | { readonly type: "function"; readonly events: readonly string[] }
  | { readonly type: "step" }
  | { readonly type: "event-type"; readonly name: string | null };

export function valueOf(data: InngestData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}

/** One object each, so that two ways to the same thing are one value. */
export const client = valueOf({ type: "client" });
export const step = valueOf({ type: "step" });

export function dataOf(value: Value): InngestData | null {
  return value.kind === "library" && value.library === library ? (value.data as InngestData) : null;
}
