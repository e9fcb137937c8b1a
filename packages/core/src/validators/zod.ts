/** Zod, 3 and 4 (https://zod.dev/api). Its schemas are also handed on by packages that extend it. */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import {
  anything,
  eitherOf,
  extended,
  fieldsOf,
  objectOf,
  omitted,
  oneOf,
  outcome,
  parsed,
  picked,
  plain,
  schemaOf,
  schemaValue,
  typeOf,
  withOptional,
  wordsOf,
  type Schema,
} from "./schema.js";

const library = "zod";

export const zod: LibraryModel = {
  name: library,
  packages: ["zod", "drizzle-zod", "zod-openapi", "zod-form-data"],
  signs: [],
  inferringTypes: ["infer", "input", "output", "TypeOf"],
  describes: (schema) => typeOf(schemaOf(schema, library)),

  typed: (external) =>
    /^Zod(?:Type|Schema|Object|Effects|TypeAny)$/.test(external.path.at(-1) ?? "") ? anySchema : null,

  callExternal(external, call, tracer) {
    const schema = made(external.path.at(-1) ?? "", call, tracer);
    if (schema) return schemaValue(library, schema);
    // The functions of `zod/mini` and of Zod 4 take the schema first.
    const first = schemaOf(call.arguments[0], library);
    const rest = { ...call, arguments: call.arguments.slice(1) };
    if (first) return called(first, external.path.at(-1) ?? "", rest, tracer) ?? anySchema;
    for (const argument of call.arguments) tracer.escape(argument, call.site);
    return anySchema;
  },

  callMethod(receiver, method, call, tracer) {
    const schema = schemaOf(receiver, library);
    return schema && called(schema, method, call, tracer);
  },

  member(receiver, property) {
    const schema = schemaOf(receiver, library);
    if (property === "shape") return schema && fieldsOf(library, schema);
    return property === "element" && schema?.element ? schemaValue(library, schema.element) : null;
  },

  // A schema of a package that we do not see: these names are nobody else's.
  recognize(path, method, call, tracer) {
    const [value, ...others] = call.arguments;
    if (value === undefined || others.length > 1) return null;
    if (["safeParse", "safeParseAsync"].includes(method)) return outcome("data", parsed(null, value, tracer));
    const isNamedSo = /schema$/i.test(path.at(-1) ?? "");
    return method === "parseAsync" || (method === "parse" && isNamedSo) ? parsed(null, value, tracer) : null;
  },
};

const anySchema = schemaValue(library, plain);

function made(name: string, call: Call, tracer: Tracer): Schema | null {
  const [first, second] = call.arguments;
  switch (name) {
    case "object":
    case "strictObject":
      return objectOf(library, first, tracer);
    case "looseObject":
      return objectOf(library, first, tracer, { keepsOthers: true });
    case "array":
      return { ...plain, element: schemaOf(first, library) };
    case "optional":
    case "nullish":
      return { ...(schemaOf(first, library) ?? plain), isOptional: true };
    case "preprocess":
      return schemaOf(second, library) ?? plain;
    case "intersection":
      return extended(schemaOf(first, library) ?? plain, schemaOf(second, library));
    case "union":
      return eitherOf(first, library);
    case "discriminatedUnion":
      return eitherOf(second, library);
    case "literal":
      return wordsOf(first?.kind === "array" ? listedIn(first) : first ? [first] : null);
    case "enum":
    case "nativeEnum":
      return wordsOf(first ? listedIn(first) : null);
    case "lazy":
      return anything;
    default:
      return namesOne.test(name) ? { ...plain, isOneName: true } : null;
  }
}

/** https://zod.dev/api#strings: what has none of a path's own signs in it. Of a pattern, it is taken to be so. */
const namesOne =
  /^(?:uuid(?:v\d)?|guid|cuid2?|ulid|nanoid|xid|ksuid|regex|base64url|hex|hash|int\d*|number)$/;

/** `["open", "paid"]`, `{ Open: "open" }` */
function listedIn(value: Value): readonly Value[] | null {
  if (value.kind === "array") return value.rest ? null : value.elements;
  if (value.kind !== "object" || value.open) return null;
  const fields = [...value.fields.values()];
  return fields.some(({ sometimes, overwritable }) => sometimes || overwritable !== false)
    ? null
    : fields.map((field) => field.value);
}

function called(schema: Schema, method: string, call: Call, tracer: Tracer): Value | null {
  const [first] = call.arguments;
  switch (method) {
    case "parse":
    case "parseAsync":
    case "decode":
    case "decodeAsync":
      return parsed(schema, first, tracer);
    case "safeParse":
    case "safeParseAsync":
    case "spa":
    case "safeDecode":
    case "safeDecodeAsync":
      return outcome("data", parsed(schema, first, tracer));
    case "transform":
      return transformed(schema, first, call, tracer);
    default:
      break;
  }
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  return schemaValue(library, changed(schema, method, first, tracer));
}

/** What a transformation makes of it is worth what went in; its shape is not known any more. */
function transformed(schema: Schema, change: Value | undefined, call: Call, tracer: Tracer): Value {
  if (change) tracer.escape(change, call.site);
  return schemaValue(library, { ...plain, isOptional: schema.isOptional, keepsOthers: true });
}

function changed(schema: Schema, method: string, first: Value | undefined, tracer: Tracer): Schema {
  switch (method) {
    case "optional":
    case "nullish":
    case "exactOptional":
      return { ...schema, isOptional: true };
    case "default":
    case "prefault":
    case "catch":
      return { ...schema, isOptional: false, fallback: first ?? null };
    case "unwrap":
    case "nonoptional":
      return { ...schema, isOptional: false };
    case "array":
      return { ...plain, element: schema };
    case "partial":
    case "deepPartial":
      return withOptional(schema, first, true);
    case "required":
      return withOptional(schema, first, false);
    case "pick":
      return picked(schema, first);
    case "omit":
      return omitted(schema, first);
    case "extend":
    case "safeExtend":
    case "augment":
      return extended(schema, objectOf(library, first, tracer));
    case "merge":
    case "and":
      return extended(schema, schemaOf(first, library));
    case "or":
      return { ...oneOf([schema, schemaOf(first, library) ?? plain]), isOptional: schema.isOptional };
    case "passthrough":
    case "loose":
    case "catchall":
      return { ...schema, keepsOthers: true };
    case "strict":
    case "strip":
      return { ...schema, keepsOthers: false };
    case "pipe":
    case "to":
      return schemaOf(first, library) ?? schema;
    default:
      return namesOne.test(method) ? { ...schema, isOneName: true } : schema;
  }
}
