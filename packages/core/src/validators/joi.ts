/** Joi (https://joi.dev/api) and Yup (https://github.com/jquense/yup): what is not required may be missing. */
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
    callExternal(external, call, tracer) {
      const name = external.path.at(-1) ?? "";
      // `Joi.attempt(value, schema)`
      if (name === "attempt" || name === "assert")
        return parsed(schemaOf(call.arguments[1], library), call.arguments[0], tracer);
      return schemaValue(library, made(dialect, name, call, tracer));
    },
    callMethod(receiver, method, call, tracer) {
      const schema = schemaOf(receiver, library);
      return schema && called(dialect, schema, method, call, tracer);
    },
  };
}

function made(dialect: Dialect, name: string, call: Call, tracer: Tracer): Schema {
  const { library, keepsOthers } = dialect;
  const [first] = call.arguments;
  const optional = { ...plain, isOptional: true };
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
  const [first] = call.arguments;
  if (dialect.parse.has(method)) return parsed({ ...schema, isOptional: false }, first, tracer);
  const name = dialect.outcome[method];
  if (name !== undefined) return outcome(name, parsed({ ...schema, isOptional: false }, first, tracer));
  for (const argument of call.arguments) tracer.escape(argument, call.site);
  return schemaValue(library, changed(dialect, schema, method, call, tracer));
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
    case "keys":
    case "append":
    case "shape": {
      const added = objectOf(library, first, tracer, { keepsOthers, isOptionalByDefault: true });
      return schema.shape ? extended(schema, added) : { ...added, isOptional: schema.isOptional };
    }
    case "concat":
      return extended(schema, schemaOf(first, library));
    case "pick":
      return withFields(schema, (name, field) => (namesIn(first).has(name) ? field : null));
    case "omit":
      return withFields(schema, (name, field) => (namesIn(first).has(name) ? null : field));
    case "unknown":
      return { ...schema, keepsOthers: true };
    case "noUnknown":
    case "stripUnknown":
      return { ...schema, keepsOthers: false };
    default:
      return schema;
  }
}
