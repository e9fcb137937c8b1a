/**
 * Caches of the project's own. A function that keeps what it is given under a key that it is given (`remember(key, load)`) says
 * nothing of either: whoever calls it does, so what is kept under which key is judged where it is called. The key is told from an
 * id by what is kept: a function that fetches the rows itself decides on the key as well.
 */
import { innermostFunctionAt } from "../link/places.js";
import type { Program } from "../link/program.js";
import type { FunctionId } from "../lower/module.js";
import type { Access, KeyDetail, QueryRoot } from "../trace/library.js";
import { keyOfFunction } from "../trace/machine.js";
import type { Trace } from "../trace/trace.js";
import { isUndefined, siteKey, type Site, type Value } from "../trace/value.js";

export interface KeyedCalls {
  readonly accesses: readonly Access[];
  readonly roots: ReadonlyMap<string, QueryRoot>;
}

/** Caches behind caches behind caches. */
const mostLayers = 4;

export function withKeyedLayers(trace: Trace, program: Program, judged: ReadonlySet<string>): KeyedCalls {
  let accesses: readonly Access[] = trace.accesses;
  const roots = new Map(trace.roots);
  let fresh = accesses.filter((access) => access.detail.kind === "key");
  const calls = new Map([...trace.callNames].map(([key, name]) => [name, key] as const));
  for (let depth = 0; depth < mostLayers && fresh.length > 0; depth += 1) {
    const layers = layersAmong(fresh, program);
    if (layers.size === 0) break;
    const lifted: Access[] = [];
    const answered = new Set<string>();
    for (const access of fresh) {
      const layer = layers.get(siteKey(access.site));
      const up = layer === undefined ? [] : liftedTo(trace, calls, layer, access);
      const own = up.filter(({ site }) => judged.has(site.file) && isFree(roots, access, site));
      if (own.length === 0) continue;
      answered.add(siteKey(access.site));
      for (const one of own) {
        lifted.push(one);
        noteRoot(roots, one);
      }
    }
    accesses = [
      ...accesses.map((access) => (answered.has(siteKey(access.site)) ? asAnsweredFor(access) : access)),
      ...lifted,
    ];
    fresh = lifted;
  }
  return { accesses, roots };
}

/** By the places where they reach a store: functions that take the key, and do not fetch what is kept. */
function layersAmong(accesses: readonly Access[], program: Program): ReadonlyMap<string, string> {
  const layers = new Map<string, string>();
  const words = new Set<string>();
  const readers: (readonly [site: string, fn: string, words: string])[] = [];
  for (const { site, root, context, detail } of accesses) {
    if (detail.kind !== "key" || context !== "") continue;
    const fn = functionsAround(program, site).find((one) => one === root);
    const taken = fn === undefined ? null : wordsAround(detail, fn);
    if (fn === undefined || taken === null) continue;
    if (detail.stores === null) readers.push([siteKey(site), fn, taken]);
    else if (isOfWhoCalls(detail.stores)) {
      layers.set(siteKey(site), fn);
      words.add(`${site.file} ${taken}`);
    }
  }
  // What reads and forgets such keys beside them is of the same cache.
  for (const [site, fn, taken] of readers) {
    const file = site.slice(0, site.lastIndexOf(":"));
    if (taken === "" || words.has(`${file} ${taken}`)) layers.set(site, fn);
  }
  return layers;
}

/**
 * The words around a key that is one parameter of the function as it came, besides what its object was set up with
 * (`${this.prefix}:${key}`); null for any other.
 */
function wordsAround({ key, field }: KeyDetail, fn: string): string | null {
  const parts = key.kind === "text" ? key.parts : [key];
  const values = parts.filter((part): part is Value => typeof part !== "string");
  const own = `parameter:${fn}.`;
  const isOwn = (value: Value): boolean => value.kind === "symbolic" && value.id.startsWith(own);
  const [only, ...others] = values.filter(isOwn);
  const isSetUp = values.every((value) => isOwn(value) || isOfObject(value));
  if (others.length > 0 || only?.kind !== "symbolic" || !isSetUp || (field && field.kind !== "literal"))
    return null;
  const isWhole = !/[.[(]/.test(only.id.slice(own.length));
  return isWhole ? parts.map((part) => (typeof part === "string" ? part : "")).join("*") : null;
}

/** What the constructor was given, or a field holds. */
function isOfObject(value: Value): boolean {
  if (value.kind === "literal") return true;
  return value.kind === "symbolic" && value.row === null && /^(?:field|parameter):/.test(value.id);
}

/** No row that was fetched here, and nothing that is written down here. */
function isOfWhoCalls(stored: Value): boolean {
  let isGiven = false;
  const seen = new Set<Value>();
  const pending = [stored];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    switch (one.kind) {
      case "rows":
        return false;
      case "symbolic":
        if (one.row) return false;
        isGiven = true;
        break;
      case "unknown":
        isGiven = true;
        break;
      case "object":
        pending.push(...[...one.fields.values()].map((field) => field.value));
        break;
      case "array":
        pending.push(...one.elements, ...(one.rest ? [one.rest] : []));
        break;
      case "text":
        pending.push(...one.parts.filter((part): part is Value => typeof part !== "string"));
        break;
      case "choice":
        pending.push(...one.options.filter((option) => !isUndefined(option)));
        break;
      default:
        break;
    }
  }
  return isGiven;
}

/** The same access, at the calls of the function that makes it. */
function liftedTo(
  trace: Trace,
  calls: ReadonlyMap<string, string>,
  layer: string,
  access: Access,
): readonly Access[] {
  const { detail } = access;
  if (detail.kind !== "key") return [];
  if (access.context !== "") {
    const names = access.context.split("/");
    const at = names.findLastIndex((name) => trace.followed.get(calls.get(name) ?? "")?.has(layer));
    const site = at < 0 ? null : siteOfCall(calls.get(names[at]!)!);
    return site ? [{ ...access, site, context: names.slice(0, at).join("/") }] : [];
  }
  if (access.root !== layer) return [];
  // Calls that were not followed say the same of other values.
  return (trace.callers.get(layer) ?? []).flatMap((caller): readonly Access[] => {
    if (caller.isFollowed || caller.arguments === null) return [];
    const terms = trace.asSeenBy(layer, caller);
    const { key, stores } = detail;
    return [
      {
        ...access,
        site: caller.site,
        root: caller.root,
        context: caller.context,
        facts: caller.facts,
        detail: { ...detail, key: terms.value(key), stores: stores && terms.value(stores) },
      },
    ];
  });
}

/** `FILE:START:END` */
function siteOfCall(key: string): Site | null {
  const match = /^(.*):(\d+):(\d+)$/s.exec(key);
  return match && { file: match[1]!, start: Number(match[2]), end: Number(match[3]) };
}

/** Nothing else begins there: a query at the same place is judged as that. */
function isFree(roots: ReadonlyMap<string, QueryRoot>, { library }: Access, site: Site): boolean {
  const known = roots.get(siteKey(site));
  return known === undefined || (known.kind === "cache" && known.library === library);
}

function noteRoot(roots: Map<string, QueryRoot>, { site, library, operation }: Access): void {
  const key = siteKey(site);
  const known = roots.get(key);
  roots.set(key, {
    site,
    call: site,
    kind: "cache",
    library,
    operation: known?.operation === "set" ? "set" : operation,
    tables: [],
    isOnPool: false,
    isRecognized: false,
    repair: null,
  });
}

function asAnsweredFor(access: Access): Access {
  const { detail } = access;
  return detail.kind === "key" ? { ...access, detail: { ...detail, isAnsweredFor: true } } : access;
}

/** The functions in whose text a place stands, innermost first. */
function functionsAround(program: Program, site: Site): readonly string[] {
  const module = program.module(site.file);
  const around: string[] = [];
  let at: FunctionId | null = (module && innermostFunctionAt(module, site.start)?.id) ?? null;
  for (; module && at !== null && at !== 0; at = module.functions[at]!.parent)
    around.push(keyOfFunction(site.file, at));
  return around;
}
