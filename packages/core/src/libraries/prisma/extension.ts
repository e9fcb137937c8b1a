/**
 * `$extends`: whether the new client may add a tenant to what it is asked, or sets what row security reads. The extension's
 * callbacks are run, to see with which arguments they go on, and in which transaction. Only a list puts an operation into a
 * transaction: `query(args)` in a `$transaction(async (tx) => …)` runs on a connection of its own
 * (https://github.com/prisma/prisma-client-extensions/tree/main/row-level-security).
 */
import { keyOf } from "../../tenancy/lookup.js";
import type { Tenancy } from "../../tenancy/tenancy.js";
import type { SettingChange, Tracer } from "../../trace/library.js";
import { optionsOf } from "../../trace/choice.js";
import type { ObjectValue, Value } from "../../trace/value.js";
import { dataOf, goOn, type Added } from "./values.js";

export interface Extending {
  /** What it may add to filters and rows. */
  readonly adds: Added;
  /** What each operation finds set, in the transaction that it is run in. */
  readonly sets: readonly SettingChange[];
}

export function whatItDoes(tracer: Tracer, extension: Value): Extending {
  const query = optionsOf(extension).map((option) => tracer.memberOf(option, "query"));
  const results = query.flatMap((part) =>
    callbacksIn(part, 2).map((callback) => optionsOf(resultOf(tracer, callback))),
  );
  const sets = results.map((options) =>
    options.flatMap((one) => (one.kind === "library" ? (one.session?.sets ?? []) : [])),
  );
  return {
    adds: mostOf(results.flatMap((options) => options.map((option) => addedBy(tracer, option)))),
    // Operations that one callback is not asked about run without.
    sets: sets.length === 1 ? sets[0]! : [],
  };
}

/** `{ $allOperations }`, `{ $allModels: { findMany } }`, `{ invoice: { $allOperations } }` */
function callbacksIn(value: Value, depth: number): readonly Value[] {
  if (value.kind === "function") return [value];
  if (value.kind === "choice") return value.options.flatMap((option) => callbacksIn(option, depth));
  if (value.kind !== "object" || depth === 0) return [];
  return [...value.fields.values()].flatMap((field) => callbacksIn(field.value, depth - 1));
}

const unknownObject: ObjectValue = { kind: "object", fields: new Map(), open: true };

function resultOf(tracer: Tracer, callback: Value): Value {
  const args: ObjectValue = objectOf({ where: unknownObject, data: unknownObject, create: unknownObject });
  return tracer.invoke(callback, [objectOf({ args, query: goOn })]);
}

export function mostOf(all: readonly Added[]): Added {
  return all.includes("anything") ? "anything" : all.includes("tenant") ? "tenant" : "nothing";
}

function addedBy(tracer: Tracer, result: Value): Added {
  const data = dataOf(result);
  // Where it does not go on with anything we see, anything may have been added.
  if (data?.type !== "went-on") return result.kind === "unknown" ? "anything" : "nothing";
  const parts = ["where", "data", "create"].flatMap((name) => optionsOf(tracer.memberOf(data.args, name)));
  const addsTenant = parts.some(
    (one) =>
      one.kind === "object" && [...one.fields.keys()].some((field) => namesTenant(tracer.tenancy, field)),
  );
  if (!addsTenant) return "nothing";
  // What it makes of them where we cannot follow may be made of what is nested in them as well.
  return parts.every(({ kind }) => kind === "object") ? "tenant" : "anything";
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
