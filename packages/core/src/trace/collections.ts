/**
 * `Set` and `Map`: a set is the list of what was added to it, a map the list of its entries. What is kept for the whole module
 * is filled by whoever comes by, so nothing is said of what is in there.
 */
import type { Expression } from "../lower/module.js";
import { assignInto } from "./assignment.js";
import { choiceOf, optionsOf, withAbsence } from "./choice.js";
import type { Call } from "./library.js";
import type { Machine } from "./machine.js";
import {
  isEmptyList,
  isUndefined,
  undefinedValue,
  type ArrayValue,
  type Frame,
  type Value,
} from "./value.js";

/** `new Set(ids)` holds the ids, `new Map(entries)` the entries. */
export function collectionOf(name: string, { arguments: [first] }: Call): Value | null {
  const given =
    first === undefined || (first.kind === "literal" && (first.value ?? null) === null)
      ? ({ kind: "array", elements: [], rest: null } satisfies ArrayValue)
      : first;
  if (name === "Set") return given;
  // What is in a URL is what it was made of says: `new URL(request.url).searchParams.get("id")`.
  if (name === "URL" || name === "URLSearchParams")
    return given.kind === "symbolic" ? { ...given, type: null } : null;
  return name === "Map" && given.kind === "array" ? { ...given, isMap: true } : null;
}

/** Null for what is said of no list. */
export function callCollection(
  machine: Machine,
  frame: Frame,
  receiver: ArrayValue,
  method: string,
  call: Call,
  written: Expression,
): Value | null {
  const [first, second] = call.arguments;
  if (method === "add" && first && !receiver.isMap) return put(machine, frame, receiver, first, written);
  if (!receiver.isMap) return null;
  switch (method) {
    case "set": {
      const entry: Value = {
        kind: "array",
        elements: [first ?? undefinedValue, second ?? undefinedValue],
        rest: null,
      };
      return put(machine, frame, receiver, entry, written);
    }
    case "get": {
      const values = sidesOf(receiver, 1);
      return values && withAbsence(choiceOf(values, "what is kept there"));
    }
    case "keys":
    case "values": {
      const side = sidesOf(receiver, method === "keys" ? 0 : 1);
      return side && { kind: "array", elements: side, rest: null };
    }
    case "entries":
      return isEmptyList(receiver) ? null : { ...receiver, isMap: false };
    case "forEach": {
      const [keys, values] = [sidesOf(receiver, 0), sidesOf(receiver, 1)];
      if (first?.kind !== "function" || !keys || !values) return null;
      machine.tracer.invoke(first, [choiceOf(values, ""), choiceOf(keys, ""), receiver], call.site);
      return undefinedValue;
    }
    default:
      return null;
  }
}

/** What somebody asks for in there: a map is asked for its keys. */
export function askedIn(receiver: Value): Value {
  const keys = receiver.kind === "array" && receiver.isMap ? sidesOf(receiver, 0) : null;
  return keys ? { kind: "array", elements: keys, rest: null } : receiver;
}

/** Null where the variable is not this function's own: others put something in as well. */
function put(
  machine: Machine,
  frame: Frame,
  receiver: ArrayValue,
  added: Value,
  written: Expression,
): Value | null {
  if (!isOwn(frame, written)) return null;
  const filled = { ...receiver, elements: [...receiver.elements, added] };
  assignInto(machine, frame, written, filled);
  return filled;
}

function isOwn(frame: Frame, written: Expression): boolean {
  if (written.kind !== "name" || written.binding === null) return false;
  for (let at = frame; at.parent; at = at.parent) if (at.values.has(written.binding)) return true;
  return frame.parent === null;
}

/**
 * The keys, or what is kept under them. Null where nothing was seen to be put in, and where what was put in is filled later
 * through the map: `map.get(id).push(row)`.
 */
function sidesOf({ elements, rest }: ArrayValue, side: 0 | 1): readonly Value[] | null {
  const entries = [...elements, ...(rest ? [rest] : [])]
    .flatMap(optionsOf)
    .filter((one) => !isUndefined(one));
  const values = entries.map((entry) => (entry.kind === "array" ? entry.elements[side] : undefined));
  const known = values.filter((value) => value !== undefined && !optionsOf(value).some(isEmptyList));
  return known.length > 0 && known.length === entries.length ? (known as readonly Value[]) : null;
}
