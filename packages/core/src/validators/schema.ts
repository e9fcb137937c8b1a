/**
 * What a schema says of a value that was parsed with it: which fields it has, which of them may be missing. A schema shapes;
 * it never says whose the value is, so what comes out is what went in.
 */
import { typeFromNowhere } from "../link/program.js";
import type { TypeNode } from "../lower/module.js";
import { choiceOf, withAbsence, withoutAbsence } from "../trace/choice.js";
import type { Tracer } from "../trace/library.js";
import { undefinedValue, type LibraryValue, type ObjectField, type Value } from "../trace/value.js";

export interface Schema {
  readonly type: "schema";
  /** Fields by name; null for anything but an object, and where they are not known. */
  readonly shape: ReadonlyMap<string, Schema> | null;
  /** Of an array's elements. */
  readonly element: Schema | null;
  /** It lets through what one of these does. */
  readonly anyOf: readonly Schema[] | null;
  /** It lets through one of these words, and nothing else. */
  readonly words: readonly (string | number | boolean)[] | null;
  readonly isOptional: boolean;
  /** What stands in for a value that is missing. */
  readonly fallback: Value | null;
  /** Fields that the shape does not name stay on the object. */
  readonly keepsOthers: boolean;
  /** Of a text: somebody has looked at how it is written (a UUID, a pattern), so that it is one name in a path. */
  readonly isOneName?: boolean;
}

export const plain: Schema = {
  type: "schema",
  shape: null,
  element: null,
  anyOf: null,
  words: null,
  isOptional: false,
  fallback: null,
  keepsOthers: false,
};

/** It is worth what went in, and nobody knows its shape. */
export const anything: Schema = { ...plain, keepsOthers: true };

/** The schemas of an object's fields, as an object. */
export function fieldsOf(library: string, { shape }: Schema): Value | null {
  if (!shape) return null;
  const fields = [...shape].map(([name, field]): readonly [string, ObjectField] => [
    name,
    { value: schemaValue(library, field), sometimes: false, overwritable: false },
  ]);
  return { kind: "object", fields: new Map(fields), open: false };
}

/** One of the values a library's functions make: schemas, and functions that parse. */
export function schemaValue(library: string, schema: Schema): LibraryValue {
  return { kind: "library", library, type: schema.type, data: schema };
}

export function schemaOf(value: Value | undefined, library: string): Schema | null {
  if (value?.kind === "choice") {
    const [first] = value.options.map((option) => schemaOf(option, library)).filter((one) => one !== null);
    return first ?? null;
  }
  return value?.kind === "library" && value.library === library && value.type === "schema"
    ? (value.data as Schema)
    : null;
}

/** `object({ name: schema })`; fields that are no schemas we know have a shape of their own that nobody knows. */
export function objectOf(
  library: string,
  fields: Value | undefined,
  tracer: Tracer,
  options: { readonly keepsOthers?: boolean; readonly isOptionalByDefault?: boolean } = {},
): Schema {
  const { keepsOthers = false, isOptionalByDefault = false } = options;
  if (fields?.kind !== "object") return { ...plain, keepsOthers };
  const known = tracer.fieldsOf(fields);
  const shape = [...known.fields].map(
    ([name, field]) =>
      [name, schemaOf(field.value, library) ?? { ...plain, isOptional: isOptionalByDefault }] as const,
  );
  return { ...plain, shape: new Map(shape), keepsOthers: keepsOthers || known.open };
}

function withFields(schema: Schema, change: (name: string, field: Schema) => Schema | null): Schema {
  if (!schema.shape) return schema;
  const shape = [...schema.shape].flatMap(([name, field]) => {
    const changed = change(name, field);
    return changed ? [[name, changed] as const] : [];
  });
  return { ...schema, shape: new Map(shape) };
}

/** `pick({ id: true })`; which fields those are may be said where we cannot follow. */
export function picked(schema: Schema, names: Value | undefined): Schema {
  if (!isReadable(names)) return unread(schema);
  const named = namesIn(names);
  return withFields(schema, (name, field) => (named.has(name) ? field : null));
}

export function omitted(schema: Schema, names: Value | undefined): Schema {
  if (!isReadable(names)) return unread(schema);
  const named = namesIn(names);
  return withFields(schema, (name, field) => (named.has(name) ? null : field));
}

function isReadable(names: Value | undefined): boolean {
  return (names?.kind === "object" && !names.open) || (names?.kind === "array" && names.rest === null);
}

function unread({ isOptional, fallback }: Schema): Schema {
  return { ...anything, isOptional, fallback };
}

/** `enum(["open", "paid"])`, `literal("open")`; anything where one of them is not known. */
export function wordsOf(values: readonly Value[] | null): Schema {
  const words = values?.map((value) =>
    value.kind === "literal" && value.value !== undefined && value.value !== null ? value.value : null,
  );
  return words?.every((word) => word !== null) && words.length > 0 ? { ...plain, words } : plain;
}

/** `union([A, B])` */
export function eitherOf(options: Value | undefined, library: string): Schema {
  if (options?.kind !== "array" || options.rest) return anything;
  const schemas = options.elements.map((option) => schemaOf(option, library));
  return oneOf(schemas.map((schema) => schema ?? plain));
}

export function oneOf(schemas: readonly Schema[]): Schema {
  const all = schemas.flatMap((schema) => schema.anyOf ?? [schema]);
  return all.length > 0 && all.length <= mostArms ? { ...anything, anyOf: all } : anything;
}

/** Of more of them, nobody keeps account. */
const mostArms = 100;

export function extended(schema: Schema, other: Schema | null): Schema {
  if (!other) return { ...schema, keepsOthers: true };
  if (schema.anyOf || other.anyOf)
    return oneOf(
      (schema.anyOf ?? [schema]).flatMap((one) =>
        (other.anyOf ?? [other]).map((more) => extended(one, more)),
      ),
    );
  if (!schema.shape || !other.shape) return anything;
  return {
    ...schema,
    shape: new Map([...schema.shape, ...other.shape]),
    keepsOthers: schema.keepsOthers || other.keepsOthers,
  };
}

/** What may be missing, or must not be: the fields of these names, or all where none are given. */
export function withOptional(schema: Schema, names: Value | undefined, isOptional: boolean): Schema {
  const named = namesIn(names);
  return withFields(schema, (name, field) =>
    named.size === 0 || named.has(name) ? { ...field, isOptional } : field,
  );
}

/** The names in `{ id: true }`, or in `["id"]`. */
function namesIn(value: Value | undefined): ReadonlySet<string> {
  if (value?.kind === "object") return new Set(value.fields.keys());
  if (value?.kind !== "array") return new Set();
  return new Set(value.elements.flatMap((one) => (one.kind === "literal" ? [String(one.value)] : [])));
}

/** The value as it comes out of the schema. */
export function parsed(schema: Schema | null, value: Value | undefined, tracer: Tracer, depth = 4): Value {
  if (value === undefined) return undefinedValue;
  const seen = looked(value);
  if (!schema) return shapedElsewhere(seen);
  return present(schema, shaped(schema, seen, tracer, depth));
}

/** Whatever its author has said of it, now it is so. */
function looked(value: Value): Value {
  if (value.kind !== "symbolic" || !value.isCast) return value;
  const { isCast: _, ...plain } = value;
  return plain;
}

function shaped(schema: Schema, value: Value, tracer: Tracer, depth: number): Value {
  if (value.kind === "choice") {
    const options = value.options.map((option) => shaped(schema, option, tracer, depth));
    return choiceOf(options, value.reason, value.given);
  }
  const isRow = value.kind === "rows" && !value.many && !value.absent;
  if (depth === 0 || (value.kind !== "symbolic" && value.kind !== "object" && !isRow)) return value;
  if (schema.element) {
    if (value.kind !== "symbolic" || !schema.element.shape) return value;
    const element = tracer.elementOf(value) ?? { ...value, id: `${value.id}[]`, absent: false, type: null };
    return { kind: "array", elements: [], rest: parsed(schema.element, element, tracer, depth - 1) };
  }
  const whole = schema.anyOf && (isRow || value.kind === "object") ? sharedBy(schema.anyOf) : null;
  if (whole) return shaped(whole, value, tracer, depth);
  if (!schema.shape) {
    const made = shapedElsewhere(value, typeOf(schema));
    return schema.isOneName && made.kind === "symbolic" ? { ...made, madeAs: "segment" } : made;
  }
  const fields = new Map<string, ObjectField>();
  for (const [name, field] of schema.shape) {
    const given = parsed(field, memberAt(value, name, tracer), tracer, depth - 1);
    fields.set(name, { value: given, sometimes: false, overwritable: false });
  }
  if (!schema.keepsOthers) return { kind: "object", fields, open: false };
  if (value.kind !== "object") return { kind: "object", fields, open: true, others: [value] };
  for (const [name, field] of value.fields) if (!fields.has(name)) fields.set(name, field);
  return { ...value, fields };
}

/** What each of several objects lets through, as one: a field that one of them may be without may be missing. Null where one is not known. */
function sharedBy(schemas: readonly Schema[]): Schema | null {
  const shapes = schemas.map(({ shape }) => shape);
  if (!shapes.every((shape) => shape !== null)) return null;
  const names = new Set(shapes.flatMap((shape) => [...shape.keys()]));
  const shape = [...names].map((name): readonly [string, Schema] => {
    const fields = shapes.map((one) => one.get(name));
    const [first] = fields;
    if (first && fields.every((field) => field === first)) return [name, first];
    return [name, { ...anything, isOptional: fields.some((field) => !field || mayBeMissing(field)) }];
  });
  return { ...plain, shape: new Map(shape), keepsOthers: schemas.some((one) => one.keepsOthers) };
}

function mayBeMissing({ isOptional, fallback, anyOf }: Schema): boolean {
  return isOptional || fallback !== null || (anyOf?.some(mayBeMissing) ?? false);
}

/** What is left of it, a schema says that we cannot read, or only as a type. */
function shapedElsewhere(value: Value, type: TypeNode | null = null): Value {
  if (value.kind === "choice")
    return { ...value, options: value.options.map((option) => shapedElsewhere(option, type)) };
  if (value.kind !== "symbolic") return value;
  return { ...value, isShaped: true, ...(type && { type: typeFromNowhere(type) }) };
}

/** What comes out of it, said as a type; null where the schema does not say. */
export function typeOf(schema: Schema | null): TypeNode | null {
  if (!schema) return null;
  let type = types.get(schema);
  if (type === undefined) types.set(schema, (type = describe(schema)));
  return type;
}

/** One type for one schema, however many others it is a part of. */
const types = new WeakMap<Schema, TypeNode | null>();

function describe({ shape, element, anyOf, words, keepsOthers }: Schema): TypeNode | null {
  if (words)
    return {
      ...nowhere,
      kind: "union",
      types: words.map((value): TypeNode => ({ ...nowhere, kind: "literal", value })),
    };
  if (element) return { ...nowhere, kind: "array", element: typeOf(element) ?? notKnown };
  if (anyOf) {
    const arms = anyOf.map(typeOf);
    return arms.some((arm) => arm !== null)
      ? { ...nowhere, kind: "union", types: arms.map((arm) => arm ?? notKnown) }
      : null;
  }
  if (!shape) return null;
  const members = [...shape].map(([name, field]) => ({
    ...nowhere,
    name,
    optional: field.isOptional,
    type: typeOf(field),
  }));
  const object: TypeNode = { ...nowhere, kind: "object", members };
  return keepsOthers ? { ...nowhere, kind: "intersection", types: [object, notKnown] } : object;
}

const nowhere = { start: 0, end: 0 } as const;
const notKnown: TypeNode = { ...nowhere, kind: "unknown" };

/** A field that only the schema names is read where the whole is handed to it. */
function memberAt(value: Value, name: string, tracer: Tracer): Value {
  const member = tracer.memberOf(value, name);
  return member.kind === "symbolic" && value.kind === "symbolic" && value.site
    ? { ...member, site: value.site }
    : member;
}

function present(schema: Schema, value: Value): Value {
  if (schema.fallback) return choiceOf([withoutAbsence(value), schema.fallback], "it is missing");
  return schema.isOptional ? withAbsence(value) : withoutAbsence(value);
}

/** `{ success, data }` and its like: what came out, under the name that the library gives it. */
export function outcome(name: string, value: Value): Value {
  const field: ObjectField = { value, sometimes: false, overwritable: false };
  return { kind: "object", fields: new Map([[name, field]]), open: true };
}
