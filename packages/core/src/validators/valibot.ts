/** Valibot: schemas are data, and functions take them first (https://valibot.dev/guides/). */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import {
  extended,
  namesIn,
  objectOf,
  outcome,
  parsed,
  plain,
  schemaOf,
  schemaValue,
  withFields,
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
      return withFields(schema ?? plain, (_, field) => ({ ...field, isOptional: true }));
    case "required":
      return withFields(schema ?? plain, (_, field) => ({ ...field, isOptional: false }));
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
      return { ...plain, keepsOthers: true };
    case "pipe":
      return schema ?? plain;
    default:
      return plain;
  }
}

function elementsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === "array" ? value.elements : [];
}
