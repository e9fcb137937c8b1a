/** What is in a stack, in which order, and where stacks are in each other. */
import type { Tracer } from "../trace/library.js";
import type { Value } from "../trace/value.js";
import { stacksAmong, stackIn, stacksIn, type Layer, type Stack } from "./stacks.js";

interface Contents {
  /** Of how many layers this was said. */
  readonly count: number;
  readonly layers: readonly Layer[];
  readonly isShared: boolean;
}

const contents = new WeakMap<Stack, Contents>();

function contentsOf(stack: Stack): Contents {
  const count = stack.layers.length;
  let known = contents.get(stack);
  if (known?.count !== count)
    contents.set(stack, (known = { count, layers: inOrder(stack), isShared: hasHeirs(stack) }));
  return known;
}

/** In the order in which they are asked. */
export function layersOf(stack: Stack): readonly Layer[] {
  return contentsOf(stack).layers;
}

/** Several heirs of a class add to what each instance has of its own. */
export function isShared(stack: Stack): boolean {
  return contentsOf(stack).isShared;
}

/** What a class adds, its constructor does; and a file that imports the stack adds to it when the file that makes it has run. */
function inOrder({ layers, site, owner, isExtended }: Stack): readonly Layer[] {
  const turnOf = ({ within, isAtTop, site: { file } }: Layer): number =>
    isExtended && within === owner ? 0 : isAtTop && file !== site?.file ? 2 : 1;
  const sorted = layers.toSorted((one, other) => turnOf(one) - turnOf(other));
  const byIdentity = new Map(sorted.toReversed().map((layer) => [identityOf(layer), layer]));
  return [...byIdentity.values()].toReversed();
}

function hasHeirs({ owner, isExtended, layers }: Stack): boolean {
  if (owner === null) return false;
  const heirs = new Set(layers.map(({ within }) => within).filter((one) => one !== null && one !== owner));
  return isExtended || heirs.size > 1;
}

/** Whether what one layer adds is there where another was added: in the same instance. */
export function isThereFor(stack: Stack, { within }: Layer, other: Layer | null): boolean {
  if (!isShared(stack)) return true;
  return within !== null && (within === stack.owner || within === other?.within);
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
