/** Values that can only be one of a few words: what a text that is put together of them can say is known. */
import { isFromNowhere, type DeclaredType } from "../link/program.js";
import { optionsOf } from "./choice.js";
import { wordIn, type Fact, type Facts } from "./facts.js";
import type { Machine } from "./machine.js";
import { isUndefined, type SymbolicValue, type Value } from "./value.js";

/**
 * Null where it may be anything. What has been looked at here says more than a type; and a type says nothing of what a request
 * sends, unless a schema let it through.
 */
export function wordsOf(machine: Machine, value: SymbolicValue): readonly string[] | null {
  const looked = wordsInFacts(machine.facts, value);
  if (looked) return looked;
  if (!value.type || value.isCast || value.absent) return null;
  if (value.origin === "request" && !isFromNowhere(value.type)) return null;
  return wordsOfType(machine.program.typeOf(value.type));
}

/** A type that is a list of words. */
function wordsOfType(type: DeclaredType): readonly string[] | null {
  if (type.kind === "union") return allOf(type.types.map(wordsOfType));
  if (type.kind !== "node" || type.in.node.kind !== "literal") return null;
  return [String(type.in.node.value)];
}

function allOf(parts: readonly (readonly string[] | null)[]): readonly string[] | null {
  return parts.length > 0 && parts.every((part) => part !== null) ? [...new Set(parts.flat())] : null;
}

function wordsInFacts(facts: Facts, value: SymbolicValue): readonly string[] | null {
  for (const fact of facts.values()) {
    const words = wordsInFact(fact, value);
    if (words) return words;
  }
  return null;
}

function wordsInFact(fact: Fact, value: SymbolicValue): readonly string[] | null {
  switch (fact.kind) {
    case "equal": {
      const { word, subject } = wordIn(fact) ?? {};
      return word && subject && isSame(subject, value) ? [String(word.value)] : null;
    }
    case "listed":
      return isSame(fact.value, value) ? wordsInList(fact.list) : null;
    case "either":
      return allOf(fact.arms.map((arm) => wordsInFacts(arm, value)));
    default:
      return null;
  }
}

function isSame(one: Value, other: SymbolicValue): boolean {
  return one.kind === "symbolic" && one.id === other.id;
}

function wordsInList(list: Value): readonly string[] | null {
  if (list.kind !== "array" || list.rest) return null;
  return allOf(list.elements.map(wordsInValue));
}

/** Of a value that is one of several texts. */
function wordsInValue(value: Value): readonly string[] | null {
  return allOf(
    optionsOf(value).map((option) =>
      option.kind === "literal" && !isUndefined(option) ? [String(option.value)] : null,
    ),
  );
}
