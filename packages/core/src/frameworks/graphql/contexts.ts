/**
 * Which function makes the context of which resolvers: those that are handed to the same server. Where a server can't be told,
 * and there is one context only, it is that.
 */
import type { Guard } from "../../trace/entry.js";
import type { Tracer } from "../../trace/library.js";
import { siteKey, type FunctionValue, type Site, type Value } from "../../trace/value.js";
import { contextOptions, reply } from "./roles.js";
import { dataOf } from "./values.js";

interface Maker {
  readonly function: FunctionValue;
  /** Where the resolvers are handed over; empty where that is not seen. */
  readonly places: readonly string[];
}

const noted = new WeakMap<Tracer, Maker[]>();

/** `{ schema, context: async ({ req }) => … }`, for these servers or schemas. */
export function noteContext(options: Value, places: readonly string[], tracer: Tracer): void {
  if (options.kind !== "object") return;
  const made = tracer.memberOf(options, "context");
  if (made.kind !== "function") return;
  const makers = noted.get(tracer) ?? [];
  noted.set(tracer, makers);
  makers.push({ function: made, places });
}

/** The places of what was made with them: a schema, a server. */
export function placesIn(value: Value, tracer: Tracer): readonly string[] {
  const data = value.kind === "library" ? dataOf(value) : null;
  if (data?.type === "schema") return data.places;
  return value.kind === "object" ? placesIn(tracer.memberOf(value, "schema"), tracer) : [];
}

/** Of resolvers that are handed over here. */
export function contextsFor(site: Site, tracer: Tracer): readonly Guard[] {
  const makers = distinct(noted.get(tracer) ?? []);
  const own = makers.filter(({ places }) => places.includes(siteKey(site)));
  const others = makers.filter(({ places }) => places.length === 0);
  const [one, ...more] = own.length > 0 ? own : others;
  // Of several, one makes it: none is sure to have run.
  if (!one || more.length > 0) return [];
  return [
    { function: one.function, parameters: [contextOptions, reply], continues: "returns", givesContext: true },
  ];
}

function distinct(makers: readonly Maker[]): readonly Maker[] {
  const byFunction = new Map<string, Maker>();
  for (const maker of makers) {
    const key = `${maker.function.file}#${maker.function.function}`;
    const known = byFunction.get(key);
    byFunction.set(key, { ...maker, places: [...(known?.places ?? []), ...maker.places] });
  }
  return [...byFunction.values()];
}
