/**
 * Several values as one: what a branch decides when the program runs, and whether there is a value at all. Here two
 * branches of one query become one query with a choice in it.
 */
import { factsOf, light, meetOf, noFacts, withFacts, type Facts } from "./facts.js";
import { isSameSession } from "./session.js";
import {
  extend,
  isUndefined,
  undefinedValue,
  unknown,
  type ArrayValue,
  type ChoiceValue,
  type Clause,
  type InstanceValue,
  type ObjectField,
  type ObjectValue,
  type QueryValue,
  type Site,
  type Step,
  type SymbolicValue,
  type Value,
} from "./value.js";

/** One value for several: equal ones count once, queries with a common beginning become one query with a choice in it. */
export function choiceOf(
  values: readonly Value[],
  reason: string,
  /** What holds when it is the value at this place. */
  givens: readonly Facts[] = [],
): Value {
  const options: Value[] = [];
  // All ways to one option at once: two of them that differ in their conditions alone say nothing, and with a third they may.
  const ways: Facts[][] = [];
  const add = (value: Value, facts: Facts): void => {
    if (isTooMany(options) && (options.length > maximalOfOneSort || !options.some(isOneOfMany))) return;
    if (value.kind === "choice") {
      value.options.forEach((option, index) =>
        add(option, withFacts(facts, value.given?.[index]?.values() ?? [])),
      );
      return;
    }
    for (const [index, other] of options.entries()) {
      const merged = other.kind === value.kind ? merge(other, value, reason, ways[index]!, facts) : null;
      if (merged) {
        options[index] = merged;
        ways[index]!.push(facts);
        return;
      }
    }
    options.push(value);
    ways.push([facts]);
  };
  values.forEach((value, index) => add(value, givens[index] ?? noFacts));
  if (options.length === 0) return undefinedValue;
  if (options.length === 1 && !values.some(isKept)) return options[0]!;
  if (isTooMany(options)) return queuesAmong(options, reason);
  const given = ways.map(meetOf);
  if (options.length === 1 && given[0]!.size === 0) return options[0]!;
  const isPlain = given.every((facts) => facts.size === 0);
  const known = values.find((value) => value.kind === "choice");
  if (known && isSameChoice(known, options, isPlain ? [] : given)) return known;
  const earlier = sitesIn(values);
  return {
    kind: "choice",
    options,
    reason,
    ...(isPlain ? {} : { given: given.map(light) }),
    ...(earlier.length > 0 && { earlier }),
  };
}

/** An element that was kept of a list for what holds of it: `ids.filter((id) => own.has(id))`. */
export function keptWhere(element: Value, facts: Facts): Value {
  return facts.size === 0
    ? element
    : choiceOf([{ kind: "choice", options: [element], reason: "" }], "", [facts]);
}

function isKept(value: Value): value is ChoiceValue {
  return value.kind === "choice" && value.options.length === 1;
}

/**
 * What holds where it is there, and where it is nothing; of a value that is handed on, whoever hands it on knows. Null where
 * nothing more is known of either.
 */
export function givensOfAbsence(value: Value): readonly [Facts, Facts] | null {
  if (value.kind === "symbolic") return [noFacts, factsOf([{ kind: "missing", value }])];
  if (value.kind !== "choice" || !value.given) return null;
  const { options, given } = value;
  const where = (isThere: boolean): Facts =>
    meetOf(given.filter((_, index) => isUndefined(options[index]!) !== isThere));
  return [where(true), where(false)];
}

/** What is made of an element that was kept. */
export function ofKept(value: ChoiceValue, change: (element: Value) => Value): Value | null {
  return isKept(value) ? keptWhere(change(value.options[0]!), value.given?.[0] ?? noFacts) : null;
}

/** Where the choices were made that go into another; the first few are what a person wants to see. */
function sitesIn(values: readonly Value[]): readonly Site[] {
  const sites = values.flatMap((value) =>
    value.kind === "choice" ? [...(value.earlier ?? []), ...(value.site ? [value.site] : [])] : [],
  );
  return [...new Set(sites)].sort((one, other) => one.start - other.start).slice(0, 4);
}

function isSameChoice(known: ChoiceValue, options: readonly Value[], given: readonly Facts[]): boolean {
  const same = known.given ?? [];
  return (
    known.options.length === options.length &&
    known.options.every((option, index) => option === options[index]) &&
    same.length === given.length &&
    same.every((facts, index) => facts === given[index])
  );
}

function isTooMany(options: readonly Value[]): boolean {
  if (options.length <= maximalOptions) return false;
  const isOfOneSort = longSorts.some((isOf) => options.every((option) => isOf(option) || isNothing(option)));
  return options.length > maximalOfOneSort || !isOfOneSort;
}

/** Handlers in a list are all called, words in a table may each be meant, and a job goes into any of many queues. */
const longSorts: readonly ((option: Value) => boolean)[] = [
  ({ kind }) => kind === "function",
  ({ kind }) => kind === "literal",
  isOneOfMany,
];

/**
 * A queue of many: each is asked in a few places, and which one it is follows from a word. Of what is asked everywhere (models,
 * repositories) so many would be as many queries at each of these places.
 */
export function isOneOfMany(option: Value): boolean {
  return option.kind === "library" && queueTypes.has(option.type);
}

const queueTypes = new Set(["queue", "producer", "flow-producer", "task"]);

function isNothing(option: Value): boolean {
  return option.kind === "literal" && (option.value === undefined || option.value === null);
}

/** Of too many to be told apart, the queues are kept: whatever else it may be, a job can go into it. */
function queuesAmong(options: readonly Value[], reason: string): Value {
  const queues = options.filter(isOneOfMany).slice(0, maximalOptions - 1);
  return queues.length === 0 ? unknown : { kind: "choice", options: [...queues, unknown], reason };
}

/** More options than this say nothing any more. */
const maximalOptions = 16;
/** The same, where all are of one sort. */
const maximalOfOneSort = 80;

/** What we can follow says more than what we cannot: unknown options are dropped beside known ones. */
export function chosen(options: readonly Value[], reason: string, givens: readonly Facts[] = []): Value {
  const isKnown = (option: Value): boolean => option.kind !== "unknown" && option.kind !== "external";
  if (!options.some(isKnown)) return choiceOf(options, reason, givens);
  return choiceOf(
    options.filter(isKnown),
    reason,
    givens.filter((_, index) => isKnown(options[index]!)),
  );
}

/** What is made of a choice was chosen where that was. */
export function withSiteOf(choice: ChoiceValue, made: Value): Value {
  return made.kind === "choice" && choice.site && !made.site ? { ...made, site: choice.site } : made;
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.options : [value];
}

/** Whichever it is, it is a function that can be followed. */
export function isCallback(value: Value): boolean {
  return optionsOf(value).every(({ kind }) => kind === "function");
}

/** The same choice of other values; options without one are left out. */
export function withOptions(choice: ChoiceValue, change: (option: Value) => Value | null): Value {
  const kept = ofKept(choice, (element) => change(element) ?? undefinedValue);
  if (kept) return kept;
  const changed = choice.options.map(change);
  const value = choiceOf(
    changed.filter((option) => option !== null),
    choice.reason,
    (choice.given ?? []).filter((_, index) => changed[index] !== null),
  );
  return value.kind === "choice" && choice.site ? { ...value, site: choice.site } : value;
}

/** Reads as "`value` or `undefined`". */
export function isPerhapsAbsent(value: Value): boolean {
  switch (value.kind) {
    case "literal":
      return value.value === undefined;
    case "symbolic":
    case "rows":
      return value.absent;
    case "choice":
      return value.options.some(isPerhapsAbsent);
    default:
      return false;
  }
}

export function withAbsence(value: Value): Value {
  switch (value.kind) {
    case "symbolic":
    case "rows":
      return value.absent ? value : { ...value, absent: true };
    case "literal":
      return value.value === undefined ? value : choiceOf([value, undefinedValue], "");
    case "choice":
      return choiceOf([value, undefinedValue], value.reason);
    default:
      return value;
  }
}

export function withoutAbsence(value: Value): Value {
  switch (value.kind) {
    case "symbolic":
    case "rows":
      return value.absent ? { ...value, absent: false } : value;
    case "choice":
      return withOptions(value, (option) => (isUndefined(option) ? null : withoutAbsence(option)));
    default:
      return value;
  }
}

/** `const [a, b] = isShort ? [1, 2] : [3, 4]`: which it is was decided once, for all of them. */
function decidedWith(decision: object, one: Value, other: Value, reason: string): Value {
  const value = choiceOf([one, other], reason);
  const isOfBoth =
    value.kind === "choice" &&
    value.options.length === 2 &&
    value.options[0] === one &&
    value.options[1] === other;
  return isOfBoth ? { ...value, decision } : value;
}

/** The one value that stands for both, or null when they must stay apart. */
function merge(
  left: Value,
  right: Value,
  reason: string,
  /** What holds where it is the one, in each way to it, and where it is the other. */
  ways: readonly Facts[],
  given: Facts,
): Value | null {
  if (left === right) return left;
  if (left.kind !== right.kind) return null;
  switch (left.kind) {
    case "unknown":
      return left.isNever ? right : left;
    case "literal":
      return right.kind === "literal" && Object.is(left.value, right.value) ? left : null;
    case "symbolic":
      if (right.kind !== "symbolic" || right.id !== left.id) return null;
      return withSharedAnswers(left.absent ? left : right, left, right);
    case "rows":
      if (right.kind !== "rows" || right.access !== left.access || right.many !== left.many) return null;
      if ((left.context ?? "") !== (right.context ?? "") || left.part !== right.part) return null;
      return left.absent ? left : right;
    case "query":
      return right.kind === "query" ? mergeQueries(left, right, reason, ways, given) : null;
    case "object":
      return right.kind === "object" ? mergeObjects(left, right, reason, ways, given) : null;
    case "array":
      return right.kind === "array" ? mergeArrays(left, right, reason) : null;
    case "library":
      return right.kind === "library" &&
        right.library === left.library &&
        right.type === left.type &&
        right.data === left.data &&
        isSameList(right.holds ?? [], left.holds ?? []) &&
        isSameSession(left.session, right.session)
        ? left
        : null;
    case "function":
      return right.kind === "function" && right.file === left.file && right.function === left.function
        ? left
        : null;
    case "class":
      return right.kind === "class" && right.file === left.file && right.class === left.class ? left : null;
    case "instance":
      return right.kind === "instance" &&
        right.file === left.file &&
        right.class === left.class &&
        right.as?.id === left.as?.id
        ? left
        : null;
    case "module":
      return right.kind === "module" && right.file === left.file ? left : null;
    case "external":
      return right.kind === "external" &&
        right.package === left.package &&
        right.path.join(".") === left.path.join(".")
        ? left
        : null;
    default:
      return null;
  }
}

function isSameList(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index]);
}

/** The same question asked of two things: it answers only what both answer. */
function withSharedAnswers(merged: SymbolicValue, left: SymbolicValue, right: SymbolicValue): SymbolicValue {
  if (left.implies === right.implies) return merged;
  const { implies: _, ...plain } = merged;
  if (!left.implies || !right.implies) return plain;
  return {
    ...plain,
    implies: {
      whenTrue: meetOf([left.implies.whenTrue, right.implies.whenTrue]),
      whenFalse: meetOf([left.implies.whenFalse, right.implies.whenFalse]),
    },
  };
}

function mergeQueries(
  left: QueryValue,
  right: QueryValue,
  reason: string,
  ways: readonly Facts[],
  given: Facts,
): QueryValue | null {
  if (left.root.file !== right.root.file || left.root.start !== right.root.start) return null;
  let a: Step | null = left.head;
  let b: Step | null = right.head;
  const onlyLeft: Clause[] = [];
  const onlyRight: Clause[] = [];
  while (a !== b) {
    if (a && (!b || a.length >= b.length)) {
      onlyLeft.unshift(a.clause);
      a = a.previous;
    } else if (b) {
      onlyRight.unshift(b.clause);
      b = b.previous;
    }
  }
  if (!a) return null;
  // Two that were begun at one place, and whoever adds to this adds to whichever it is.
  const cell = left.cell === right.cell ? left.cell : {};
  if (onlyLeft.length === 0 && onlyRight.length === 0)
    return cell === left.cell ? left : { ...left, ...(cell && { cell }) };
  const givens = [meetOf(ways), given].map(light);
  const isPlain = givens.every((facts) => facts.size === 0);
  return extend(
    { ...left, head: a, ...(cell && { cell }) },
    { kind: "choice", arms: [onlyLeft, onlyRight], reason, ...(isPlain ? {} : { given: givens }) },
  );
}

/** Null when each has a field that the other lacks: then they are two shapes, and not one that grew. */
function mergeObjects(
  left: ObjectValue,
  right: ObjectValue,
  reason: string,
  ways: readonly Facts[],
  given: Facts,
): ObjectValue | null {
  const isPartOf = (a: ObjectValue, b: ObjectValue) =>
    [...a.fields.keys()].every((name) => b.fields.has(name));
  if (!isPartOf(left, right) && !isPartOf(right, left)) return null;
  const fields = new Map<string, ObjectField>();
  let isLeft = left.open || !right.open;
  let givens: readonly Facts[] | null = null;
  const givensOf = (): readonly Facts[] => (givens ??= [meetOf(ways), given]);
  for (const name of new Set([...left.fields.keys(), ...right.fields.keys()])) {
    const a = left.fields.get(name);
    const b = right.fields.get(name);
    const field =
      a && b
        ? mergeFields(a, b, reason, givensOf)
        : sometimes((a ?? b)!, a ? right : left, a ? givensOf() : givensOf().toReversed());
    isLeft &&= field === a;
    fields.set(name, field);
  }
  // The same object for the same content: most of what meets has not changed.
  const isOneClass = isSameClass(left.made, right.made);
  if (isLeft && left.others === right.others && isOneClass) return left;
  const made = isOneClass ? left.made : undefined;
  const others = othersOf([left, right]);
  return { kind: "object", fields, open: left.open || right.open, ...others, ...(made && { made }) };
}

function isSameClass(left: InstanceValue | undefined, right: InstanceValue | undefined): boolean {
  return left?.file === right?.file && left?.class === right?.class;
}

/** Of one whose other fields come from nobody known, nobody knows them. */
export function othersOf(shapes: readonly ObjectValue[]): Pick<ObjectValue, "others"> {
  const open = shapes.filter((shape) => shape.open);
  const others = open.map((shape) => shape.others);
  if (others.length === 0 || others.includes(undefined)) return {};
  const all = [...new Set(others.flatMap((one) => one ?? []))];
  return all.length <= mostOthers ? { others: all } : {};
}

const mostOthers = 4;

/** `{ isAuthorized: true }` on one path and `{ isAuthorized: false }` on the other: which it is says which path it was. */
function mergeFields(
  a: ObjectField,
  b: ObjectField,
  reason: string,
  givens: () => readonly Facts[],
): ObjectField {
  const value = a.value === b.value ? a.value : choiceOf([a.value, b.value], reason, givens());
  const isA = value === a.value && (a.sometimes || !b.sometimes) && (a.overwritable || !b.overwritable);
  return isA
    ? a
    : {
        value,
        sometimes: a.sometimes || b.sometimes,
        overwritable: a.overwritable || b.overwritable,
        ...otherwiseIn([a, b].filter((field) => field.sometimes)),
      };
}

/** On the paths of `lacking` it is not set: there it may still be one of what was spread whole. */
function sometimes(field: ObjectField, lacking: ObjectValue, givens: readonly Facts[]): ObjectField {
  const others = lacking.open ? lacking.others : undefined;
  if (field.sometimes) {
    if (!field.otherwise) return field;
    const { otherwise, ...plain } = field;
    const all = others && new Set([...otherwise, ...others]);
    return all && all.size === otherwise.length
      ? field
      : { ...plain, ...(all && all.size <= mostOthers && { otherwise: [...all] }) };
  }
  const [set, unset] = givens.map(light) as [Facts, Facts];
  return {
    ...field,
    sometimes: true,
    ...(set.size + unset.size > 0 && { when: { set, unset } }),
    ...(others && others.length <= mostOthers && { otherwise: others }),
  };
}

/** Known only where it is of each of those that are not always set. */
function otherwiseIn(fields: readonly ObjectField[]): Pick<ObjectField, "otherwise"> {
  const known = fields.map((field) => field.otherwise);
  if (known.length === 0 || known.includes(undefined)) return {};
  const all = new Set(known.flatMap((one) => one ?? []));
  return all.size <= mostOthers ? { otherwise: [...all] } : {};
}

function mergeArrays(left: ArrayValue, right: ArrayValue, reason: string): ArrayValue {
  const [shorter, longer] = left.elements.length <= right.elements.length ? [left, right] : [right, left];
  const rest =
    left.rest && right.rest ? choiceOf([left.rest, right.rest], reason) : (left.rest ?? right.rest);
  // What only one of them has is there on some paths: `undefined` stands for its absence.
  const decision = {};
  const elements = longer.elements.map((element, index) =>
    decidedWith(decision, element, shorter.elements[index] ?? undefinedValue, reason),
  );
  const isLonger =
    rest === longer.rest && !longer.settled && elements.every((one, index) => one === longer.elements[index]);
  return isLonger ? longer : { kind: "array", elements, rest, ...(longer.isMap && { isMap: true }) };
}
