/**
 * Methods that an extension brings to models and to the client (https://www.prisma.io/docs/orm/prisma-client/client-extensions/model):
 * functions of the program, with the model or the client as their `this`.
 */
import type { Call, Tracer } from "../../trace/library.js";
import type { FunctionValue, LibraryValue, Site, Value } from "../../trace/value.js";
import { findModel } from "./models.js";
import { delegateOf, type ClientData } from "./values.js";

/** The client with the methods of one more extension; what is asked in them is asked, whoever calls them. */
export function withMethods(
  tracer: Tracer,
  extended: LibraryValue,
  extension: Value,
  site: Site,
): LibraryValue {
  const own = partOf(tracer, extension, "client");
  const models = partOf(tracer, extension, "model");
  if (!own && !models) return extended;
  const before = extended.data as ClientData;
  const data: ClientData = { ...before, methods: [extension, ...(before.methods ?? [])] };
  const client: LibraryValue = { ...extended, data };
  for (const method of functionsOf(own)) tracer.escape({ ...method, self: client }, site);
  for (const [name, field] of models?.fields ?? []) {
    const model = findModel(tracer.tenancy, name);
    const methods = field.value.kind === "object" ? functionsOf(field.value) : [];
    if (model)
      for (const method of methods) tracer.escape({ ...method, self: delegateOf(data, model) }, site);
  }
  return client;
}

/** `prisma.$invoicesOf(id)`, `prisma.invoice.ofTenant(id)`; null where no extension brings such a method. */
export function callOwnMethod(
  tracer: Tracer,
  self: LibraryValue,
  { methods = [] }: ClientData,
  /** Null for a method of the client. */
  model: string | null,
  method: string,
  call: Call,
): Value | null {
  for (const extension of methods) {
    const places = model === null ? ["client"] : [`model.${model}`, "model.$allModels"];
    for (const place of places) {
      const found = tracer.memberOf(
        place.split(".").reduce<Value>((object, name) => tracer.memberOf(object, name), extension),
        method,
      );
      if (found.kind === "function") return tracer.invoke({ ...found, self }, call.arguments, call.site);
    }
  }
  return null;
}

function partOf(tracer: Tracer, extension: Value, name: string): (Value & { kind: "object" }) | null {
  const part = tracer.memberOf(extension, name);
  return part.kind === "object" ? part : null;
}

function functionsOf(object: (Value & { kind: "object" }) | null): readonly FunctionValue[] {
  return [...(object?.fields.values() ?? [])].flatMap(({ value }) =>
    value.kind === "function" ? [value] : [],
  );
}
