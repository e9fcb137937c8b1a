/**
 * Neon's driver (https://github.com/neondatabase/serverless): node-postgres' `Pool` and `Client`, and `neon(url)`, a tag whose
 * queries stand in one another and run when they are awaited.
 */
import { ask } from "../../raw-sql/driver.js";
import {
  isTagged,
  openValue,
  runEach,
  runTagged,
  taggedText,
  taggedValue,
  textValue,
  type TaggedPart,
} from "../../raw-sql/tags.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Site, Value } from "../../trace/value.js";
import { callClient, clientsFor, constructedClient, typedClient } from "./clients.js";

const library = "neon";
const clients = clientsFor(library);
/** Each of its queries runs by itself. */
const tag: LibraryValue = { kind: "library", library, type: "client", data: { isPool: true, isTag: true } };

export const neon: LibraryModel = {
  name: library,
  packages: ["@neondatabase/serverless"],
  clients: ["Pool", "Client", "neon"],
  signs: ["query", "sql", "select", "insert", "update", "delete", "SELECT", "INSERT", "UPDATE", "DELETE"],
  typed(external, _typeArguments, tracer, symbol) {
    const name = external.path.at(-1) ?? "";
    if (name === "NeonQueryFunction") return tag;
    return name === "NeonQueryPromise"
      ? openValue(library, symbol, symbol.site ?? nowhere)
      : typedClient(clients, external, tracer, symbol);
  },
  construct: (external, call, tracer) => constructedClient(clients, external, call, tracer),
  callExternal: (external) => (external.path.at(-1) === "neon" ? tag : null),
  taggedBy: (receiver, template) => (isTag(receiver) ? taggedValue(library, template, true) : null),
  // Before version 1 the tag was also a function: `sql(text, values)`.
  callValue: (callee, call) => (isTag(callee) ? textValue(library, call.site, call.arguments, true) : null),
  runAwaited: (value, stage, tracer) =>
    isTagged(value, library) ? runTagged(tracer, library, value, stage, partOf) : null,
  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library") return null;
    if (isTagged(receiver, library)) return callOnTagged(receiver, method, call, tracer);
    return isTag(receiver)
      ? callOnTag(method, call, tracer)
      : callClient(clients, receiver, method, call, tracer);
  },
};

const nowhere: Site = { file: "", start: 0, end: 0 };

function isTag({ data }: LibraryValue): boolean {
  return (data as { readonly isTag?: true } | null)?.isTag === true;
}

const partOf: TaggedPart = (tracer, value) =>
  isTagged(value, library) ? taggedText(tracer, value, partOf) : null;

function callOnTag(method: string, call: Call, tracer: Tracer): Value | null {
  const [first, second] = call.arguments;
  switch (method) {
    case "query":
      return ask(tracer, {
        library,
        site: call.site,
        text: first,
        given: second,
        marks: null,
        isOnPool: true,
        dialects: ["postgresql"],
      });
    case "unsafe":
      return textValue(library, call.site, call.arguments, true);
    case "transaction": {
      const queries = first?.kind === "function" ? tracer.invoke(first, [tag]) : first;
      return queries ? runEach(tracer, library, queries, partOf) : null;
    }
    default:
      return null;
  }
}

function callOnTagged(
  receiver: Parameters<typeof runTagged>[2],
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  if (!["then", "catch", "finally"].includes(method)) return null;
  const rows = runTagged(tracer, library, receiver, "run", partOf) ?? receiver;
  const [callback] = call.arguments;
  return method === "then" && callback?.kind === "function" ? tracer.invoke(callback, [rows]) : rows;
}
