/**
 * Scopes: what a model says of its own queries. `defaultScope` is in all of them until another scope is asked for
 * (https://sequelize.org/docs/v6/other-topics/scopes/), and a filter of a query replaces what a scope says of the same column
 * (`_mergeFunction` in Sequelize's model.js; measured).
 */
import type { ClassNode, Expression, Module } from "../../lower/module.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import {
  isNothing,
  type LibraryValue,
  type ObjectField,
  type ObjectValue,
  type Value,
} from "../../trace/value.js";
import { definitionsIn } from "./definitions.js";
import { dataOf, valueOf, type Model, type ModelData } from "./values.js";

interface Scopes {
  readonly byDefault: Value | null;
  readonly named: ReadonlyMap<string, Value>;
}

const none: Scopes = { byDefault: null, named: new Map() };

/** The options of the scopes that are in a query on this model. */
export function scopesIn(tracer: Tracer, value: LibraryValue): readonly Value[] {
  const data = value.data as ModelData;
  if (data.scoping !== "default") return value.holds ?? [];
  const { byDefault } = scopesOf(tracer, data.model);
  return byDefault ? [byDefault] : [];
}

/** `Invoice.scope("paid", { method: ["of", organizationId] })`; without anything, or with `null`, no scope at all. */
export function scoped(
  tracer: Tracer,
  value: LibraryValue,
  { arguments: given, spread }: Call,
): LibraryValue {
  const { model } = value.data as ModelData;
  const { byDefault, named } = scopesOf(tracer, model);
  const asked: Value[] = [];
  let isOpen = spread;
  const add = (one: Value): void => {
    if (isNothing(one)) return;
    if (one.kind === "array") {
      one.elements.forEach(add);
      if (one.rest) isOpen = true;
      return;
    }
    const called = calledScope(tracer, one);
    const scope = called && (called.name === "defaultScope" ? byDefault : named.get(called.name));
    if (called?.name === "defaultScope" && !byDefault) return;
    if (called && scope)
      asked.push(scope.kind === "function" ? tracer.invoke(scope, called.arguments) : scope);
    else if (!called && one.kind === "object" && !one.fields.has("method")) asked.push(one);
    else isOpen = true;
  };
  given.forEach(add);
  return valueOf({ type: "model", model, scoping: isOpen ? "open" : "asked" }, asked);
}

function calledScope(
  tracer: Tracer,
  value: Value,
): { readonly name: string; readonly arguments: readonly Value[] } | null {
  if (value.kind === "literal" && typeof value.value === "string")
    return { name: value.value, arguments: [] };
  if (value.kind !== "object") return null;
  const method = value.fields.has("method") ? tracer.memberOf(value, "method") : null;
  if (method?.kind === "literal") return { name: String(method.value), arguments: [] };
  const [name, ...rest] = method?.kind === "array" ? method.elements : [];
  return name?.kind === "literal" ? { name: String(name.value), arguments: rest } : null;
}

const known = new WeakMap<Tracer, Map<string, Scopes>>();

function scopesOf(tracer: Tracer, model: Model): Scopes {
  const { table, home } = model;
  const file = home?.file ?? table?.file;
  const module = file && tracer.moduleOf(file);
  if (!table || !file || !module) return none;
  const ofTracer = known.get(tracer) ?? new Map<string, Scopes>();
  known.set(tracer, ofTracer);
  const key = `${file} ${table.name}`;
  const before = ofTracer.get(key);
  if (before) return before;
  // Whoever asks while they are read asks from inside a scope.
  ofTracer.set(key, none);
  const read = readScopes(tracer, file, module, model);
  ofTracer.set(key, read);
  return read;
}

function readScopes(tracer: Tracer, file: string, module: Module, model: Model): Scopes {
  const node = model.home ? module.classes[model.home.class] : undefined;
  const named = new Map<string, Value>();
  let byDefault: Value | null = null;
  const addNamed = (value: Value): void => {
    for (const option of optionsOf(value))
      if (option.kind === "object") for (const [name, field] of option.fields) named.set(name, field.value);
  };
  for (const { name, options } of node ? decorations(tracer, file, node) : []) {
    if (name === "DefaultScope") byDefault = options;
    else addNamed(options);
  }
  for (const written of definitionsIn(module, model)) {
    const [first, second] = written.arguments;
    if (written.method === "addScope") {
      if (first?.kind !== "literal" || !second) continue;
      const value = tracer.evaluateIn(file, second);
      if (first.value === "defaultScope") byDefault = value;
      else named.set(String(first.value), value);
      continue;
    }
    const options = written.arguments[written.method === "define" ? 2 : 1];
    for (const name of ["defaultScope", "scopes"]) {
      const value = options && propertyIn(tracer, file, options, name);
      if (!value) continue;
      if (name === "scopes") addNamed(value);
      else byDefault = value;
    }
  }
  return { byDefault, named };
}

function decorations(
  tracer: Tracer,
  file: string,
  { decorators }: ClassNode,
): readonly { readonly name: string; readonly options: Value }[] {
  return decorators.flatMap((decorator) => {
    // What other decorators do is not run.
    if (!/^(?:DefaultScope|Scopes)$/.test(nameOfCallee(decorator) ?? "")) return [];
    const value = tracer.evaluateIn(file, decorator);
    const data = dataOf(value);
    const [given] = (value.kind === "library" && value.holds) || [];
    if (data?.type !== "decorator" || !given) return [];
    return [{ name: data.name, options: given.kind === "function" ? tracer.invoke(given, []) : given }];
  });
}

function nameOfCallee(expression: Expression): string | null {
  const callee = expression.kind === "call" ? expression.callee : expression;
  return callee.kind === "name" ? callee.name : callee.kind === "member" ? callee.property : null;
}

function propertyIn(tracer: Tracer, file: string, options: Expression, name: string): Value | null {
  if (options.kind !== "object") {
    const value = tracer.memberOf(tracer.evaluateIn(file, options), name);
    return isNothing(value) || value.kind === "unknown" ? null : value;
  }
  const property = options.properties.find((one) => one.kind === "property" && one.key === name);
  return property ? tracer.evaluateIn(file, property.value) : null;
}

/** What is left of a scope's filter where a query has one of its own. */
export function replacedBy(tracer: Tracer, scope: Value, own: Value | undefined): Value {
  if (!own || isNothing(own)) return scope;
  if (scope.kind === "choice")
    return { ...scope, options: scope.options.map((option) => replacedBy(tracer, option, own)) };
  const laters = optionsOf(own).filter((one) => one.kind === "object" || one.kind === "symbolic");
  if (scope.kind !== "object" || laters.length === 0) return scope;
  const shapes = laters.map((one) => tracer.fieldsOf(one));
  const isAll = shapes.length === optionsOf(own).length;
  return {
    ...scope,
    fields: new Map([...scope.fields].flatMap(([name, field]) => left(name, field, shapes, isAll))),
  };
}

function left(
  name: string,
  field: ObjectField,
  laters: readonly ObjectValue[],
  isAll: boolean,
): readonly (readonly [string, ObjectField])[] {
  const replacing = laters.filter((one) => one.fields.has(name));
  const isReplaced =
    isAll && replacing.length === laters.length && replacing.every((one) => !one.fields.get(name)!.sometimes);
  if (isReplaced) return [];
  const open = laters.find((one) => one.open && !one.fields.has(name));
  if (open) return [[name, { ...field, overwritable: open.isElsewhere ? "elsewhere" : "known" }]];
  return [[name, replacing.length > 0 ? { ...field, sometimes: true } : field]];
}
