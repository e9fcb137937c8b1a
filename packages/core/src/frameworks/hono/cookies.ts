/** Cookies, which are read by functions that are given the context: https://hono.dev/docs/helpers/cookie */
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";

/** As if the context had them: those that are signed are the service's own. */
export function cookieIn(reader: string, { arguments: given }: Call, tracer: Tracer): Value | null {
  const [context, ...others] = given;
  if (context?.kind !== "symbolic") return null;
  const name = others.flatMap((one) =>
    one.kind === "literal" && typeof one.value === "string" ? [one.value.replace(/[^\w-]/g, "_")] : [],
  )[0];
  const owner = reader === "getSignedCookie" ? context : tracer.memberOf(context, "req");
  return tracer.memberOf(owner, `${reader}(${name ?? ""})`);
}
