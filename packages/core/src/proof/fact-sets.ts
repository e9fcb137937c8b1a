/** Sets of facts that say the same are one set, however they were put together: so that what was asked once is known again. */
import { keyOfValue, mostFacts, settled, type Fact, type Facts } from "../trace/facts.js";
import type { Value } from "../trace/value.js";
import { partsOf } from "./same.js";

export interface FactSets {
  /** The one set that says the same. */
  uniqueOf(facts: Facts): Facts;
  /** What both say. */
  merged(known: Facts, added: Facts): Facts;
  /** Where several paths met, on the one of them on which `arm` holds. */
  onPath(facts: Facts, either: Fact, arm: Facts): Facts;
  /** A number that no other set has. */
  numberOf(this: void, facts: Facts): number;
  /** How many are remembered. */
  readonly size: number;
  /** Starts over: what is asked next hardly needs what was asked long before, and nobody has memory for all of it. */
  forget(): void;
}

export function createFactSets(): FactSets {
  const byHash = new Map<number, Facts[]>();
  // Plain maps: weak ones that hold one another cost the collector more than all that is asked. They are forgotten together.
  const unique = new Map<Facts, Facts>();
  const numbers = new Map<Facts, number>();
  const madeOf = new Map<Fact, string>();
  const hashes = new Map<string, number>();
  let count = 0;
  let size = 0;

  // A value that nobody follows is known by where it comes from, and says more by what it was made of.
  const madeOfIn = (fact: Fact): string => {
    let text = madeOf.get(fact);
    if (text === undefined) madeOf.set(fact, (text = textOfParts(fact)));
    return text;
  };
  const isSame = (one: Facts, other: Facts): boolean => {
    if (one.size !== other.size) return false;
    for (const [key, fact] of one) {
      const same = other.get(key);
      if (!same || (same !== fact && madeOfIn(same) !== madeOfIn(fact))) return false;
    }
    return true;
  };
  const hashOf = (facts: Facts): number => {
    let hash = facts.size;
    for (const key of facts.keys()) {
      let one = hashes.get(key);
      if (one === undefined) hashes.set(key, (one = hashOfText(key)));
      hash = (hash + one) | 0;
    }
    return hash;
  };
  const uniqueOf = (facts: Facts): Facts => {
    const known = unique.get(facts);
    if (known) return known;
    const hash = hashOf(facts);
    const alike = byHash.get(hash) ?? [];
    let found = alike.find((other) => isSame(other, facts));
    if (!found) {
      byHash.set(hash, [...alike, (found = facts)]);
      numbers.set(facts, (count += 1));
      size += 1;
    }
    unique.set(facts, found);
    return found;
  };
  const merges = new Map<Facts, Map<Facts, Facts>>();
  const merged = (known: Facts, added: Facts): Facts => {
    if (added.size === 0 || known === added) return uniqueOf(known);
    const [one, other] = [uniqueOf(known), uniqueOf(added)];
    let withOne = merges.get(one);
    if (!withOne) merges.set(one, (withOne = new Map()));
    let result = withOne.get(other);
    if (!result) withOne.set(other, (result = uniqueOf(settled(joined(one, other)))));
    return result;
  };
  const paths = new Map<Facts, Map<Facts, Facts>>();
  const onPath = (facts: Facts, either: Fact, arm: Facts): Facts => {
    const one = uniqueOf(facts);
    let withOne = paths.get(one);
    if (!withOne) paths.set(one, (withOne = new Map()));
    let result = withOne.get(arm);
    if (!result) {
      const others = new Map([...one].filter(([, fact]) => fact !== either));
      withOne.set(arm, (result = uniqueOf(settled(joined(others, arm)))));
    }
    return result;
  };
  return {
    uniqueOf,
    merged,
    onPath,
    numberOf: (facts) => numbers.get(uniqueOf(facts))!,
    get size() {
      return size;
    },
    forget: () => {
      for (const map of [byHash, unique, numbers, madeOf, hashes, merges, paths]) map.clear();
      size = 0;
    },
  };
}

/** Both are kept as they are: each fact is known by its key. */
function joined(known: Facts, added: Facts): Facts {
  let result: Map<string, Fact> | null = null;
  for (const [key, fact] of added) {
    if (known.has(key) || (result ?? known).size >= mostFacts) continue;
    result ??= new Map(known);
    result.set(key, fact);
  }
  return result ?? known;
}

function textOfParts(fact: Fact): string {
  switch (fact.kind) {
    case "present":
    case "absent":
    case "missing":
    case "called":
      return textOfMade([fact.value]);
    case "equal":
    case "different":
      return textOfMade([fact.left, fact.right]);
    case "listed":
      return textOfMade([fact.value, fact.list]);
    case "each":
    case "some":
      return `${textOfMade([fact.element])};${[...fact.facts.values()].map(textOfParts).join(";")}`;
    case "set":
      return textOfMade([fact.value]);
    case "begun":
    case "never":
      return "";
    case "either":
      return fact.arms.map((arm) => [...arm.values()].map(textOfParts).join(";")).join("|");
  }
}

function textOfMade(values: readonly Value[]): string {
  return values
    .flatMap((value) => (value.kind === "symbolic" && value.from ? partsOf(value.from) : []))
    .map((part) => keyOfValue(part))
    .join(",");
}

/** FNV-1a, by code units. */
function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash | 0;
}
