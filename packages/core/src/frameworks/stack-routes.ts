/** From what was added to stacks to entry points: under which paths each route is served, and what runs before it. */
import type { EntryPoint, Guard, Role } from "../trace/entry.js";
import type { Tracer } from "../trace/library.js";
import type { FunctionValue, Value } from "../trace/value.js";
import { isFor, joined, parametersOf } from "./url-paths.js";
import { isShared, isThereFor, layersOf, mountsOf, type Mount } from "./stack-layers.js";
import { handlersIn, stacksAmong, stacksIn, type Layer, type Stack, type StackFramework } from "./stacks.js";

export function enterRoutes(framework: StackFramework, file: string, tracer: Tracer): void {
  const entries: EntryPoint[] = [];
  for (const stack of stacksIn(tracer)) {
    if (stack.framework !== framework) continue;
    layersOf(stack).forEach((layer, index) => {
      if (layer.kind !== "parameter" && layer.site.file === file)
        entries.push(...entriesOf(stack, layer, index, tracer));
    });
  }
  const seen = new Set<string>();
  for (const entry of entries.toSorted((one, other) => one.site.start - other.site.start)) {
    if (entry.isDetached && entries.some((other) => !other.isDetached && isSameRoute(entry, other))) continue;
    const key = identityOf(entry);
    if (seen.has(key)) continue;
    seen.add(key);
    tracer.enter(entry);
  }
}

function isSameRoute(entry: EntryPoint, other: EntryPoint): boolean {
  return entry.site.start === other.site.start && keyOf(entry.handler) === keyOf(other.handler);
}

function identityOf({ name, site, handler, before, isDetached }: EntryPoint): string {
  const guards = before().map((guard) => keyOf(guard.function));
  return JSON.stringify([name, site.start, keyOf(handler), guards, isDetached]);
}

function keyOf({ file, function: id }: FunctionValue): string {
  return `${file}#${id}`;
}

/** A place in a stack: one item of one layer, below what the stack is mounted under. */
interface Step {
  readonly stack: Stack;
  readonly prefix: string;
  /** Parameters of the prefix that what stands in the stack sees. */
  readonly outer: readonly string[];
  readonly layer: number;
  readonly item: number;
  /** The path of the layer that leads here. */
  readonly path: string;
}

interface Way {
  readonly steps: readonly Step[];
  readonly prefix: string;
  readonly outer: readonly string[];
  readonly isDetached: boolean;
}

/** Routers that are mounted in each other, or in many places, are followed no further than anybody reads. */
const deepest = 8;
const mostWays = 12;

function waysTo(stack: Stack, tracer: Tracer, depth = deepest): readonly Way[] {
  const { site, prefix, isRouter } = stack;
  const mounts = mountsOf(stack, tracer).filter(({ parent }) => parent !== stack);
  const isKnown = mounts.length === 1 || !isShared(stack);
  if (mounts.length > 0 && depth > 0 && isKnown)
    return mounts.flatMap((mount) => waysThrough(mount, stack, tracer, depth)).slice(0, mostWays);
  // A function that makes it was walked for itself as well as for its callers, who know where it is mounted.
  const isMounted = stacksIn(tracer).some(
    (other) =>
      other !== stack &&
      site !== null &&
      other.site?.file === site.file &&
      other.site.start === site.start &&
      mountsOf(other, tracer).length > 0,
  );
  const isDetached = stack.isDetached || isShared(stack) || isRouter;
  return isMounted ? [] : [{ steps: [], prefix, outer: parametersOf(prefix), isDetached }];
}

function waysThrough(
  { parent, layer, index, item }: Mount,
  stack: Stack,
  tracer: Tracer,
  depth: number,
): readonly Way[] {
  return waysTo(parent, tracer, depth - 1).flatMap((way) =>
    layer.paths.map((path): Way => {
      const step = { stack: parent, prefix: way.prefix, outer: way.outer, layer: index, item, path };
      const own = parametersOf(stack.prefix);
      return {
        steps: [...way.steps, step],
        prefix: joined(way.prefix, path, stack.prefix),
        outer: stack.seesOuterParameters ? [...way.outer, ...parametersOf(path), ...own] : own,
        isDetached: way.isDetached,
      };
    }),
  );
}

function entriesOf(stack: Stack, layer: Layer, index: number, tracer: Tracer): readonly EntryPoint[] {
  const { framework } = stack;
  const parameters = framework.rolesOf({ set: [], unset: [] });
  const served = layer.items.flatMap((value, item) =>
    stacksAmong(value).length === 0 && isServing(value, layer, item, framework, tracer)
      ? handlersIn(value).map((handler) => ({ item, handler }))
      : [],
  );
  if (served.length === 0) return [];
  return waysTo(stack, tracer).flatMap((way) =>
    layer.paths.flatMap((path) => {
      const full = joined(way.prefix, path);
      return served.flatMap(({ item, handler }) =>
        (layer.kind === "route" ? layer.methods : ["use"]).map((method): EntryPoint => {
          const step = { stack, prefix: way.prefix, outer: way.outer, layer: index, item, path };
          const route: Route = { method, path: full };
          let guards: readonly Guard[] | null = null;
          return {
            name: `${method} ${full}`,
            kind: "http",
            framework: framework.name,
            site: layer.site,
            handler,
            parameters,
            before: () => (guards ??= guardsOn([...way.steps, step], route, tracer)),
            isDetached: way.isDetached,
          };
        }),
      );
    }),
  );
}

/** The last function of a route answers; and so does middleware that can let nothing run after it. */
function isServing(
  value: Value,
  layer: Layer,
  item: number,
  framework: StackFramework,
  tracer: Tracer,
): boolean {
  if (layer.kind === "route") return item === layer.items.length - 1;
  return value.kind === "function" && countOf(value, framework, tracer) < framework.parametersToContinue;
}

interface Route {
  readonly method: string;
  readonly path: string;
}

/** A place from which to look back for what runs before. */
interface Behind extends Route {
  readonly conditions: ReadonlySet<string>;
  /** Null where what is looked at is not the place's own stack. */
  readonly layer: Layer | null;
}

function guardsOn(steps: readonly Step[], route: Route, tracer: Tracer): readonly Guard[] {
  return steps.flatMap((step) => {
    const { framework } = step.stack;
    const layers = layersOf(step.stack);
    const forParameters = parametersOf(step.path).flatMap((name) =>
      layers
        .filter((layer) => layer.kind === "parameter" && layer.paths.includes(name))
        .flatMap((layer) =>
          guardsOf(layer.items, framework.rolesForParameter?.(name) ?? [], framework, tracer),
        ),
    );
    const layer = layers[step.layer]!;
    const own = layer.items.slice(0, step.item);
    const behind: Behind = { ...route, layer, conditions: new Set(layer.conditions) };
    return [
      ...guardsIn(step.stack, step, layers.slice(0, step.layer), behind, tracer),
      ...forParameters,
      ...guardsOf(own, rolesAt(step, step.path, route), framework, tracer),
    ];
  });
}

type Place = Pick<Step, "stack" | "prefix" | "outer">;

/** What in these layers runs for a route that stands behind them. */
function guardsIn(
  stack: Stack,
  place: Place,
  layers: readonly Layer[],
  route: Behind,
  tracer: Tracer,
): readonly Guard[] {
  const { framework } = stack;
  return layers.flatMap((layer) => {
    const { kind, methods, paths, isPrefix, items } = layer;
    if (kind === "parameter" || !isThereFor(stack, layer, route.layer)) return [];
    if (kind === "route" && !methods.includes("ALL") && !methods.includes(route.method)) return [];
    const path = paths.find((one) =>
      isFor(joined(place.prefix, one), route.path, { ...framework, isPrefix }),
    );
    if (path === undefined || layer.conditions.some((one) => !route.conditions.has(one))) return [];
    return items.flatMap((item): readonly Guard[] => {
      const [mounted, ...others] = stacksAmong(item);
      if (mounted === undefined) return guardsOf([item], rolesAt(place, path, route), framework, tracer);
      if (others.length > 0 || !mounted.passesThrough) return [];
      const below: Place = {
        stack: mounted,
        prefix: joined(place.prefix, path, mounted.prefix),
        outer: mounted.seesOuterParameters ? [...place.outer, ...parametersOf(path)] : [],
      };
      return guardsIn(mounted, below, layersOf(mounted), { ...route, layer: null }, tracer);
    });
  });
}

function guardsOf(
  values: readonly Value[],
  parameters: readonly Role[],
  framework: StackFramework,
  tracer: Tracer,
): readonly Guard[] {
  return values.flatMap((value): readonly Guard[] => {
    if (value.kind !== "function") return [];
    const count = countOf(value, framework, tracer);
    if (count < framework.parametersToContinue) return [];
    if (count === framework.parametersForErrors && parameters.length < count) return [];
    return [{ function: value, parameters, continues: "next" }];
  });
}

/** A parameter of the path is there only for what was added under a path that has it. */
function rolesAt({ stack, outer }: Place, path: string, route: Route): readonly Role[] {
  const set = [...outer, ...parametersOf(stack.prefix), ...parametersOf(path)];
  const unset = parametersOf(route.path).filter((name) => !set.includes(name));
  return stack.framework.rolesOf({ set, unset });
}

/** Whoever takes all there is, is given what runs the rest as well. */
function countOf(
  { file, function: id }: FunctionValue,
  { parametersToContinue }: StackFramework,
  tracer: Tracer,
): number {
  const parameters = tracer.moduleOf(file)?.functions[id]?.parameters ?? [];
  return parameters.at(-1)?.rest ? Math.max(parameters.length, parametersToContinue) : parameters.length;
}
