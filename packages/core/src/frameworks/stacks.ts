/**
 * Applications and routers that ask their middleware and routes in the order in which they were added: what Express, Hono and
 * Koa have in common. They are filled in many files and put into each other, so what is added is noted where it is seen,
 * and entered when the whole program was walked.
 */
import { optionsOf } from "../trace/choice.js";
import type { ClassNode, FunctionNode, Span } from "../lower/module.js";
import type { Role } from "../trace/entry.js";
import type { Call, Tracer } from "../trace/library.js";
import type { FunctionValue, LibraryValue, Site, Value } from "../trace/value.js";
import { conditionsAt } from "./conditions.js";

/** What sets one framework's stacks apart. */
export interface StackFramework {
  readonly name: string;
  /** Functions that declare fewer parameters cannot let anything run after them. */
  readonly parametersToContinue: number;
  /** Functions that declare this many are called for errors alone. */
  readonly parametersForErrors: number | null;
  /** `/invoices/*` is for `/invoices` as well. */
  readonly isWildcardOptional: boolean;
  /** `/Invoices` is for `/invoices` as well. */
  readonly ignoresCase: boolean;
  /** Parameters of a handler or middleware. */
  rolesOf(path: PathParameters): readonly Role[];
  /** Parameters of what runs for a parameter of the path. */
  rolesForParameter?(name: string): readonly Role[];
}

/** Names of parameters in a route's path. */
export interface PathParameters {
  readonly set: readonly string[];
  /** The route has them, and what runs here was added for no path that does. */
  readonly unset: readonly string[];
}

export interface Stack {
  readonly framework: StackFramework;
  /** Null where it only came in. */
  readonly site: Site | null;
  /** Nobody was seen to make it. */
  readonly isDetached: boolean;
  /** The class of which each instance has one, or is one. Instances are not told apart. */
  readonly owner: string | null;
  /** The class extends it. */
  readonly isExtended: boolean;
  /** A router that nobody mounts serves nothing. */
  readonly isRouter: boolean;
  /** A request that none of its routes is for goes on behind it, and its middleware ran. */
  readonly passesThrough: boolean;
  /** Its middleware sees the parameters of the paths under which it is mounted. */
  readonly seesOuterParameters: boolean;
  /** Put before the paths of all its layers. */
  prefix: string;
  /** As they were seen to be added. */
  readonly layers: Layer[];
}

/** One call that adds to a stack. */
export interface Layer {
  /** `parameter`: runs for a parameter of the paths of this stack, named in `paths`. */
  readonly kind: "middleware" | "route" | "parameter";
  readonly site: Site;
  /** It stands at the top level of its file. */
  readonly isAtTop: boolean;
  /** The class in which it stands, if that is the stack's owner or inherits from it. */
  readonly within: string | null;
  /** Under which it was added. */
  readonly conditions: readonly string[];
  /** Of a route; `ALL` for any. */
  readonly methods: readonly string[];
  /** It is for any of these. */
  readonly paths: readonly string[];
  /** It is for everything below its paths as well. */
  readonly isPrefix: boolean;
  /** Functions and stacks, in order. */
  readonly items: readonly Value[];
}

interface Registry {
  readonly stacks: Stack[];
  readonly bySite: Map<string, Stack>;
  /** Functions that some framework was given. */
  readonly handedOver: Set<string>;
}

const registries = new WeakMap<Tracer, Registry>();

function registryOf(tracer: Tracer): Registry {
  let registry = registries.get(tracer);
  if (!registry)
    registries.set(tracer, (registry = { stacks: [], bySite: new Map(), handedOver: new Set() }));
  return registry;
}

export function stacksIn(tracer: Tracer): readonly Stack[] {
  return registryOf(tracer).stacks;
}

export type NewStack = Pick<
  Stack,
  "framework" | "isRouter" | "passesThrough" | "seesOuterParameters" | "prefix"
>;

/**
 * The expression that makes a stack is evaluated for the module that holds it and for each that imports it; it is one stack
 * all the same. Inside a function, each call makes another.
 */
export function madeAt(site: Site, made: NewStack, tracer: Tracer): Stack {
  const { stacks, bySite } = registryOf(tracer);
  const key = `${site.file}:${site.start}:${site.end}`;
  const around = functionAround(site, tracer);
  // Of most classes there is one instance.
  const known = around === undefined || around.class !== null ? bySite.get(key) : undefined;
  if (known) return known;
  const stack: Stack = { ...made, ...ownerOf(site, tracer), site, isDetached: false, layers: [] };
  stacks.push(stack);
  bySite.set(key, stack);
  return stack;
}

function ownerOf(site: Site, tracer: Tracer): Pick<Stack, "owner" | "isExtended"> {
  const around = classAround(site, tracer);
  const base = around?.extends;
  const isExtended = base?.start === site.start && base.end === site.end;
  return { owner: keyOf(around, site.file), isExtended };
}

function classAround(site: Site, tracer: Tracer): ClassNode | undefined {
  return innermost(tracer.moduleOf(site.file)?.classes ?? [], site);
}

/** Classes that inherit from each other in a circle are no program. */
const deepest = 12;

function inherits(
  node: ClassNode | undefined,
  file: string,
  owner: string | null,
  tracer: Tracer,
  depth = deepest,
): boolean {
  if (!node || depth === 0) return false;
  if (keyOf(node, file) === owner) return true;
  const base = node.extends ? tracer.evaluateIn(file, node.extends) : null;
  return (
    base?.kind === "class" &&
    inherits(tracer.moduleOf(base.file)?.classes[base.class], base.file, owner, tracer, depth - 1)
  );
}

function keyOf(node: ClassNode | undefined, file: string): string | null {
  return node ? `${file}#${node.id}` : null;
}

/** One that is only declared to be a stack. */
export function cameIn(made: NewStack, tracer: Tracer): Stack {
  const stack: Stack = { ...made, site: null, isDetached: true, owner: null, isExtended: false, layers: [] };
  registryOf(tracer).stacks.push(stack);
  return stack;
}

/** Notes a call that adds to a stack, and hands what it was given to the framework. */
export function add(
  stack: Stack,
  layer: Omit<Layer, "isAtTop" | "within" | "conditions">,
  call: Call,
  tracer: Tracer,
): void {
  const { site } = layer;
  const isAtTop = functionAround(site, tracer) === undefined;
  const around = stack.owner === null ? undefined : classAround(site, tracer);
  const within = inherits(around, site.file, stack.owner, tracer) ? keyOf(around, site.file) : null;
  stack.layers.push({ ...layer, isAtTop, within, conditions: conditionsAt(site, tracer) });
  for (const value of itemsIn(call.arguments)) if (isNew(value, tracer)) tracer.escape(value, site);
}

/** A function of a module means the same wherever it is handed over; whoever is handed it again learns nothing. */
function isNew(value: Value, tracer: Tracer): boolean {
  if (value.kind !== "function" || value.closure?.parent) return true;
  const { handedOver } = registryOf(tracer);
  const key = `${value.file}#${value.function}`;
  const isKnown = handedOver.has(key);
  handedOver.add(key);
  return !isKnown;
}

function functionAround(site: Site, tracer: Tracer): FunctionNode | undefined {
  const { functions = [] } = tracer.moduleOf(site.file) ?? {};
  return innermost(
    functions.filter(({ kind }) => kind !== "module"),
    site,
  );
}

function innermost<T extends Span>(nodes: readonly T[], site: Span): T | undefined {
  return nodes
    .filter((node) => node.start <= site.start && site.end <= node.end)
    .toSorted((one, other) => other.start - one.start)[0];
}

/** The functions and stacks in what a call was given, lists of them taken apart. */
export function itemsIn(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value): readonly Value[] => {
    if (value.kind !== "array") return [value];
    return itemsIn(value.rest ? [...value.elements, value.rest] : value.elements);
  });
}

/** What a model puts into the data of its stacks' values. */
export interface StackData {
  readonly stack: Stack;
  /** The call that gave it, where that added something. */
  readonly after: Site | null;
}

/** All calls of a chain begin where it begins; so each but the first is said to stand where its arguments do. */
export function ownSite({ site, written }: Call, { after }: Pick<StackData, "after">): Site {
  const isChained = after?.file === site.file && after.start === site.start && after.end < site.end;
  return isChained ? { ...site, start: written[0]?.start ?? after.end } : site;
}

/** The stack that a value of any of the frameworks is. */
export function stackIn(value: Value): Stack | null {
  return value.kind === "library" && isStackData(value) ? (value.data as StackData).stack : null;
}

function isStackData({ data }: LibraryValue): boolean {
  return typeof data === "object" && data !== null && "stack" in data;
}

export function stacksAmong(value: Value): readonly Stack[] {
  return optionsOf(value).flatMap((option) => stackIn(option) ?? []);
}

/** What a wrapper that we do not see was given is what it calls. */
export function handlersIn(value: Value): readonly FunctionValue[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind === "function") return [option];
    return option.kind === "symbolic"
      ? (option.from ?? []).flatMap((given) => (given.kind === "function" ? [given] : []))
      : [];
  });
}
