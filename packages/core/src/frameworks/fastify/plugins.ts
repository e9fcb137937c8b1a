/** Plugins, and the instances they are called with. https://fastify.dev/docs/latest/Reference/Plugins/ */
import type { Expression, Module, TypeNode } from "../../lower/module.js";
import { optionsOf } from "../../trace/choice.js";
import type { Call, Tracer } from "../../trace/library.js";
import { unknown, type FunctionValue, type ObjectValue, type Site, type Value } from "../../trace/value.js";
import { conditionsAt, functionPlaceAt } from "./conditions.js";
import { textsIn } from "./routes.js";
import { applicationScope, childScope } from "./scope.js";
import { serviceOf } from "./service.js";
import { dataOf, valueOf, type InstanceData } from "./values.js";

/** Packages whose types say that a function is a plugin: `FastifyPluginAsyncZod`. */
export const typePackages = [
  "fastify",
  "fastify-type-provider-zod",
  "@fastify/type-provider-typebox",
  "@fastify/type-provider-json-schema-to-ts",
];

export const noOptions: ObjectValue = { kind: "object", fields: new Map(), open: false };

/** `fastify.register(invoices, { prefix: "/invoices" })` */
export function register(instance: InstanceData, call: Call, tracer: Tracer): void {
  const [plugin, options = noOptions] = call.arguments;
  if (!plugin) return;
  const conditions = conditionsAt(call.site, instance, tracer);
  const [prefix = ""] = options.kind === "object" ? textsIn(tracer.memberOf(options, "prefix")) : [];
  for (const option of optionsOf(plugin)) {
    // Whose package says what it does with its options: `app.register(mercurius, { resolvers, context })`.
    if (option.kind === "external")
      tracer.invoke(option, [valueOf({ ...instance, conditions }), options], call.site);
    registerOn({ ...instance, conditions }, imported(option, tracer), options, prefix, tracer);
  }
}

export function registerOn(
  instance: InstanceData,
  plugin: Value,
  options: Value,
  prefix: string,
  tracer: Tracer,
): void {
  if (plugin.kind === "external") serviceOf(tracer).packages.add(plugin.package);
  const data = dataOf(plugin);
  if (data?.type === "plugin") callWith(data.plugin, instance, options, tracer);
  else callWith(plugin, { ...instance, scope: childScope(instance.scope, prefix) }, options, tracer);
}

/** `import("./invoices.js")` stands for what the module exports by default. */
export function imported(value: Value, tracer: Tracer): Value {
  return value.kind === "module" ? tracer.memberOf(value, "default") : value;
}

function callWith(plugin: Value, instance: InstanceData, options: Value, tracer: Tracer): void {
  for (const option of optionsOf(plugin)) {
    if (option.kind !== "function") continue;
    serviceOf(tracer).registered.add(keyOf(option));
    tracer.invoke(option, [valueOf({ ...instance, owner: option }), options, unknown]);
  }
}

/** `fp(plugin)`: what it says, it says of the instance that it is registered on. https://github.com/fastify/fastify-plugin */
export function openPlugin(call: Call, tracer: Tracer): Value | null {
  const [plugin, options] = call.arguments;
  if (!plugin) return null;
  for (const option of optionsOf(plugin))
    if (option.kind === "function") serviceOf(tracer).plugins.push(option);
  const encapsulate = options?.kind === "object" ? tracer.memberOf(options, "encapsulate") : unknown;
  if (encapsulate.kind === "literal" && encapsulate.value === true) return plugin;
  return opened(plugin);
}

export function opened(plugin: Value): Value {
  return dataOf(plugin)?.type === "plugin" ? plugin : valueOf({ type: "plugin", plugin });
}

/** `fastify()` */
export function applicationAt(site: Site, tracer: Tracer): InstanceData {
  return {
    type: "instance",
    scope: applicationScope(false),
    owner: functionPlaceAt(site, tracer),
    conditions: [],
  };
}

export function detachedInstance(): InstanceData {
  return { type: "instance", scope: applicationScope(true), owner: null, conditions: [] };
}

/** Plugins of a file that nobody was seen to register: something may load them by their place, or use the package. */
export function enterUnregistered(file: string, module: Module, tracer: Tracer): void {
  const { registered, plugins } = serviceOf(tracer);
  const declared = declaredPlugins(file, module, tracer);
  for (const plugin of [...declared, ...plugins.filter((one) => one.file === file)])
    if (!registered.has(keyOf(plugin))) callWith(plugin, detachedInstance(), noOptions, tracer);
}

/** `const invoices: FastifyPluginAsync = async (fastify) => …` */
function declaredPlugins(file: string, module: Module, tracer: Tracer): readonly FunctionValue[] {
  const variables = (module.functions[0]?.body ?? []).flatMap((statement) =>
    statement.kind === "variables" ? statement.declarations : [],
  );
  return variables.flatMap(({ type, initializer }) => {
    const stated = initializer?.kind === "cast" ? initializer.type : null;
    if (!initializer || ![type, stated].some((one) => one && isPlugin(one, file, tracer))) return [];
    return functionsIn(initializer, file, tracer);
  });
}

function isPlugin(node: TypeNode, file: string, tracer: Tracer): boolean {
  const type = tracer.typeOf({ file, node, parameters: new Map() });
  return (
    type.kind === "external" &&
    typePackages.includes(type.package) &&
    type.path.at(-1)!.startsWith("FastifyPlugin")
  );
}

function functionsIn(initializer: Expression, file: string, tracer: Tracer): readonly FunctionValue[] {
  return optionsOf(tracer.evaluateIn(file, initializer)).filter((one) => one.kind === "function");
}

function keyOf({ file, function: id }: FunctionValue): string {
  return `${file}#${id}`;
}
