/** What is in a stack, in which order, and where stacks are in each other. */
import type { Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import { stacksAmong, stackIn, stacksIn, type Layer, type Stack } from "./stacks.js";

const ordered = new WeakMap<Stack, { readonly count: number; readonly layers: readonly Layer[] }>();

/**
 * In the order in which they are asked. What a class adds, its constructor does; and a file that imports the stack adds to
 * it when the file that makes it has run.
 */
export function layersOf(stack: Stack): readonly Layer[] {
  const { layers: seen, site } = stack;
  const known = ordered.get(stack);
  if (known?.count === seen.length) return known.layers;
  const turnOf = (layer: Layer): number =>
    isOfEach(stack, layer) ? 0 : layer.isAtTop && layer.site.file !== site?.file ? 2 : 1;
  const inOrder = seen.toSorted((one, other) => turnOf(one) - turnOf(other));
  const byIdentity = new Map(inOrder.toReversed().map((layer) => [identityOf(layer), layer]));
  const layers = [...byIdentity.values()].toReversed();
  ordered.set(stack, { count: seen.length, layers });
  return layers;
}

/** What a class adds is there for each of its instances, and what is added to one of them is not. */
export function isOfEach({ heir }: Stack, { site }: Layer): boolean {
  return heir?.file === site.file && heir.start <= site.start && site.end <= heir.end;
}

function identityOf({ site, methods, paths, items }: Layer): string {
  return JSON.stringify([site.file, site.start, site.end, methods, paths, items.map(identityOfItem)]);
}

function identityOfItem(item: Value): string {
  if (item.kind === "function") return `${item.file}#${item.function}`;
  const site = stackIn(item)?.site;
  return site ? `${site.file}:${site.start}` : item.kind;
}

/** Where a stack was put into another. */
export interface Mount {
  readonly parent: Stack;
  readonly layer: Layer;
  /** The layer's place in the parent, and the stack's place in the layer. */
  readonly index: number;
  readonly item: number;
}

const mounted = new WeakMap<
  Tracer,
  { readonly count: number; readonly mounts: ReadonlyMap<Stack, readonly Mount[]> }
>();

export function mountsOf(stack: Stack, tracer: Tracer): readonly Mount[] {
  const stacks = stacksIn(tracer);
  const count = stacks.reduce((sum, { layers }) => sum + layers.length, 0);
  let known = mounted.get(tracer);
  if (known?.count !== count) mounted.set(tracer, (known = { count, mounts: mountsIn(stacks) }));
  return known.mounts.get(stack) ?? [];
}

function mountsIn(stacks: readonly Stack[]): ReadonlyMap<Stack, readonly Mount[]> {
  const mounts = new Map<Stack, Mount[]>();
  for (const parent of stacks)
    layersOf(parent).forEach((layer, index) => {
      layer.items.forEach((value, item) => {
        for (const stack of stacksAmong(value))
          mounts.set(stack, [...(mounts.get(stack) ?? []), { parent, layer, index, item }]);
      });
    });
  return mounts;
}
