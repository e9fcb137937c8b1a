/** What runs before a handler: functions, and what `os.middleware` made of them. */
import type { Guard, Role } from "../../trace/entry.js";
import type { Call, Tracer } from "../../trace/library.js";
import type { Value } from "../../trace/value.js";
import { input, options, output } from "./roles.js";
import { dataOf } from "./values.js";

/** `use(middleware)`, `use(middleware, (input) => input.projectId)` */
export function guardsAdded({ arguments: [added, map], site }: Call, tracer: Tracer): readonly Guard[] {
  const guards = guardsIn(added);
  return map ? mapped(guards, map, site, tracer) : guards;
}

export function guardsIn(value: Value | undefined): readonly Guard[] {
  if (value?.kind === "function")
    return [{ function: value, parameters: [options, input, output], continues: "next" }];
  const data = dataOf(value);
  return data?.type === "middleware" ? data.guards : [];
}

/** The middleware's input is what the function makes of the procedure's. */
export function mapped(
  guards: readonly Guard[],
  map: Value,
  site: Call["site"],
  tracer: Tracer,
): readonly Guard[] {
  const given = tracer.symbolic(site, "input");
  const made = roleOf(tracer.invoke(map, [given]), given);
  return guards.map((guard) => ({
    ...guard,
    parameters: guard.parameters.map((role) => (role === input ? made : role)),
  }));
}

function roleOf(made: Value, given: Value): Role {
  if (made.kind === "symbolic" && given.kind === "symbolic" && made.id.startsWith(given.id))
    return { ...input, name: `${input.name}${made.id.slice(given.id.length)}` };
  const unknown: Role = { kind: "request", name: "mapped input", text: input.text };
  if (made.kind !== "object") return unknown;
  const members = [...made.fields].map(([name, { value }]) => [name, roleOf(value, given)] as const);
  return { ...unknown, members: Object.fromEntries(members) };
}
