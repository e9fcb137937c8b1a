/**
 * From a command of Redis and its arguments to the keys it touches and what it puts under them. Clients say the same in several
 * ways (one after another, as a list, as an object): which it is shows in the values.
 */
import type { Tracer } from "../../trace/library.js";
import {
  unknown,
  type ArrayValue,
  type LiteralValue,
  type ObjectValue,
  type Site,
  type Value,
} from "../../trace/value.js";
import { listedIn, recordEntries, type Entry } from "../record.js";
import type { Command } from "./commands.js";

export interface Given {
  readonly site: Site;
  readonly library: string;
  readonly prefix: Value | null;
  readonly arguments: readonly Value[];
  /** Positions are not to be believed. */
  readonly spread: boolean;
}

/** Writes down one access for each key. */
export function recordCommand(tracer: Tracer, command: Command, given: Given): void {
  const { operation, isMessage } = command;
  // Clients put the prefix before keys, not before patterns.
  const prefix = command.keys === "pattern" ? null : given.prefix;
  recordEntries(tracer, { ...given, operation, isMessage, prefix }, entriesOf(tracer, command, given));
}

function entriesOf(tracer: Tracer, command: Command, given: Given): readonly Entry[] {
  const [first = unknown, second] = given.arguments;
  switch (command.keys) {
    case "second":
      return [touched(second ?? unknown)];
    case "streams":
      return streamsAmong(tracer, given.arguments).map(touched);
    case "pattern":
      return [touched(first)];
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
      return [first, second ?? unknown].map(touched);
    case "every":
      return given.arguments
        .filter((argument) => argument.kind !== "function")
        .flatMap((argument) => listedIn(tracer, argument))
        .map(touched);
    case "pairs":
      return first.kind === "object" ? fieldsAsEntries(first) : pairsOf(flattened(given.arguments));
    case "counted":
      return countedKeys(tracer, given);
  }
}

function touched(key: Value): Entry {
  return { key, field: null, stores: null };
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

function fieldsAsEntries(object: ObjectValue): readonly Entry[] {
  const entries = [...object.fields].map(([name, field]): Entry => ({
    key: { kind: "literal", value: name },
    field: null,
    stores: field.value,
  }));
  return object.open || entries.length === 0
    ? [...entries, { key: unknown, field: null, stores: unknown }]
    : entries;
}

/** `mSet([key, value, …])`, `mSet([[key, value], …])` */
function flattened(values: readonly Value[]): readonly Value[] {
  const [only, ...others] = values;
  if (only?.kind !== "array" || others.length > 0 || only.rest) return values;
  return only.elements.every((one) => one.kind === "array")
    ? only.elements.flatMap((pair) => (pair.kind === "array" ? pair.elements : []))
    : only.elements;
}

function pairsOf(values: readonly Value[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < values.length; at += 2)
    entries.push({ key: values[at]!, field: null, stores: values[at + 1] ?? unknown });
  return entries.length > 1 || values.length === 2
    ? entries
    : [{ key: unknown, field: null, stores: values[0] ?? unknown }];
}

/** `xread("COUNT", 10, "STREAMS", stream, stream, id, id)`, `xRead({ key, id })`, `xReadGroup(group, consumer, [{ key, id }])` */
function streamsAmong(tracer: Tracer, values: readonly Value[]): readonly Value[] {
  const named = values
    .flatMap((one) => listedIn(tracer, one))
    .flatMap((one) => (one.kind === "object" ? (one.fields.get("key")?.value ?? []) : []));
  if (named.length > 0) return named;
  const word = values.findIndex((one) => one.kind === "literal" && /^streams$/i.test(String(one.value)));
  const others = values.slice(word + 1);
  return word < 0 || others.length < 2 ? [unknown] : others.slice(0, Math.ceil(others.length / 2));
}

/** `eval(script, 2, key, key, argument, …)`, `eval(script, [key], [argument])`, `eval(script, { keys, arguments })` */
function countedKeys(tracer: Tracer, given: Given): readonly Entry[] {
  const [, count, ...others] = given.arguments;
  const entriesOfLists = (keys: Value | undefined, stores: Value): readonly Entry[] =>
    keys ? listedIn(tracer, keys).map((key) => ({ key, field: null, stores })) : [];
  if (count?.kind === "object")
    return entriesOfLists(
      count.fields.get("keys")?.value,
      count.fields.get("arguments")?.value ?? listOf([]),
    );
  if (count?.kind === "array") return entriesOfLists(count, others[0] ?? listOf([]));
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
