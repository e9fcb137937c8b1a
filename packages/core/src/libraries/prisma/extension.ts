/**
 * `$extends`: whether the new client may add a tenant to what it is asked. The extension's callbacks are run, to see with
 * which arguments they go on.
 */
import { keyOf } from "../../tenancy/lookup.js";
import type { Tenancy } from "../../tenancy/tenancy.js";
import type { Tracer } from "../../trace/library.js";
import { optionsOf } from "../../trace/choice.js";
import type { ObjectValue, Value } from "../../trace/value.js";
import { dataOf, goOn } from "./values.js";

export function mayAddTenant(tracer: Tracer, extension: Value): boolean {
  const query = optionsOf(extension).map((option) => tracer.memberOf(option, "query"));
  return query.some((part) => callbacksIn(part, 2).some((callback) => addsTenant(tracer, callback)));
}

/** `{ $allOperations }`, `{ $allModels: { findMany } }`, `{ invoice: { $allOperations } }` */
function callbacksIn(value: Value, depth: number): readonly Value[] {
  if (value.kind === "function") return [value];
  if (value.kind === "choice") return value.options.flatMap((option) => callbacksIn(option, depth));
  if (value.kind !== "object" || depth === 0) return [];
  return [...value.fields.values()].flatMap((field) => callbacksIn(field.value, depth - 1));
}

const unknownObject: ObjectValue = { kind: "object", fields: new Map(), open: true };

function addsTenant(tracer: Tracer, callback: Value): boolean {
  const args: ObjectValue = objectOf({ where: unknownObject, data: unknownObject, create: unknownObject });
  const result = tracer.invoke(callback, [objectOf({ args, query: goOn })]);
  return optionsOf(result).some((option) => {
    const data = dataOf(option);
    // Where it does not go on with anything we see, anything may have been added.
    if (data?.type !== "went-on") return option.kind === "unknown";
    return ["where", "data", "create"].some((name) => {
      const added = tracer.memberOf(data.args, name);
      return optionsOf(added).some(
        (one) =>
          one.kind === "object" && [...one.fields.keys()].some((field) => namesTenant(tracer.tenancy, field)),
      );
    });
  });
}

function objectOf(values: Readonly<Record<string, Value>>): ObjectValue {
  const fields = Object.entries(values).map(
    ([name, value]) => [name, { value, sometimes: false, overwritable: false }] as const,
  );
  return { kind: "object", fields: new Map(fields), open: true };
}

function namesTenant(tenancy: Tenancy, field: string): boolean {
  return tenancy.tables.some((table) => keyOf(table, field) !== null);
}
