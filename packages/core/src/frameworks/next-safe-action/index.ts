/**
 * next-safe-action: actions that a page in the browser calls, made by a client to which middleware is added step by step.
 * https://next-safe-action.dev/docs/define-actions/instance-methods
 */
import type { Guard } from "../../trace/entry.js";
import type { Call, LibraryModel, Tracer } from "../../trace/library.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { enterProcedures, escapeAll, handledBy, type Procedure } from "../procedures.js";
import { options, utils } from "./roles.js";

const library = "next-safe-action";

type SafeActionData =
  /** `createSafeActionClient()` and what was said of it since. */
  | { readonly type: "client"; readonly guards: readonly Guard[] }
  /** `createMiddleware<…>()` */
  | { readonly type: "definer" }
  | Procedure;

export const nextSafeAction: LibraryModel = {
  name: library,
  packages: ["next-safe-action"],

  callExternal(external, call, tracer) {
    escapeAll(call, tracer);
    switch (external.path[0]) {
      case "createSafeActionClient":
        return valueOf({ type: "client", guards: [] });
      case "createMiddleware":
      case "createValidatedMiddleware":
        return valueOf({ type: "definer" });
      default:
        return null;
    }
  },

  callMethod(receiver, method, call, tracer) {
    if (receiver.kind !== "library" || receiver.library !== library) return null;
    const data = receiver.data as SafeActionData;
    if (data.type === "definer") return method === "define" ? (call.arguments[0] ?? null) : null;
    return data.type === "client" ? callOnClient(data, method, call, tracer) : null;
  },

  entriesIn(file, _module, tracer) {
    enterProcedures(library, file, tracer);
  },
};

function callOnClient(
  client: SafeActionData & { type: "client" },
  method: string,
  call: Call,
  tracer: Tracer,
): Value | null {
  escapeAll(call, tracer);
  switch (method) {
    case "use":
    case "useValidated":
      return valueOf({ ...client, guards: [...client.guards, ...guardsIn(call.arguments[0])] });
    case "metadata":
    case "metadataSchema":
    case "schema":
    case "inputSchema":
    case "outputSchema":
    case "bindArgsSchemas":
    case "clone":
      return valueOf(client);
    case "action":
    case "stateAction":
      return handled(client, call, tracer);
    default:
      return null;
  }
}

function handled(
  { guards }: { readonly guards: readonly Guard[] },
  call: Call,
  tracer: Tracer,
): Value | null {
  const [handler] = call.arguments;
  if (!handler) return null;
  const made = { framework: library, site: call.site, parameters: [options, utils], guards };
  return valueOf(handledBy(handler, made, tracer));
}

function guardsIn(value: Value | undefined): readonly Guard[] {
  return value?.kind === "function" ? [{ function: value, parameters: [options], continues: "next" }] : [];
}

function valueOf(data: SafeActionData): LibraryValue {
  return { kind: "library", library, type: data.type, data };
}
