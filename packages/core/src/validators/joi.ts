/** Joi (https://joi.dev/api) and Yup (https://github.com/jquense/yup): what is not required may be missing. */
import type { Call, LibraryModel, Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import {
  extended,
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
  type Schema,
} from "./schema.js";

interface Dialect {
  readonly library: string;
  /** Methods that give what came out. */
  readonly parse: ReadonlySet<string>;
  /** Methods that give it under a name. */
  readonly outcome: Readonly<Record<string, string>>;
  /** Fields that no schema names stay. */
  readonly keepsOthers: boolean;
}

const joiDialect: Dialect = {
  library: "joi",
  parse: new Set(["validateAsync", "attempt"]),
  outcome: { validate: "value" },
  // `validate` fails on them unless it is told otherwise.
  keepsOthers: false,
};

const yupDialect: Dialect = {
  library: "yup",
  parse: new Set(["validate", "validateSync", "cast"]),
  outcome: {},
  keepsOthers: true,
};

export const joi = modelOf(joiDialect, ["joi", "@hapi/joi"]);
export const yup = modelOf(yupDialect, ["yup"]);

function modelOf(dialect: Dialect, packages: readonly string[]): LibraryModel {
  const { library } = dialect;
  return {
    name: library,
    packages,
    signs: [],
    inferringTypes: ["InferType", "Asserts"],
    describes: (schema) => typeOf(schemaOf(schema, library)),
    callExternal(external, call, tracer) {
      const name = external.path.at(-1) ?? "";
      // `Joi.attempt(value, schema)`
      if (name === "attempt" || name === "assert") {
        const schema = schemaOf(call.arguments[1], library) ?? plain;
        return parsed(told(dialect, schema, optionsOfAttempt(call), tracer), call.arguments[0], tracer);
      }
      return schemaValue(library, made(dialect, name, call, tracer));
    },
    callMethod(receiver, method, call, tracer) {
      const schema = schemaOf(receiver, library);
      return schema && called(dialect, schema, method, call, tracer);
    },
  };
}

/** `Joi.attempt(value, schema, [message], [options])` */
function optionsOfAttempt({ arguments: [, , message, options] }: Call): Value | undefined {
  return options ?? (message?.kind === "object" ? message : undefined);
}

function made(dialect: Dialect, name: string, call: Call, tracer: Tracer): Schema {
  const { library, keepsOthers } = dialect;
  const [first] = call.arguments;
  const optional = { ...plain, isOptional: true };
  // `Joi.required()` is `Joi.any().required()`.
  if (name === "required" || name === "exist") return plain;
  if (name === "object")
    return {
      ...objectOf(library, first, tracer, { keepsOthers, isOptionalByDefault: true }),
      isOptional: true,
    };
  if (name === "array") return { ...optional, element: schemaOf(first, library) };
  return optional;
}

function called(dialect: Dialect, schema: Schema, method: string, call: Call, tracer: Tracer): Value | null {
  const { library } = dialect;
  const [first, options] = call.arguments;
  const name = dialect.outcome[method];
  if (dialect.parse.has(method) || name !== undefined) {
    const value = parsed(told(dialect, { ...schema, isOptional: false }, options, tracer), first, tracer);
    return name === undefined ? value : outcome(name, value);
  }
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  return schemaValue(library, changed(dialect, schema, method, call, tracer));
}

/** The options of a call say what becomes of fields that no schema names; those that we cannot read may keep them. */
function told(dialect: Dialect, schema: Schema, options: Value | undefined, tracer: Tracer): Schema {
  if (!options) return schema;
  const { fields, open } = tracer.fieldsOf(options);
  const isSaid = (name: string, said: boolean): boolean => {
    const value = fields.get(name)?.value;
    return value?.kind === "literal" && value.value === said;
  };
  if (dialect.keepsOthers) return isSaid("stripUnknown", true) ? { ...schema, keepsOthers: false } : schema;
  // A schema that is `unknown()` by itself stays so, whatever `stripUnknown` says.
  const mayAllow = (fields.has("allowUnknown") || open) && !isSaid("allowUnknown", false);
  return mayAllow ? { ...schema, keepsOthers: true } : schema;
}

function changed(dialect: Dialect, schema: Schema, method: string, call: Call, tracer: Tracer): Schema {
  const { library, keepsOthers } = dialect;
  const [first] = call.arguments;
  switch (method) {
    case "required":
    case "defined":
    case "exist":
      return { ...schema, isOptional: false };
    case "optional":
    case "notRequired":
      return { ...schema, isOptional: true };
    case "default":
      return { ...schema, isOptional: false, fallback: first ?? null };
    case "items":
    case "of":
      return { ...schema, element: schemaOf(first, library) };
    // `Joi.alternatives().try(A, B)`
    case "try":
      return {
        ...oneOf(call.arguments.map((one) => schemaOf(one, library) ?? plain)),
        isOptional: schema.isOptional,
      };
    case "keys":
    case "append":
    case "shape": {
      const added = objectOf(library, first, tracer, { isOptionalByDefault: true });
      return schema.shape
        ? extended(schema, added)
        : { ...added, isOptional: schema.isOptional, keepsOthers: keepsOthers || added.keepsOthers };
    }
    case "concat":
      return extended(schema, schemaOf(first, library));
    case "pick":
      return picked(schema, first);
    case "omit":
      return omitted(schema, first);
    case "unknown":
      return { ...schema, keepsOthers: true };
    case "noUnknown":
    case "stripUnknown":
      return { ...schema, keepsOthers: false };
    default:
      return schema;
  }
}
