/**
 * zsa: server actions with procedures before them, each of which gives the context of what comes next.
 * https://zsa.vercel.app/docs/introduction
 */
import type { Guard, Role } from "../../trace/entry.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { enterProcedures, escapeAll, handledBy, type Procedure } from "../procedures.js";

const library = "zsa";

type ZsaData =
  /** `createServerActionProcedure()`, `createServerAction()`, and what was said of it since. */
  | { readonly type: "builder"; readonly makes: "procedure" | "action"; readonly guards: readonly Guard[] }
  /** `createServerActionProcedure().handler(…)` */
  | { readonly type: "before"; readonly guards: readonly Guard[] }
  | Procedure;

/** The one parameter of a procedure's handler and of an action's. */
const options: Role = {
  kind: "context",
  name: "options",
  text: "the call",
  members: {
    input: { kind: "request", name: "input", text: "the input" },
    request: { kind: "request", name: "request", text: "the request" },
    previousState: { kind: "request", name: "previous", text: "the state before" },
    ctx: { kind: "context", name: "context", text: "the context" },
  },
};

export const zsa: LibraryModel = {
  name: library,
  packages: ["zsa"],

  callExternal(external, call) {
    switch (external.path[0]) {
      case "createServerAction":
        return valueOf({ type: "builder", makes: "action", guards: [] });
      case "createServerActionProcedure":
        return valueOf({ type: "builder", makes: "procedure", guards: guardsIn(call.arguments[0]) });
      case "chainServerActionProcedures":
        return valueOf({ type: "before", guards: call.arguments.flatMap(guardsIn) });
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library" || receiver.library !== library) return null;
    const data = receiver.data as ZsaData;
    if (data.type === "before")
      return method === "createServerAction" ? valueOf({ ...data, type: "builder", makes: "action" }) : null;
    return data.type === "builder" ? callOnBuilder(data, method, call, tracer) : null;
  },

  entriesIn(file, _module, tracer) {
    enterProcedures(library, file, tracer);
  },
};

function callOnBuilder(
  builder: ZsaData & { type: "builder" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  escapeAll(call, tracer);
  if (method !== "handler")
    return /^(?:input|output|on[A-Z]\w*|experimental_\w+|id|timeout|retry)$/.test(method)
      ? valueOf(builder)
      : null;
  const [handler] = call.arguments;
  if (!handler) return null;
  if (builder.makes === "procedure")
    return valueOf({ type: "before", guards: [...builder.guards, ...guardOf(handler)] });
  const made = { framework: library, site: call.site, parameters: [options], guards: builder.guards };
  return valueOf(handledBy(handler, made, tracer));
}

/** What it returns is the context of what comes next. */
function guardOf(value: Value): readonly Guard[] {
  return value.kind === "function"
    ? [{ function: value, parameters: [options], continues: "returns", givesContext: true }]
    : [];
}

function guardsIn(value: Value | undefined): readonly Guard[] {
  const data = value?.kind === "library" && value.library === library ? (value.data as ZsaData) : null;
  return data?.type === "before" ? data.guards : [];
}

function valueOf(data: ZsaData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}
