/**
 * What is known to hold where the program stands: a row was found, two values are equal. Facts speak of values and values do
 * not change, so a fact that holds once holds from there on; where paths meet, what both know remains.
 */
import { notesOn } from "./notes.js";
import { isUndefined, unknown, type LiteralValue, type Site, type Value } from "./value.js";

export type Fact =
  /** It is there: neither null nor undefined nor empty; rows were found. */
  | { readonly kind: "present"; readonly value: Value }
  /** It is not there, or empty. */
  | { readonly kind: "absent"; readonly value: Value }
  /** It is `undefined`: whoever leaves out what is undefined leaves it out. */
  | { readonly kind: "missing"; readonly value: Value }
  | {
      readonly kind: "equal";
      readonly left: Value;
      readonly right: Value;
      /** Where they are compared; of the same comparison said twice, the first. */
      readonly place?: FactPlace;
    }
  | { readonly kind: "different"; readonly left: Value; readonly right: Value }
  /** One of a list is equal to it; nothing is said of the others. */
  | { readonly kind: "listed"; readonly value: Value; readonly list: Value }
  /** `reply.code(401).send()`: a method of something that came in as a parameter was called. */
  | { readonly kind: "called"; readonly value: Value }
  /** It holds for each element of a list, and says nothing when the list is empty. */
  | { readonly kind: "each"; readonly element: Value; readonly facts: Facts }
  /** It holds for at least one element of a list. */
  | { readonly kind: "some"; readonly element: Value; readonly facts: Facts }
  /** A connection, or the transaction on it, has a setting. */
  | SetFact
  /** A transaction was begun on a connection. */
  | { readonly kind: "begun"; readonly on: Value }
  /** What is not so: nobody comes here. */
  | { readonly kind: "never" }
  /** One of these sets holds. */
  | { readonly kind: "either"; readonly arms: readonly Facts[] };

export interface SetFact {
  readonly kind: "set";
  readonly name: string;
  readonly value: Value;
  /** The connection's identity (`Session.id`). */
  readonly on: Value;
  /** How long it lasts. */
  readonly until: "transaction" | "session";
}

export interface FactPlace {
  readonly site: Site;
  /** The calls that led there, as of rows. */
  readonly context: string;
}

/** By a key that is the same for the same fact. */
export type Facts = ReadonlyMap<string, Fact>;

export const noFacts: Facts = new Map();

/** Past this many, further ones are not kept: knowing less is safe. */
export const mostFacts = 240;
/** Past this many, paths that met in different states are taken as one. */
const mostArms = 6;

export function factsOf(facts: readonly Fact[]): Facts {
  return withFacts(noFacts, facts);
}

export function withFacts(known: Facts, added: Iterable<Fact>): Facts {
  let result: Map<string, Fact> | null = null;
  for (const fact of leftOfEach(added, () => result ?? known)) {
    const kept = keptFact(fact);
    if (kept.key === null || known.has(kept.key)) continue;
    if (result === null && known.size >= mostFacts) return known;
    result ??= new Map(known);
    if (result.size < mostFacts) result.set(kept.key, kept.fact);
  }
  return result ?? known;
}

/** Of paths that met, those that what is known rules out are left out; of a single one, all holds. */
function* leftOfEach(added: Iterable<Fact>, known: () => Facts): Generator<Fact> {
  for (const fact of added) {
    const left = fact.kind === "either" ? armsLeft(fact.arms, known()) : null;
    if (left?.length === 1) yield* leftOfEach(left[0]!.values(), known);
    else
      yield left && fact.kind === "either" && left.length < fact.arms.length ? { ...fact, arms: left } : fact;
  }
}

function armsLeft(arms: readonly Facts[], known: Facts): readonly Facts[] {
  const left = arms.filter((arm) => !isRuledOut(arm, known));
  return left.length === 0 || left.length === arms.length ? arms : left;
}

/** Something is there in the one and not there in the other, or equal and different. */
function isRuledOut(arm: Facts, known: Facts): boolean {
  if (arm.has("never")) return true;
  for (const fact of arm.values()) {
    const { opposite } = keptFact(fact);
    if (opposite !== null && known.has(opposite)) return true;
  }
  return false;
}

const opposites: Partial<Record<Fact["kind"], Fact["kind"]>> = {
  present: "absent",
  absent: "present",
  missing: "present",
  equal: "different",
  different: "equal",
};

/** What is known, with paths left out that the rest of it rules out. */
export function settled(facts: Facts): Facts {
  let left = facts;
  for (let round = 0; round < mostRounds; round += 1) {
    const isDecided = (fact: Fact): boolean =>
      fact.kind === "either" && fact.arms.some((arm) => isRuledOut(arm, left));
    const decided = [...left.values()].filter(isDecided);
    if (decided.length === 0) return left;
    const others = new Map([...left].filter(([, fact]) => !decided.includes(fact)));
    const next = withFacts(others, decided);
    if (decided.every((fact) => [...next.values()].includes(fact))) return left;
    left = next;
  }
  return left;
}

/** What one path says decides another meeting, and so on; so far. */
const mostRounds = 4;

/** A fact as it is kept, with what it is known by. The same facts are put together over and over: each is worked out once. */
interface KeptFact {
  readonly key: string | null;
  readonly fact: Fact;
  readonly weight: number;
  /** What the contrary is known by. */
  readonly opposite: string | null;
}

const keptFacts = notesOn<Fact, KeptFact>();

function keptFact(fact: Fact): KeptFact {
  const known = keptFacts.get(fact);
  if (known) return known;
  const key = keyOfFact(fact);
  const contrary = opposites[fact.kind];
  const kept = {
    key,
    fact: key === null ? fact : bareFact(fact),
    weight: weightOfFact(fact),
    opposite: key === null || contrary === undefined ? null : contrary + key.slice(fact.kind.length),
  };
  keptFacts.set(fact, kept);
  if (kept.fact !== fact) keptFacts.set(kept.fact, kept);
  return kept;
}

/** Facts name values; what those values would say in turn is not theirs to keep, or it would be kept a hundred times. */
function bareFact(fact: Fact): Fact {
  switch (fact.kind) {
    case "present":
    case "absent":
    case "missing":
    case "called": {
      const value = bare(fact.value);
      return value === fact.value ? fact : { ...fact, value };
    }
    case "equal":
    case "different": {
      const [left, right] = [bare(fact.left), bare(fact.right)];
      return left === fact.left && right === fact.right ? fact : { ...fact, left, right };
    }
    case "listed": {
      const [value, list] = [bare(fact.value), bare(fact.list)];
      return value === fact.value && list === fact.list ? fact : { ...fact, value, list };
    }
    case "each":
    case "some": {
      const element = bare(fact.element);
      return element === fact.element ? fact : { ...fact, element };
    }
    case "set": {
      const [value, on] = [bare(fact.value), bare(fact.on)];
      return value === fact.value && on === fact.on ? fact : { ...fact, value, on };
    }
    case "begun":
    case "either":
    case "never":
      return fact;
  }
}

/** The value by its identity, with what it was made of to a small depth. */
export function bare(value: Value, depth = deepestBare): Value {
  if (isBare(value)) return value;
  const known = bareValues[depth]!;
  let made = known.get(value);
  if (!made) known.set(value, (made = bareTo(value, depth)));
  return made;
}

function isBare(value: Value): boolean {
  switch (value.kind) {
    case "symbolic":
      return !value.implies && !value.from;
    case "choice":
    case "array":
    case "text":
      return false;
    default:
      return true;
  }
}

const deepestBare = 3;

/** By depth. Many facts speak of one value, and each of them keeps it. */
const bareValues = Array.from({ length: deepestBare + 1 }, () => notesOn<Value, Value>());

function bareTo(value: Value, depth: number): Value {
  switch (value.kind) {
    case "symbolic": {
      const { implies: _, from, ...plain } = value;
      return from && depth > 0 ? { ...plain, from: from.map((one) => bare(one, depth - 1)) } : plain;
    }
    case "choice": {
      const [first, ...others] = value.options.filter((option) => !isUndefined(option));
      // That or nothing: it has that one's identity.
      if (first && others.length === 0) return bare(first, depth);
      return {
        kind: "choice",
        reason: value.reason,
        options: value.options.map((option) => bare(option, depth)),
      };
    }
    case "array":
      return {
        kind: "array",
        elements: depth > 0 ? value.elements.map((element) => bare(element, depth - 1)) : [],
        rest: value.rest && depth > 0 ? bare(value.rest, depth - 1) : value.rest && unknown,
      };
    case "text":
      return depth === 0
        ? value
        : {
            kind: "text",
            parts: value.parts.map((part) => (typeof part === "string" ? part : bare(part, depth - 1))),
          };
    default:
      return value;
  }
}

/** What holds after either of several paths. */
export function meetOf(states: readonly Facts[]): Facts {
  const [first, ...others] = states;
  if (first === undefined) return noFacts;
  if (others.every((other) => other === first)) return first;
  const shared = new Map([...first].filter(([key]) => others.every((other) => other.has(key))));
  const arms = states.map((state) => new Map([...state].filter(([key]) => !shared.has(key))));
  const either = eitherOf(arms);
  return either === null ? shared : withFacts(shared, [either]);
}

/** Null when nothing worth keeping differs: that a condition held on one side and failed on the other is no news. */
function eitherOf(arms: readonly Facts[]): Fact | null {
  if (arms.length > mostArms || arms.some((arm) => arm.size === 0)) return null;
  if (!arms.some(saysMoreThanItsCondition)) return null;
  const kept =
    sum(arms.map(weightOf)) > heaviest ? arms.map((arm) => simplified(arm, heaviest / arms.length)) : arms;
  return sum(kept.map(weightOf)) > heaviest ||
    kept.some((arm) => arm.size === 0) ||
    !kept.some(saysMoreThanItsCondition)
    ? null
    : { kind: "either", arms: kept };
}

/** Without what is itself put together of much: the heaviest first. What is left out is merely not known. */
function simplified(facts: Facts, most: number): Facts {
  let weight = weightOf(facts);
  if (weight <= most) return facts;
  const kept = new Map(facts);
  const byWeight = [...facts].map(([key, fact]) => ({ key, weight: keptFact(fact).weight }));
  for (const one of byWeight.sort((left, right) => right.weight - left.weight)) {
    if (weight <= most || one.weight === 1) break;
    kept.delete(one.key);
    weight -= one.weight;
  }
  return kept;
}

/** Facts about facts about facts: past this many in one, nobody could follow the argument either. */
const heaviest = 48;

function weightOf(facts: Facts): number {
  let weight = 0;
  for (const fact of facts.values()) weight += keptFact(fact).weight;
  return weight;
}

function weightOfFact(fact: Fact): number {
  if (fact.kind === "either") return 1 + sum(fact.arms.map(weightOf));
  // It rules ways out, and nobody has to follow it for anything else.
  if (fact.kind === "different" && wordIn(fact)) return 0;
  return fact.kind === "each" || fact.kind === "some" ? 1 + weightOf(fact.facts) : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** What is worth keeping beside a value; what is too much to follow is left out. */
export function light(facts: Facts): Facts {
  const kept = simplified(facts, heaviest);
  return weightOf(kept) > heaviest ? noFacts : kept;
}

function saysMoreThanItsCondition(arm: Facts): boolean {
  return [...arm.values()].some(
    (fact) =>
      fact.kind === "equal" ||
      fact.kind === "listed" ||
      fact.kind === "either" ||
      fact.kind === "each" ||
      fact.kind === "some" ||
      fact.kind === "set" ||
      (fact.kind === "present" && (fact.value.kind === "rows" || isColumn(fact.value))) ||
      (fact.kind === "absent" && isLength(fact.value)),
  );
}

/** Of a list with nothing in it, whatever is asked of each holds. */
function isLength(value: Value): boolean {
  return value.kind === "symbolic" && value.id.endsWith(".length");
}

function isColumn(value: Value): boolean {
  return value.kind === "symbolic" && value.id.startsWith("row:");
}

/** The same facts, said of the elements of a list. */
export function ofElements(kind: "each" | "some", element: Value, facts: Facts): Facts {
  const kept = light(facts);
  return kept.size === 0 ? noFacts : factsOf([{ kind, element, facts: kept }]);
}

/** Whether they cannot all hold: something is there and is not, or its parts are there and it is not. */
export function isContradictory(facts: Facts): boolean {
  let answer = contradictory.get(facts);
  if (answer === undefined) contradictory.set(facts, (answer = hasContradiction(facts)));
  return answer;
}

const contradictory = notesOn<Facts, boolean>();

function hasContradiction(facts: Facts): boolean {
  if (facts.has("never")) return true;
  const absent: string[] = [];
  const present: string[] = [];
  const words = new Map<string, string>();
  for (const [name, fact] of facts) {
    if (fact.kind === "different" && facts.has(`equal${name.slice("different".length)}`)) return true;
    if (fact.kind === "equal" && isAnotherWord(fact, words)) return true;
    if (fact.kind !== "present" && fact.kind !== "absent" && fact.kind !== "missing") continue;
    const key = keyOfValue(fact.value);
    if (key !== null) (fact.kind === "present" ? present : absent).push(key);
  }
  // An object that is there has its id.
  return absent.some((gone) =>
    present.some((there) => there === gone || there.startsWith(`${gone}.`) || gone === `${there}.id`),
  );
}

/** What a value is compared with, where that is written down. */
export function wordIn({
  left,
  right,
}: Fact & { kind: "equal" | "different" }): { readonly subject: Value; readonly word: LiteralValue } | null {
  if (left.kind === "literal") return { subject: right, word: left };
  return right.kind === "literal" ? { subject: left, word: right } : null;
}

/** `kind === "preview"` and `kind === "live"` */
function isAnotherWord(fact: Fact & { kind: "equal" }, words: Map<string, string>): boolean {
  const { word, subject } = wordIn(fact) ?? {};
  const [key, said] = [subject ? keyOfValue(subject) : null, word ? keyOfValue(word) : null];
  if (key === null || said === null) return false;
  const known = words.get(key);
  words.set(key, said);
  return known !== undefined && known !== said;
}

/** What `facts` say beyond `known`. */
export function beyond(facts: Facts, known: Facts): Facts {
  if (facts === known) return noFacts;
  return new Map([...facts].filter(([key]) => !known.has(key)));
}

function keyOfFact(fact: Fact): string | null {
  switch (fact.kind) {
    case "present":
    case "absent":
    case "missing":
    case "called": {
      const key = keyOfValue(fact.value);
      return key === null ? null : `${fact.kind} ${key}`;
    }
    case "equal":
    case "different": {
      const [left, right] = [keyOfValue(fact.left), keyOfValue(fact.right)];
      if (left === null || right === null || left === right) return null;
      return left < right ? `${fact.kind} ${left} ${right}` : `${fact.kind} ${right} ${left}`;
    }
    case "listed": {
      const [value, list] = [keyOfValue(fact.value), keyOfValue(fact.list)];
      return value === null || list === null ? null : `listed ${value} ${list}`;
    }
    case "each":
    case "some": {
      const element = keyOfElement(fact.element);
      return element === null ? null : `${fact.kind} ${element}: ${keyOfFacts(fact.facts)}`;
    }
    case "set": {
      const on = keyOfValue(fact.on);
      return on === null ? null : `set ${on} ${fact.until} ${fact.name} ${keyOfValue(fact.value) ?? "?"}`;
    }
    case "begun": {
      const on = keyOfValue(fact.on);
      return on === null ? null : `begun ${on}`;
    }
    case "never":
      return "never";
    case "either":
      return `either ${fact.arms.map(keyOfFacts).join("|")}`;
  }
}

/** By the numbers of what they are known by: facts hold facts, and written out the innermost would stand in each around it. */
function keyOfFacts(facts: Facts): string {
  const each: number[] = [];
  for (const key of facts.keys()) {
    let number = numbersOfKeys.get(key);
    if (number === undefined) numbersOfKeys.set(key, (number = numbered += 1));
    each.push(number);
  }
  return each.sort((one, other) => one - other).join("&");
}

const numbersOfKeys = new Map<string, number>();
/** No number is given twice, so that what was known by one before is never taken for something else. */
let numbered = 0;

/** Before another program: its facts are known by numbers of their own. */
export function forgetFacts(): void {
  numbersOfKeys.clear();
}

/** What was made of the elements of a list (`rows.map((row) => ({ id: row.id }))`) is known by what is in it. */
function keyOfElement(element: Value): string | null {
  if (element.kind !== "object") return keyOfValue(element);
  const keys = [...element.fields].map(([name, field]) => `${name}:${keyOfValue(field.value) ?? ""}`);
  return `{${keys.join(",")}}`;
}

/** Two values with one key are the same value at run time; null for values of which nobody can say that. */
export function keyOfValue(value: Value): string | null {
  if (value.kind === "symbolic") return value.id;
  let key = keys.get(value);
  if (key === undefined) keys.set(value, (key = keyWorkedOut(value)));
  return key;
}

const keys = notesOn<Value, string | null>();

function keyWorkedOut(value: Value): string | null {
  switch (value.kind) {
    case "symbolic":
      return value.id;
    case "instance":
      return value.as?.id ?? null;
    case "external":
      return `external:${value.package}:${value.path.join(".")}`;
    case "rows":
      return `row:${value.access}@${value.context ?? ""}${value.many ? "[]" : ""}`;
    case "literal":
      return isUndefined(value) ? null : `literal:${typeof value.value}:${String(value.value)}`;
    case "choice": {
      // Two that are yes or no are not the same for that.
      if (value.options.every(({ kind }) => kind === "literal")) return null;
      const keys = value.options.filter((option) => !isUndefined(option)).map(keyOfValue);
      return keys.includes(null) ? null : [...new Set(keys)].sort().join("|");
    }
    case "array": {
      if (value.rest !== null && value.elements.length === 0) {
        const rest = keyOfValue(value.rest);
        return rest === null ? null : `[${rest}]`;
      }
      const keys = value.elements.map(keyOfValue);
      return value.rest !== null || keys.includes(null) ? null : `[${keys.join(",")}]`;
    }
    case "text": {
      const parts = value.parts.map((part) => (typeof part === "string" ? part : keyOfValue(part)));
      return parts.includes(null) ? null : `text:${parts.join("")}`;
    }
    default:
      return null;
  }
}
