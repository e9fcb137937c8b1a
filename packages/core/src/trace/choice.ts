/**
 * Several values as one: what a branch decides when the program runs, and whether there is a value at all. Here two
 * branches of one query become one query with a choice in it.
 */
import {
  extend,
  isUndefined,
  undefinedValue,
  unknown,
  type ArrayValue,
  type Clause,
  type ObjectField,
  type ObjectValue,
  type QueryValue,
  type Step,
  type Value,
} from "./value.js";

/** One value for several: equal ones count once, queries with a common beginning become one query with a choice in it. */
export function choiceOf(values: readonly Value[], reason: string): Value {
  const options: Value[] = [];
  const add = (value: Value): void => {
    if (value.kind === "choice") {
      value.options.forEach(add);
      return;
    }
    for (const [index, other] of options.entries()) {
      const merged = merge(other, value, reason);
      if (merged) {
        options[index] = merged;
        return;
      }
    }
    options.push(value);
  };
  values.forEach(add);
  if (options.length === 0) return undefinedValue;
  if (options.length === 1) return options[0]!;
  if (options.length > maximalOptions) return unknown;
  return { kind: "choice", options, reason };
}

/** More options than this say nothing any more. */
const maximalOptions = 12;

/** What we can follow says more than what we cannot: unknown options are dropped beside known ones. */
export function chosen(options: readonly Value[], reason: string): Value {
  const known = options.filter((option) => option.kind !== "unknown" && option.kind !== "external");
  return choiceOf(known.length > 0 ? known : options, reason);
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.options : [value];
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
      return choiceOf([...value.options, undefinedValue], value.reason);
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
      return choiceOf(
        value.options.filter((option) => !isUndefined(option)).map(withoutAbsence),
        value.reason,
      );
    default:
      return value;
  }
}

/** The one value that stands for both, or null when they must stay apart. */
function merge(left: Value, right: Value, reason: string): Value | null {
  if (left === right) return left;
  if (left.kind !== right.kind) return null;
  switch (left.kind) {
    case "unknown":
      return left;
    case "literal":
      return right.kind === "literal" && Object.is(left.value, right.value) ? left : null;
    case "symbolic":
      if (right.kind !== "symbolic" || right.id !== left.id) return null;
      return left.absent ? left : right;
    case "rows":
      if (right.kind !== "rows" || right.access !== left.access || right.many !== left.many) return null;
      return left.absent ? left : right;
    case "query":
      return right.kind === "query" ? mergeQueries(left, right, reason) : null;
    case "object":
      return right.kind === "object" ? mergeObjects(left, right, reason) : null;
    case "array":
      return right.kind === "array" ? mergeArrays(left, right, reason) : null;
    case "library":
      return right.kind === "library" &&
        right.library === left.library &&
        right.type === left.type &&
        right.data === left.data
        ? left
        : null;
    case "function":
      return right.kind === "function" && right.file === left.file && right.function === left.function
        ? left
        : null;
    case "class":
      return right.kind === "class" && right.file === left.file && right.class === left.class ? left : null;
    case "instance":
      return right.kind === "instance" && right.file === left.file && right.class === left.class
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

function mergeQueries(left: QueryValue, right: QueryValue, reason: string): QueryValue | null {
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
  if (onlyLeft.length === 0 && onlyRight.length === 0) return left;
  return extend({ ...left, head: a }, { kind: "choice", arms: [onlyLeft, onlyRight], reason });
}

/** Null when each has a field that the other lacks: then they are two shapes, and not one that grew. */
function mergeObjects(left: ObjectValue, right: ObjectValue, reason: string): ObjectValue | null {
  const isPartOf = (a: ObjectValue, b: ObjectValue) =>
    [...a.fields.keys()].every((name) => b.fields.has(name));
  if (!isPartOf(left, right) && !isPartOf(right, left)) return null;
  const fields = new Map<string, ObjectField>();
  for (const name of new Set([...left.fields.keys(), ...right.fields.keys()])) {
    const a = left.fields.get(name);
    const b = right.fields.get(name);
    if (a && b) {
      fields.set(name, {
        value: a.value === b.value ? a.value : choiceOf([a.value, b.value], reason),
        sometimes: a.sometimes || b.sometimes,
        overwritable: a.overwritable || b.overwritable,
      });
    } else {
      fields.set(name, { ...(a ?? b)!, sometimes: true });
    }
  }
  return { kind: "object", fields, open: left.open || right.open };
}

function mergeArrays(left: ArrayValue, right: ArrayValue, reason: string): ArrayValue {
  const [shorter, longer] = left.elements.length <= right.elements.length ? [left, right] : [right, left];
  const rest =
    left.rest && right.rest ? choiceOf([left.rest, right.rest], reason) : (left.rest ?? right.rest);
  return {
    kind: "array",
    // What only one of them has is there on some paths: `undefined` stands for its absence.
    elements: longer.elements.map((element, index) =>
      choiceOf([element, shorter.elements[index] ?? undefinedValue], reason),
    ),
    rest,
  };
}
