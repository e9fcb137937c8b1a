/** From a command and its arguments to the keys it touches and what it puts under them. */
import { boundedIn } from "../../keys/bounded.js";
import type { Tracer } from "../../trace/library.js";
import { unknown, type ArrayValue, type LiteralValue, type Site, type Value } from "../../trace/value.js";
import type { Command } from "./commands.js";
import { library } from "./values.js";

export interface Given {
  readonly site: Site;
  readonly prefix: Value | null;
  readonly arguments: readonly Value[];
  /** Positions are not to be believed. */
  readonly spread: boolean;
}

/** Writes down one access for each key. */
export function recordCommand(tracer: Tracer, command: Command, given: Given): void {
  const { site } = given;
  const { operation, isMessage } = command;
  // ioredis puts the prefix before keys, not before patterns.
  const prefix = command.keys === "pattern" ? null : given.prefix;
  tracer.begin({ site, kind: "cache", library, operation, tables: [], repair: null, isOnPool: false });
  for (const { key, field, stores } of entriesOf(tracer, command, given)) {
    const bounded = [key, ...(field ? [field] : [])].flatMap((part) => boundedIn(tracer, part));
    const detail = { kind: "key", prefix, key, field, stores, isMessage, bounded } as const;
    tracer.record({ site, kind: "cache", library, operation, stage: "run", detail });
  }
}

interface Entry {
  readonly key: Value;
  readonly field: Value | null;
  readonly stores: Value | null;
}

function entriesOf(tracer: Tracer, command: Command, given: Given): readonly Entry[] {
  const [first = unknown, second] = given.arguments;
  switch (command.keys) {
    case "second":
      return [{ key: second ?? unknown, field: null, stores: null }];
    case "streams":
      return streamsAmong(given.arguments).map((key) => ({ key, field: null, stores: null }));
    case "pattern":
      return [{ key: first, field: null, stores: null }];
    case "hash":
      return hashEntries(first, given);
    case "first":
      return [
        {
          key: first,
          field: command.field === null ? null : (given.arguments[command.field] ?? null),
          stores: storedBy(command, given),
        },
      ];
    case "two":
      return [first, second ?? unknown].map((key) => ({ key, field: null, stores: null }));
    case "every":
      return given.arguments
        .flatMap((argument) => elementsOf(tracer, argument))
        .map((key) => ({ key, field: null, stores: null }));
    case "pairs":
      return first.kind === "object" ? fieldsAsEntries(first) : pairsOf(given.arguments);
    case "counted":
      return countedKeys(given);
  }
}

/** Keys are given one by one or as a list. */
function elementsOf(tracer: Tracer, argument: Value): readonly Value[] {
  if (argument.kind === "array") return [...argument.elements, ...(argument.rest ? [argument.rest] : [])];
  return [tracer.elementOf(argument) ?? argument];
}

function storedBy({ stores }: Command, given: Given): Value | null {
  if (stores === null) return null;
  if (stores === "count") return counted;
  if (given.spread) return unknown;
  return "at" in stores
    ? (given.arguments[stores.at] ?? unknown)
    : listOf(given.arguments.slice(stores.from));
}

/** `hset(key, field, value, …)`, `hset(key, { field: value })` */
function hashEntries(key: Value, given: Given): readonly Entry[] {
  const [, second = unknown, third] = given.arguments;
  if (third === undefined || given.spread) return [{ key, field: null, stores: second }];
  return pairsOf(given.arguments.slice(1)).map((pair) => ({ key, field: pair.key, stores: pair.stores }));
}

function fieldsAsEntries(object: Value & { kind: "object" }): readonly Entry[] {
  const entries = [...object.fields].map(([name, field]): Entry => ({
    key: { kind: "literal", value: name },
    field: null,
    stores: field.value,
  }));
  return object.open || entries.length === 0
    ? [...entries, { key: unknown, field: null, stores: unknown }]
    : entries;
}

function pairsOf(values: readonly Value[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < values.length; at += 2)
    entries.push({ key: values[at]!, field: null, stores: values[at + 1] ?? unknown });
  return entries.length > 1 || values.length === 2
    ? entries
    : [{ key: unknown, field: null, stores: values[0] ?? unknown }];
}

/** `xread("COUNT", 10, "STREAMS", stream, stream, id, id)` */
function streamsAmong(values: readonly Value[]): readonly Value[] {
  const word = values.findIndex((one) => one.kind === "literal" && /^streams$/i.test(String(one.value)));
  const others = values.slice(word + 1);
  return word < 0 || others.length < 2 ? [unknown] : others.slice(0, Math.ceil(others.length / 2));
}

/** `eval(script, 2, key, key, argument, …)` */
function countedKeys(given: Given): readonly Entry[] {
  const [, count, ...others] = given.arguments;
  const number = count?.kind === "literal" ? Number(count.value) : NaN;
  if (given.spread || !Number.isInteger(number) || number < 0)
    return [{ key: unknown, field: null, stores: unknown }];
  const stores = listOf(others.slice(number));
  return others.slice(0, number).map((key) => ({ key, field: null, stores }));
}

const counted: LiteralValue = { kind: "literal", value: 1 };

function listOf(values: readonly Value[]): ArrayValue {
  return { kind: "array", elements: values, rest: null };
}
