/** Jobs that bring along whom they go to: what they hold is sent there, and nobody looks for more with it. */
import { channelId } from "../trace/channel.js";
import type { Value } from "../trace/value.js";
import { wordsOf } from "../tenancy/names.js";
import type { Payload } from "./payload.js";
import type { QueryContext } from "./query.js";
import type { JudgedConstraint } from "./verdict.js";

/** Null where more may be done with it than to send it. */
export function findAddressee(
  { sent }: Pick<QueryContext, "sent">,
  queue: string | null,
  payloads: readonly { readonly payload: Payload; readonly value: Value }[],
): JudgedConstraint | null {
  if (!sent || queue === null || payloads.some(({ payload }) => payload.ids.length > 0)) return null;
  const path = sent.addresseeIn(channelId("job", queue));
  if (path === null || !payloads.every(({ value }) => isGiven(value, path))) return null;
  return { kind: "addressee", key: path, origin: "job", proof: "given" };
}

/** One that is the same for all of them is nobody's own. */
function isGiven(value: Value, path: string): boolean {
  const [name] = path.split(".");
  if (value.kind !== "object" || name === undefined || name === "") return value.kind !== "literal";
  const field = value.fields.get(name.replace(/(?:\[\])+$/, ""));
  return field ? field.value.kind !== "literal" : (value.others ?? []).length > 0;
}

const addressWords = new Set([
  ...["to", "cc", "bcc", "email", "emails", "mail", "recipient", "recipients", "addressee"],
  ...["url", "uri", "endpoint", "webhook"],
]);

/** By what it is called, which decides nothing more than that one file does not show what becomes of it. */
export function hasAddress(value: Value): boolean {
  if (value.kind !== "object") return false;
  return [...value.fields].some(
    ([name, field]) =>
      isCalledAddress(name) || (field.value.kind === "symbolic" && isCalledAddress(field.value.text)),
  );
}

/** `to`, `customer.email`, `hookUrl`; the last of its words says what it is. */
function isCalledAddress(text: string): boolean {
  const words = wordsOf(text.slice(text.lastIndexOf(".") + 1));
  return addressWords.has((words.at(-1) ?? "").toLowerCase());
}
