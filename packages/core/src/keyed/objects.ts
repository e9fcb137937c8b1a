/**
 * Objects of a store, or files, as its client is asked for them: one access each. Every client says it with other words, and all
 * of them say which bucket, which key, and what is put there.
 */
import { optionsOf } from "../trace/choice.js";
import type { StorageDetail, Tracer } from "../trace/library.js";
import { unknown, type ObjectField, type Site, type Value } from "../trace/value.js";
import type { Operation } from "../vocabulary.js";
import { boundedIn } from "./bounded.js";

export interface ObjectAccess {
  readonly operation: Operation & ("get" | "put" | "delete" | "read");
  readonly bucket?: Value | null;
  /** Undefined where the client leaves it out: a listing of everything. */
  readonly key: Value | undefined;
  readonly reaches?: StorageDetail["reaches"];
  readonly stores?: Value | null;
  /** It is refused where there is such an object already. */
  readonly isNew?: boolean;
}

export interface Store {
  readonly library: string;
  readonly climbs: StorageDetail["climbs"];
  /** Its paths are paths only where they reach what tenants have. */
  readonly isPerhaps?: true;
}

/** One place in the code, and what it reaches there. */
export function recordObjects(
  tracer: Tracer,
  { library, climbs, isPerhaps }: Store,
  site: Site,
  objects: readonly ObjectAccess[],
): void {
  const [first] = objects;
  if (!first) return;
  const path = { site, kind: "storage", library } as const;
  const { operation } = first;
  tracer.begin({
    ...path,
    operation,
    tables: [],
    repair: null,
    isOnPool: false,
    ...(isPerhaps && { isPerhaps }),
  });
  for (const { bucket = null, key = everything, reaches = "one", stores = null, isNew = false } of objects) {
    const bounded = boundedIn(tracer, key);
    const detail = { kind: "storage", bucket, key, reaches, stores, climbs, isNew, bounded } as const;
    tracer.record({ ...path, operation, stage: "run", detail });
    // How the key is put together is for callers to say.
    for (const part of [bucket, key]) if (part) needParts(tracer, part);
  }
}

const everything: Value = { kind: "literal", value: "" };

function needParts(tracer: Tracer, value: Value): void {
  for (const option of optionsOf(value)) {
    if (option.kind !== "text") tracer.needsArgument(option);
    else for (const part of option.parts) if (typeof part !== "string") needParts(tracer, part);
  }
}

/** Each of a list, one by one where that is known; or the one that stands for all of them. */
export function eachOf(tracer: Tracer, list: Value | undefined): readonly Value[] {
  if (list?.kind === "array") return [...list.elements, ...(list.rest ? [list.rest] : [])];
  return [(list && tracer.elementOf(list)) ?? unknown];
}

/** A field of what a call is told, where it is told it. */
export function fieldOf(tracer: Tracer, options: Value | undefined, name: string): Value | undefined {
  if (options === undefined) return undefined;
  if (options.kind === "object" && !options.open && !options.fields.has(name)) return undefined;
  const value = tracer.memberOf(options, name);
  return value.kind === "literal" && value.value === undefined ? undefined : value;
}

/** A key that a listing found: it begins as was asked for. */
export function keyBelow(prefix: Value): Value {
  const further: Value = { kind: "external", package: "(global)", path: ["what", "follows"] };
  return { kind: "text", parts: [...(prefix.kind === "text" ? prefix.parts : [prefix]), further] };
}

export function objectWith(name: string, value: Value): Value {
  const field: ObjectField = { value, sometimes: false, overwritable: false };
  return { kind: "object", fields: new Map([[name, field]]), open: true };
}

export function listOf(element: Value): Value {
  return { kind: "array", elements: [], rest: element };
}
