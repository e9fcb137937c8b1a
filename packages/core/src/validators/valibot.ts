/** Valibot: schemas are data, and functions take them first (https://valibot.dev/guides/). */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import {
  extended,
  fieldsOf,
  namesIn,
  objectOf,
  outcome,
  parsed,
  plain,
  schemaOf,
  schemaValue,
  withFields,
  withOptional,
  type Schema,
} from "./schema.js";

const library = "valibot";

export const valibot: LibraryModel = {
  name: library,
  packages: ["valibot"],
  signs: [],

  callExternal(external, call, tracer) {
    const name = external.path.at(-1) ?? "";
    const [first, second] = call.arguments;
    switch (name) {
      case "parse":
      case "parseAsync":
        return parsed(schemaOf(first, library), second, tracer);
      case "safeParse":
      case "safeParseAsync":
        return outcome("output", parsed(schemaOf(first, library), second, tracer));
      default:
        return schemaValue(library, made(name, call, tracer));
    }
  },

  member(receiver, property) {
    const schema = schemaOf(receiver, library);
    return property === "entries" && schema ? fieldsOf(library, schema) : null;
  },
};

function made(name: string, call: Call, tracer: Tracer): Schema {
  const [first, second] = call.arguments;
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  const schema = schemaOf(first, library);
  switch (name.replace(/Async$/, "")) {
    case "object":
    case "strictObject":
      return objectOf(library, first, tracer);
    case "looseObject":
    case "objectWithRest":
      return objectOf(library, first, tracer, { keepsOthers: true });
    case "array":
      return { ...plain, element: schema };
    case "optional":
    case "exactOptional":
    case "nullish":
    case "undefinedable":
      return second ? { ...(schema ?? plain), fallback: second } : { ...(schema ?? plain), isOptional: true };
    case "fallback":
      return { ...(schema ?? plain), fallback: second ?? null };
    case "partial":
      return withOptional(schema ?? plain, second, true);
    case "required":
      return withOptional(schema ?? plain, second, false);
    case "pick":
      return withFields(schema ?? plain, (field, one) => (namesIn(second).has(field) ? one : null));
    case "omit":
      return withFields(schema ?? plain, (field, one) => (namesIn(second).has(field) ? null : one));
    case "intersect":
      return elementsOf(first).reduce<Schema>((all, one) => extended(all, schemaOf(one, library)), {
        ...plain,
        shape: new Map(),
      });
    case "union":
    case "variant":
    case "lazy":
    case "transform":
    case "rawTransform":
      return anything;
    case "pipe":
      return piped(call.arguments);
    default:
      return plain;
  }
}

/** What comes out has the shape of the last step that gives it one. */
function piped(steps: readonly Value[]): Schema {
  const schemas = steps.map((step) => schemaOf(step, library) ?? plain);
  return schemas.findLast((schema) => schema.shape !== null || schema === anything) ?? schemas[0] ?? plain;
}

/** It is worth what went in, and nobody knows its shape. */
const anything: Schema = { ...plain, keepsOthers: true };

function elementsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === "array" ? value.elements : [];
}
