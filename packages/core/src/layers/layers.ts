/**
 * Data layers of the project's own. A function that asks a store's client, or runs SQL that nobody reads, is one; so is a
 * function that hands its parameters to one as they are. Where others call it with something that names a tenant, that
 * call is an access path: what it is given decides whose data it works on.
 */
import { innermostFunctionAt } from "../link/places.js";
import type { Program } from "../link/program.js";
import type { FunctionId, FunctionNode } from "../lower/module.js";
import type { Access, CallDetail, QueryRoot } from "../trace/library.js";
import { functionOfKey, keyOfFunction, parameterName, type CallerRecord } from "../trace/machine.js";
import { isMade, keyOfRoot } from "../trace/roots.js";
import type { Trace } from "../trace/trace.js";
import { isUndefined, siteKey, type Site, type Value } from "../trace/value.js";

export interface LayerCalls {
  readonly accesses: readonly Access[];
  readonly roots: ReadonlyMap<string, QueryRoot>;
}

/** `isNaming`: whether a word names a tenant, as `projectId` does. */
export function callsIntoLayers(
  trace: Trace,
  program: Program,
  judged: ReadonlySet<string>,
  isNaming: (word: string) => boolean,
): LayerCalls {
  const handlers = handlersIn(trace, program);
  const layers = layersIn(trace, program, handlers);
  const accesses: Access[] = [];
  const roots = new Map<string, QueryRoot>();
  for (const [layer, named] of layers) {
    for (const caller of trace.callers.get(layer) ?? []) {
      if (!judged.has(caller.site.file)) continue;
      const passed = passedTo(program, named, caller, isNaming);
      if (passed.length === 0) continue;
      const within = functionsAround(program, caller.site, handlers).filter((fn) => layers.has(fn));
      const isHandedOn = passed.every(({ value }) => isTakenBy(within, value));
      const { site } = caller;
      const name = nameOf(program, layer);
      const root: QueryRoot = {
        site,
        call: site,
        kind: "call",
        library: "project",
        operation: "call",
        tables: [name],
        isOnPool: false,
        isRecognized: false,
        repair: null,
      };
      const key = siteKey(site);
      const known = roots.get(key);
      // A query that begins at the same place is judged as that.
      if (trace.roots.has(key)) continue;
      if (known && known.tables[0] !== name) continue;
      roots.set(key, root);
      accesses.push({
        site,
        kind: "call",
        library: root.library,
        operation: "call",
        stage: "run",
        detail: { kind: "call", layer: name, passed, ...(isHandedOn && { isHandedOn }) },
        facts: caller.facts,
        root: caller.root,
        context: caller.context,
      });
    }
  }
  return { accesses, roots };
}

/** Handlers of requests, and what their wrappers call them with: they are where a tenant comes in. */
function handlersIn(trace: Trace, program: Program): ReadonlySet<string> {
  const handlers = new Set(trace.entries.map(({ handler }) => keyOfFunction(handler.file, handler.function)));
  const made = new Set(
    trace.entries.flatMap(({ root }) => (root !== undefined && isMade(root) ? [root] : [])),
  );
  for (const [callee, records] of trace.callers) {
    const { file, function: id } = functionOfKey(callee);
    const kind = program.module(file)?.functions[id]?.kind;
    if (kind !== "arrow" && kind !== "function") continue;
    if (records.some(({ root, site }) => made.has(root) && isWithin(program, site, keyOfRoot(root))))
      handlers.add(callee);
  }
  return handlers;
}

function isWithin(program: Program, { file, start }: Site, fn: string): boolean {
  const module = program.module(file);
  const innermost = module && innermostFunctionAt(module, start);
  return innermost !== undefined && keyOfFunction(file, innermost.id) === fn;
}

/** Layers, and whose parameters say what each is given: another's, where it takes whatever comes and hands that on. */
function layersIn(
  trace: Trace,
  program: Program,
  handlers: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const layers = new Map<string, string>();
  const unread = trace.accesses.flatMap(({ detail, site }) =>
    detail.kind === "raw" && !detail.isDefinition ? [site] : [],
  );
  for (const site of [...trace.reaches, ...unread])
    for (const fn of functionsAround(program, site, handlers)) layers.set(fn, fn);
  // Maps take what is added while they are walked.
  for (const [layer, named] of layers)
    for (const caller of trace.callers.get(layer) ?? []) {
      const forwarding = forwarderOf(program, caller, handlers);
      if (forwarding === null || layers.has(forwarding)) continue;
      layers.set(forwarding, isOpenEnded(program, forwarding) ? named : forwarding);
    }
  return layers;
}

/** `(...values)` */
function isOpenEnded(program: Program, fn: string): boolean {
  return functionNodeOf(program, fn).parameters[0]?.rest === true;
}

/** The function whose own parameters are all that the call passes, as they came. */
function forwarderOf(
  program: Program,
  { arguments: given, site }: CallerRecord,
  handlers: ReadonlySet<string>,
): string | null {
  const around = functionsAround(program, site, handlers);
  let owner: string | null = null;
  for (const argument of given ?? []) {
    if (argument.kind === "literal") continue;
    const taker = takerOf(argument);
    if (taker === null || !around.includes(taker.fn)) return null;
    if (taker.isMember && !isOpenEnded(program, taker.fn)) return null;
    owner = taker.fn;
  }
  return owner;
}

/** It came in as a parameter of one of these, or as a part of one. */
function isTakenBy(functions: readonly string[], value: Value): boolean {
  if (value.kind === "choice")
    return value.options.every((one) => isUndefined(one) || isTakenBy(functions, one));
  const taker = takerOf(value);
  return taker !== null && functions.includes(taker.fn);
}

/** The function that a value is a parameter of. */
function takerOf(value: Value): { readonly fn: string; readonly isMember: boolean } | null {
  const match = value.kind === "symbolic" ? /^parameter:(.*?#\d+)\.[^.]+(\..+)?$/s.exec(value.id) : null;
  return match && { fn: match[1]!, isMember: match[2] !== undefined };
}

/**
 * The functions in whose text a place stands, innermost first; not the module, and none from a handler on: whoever sets routes up
 * does not do what those do.
 */
function functionsAround(program: Program, site: Site, handlers: ReadonlySet<string>): readonly string[] {
  const module = program.module(site.file);
  const around: string[] = [];
  let at: FunctionId | null = (module && innermostFunctionAt(module, site.start)?.id) ?? null;
  for (; module && at !== null && at !== 0; at = module.functions[at]!.parent) {
    const key = keyOfFunction(site.file, at);
    if (handlers.has(key)) break;
    around.push(key);
  }
  return around;
}

type Passed = CallDetail["passed"][number];

function passedTo(
  program: Program,
  layer: string,
  { arguments: given }: CallerRecord,
  isNaming: (word: string) => boolean,
): readonly Passed[] {
  if (given === null) return [];
  const module = program.module(functionOfKey(layer).file)!;
  const { parameters } = functionNodeOf(program, layer);
  return given.flatMap((value, index) => {
    const parameter = parameters[index];
    const name = parameter ? parameterName(module, parameter, index) : "";
    return namedIn(value, name, isNaming, 2);
  });
}

/** `{ projectId }`, `{ params: { projectId } }`, or the value of a parameter that is called so. */
function namedIn(
  value: Value,
  name: string,
  isNaming: (word: string) => boolean,
  depth: number,
): readonly Passed[] {
  if (value.kind === "object")
    return depth === 0
      ? []
      : [...value.fields].flatMap(([field, { value: inner }]) => namedIn(inner, field, isNaming, depth - 1));
  // Rows to be kept, each of which says whose it is.
  if (value.kind === "array" && !isNaming(name))
    return [...value.elements, ...(value.rest ? [value.rest] : [])].flatMap((one) =>
      one.kind === "object" ? namedIn(one, name, isNaming, depth) : [],
    );
  return isNaming(name) && !isUndefined(value) ? [{ name, value }] : [];
}

function functionNodeOf(program: Program, key: string): FunctionNode {
  const { file, function: id } = functionOfKey(key);
  return program.module(file)!.functions[id]!;
}

function nameOf(program: Program, key: string): string {
  const module = program.module(functionOfKey(key).file)!;
  const fn = functionNodeOf(program, key);
  const owner = fn.class === null ? null : module.classes[fn.class]!.name;
  return owner === null ? (fn.name ?? "a function") : `${owner}.${fn.name ?? "constructor"}`;
}
