/**
 * Values that hold too much to be handed on: what a function of two thousand branches returns says of each of its parts when it
 * is which, and every caller would say all of that in its own terms. Of such a value only what holds of its outermost parts is
 * kept. Knowing less is safe: a choice whose conditions are forgotten may be any of its options.
 */
import { noFacts, type Fact, type Facts } from "./facts.js";
import { unknown, type ObjectField, type Value } from "./value.js";

/** Parts, and facts about them: 98 or 99 of 100 functions of the services that were measured return less. */
export const mostParts = 800;

/** How deep inside it what holds of its parts is kept, and how deep its parts are. */
interface Kept {
  readonly facts: number;
  readonly parts: number;
}

/** As much as possible first. */
const lighter: readonly Kept[] = [
  ...[2, 0].map((facts) => ({ facts, parts: Infinity })),
  ...[7, 4].map((parts) => ({ facts: 0, parts })),
];

/** The same value, with what holds of its inner parts forgotten where all of it is too much, and the innermost with it. */
export function lightened(value: Value): Value {
  let kept = value;
  for (let step = 0; step < lighter.length && isHeavy(kept); step += 1) kept = keeping(value, lighter[step]!);
  return kept;
}

function isHeavy(value: Value): boolean {
  const met = new Set<object>();
  const left: (Value | Facts)[] = [value];
  for (let next = left.pop(); next && met.size <= mostParts; next = left.pop()) {
    if (met.has(next)) continue;
    met.add(next);
    if ("kind" in next) {
      left.push(...partsOf(next), ...factsIn(next));
      continue;
    }
    for (const fact of next.values()) {
      if (!met.has(fact)) left.push(...factsBelow(fact));
      met.add(fact);
    }
  }
  return met.size > mostParts;
}

function factsBelow(fact: Fact): readonly Facts[] {
  if (fact.kind === "either") return fact.arms;
  return fact.kind === "each" || fact.kind === "some" ? [fact.facts] : [];
}

function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "choice":
      return value.options;
    case "object":
      return [
        ...[...value.fields.values()].flatMap((field) => [
          field.value,
          ...(field.by ?? []),
          ...(field.otherwise ?? []),
        ]),
        ...(value.others ?? []),
      ];
    case "array":
      return value.rest ? [...value.elements, value.rest] : value.elements;
    case "symbolic":
      return value.from ?? [];
    case "text":
      return value.parts.filter((part) => typeof part !== "string");
    case "library":
      return value.holds ?? [];
    case "instance":
      return value.arguments ?? [];
    default:
      return [];
  }
}

function factsIn(value: Value): readonly Facts[] {
  switch (value.kind) {
    case "choice":
      return value.given ?? [];
    case "object":
      return [...value.fields.values()].flatMap(({ when }) => (when ? [when.set, when.unset] : []));
    case "array":
      return [value.settled, value.whenEmpty].filter((facts) => facts !== undefined);
    case "symbolic":
      return value.implies ? [value.implies.whenTrue, value.implies.whenFalse] : [];
    default:
      return [];
  }
}

function keeping(value: Value, kept: Kept): Value {
  // What lies below all that is treated apart is treated alike, however deep.
  const deepest = Number.isFinite(kept.parts) ? kept.parts + 1 : kept.facts + 1;
  const known = Array.from({ length: deepest + 1 }, () => new Map<Value, Value>());
  const at = (one: Value, depth: number): Value => {
    const seen = known[depth]!;
    let made = seen.get(one);
    if (!made) seen.set(one, (made = depth > kept.parts ? cut(one) : lighten(one, depth)));
    return made;
  };
  const lighten = (one: Value, depth: number): Value => {
    const isKept = depth <= kept.facts;
    const inside = (part: Value): Value => at(part, Math.min(depth + 1, deepest));
    switch (one.kind) {
      case "choice": {
        // One of several stands where they do.
        const options = one.options.map((option) => at(option, depth));
        // That its conditions were told remains.
        const given = isKept ? one.given : one.given?.map(() => noFacts);
        return { ...one, options, ...(given && { given }) };
      }
      case "object": {
        const fields = [...one.fields].map(
          ([name, field]) => [name, ofField(field, isKept, inside)] as const,
        );
        return { ...one, fields: new Map(fields), ...(one.others && { others: one.others.map(inside) }) };
      }
      case "array": {
        const { settled, whenEmpty, ...list } = one;
        return {
          ...list,
          elements: one.elements.map(inside),
          rest: one.rest && inside(one.rest),
          ...(isKept && settled && { settled }),
          ...(isKept && whenEmpty && { whenEmpty }),
        };
      }
      case "symbolic": {
        const { implies, ...plain } = one;
        return isKept || !implies ? one : plain;
      }
      case "text":
        return { ...one, parts: one.parts.map((part) => (typeof part === "string" ? part : inside(part))) };
      case "instance":
        return one.arguments ? { ...one, arguments: one.arguments.map(inside) } : one;
      case "library":
        return one.holds ? { ...one, holds: one.holds.map(inside) } : one;
      default:
        return one;
    }
  };
  return at(value, 0);
}

/** Of what is put together of others, nothing is known any more. */
function cut(value: Value): Value {
  return value.kind === "choice" || value.kind === "object" || value.kind === "array" ? unknown : value;
}

function ofField(field: ObjectField, isKept: boolean, inside: (value: Value) => Value): ObjectField {
  const { when, ...plain } = field;
  return {
    ...plain,
    value: inside(field.value),
    ...(field.by && { by: field.by.map(inside) }),
    ...(field.otherwise && { otherwise: field.otherwise.map(inside) }),
    ...(when && { when: isKept ? when : { set: noFacts, unset: noFacts } }),
  };
}
