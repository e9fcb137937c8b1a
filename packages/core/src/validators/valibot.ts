/** Valibot: schemas are data, and functions take them first (https://valibot.dev/guides/). */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import {
  anything,
  eitherOf,
  extended,
  fieldsOf,
  objectOf,
  omitted,
  outcome,
  parsed,
  picked,
  plain,
  schemaOf,
  schemaValue,
  typeOf,
  withOptional,
  type Schema,
} from "./schema.js";

const library = "valibot";

export const valibot: LibraryModel = {
  name: library,
  packages: ["valibot"],
  signs: [],
  inferringTypes: ["InferInput", "InferOutput"],
  describes: (schema) => typeOf(schemaOf(schema, library)),

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
      return picked(schema ?? plain, second);
    case "omit":
      return omitted(schema ?? plain, second);
    case "intersect":
      return elementsOf(first).reduce<Schema>((all, one) => extended(all, schemaOf(one, library)), {
        ...plain,
        shape: new Map(),
      });
    case "union":
      return eitherOf(first, library);
    case "variant":
      return eitherOf(second, library);
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
  const hasShape = ({ shape, anyOf }: Schema): boolean => shape !== null || anyOf !== null;
  return schemas.findLast((schema) => hasShape(schema) || schema === anything) ?? schemas[0] ?? plain;
}

function elementsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === "array" ? value.elements : [];
}
