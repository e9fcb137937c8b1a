/** Saying values, and facts about them, in other terms: symbols and rows are replaced, what is made of them follows. */
import { implied } from "./assume.js";
import { choiceOf, isOneOfMany, isPerhapsAbsent } from "./choice.js";
import { factsOf, noFacts, withFacts, type Fact, type FactPlace, type Facts } from "./facts.js";
import { connectionOf, rewrittenSession } from "./session.js";
import {
  isUndefined,
  type ObjectField,
  type QueryValue,
  type RowsValue,
  type SymbolicValue,
  type Value,
} from "./value.js";

export interface Rewriting {
  value(value: Value): Value;
  facts(facts: Facts): Facts;
  /** What was said so far is put together anew where it is needed again: it is much, and lives for as long as this does. */
  forget(): void;
}

export interface Replacements {
  /** Null leaves the symbol what it is. */
  symbol(symbol: SymbolicValue): Value | null;
  rows?(rows: RowsValue): RowsValue;
  query?(query: QueryValue): QueryValue;
  place?(place: FactPlace): FactPlace;
}

export function rewriting(replace: Replacements): Rewriting {
  // What holds no symbol of theirs stays the value it is: one that is shared by many is looked into once. Plain maps: what is
  // rewritten lives as long as this, and weak ones cost the collector more than they give back.
  const known = new Map<Value, Value>();
  const value = (one: Value): Value => {
    let rewritten = known.get(one);
    if (!rewritten) known.set(one, (rewritten = rewrite(one)));
    return rewritten;
  };
  const rewrite = (one: Value): Value => {
    switch (one.kind) {
      case "symbolic": {
        const replaced = replace.symbol(one);
        if (replaced === null) return one;
        // Another value speaks in the new terms already.
        if (replaced.kind !== "symbolic" || replaced.implies !== one.implies || replaced.from !== one.from)
          return replaced;
        const { implies, from } = replaced;
        return {
          ...replaced,
          ...(implies && {
            implies: { whenTrue: facts(implies.whenTrue), whenFalse: facts(implies.whenFalse) },
          }),
          ...(from && { from: from.map(value) }),
        };
      }
      case "rows":
        return replace.rows?.(one) ?? one;
      case "query":
        return replace.query?.(one) ?? one;
      case "instance": {
        const as = one.as && value(one.as);
        if (as && as !== one.as) return as.kind === "symbolic" ? { ...one, as } : as;
        const args = one.arguments?.map(value) ?? null;
        return args === null || isSameList(args, one.arguments!) ? one : { ...one, arguments: args };
      }
      case "choice": {
        const options = one.options.map(value);
        const given = one.given?.map(facts);
        if (isSameList(options, one.options) && isSameList(given ?? [], one.given ?? [])) return one;
        const left = options.map((_, index) => given?.[index]?.has("never") !== true);
        // What is ruled out by what was passed is not chosen: `queueFor("exports")` gives one of its queues.
        const isSettled = left.includes(false) && left.includes(true) && options.some(isOneOfMany);
        const choice = isSettled
          ? choiceOf(
              options.filter((_, index) => left[index]),
              one.reason,
              given?.filter((_, index) => left[index]),
            )
          : choiceOf(options, one.reason, given);
        return choice.kind === "choice" && one.site ? { ...choice, site: one.site } : choice;
      }
      case "object": {
        const fields = new Map([...one.fields].map(([key, field]) => [key, inField(field)]));
        const others = one.others?.map(value);
        return [...one.fields].every(([key, field]) => fields.get(key) === field) &&
          isSameList(others ?? [], one.others ?? [])
          ? one
          : { ...one, fields, ...(others && { others }) };
      }
      case "array": {
        const elements = one.elements.map(value);
        const rest = one.rest && value(one.rest);
        const settled = one.settled && facts(one.settled);
        const whenEmpty = one.whenEmpty && facts(one.whenEmpty);
        return isSameList(elements, one.elements) &&
          rest === one.rest &&
          settled === one.settled &&
          whenEmpty === one.whenEmpty
          ? one
          : { ...one, elements, rest, ...(settled && { settled }), ...(whenEmpty && { whenEmpty }) };
      }
      case "library": {
        const holds = one.holds?.map(value) ?? [];
        const session = one.session && rewrittenSession(one.session, value);
        if (isSameList(holds, one.holds ?? []) && session === one.session) return one;
        return { ...one, ...(one.holds && { holds }), ...(session && { session }) };
      }
      case "text":
        return {
          kind: "text",
          parts: one.parts.map((part) => (typeof part === "string" ? part : value(part))),
        };
      default:
        return one;
    }
  };
  const inField = (field: ObjectField): ObjectField => {
    const inside = value(field.value);
    const when = field.when && { set: facts(field.when.set), unset: facts(field.when.unset) };
    const by = field.by?.map(value);
    const otherwise = field.otherwise?.map(value);
    const isSame =
      inside === field.value &&
      when?.set === field.when?.set &&
      when?.unset === field.when?.unset &&
      isSameList(by ?? [], field.by ?? []) &&
      isSameList(otherwise ?? [], field.otherwise ?? []);
    return isSame
      ? field
      : {
          ...field,
          value: inside,
          ...(when && { when }),
          ...(by && { by }),
          ...(otherwise && { otherwise }),
        };
  };
  const knownFacts = new Map<Fact, readonly Fact[]>();
  const factsFor = (one: Fact): readonly Fact[] => {
    let rewritten = knownFacts.get(one);
    if (!rewritten) {
      const said = rewriteFact(one);
      knownFacts.set(one, (rewritten = said === one ? [one] : [...inOptions(said), ...ofEachWritten(one)]));
    }
    return rewritten;
  };
  /** `and(isOwn(row), isOpen(row))`, which goes through its `...conditions`: what it says of each holds of those that are written. */
  const ofEachWritten = (one: Fact): readonly Fact[] => {
    if (one.kind !== "each" || one.element.kind !== "symbolic" || !one.element.id.endsWith("[]")) return [];
    const { id } = one.element;
    const list = value({ ...one.element, id: id.slice(0, -2) });
    if (list.kind !== "array" || list.rest !== null || list.elements.length > mostWritten) return [];
    const inside = facts(one.facts);
    const implies = [...one.facts.values()].flatMap((inner) => {
      const isOfElement =
        (inner.kind === "present" || inner.kind === "absent") &&
        inner.value.kind === "symbolic" &&
        inner.value.id === id;
      if (!isOfElement) return [];
      return list.elements.flatMap((element) => [...implied(element, inner.kind === "present").values()]);
    });
    return [...implies, ...list.elements.map((element) => ({ ...one, element, facts: inside }))];
  };
  const rewriteFact = (one: Fact): Fact => {
    switch (one.kind) {
      case "present":
      case "absent":
      case "called": {
        const about = value(one.value);
        const isThere = isWrittenThere(about);
        if (isThere !== null && one.kind !== "called" && isThere !== (one.kind === "present"))
          return { kind: "never" };
        return about === one.value ? one : { ...one, value: about };
      }
      case "missing": {
        const about = value(one.value);
        if (about === one.value) return one;
        return about.kind === "unknown" || isPerhapsAbsent(about)
          ? { ...one, value: about }
          : { kind: "never" };
      }
      case "set": {
        const [about, on] = [value(one.value), connectionOf(value(one.on))];
        return about === one.value && on === one.on ? one : { ...one, value: about, on };
      }
      case "begun": {
        const on = connectionOf(value(one.on));
        return on === one.on ? one : { ...one, on };
      }
      case "never":
        return one;
      case "equal": {
        const [left, right] = [value(one.left), value(one.right)];
        if (left === one.left && right === one.right) return one;
        if (areSameWords(left, right) === false) return { kind: "never" };
        const place = one.place && (replace.place?.(one.place) ?? one.place);
        return { ...one, left, right, ...(place && { place }) };
      }
      case "different": {
        const [left, right] = [value(one.left), value(one.right)];
        if (left === one.left && right === one.right) return one;
        return areSameWords(left, right) ? { kind: "never" } : { ...one, left, right };
      }
      case "listed": {
        const [about, list] = [value(one.value), value(one.list)];
        return about === one.value && list === one.list ? one : { ...one, value: about, list };
      }
      case "each":
      case "some": {
        const [element, inside] = [value(one.element), facts(one.facts)];
        return element === one.element && inside === one.facts ? one : { ...one, element, facts: inside };
      }
      case "either": {
        const arms = one.arms.map(facts);
        return isSameList(arms, one.arms) ? one : { ...one, arms };
      }
    }
  };
  const knownSets = new Map<Facts, Facts>();
  const facts = (all: Facts): Facts => {
    if (all.size === 0) return all;
    let rewritten = knownSets.get(all);
    if (!rewritten) knownSets.set(all, (rewritten = rewriteFacts(all)));
    return rewritten;
  };
  const rewriteFacts = (all: Facts): Facts => {
    const before = [...all.values()];
    const after = before.flatMap(factsFor);
    return isSameList(after, before) ? all : factsOf(after);
  };
  const forget = (): void => {
    for (const map of [known, knownFacts, knownSets]) map.clear();
  };
  return { value, facts, forget };
}

/** Of more conditions than this, nobody writes them in one call. */
const mostWritten = 12;

/**
 * What is said of a value that is one of several says which of them it may be, and with that what holds; of one that is the answer
 * to a question (`assert(row.organizationId === user.organizationId)`), what was asked.
 */
function inOptions(fact: Fact): readonly Fact[] {
  switch (fact.kind) {
    case "present":
      return [
        fact,
        ...(isAnswer(fact.value)
          ? implied(fact.value, true).values()
          : leftOf(fact.value, (option) => isUndefined(option) || isWrittenThere(option) === false)),
      ];
    case "absent":
      return [
        fact,
        ...(isAnswer(fact.value)
          ? implied(fact.value, false).values()
          : leftOf(fact.value, (option) => isWrittenThere(option) === true)),
      ];
    case "missing":
      return whereMissing(fact.value) ?? [fact];
    case "equal":
      return [
        fact,
        ...leftOf(fact.left, (option) => areSameWords(option, fact.right) === false),
        ...leftOf(fact.right, (option) => areSameWords(option, fact.left) === false),
      ];
    case "different":
      return [
        fact,
        ...leftOf(fact.left, (option) => areSameWords(option, fact.right) === true),
        ...leftOf(fact.right, (option) => areSameWords(option, fact.left) === true),
      ];
    default:
      return [fact];
  }
}

function isAnswer(value: Value): boolean {
  return value.kind === "choice"
    ? value.options.some(isAnswer)
    : value.kind === "symbolic" && value.implies !== undefined;
}

/** That or nothing: it is known by that one, so which it is has to be said apart. */
function whereMissing(value: Value): readonly Fact[] | null {
  if (value.kind !== "choice") return null;
  const arms = value.options.flatMap((option, index): readonly Facts[] => {
    const given = value.given?.[index] ?? noFacts;
    if (isUndefined(option)) return [given];
    const isPerhaps = option.kind === "unknown" || isPerhapsAbsent(option);
    return isPerhaps ? [withFacts(given, [{ kind: "missing", value: option }])] : [];
  });
  if (arms.length === 0) return [{ kind: "never" }];
  return arms.some((arm) => arm.size === 0) ? [] : [{ kind: "either", arms }];
}

function leftOf(value: Value, isOut: (option: Value) => boolean): readonly Fact[] {
  if (value.kind !== "choice" || !value.given) return [];
  const arms = value.options.flatMap((option, index) => (isOut(option) ? [] : [value.given![index]!]));
  if (arms.length === 0) return [{ kind: "never" }];
  const isNews = arms.length < value.options.length && arms.every((arm) => arm.size > 0);
  return isNews ? [{ kind: "either", arms }] : [];
}

/** Null where it is not written down. */
function isWrittenThere(value: Value): boolean | null {
  if (value.kind === "literal") return Boolean(value.value);
  const isList = value.kind === "array" && value.rest === null && value.elements.length > 0;
  return isList && value.elements.every((one) => isWrittenThere(one) === true) ? true : null;
}

/** Null where they are not both written down. One of several words is none that is not among them. */
function areSameWords(one: Value, other: Value): boolean | null {
  if (one.kind === "choice")
    return one.options.every((option) => areSameWords(option, other) === false) ? false : null;
  if (other.kind === "choice") return areSameWords(other, one);
  return one.kind === "literal" && other.kind === "literal" && typeof one.value === typeof other.value
    ? one.value === other.value
    : null;
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
