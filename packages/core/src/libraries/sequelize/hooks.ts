/**
 * Hooks that put the tenant into what a model is asked (https://sequelize.org/docs/v6/other-topics/hooks/): recognised by what they
 * do, which is to set a tenant key on the options or on the row that they are given.
 */
import type { Expression, FunctionNode, Module } from "../../lower/module.js";
import { forEachExpressionIn } from "../../lower/visit.js";
import { isTenantKey } from "../../tenancy/lookup.js";
import type { Tracer } from "../../trace/library.js";
import type { QueryValue, Value } from "../../trace/value.js";
import { definitionsIn } from "./definitions.js";
import type { Model } from "./values.js";

type Operation = QueryValue["operation"];

const operationOf: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["beforeFind", "read"],
  ["beforeFindAfterExpandIncludeAll", "read"],
  ["beforeFindAfterOptions", "read"],
  ["beforeCount", "read"],
  ["beforeValidate", "insert"],
  ["beforeCreate", "insert"],
  ["beforeSave", "insert"],
  ["beforeBulkCreate", "insert"],
  ["beforeUpsert", "upsert"],
  ["beforeBulkUpdate", "update"],
  ["beforeBulkDestroy", "delete"],
]);

const known = new WeakMap<Tracer, Map<string, ReadonlySet<Operation>>>();

export function mayAddTenant(tracer: Tracer, model: Model, operation: Operation): boolean {
  const file = model.home?.file ?? model.table?.file;
  const module = file && tracer.moduleOf(file);
  if (!file || !module || !model.table) return false;
  const ofTracer = known.get(tracer) ?? new Map<string, ReadonlySet<Operation>>();
  known.set(tracer, ofTracer);
  const key = `${file} ${model.table.name}`;
  const before = ofTracer.get(key);
  if (before) return before.has(operation);
  ofTracer.set(key, new Set());
  const hooks = hooksIn(tracer, file, module, model).filter(({ functions }) =>
    functions.some((fn) => addsTenant(tracer, fn)),
  );
  const found = new Set(hooks.flatMap(({ name }) => operationOf.get(name) ?? []));
  ofTracer.set(key, found);
  return found.has(operation);
}

interface Hook {
  readonly name: string;
  readonly functions: readonly FunctionNode[];
}

function hooksIn(tracer: Tracer, file: string, module: Module, model: Model): readonly Hook[] {
  const node = model.home ? module.classes[model.home.class] : undefined;
  const decorated = (node?.methods ?? []).flatMap((method): readonly Hook[] => {
    const fn = module.functions[method.function]!;
    return fn.decorators.map((decorator) => ({ name: hookNamed(decorator), functions: [fn] }));
  });
  const written = definitionsIn(module, model).flatMap(({ method, arguments: given }): readonly Hook[] => {
    if (method === "addHook") {
      const [name, ...callbacks] = given;
      const functions = callbacks.flatMap((one) => functionsOf(tracer, file, one));
      return name?.kind === "literal" ? [{ name: String(name.value), functions }] : [];
    }
    const options = given[method === "define" ? 2 : 1];
    const hooks =
      options?.kind === "object"
        ? options.properties.find((one) => one.kind === "property" && one.key === "hooks")
        : undefined;
    if (hooks?.value.kind !== "object") return [];
    return hooks.value.properties.map((one) => ({
      name: one.kind === "property" && typeof one.key === "string" ? one.key : "",
      functions: functionsOf(tracer, file, one.value),
    }));
  });
  return [...decorated, ...written].filter(({ name }) => operationOf.has(name));
}

/** `@BeforeFind` is `beforeFind`. */
function hookNamed(decorator: Expression): string {
  const callee = decorator.kind === "call" ? decorator.callee : decorator;
  const name = callee.kind === "name" ? callee.name : callee.kind === "member" ? callee.property : "";
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function functionsOf(tracer: Tracer, file: string, expression: Expression): readonly FunctionNode[] {
  const value: Value = tracer.evaluateIn(file, expression);
  const fn = value.kind === "function" ? tracer.moduleOf(value.file)?.functions[value.function] : undefined;
  return fn ? [fn] : [];
}

/** `options.where.organizationId = …`, `options.where = { ...options.where, organizationId }` */
export function addsTenant(tracer: Tracer, fn: FunctionNode): boolean {
  let isAdding = false;
  forEachExpressionIn(fn.body, (expression) => {
    if (expression.kind !== "assign" || expression.target.kind !== "expression") return;
    const target = expression.target.expression;
    const isKey = target.kind === "member" && isTenantKey(tracer.tenancy, target.property);
    isAdding ||= isKey || namesTenant(tracer, expression.value);
  });
  return isAdding;
}

function namesTenant(tracer: Tracer, value: Expression): boolean {
  if (value.kind !== "object") return false;
  return value.properties.some(
    (one) =>
      one.kind === "property" &&
      ((typeof one.key === "string" && isTenantKey(tracer.tenancy, one.key)) ||
        namesTenant(tracer, one.value)),
  );
}
