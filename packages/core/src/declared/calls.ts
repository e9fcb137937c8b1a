/** What a call of a declared function is: an access, an answer that makes sure of something, a principal, an entry point. */
import type {
  DeclaredDataLayer,
  DeclaredEntryPoint,
  DeclaredFunction,
  DeclaredVerifier,
  HandlerParameter,
} from "../tenancy/config-functions.js";
import type { Role } from "../trace/entry.js";
import type { CallDetail, Call, Tracer } from "../trace/library.js";
import { isUndefined, undefinedValue, unknown, type SymbolicValue, type Value } from "../trace/value.js";

/** What it does to the program, and what it gives. */
export function callDeclared(declared: DeclaredFunction, call: Call, tracer: Tracer): Value {
  switch (declared.does) {
    case "data layer":
      return reach(declared, call, tracer);
    case "verifier":
      return verify(declared, call, tracer);
    case "authenticator":
      return { ...answer(declared, call, tracer), origin: "principal" };
    case "entry point":
      return enter(declared, call, tracer);
  }
}

function reach(declared: DeclaredDataLayer, call: Call, tracer: Tracer): Value {
  const { site } = call;
  const { module: library, function: layer, tenant } = declared;
  const passed = tenant.flatMap((name): CallDetail["passed"] => {
    const value = argumentOf(declared.parameters, name, call, tracer);
    return isUndefined(value) ? [] : [{ name: name.slice(name.lastIndexOf(".") + 1), value }];
  });
  const root = { site, kind: "call", library, operation: "call" } as const;
  tracer.begin({ ...root, tables: [layer], isOnPool: false, repair: null });
  tracer.record({ ...root, stage: "run", detail: { kind: "call", layer, passed, needs: tenant[0]! } });
  return answer(declared, call, tracer);
}

function verify(declared: DeclaredVerifier, call: Call, tracer: Tracer): Value {
  const { verifies, against, parameters, refuses } = declared;
  const valuesOf = (names: readonly string[]): readonly Value[] =>
    names.map((name) => argumentOf(parameters, name, call, tracer));
  const value: SymbolicValue = {
    ...answer(declared, call, tracer),
    from: [...valuesOf(verifies), ...valuesOf(against)],
    vouches: { for: verifies.length, against: against.length },
  };
  // It would not have come back otherwise.
  if (refuses === "throws") tracer.assume(value);
  return value;
}

function enter(declared: DeclaredEntryPoint, call: Call, tracer: Tracer): Value {
  const { module, function: name, parameters, receives, by } = declared;
  const handler = argumentOf(parameters, declared.handler, call, tracer);
  if (handler.kind !== "function") return answer(declared, call, tracer);
  const said = call.arguments.flatMap((one) =>
    one.kind === "literal" && typeof one.value === "string" ? [one.value] : [],
  );
  tracer.enter({
    name: said.length > 0 ? said.join(" ") : name,
    kind: by === "request" ? "http" : "cron",
    framework: module,
    site: call.site,
    handler,
    parameters: receives.map(roleOf),
    before: () => [],
    isDetached: false,
  });
  for (const argument of call.arguments) if (argument !== handler) tracer.escape(argument, call.site);
  return tracer.symbolic(call.site, `${name}()`);
}

function roleOf(kind: HandlerParameter, index: number): Role {
  const name = index === 0 ? kind : `${kind}${index + 1}`;
  switch (kind) {
    case "request":
      return { kind, name, text: "the request" };
    case "principal":
      return { kind: "context", name, text: "the session" };
    case "nothing":
      return { kind, name, text: "" };
  }
}

function answer({ function: name }: DeclaredFunction, call: Call, tracer: Tracer): SymbolicValue {
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  const { site } = call;
  return { ...tracer.symbolic(site, `${name.slice(name.lastIndexOf(".") + 1)}()`), site };
}

/** `filter.organizationId` of what is passed as `filter`. */
function argumentOf(parameters: readonly string[], name: string, call: Call, tracer: Tracer): Value {
  const [parameter, ...fields] = name.split(".") as [string, ...string[]];
  const index = parameters.indexOf(parameter);
  const given = call.spread ? unknown : call.arguments[index];
  if (!given) return undefinedValue;
  return fields.reduce((value, field) => tracer.memberOf(value, field), given);
}
