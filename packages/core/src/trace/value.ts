/**
 * What an expression can stand for, as far as we follow it. Values are plain and immutable: a changed object is a new
 * object, so that a branch can keep the old one.
 */
import type {
  Column,
  Operand,
  OriginKind,
  Overwriting,
  Predicate,
  Resource,
  Selection,
  WrittenRow,
} from "../constraint/predicate.js";
import type { TypeIn } from "../link/program.js";
import type { BindingId, ClassId, FunctionId } from "../lower/module.js";

/** A place in the code; offsets into the file. */
export interface Site {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type Value =
  | UnknownValue
  | LiteralValue
  | SymbolicValue
  | ObjectValue
  | ArrayValue
  | TextValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | ExternalValue
  | LibraryValue
  | QueryValue
  | RowsValue
  | ChoiceValue;

/** Something we cannot follow. */
export interface UnknownValue {
  readonly kind: "unknown";
}

export interface LiteralValue {
  readonly kind: "literal";
  readonly value: string | number | boolean | null | undefined;
}

/** A value known only by where it came from: a parameter, a field of one, the result of a call we do not follow. */
export interface SymbolicValue {
  readonly kind: "symbolic";
  /** Two symbolic values with the same id are the same value at run time. */
  readonly id: string;
  readonly origin: OriginKind;
  readonly text: string;
  /** May be `undefined`. */
  readonly absent: boolean;
  readonly type: TypeIn | null;
  /** Read from a row: which access fetched it, and the column. */
  readonly row: { readonly access: string; readonly column: string } | null;
  /** Properties, as paths (`scope.projectId`), that a check before found to be there. */
  readonly present?: readonly string[];
}

export interface ObjectValue {
  readonly kind: "object";
  readonly fields: ReadonlyMap<string, ObjectField>;
  /** Objects we do not know were spread in, or computed keys set: other fields may exist. */
  readonly open: boolean;
  /** What is in it besides comes from code that we do not follow. */
  readonly isElsewhere?: boolean;
}

export interface ObjectField {
  readonly value: Value;
  /** Not set on every path. */
  readonly sometimes: boolean;
  /** A spread of an unknown object comes after it and may replace it. */
  readonly overwritable: Overwriting;
}

export interface ArrayValue {
  readonly kind: "array";
  readonly elements: readonly Value[];
  /** What further elements look like, when there may be more. */
  readonly rest: Value | null;
}

/** A template string or a concatenation. */
export interface TextValue {
  readonly kind: "text";
  readonly parts: readonly (string | Value)[];
}

export interface FunctionValue {
  readonly kind: "function";
  readonly file: string;
  readonly function: FunctionId;
  /** The frame whose variables it closes over; null for functions of the module's top level. */
  readonly closure: Frame | null;
  readonly self: Value | null;
}

export interface ClassValue {
  readonly kind: "class";
  readonly file: string;
  readonly class: ClassId;
}

export interface InstanceValue {
  readonly kind: "instance";
  readonly file: string;
  readonly class: ClassId;
  /** The constructor's arguments, where the `new` was seen. */
  readonly arguments: readonly Value[] | null;
}

export interface ModuleValue {
  readonly kind: "module";
  readonly file: string;
}

/** Something from a package whose sources are not here. `path` says how it was reached from the package's exports. */
export interface ExternalValue {
  readonly kind: "external";
  readonly package: string;
  readonly path: readonly string[];
}

/** A value that a library's model made and alone understands: a client, an expression builder. */
export interface LibraryValue {
  readonly kind: "library";
  readonly library: string;
  readonly type: string;
  readonly data: unknown;
}

/** A query under construction: where it began, and what was said of it since. */
export interface QueryValue {
  readonly kind: "query";
  readonly library: string;
  readonly root: Site;
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert";
  readonly head: Step;
}

/** A chain of steps, newest first; two chains that share a beginning share its objects. */
export interface Step {
  readonly previous: Step | null;
  readonly length: number;
  readonly clause: Clause;
}

export type Clause =
  | { readonly kind: "begin" }
  | {
      readonly kind: "resource";
      readonly resource: Resource;
      /** Tables that the program may choose instead. */
      readonly alternatives?: readonly Resource[];
    }
  | { readonly kind: "filter"; readonly predicate: Predicate }
  | { readonly kind: "clear-filters" }
  | { readonly kind: "nested"; readonly selection: Selection }
  | { readonly kind: "arm"; readonly selection: Selection }
  | { readonly kind: "output"; readonly name: string; readonly column: Column }
  | { readonly kind: "common-table"; readonly name: string; readonly selection: Selection }
  | { readonly kind: "written"; readonly rows: readonly WrittenRow[] }
  /** What an upsert does when the row exists: `columns` is null when the target cannot be read. */
  | {
      readonly kind: "conflict";
      readonly columns: readonly string[] | null;
      readonly updates: boolean;
      /** Of an update: which rows in the way it overwrites. */ readonly where: Predicate;
    }
  | { readonly kind: "unclear"; readonly reason: string; readonly isOpenTable?: boolean }
  /** The program decides which arm was said. */
  | { readonly kind: "choice"; readonly arms: readonly (readonly Clause[])[]; readonly reason: string };

/** Rows that an access fetched (or one of them). */
export interface RowsValue {
  readonly kind: "rows";
  readonly access: string;
  readonly many: boolean;
  readonly absent: boolean;
  readonly text: string;
}

/** One of several, decided when the program runs. */
export interface ChoiceValue {
  readonly kind: "choice";
  readonly options: readonly Value[];
  readonly reason: string;
}

/** The variables of one running function. */
export interface Frame {
  readonly file: string;
  readonly function: FunctionId;
  readonly parent: Frame | null;
  readonly self: Value | null;
  /** Never changed while a snapshot holds it (`isShared`): `setValue` copies it first. */
  values: ReadonlyMap<BindingId, Value>;
  isShared: boolean;
  readonly returns: Value[];
}

export function frameOf(parts: Omit<Frame, "values" | "isShared" | "returns">): Frame {
  return { ...parts, values: new Map(), isShared: false, returns: [] };
}

export function setValue(frame: Frame, binding: BindingId, value: Value): void {
  if (frame.isShared) {
    frame.values = new Map(frame.values);
    frame.isShared = false;
  }
  (frame.values as Map<BindingId, Value>).set(binding, value);
}

export const unknown: UnknownValue = { kind: "unknown" };
export const undefinedValue: LiteralValue = { kind: "literal", value: undefined };

/** More options than this say nothing any more. */
const maximalOptions = 12;

export function isUndefined(value: Value): boolean {
  return value.kind === "literal" && value.value === undefined;
}

export function siteKey(site: Site): string {
  return `${site.file}:${site.start}`;
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

export function extend(query: QueryValue, clause: Clause): QueryValue {
  return { ...query, head: { previous: query.head, length: query.head.length + 1, clause } };
}

/** The clauses of a query, oldest first. */
export function clausesOf(query: QueryValue): readonly Clause[] {
  const clauses: Clause[] = [];
  for (let step: Step | null = query.head; step; step = step.previous) clauses.push(step.clause);
  return clauses.reverse();
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.options : [value];
}

/** What a filter can say of a value. */
export function operandOf(value: Value): Operand {
  switch (value.kind) {
    case "symbolic":
      return {
        value: value.id,
        origin: value.origin,
        absent: value.absent,
        fallback: false,
        text: value.text,
        row: value.row,
      };
    case "literal":
      return {
        value: `literal:${typeof value.value}:${String(value.value)}`,
        origin: "constant",
        absent: value.value === undefined,
        fallback: false,
        text: value.value === undefined ? "undefined" : JSON.stringify(value.value),
        row: null,
      };
    case "choice": {
      const options = value.options.filter((option) => !isUndefined(option)).map(operandOf);
      const constants = options.filter((option) => option.origin === "constant");
      const others = options.filter((option) => option.origin !== "constant");
      const first = others[0] ?? constants[0];
      if (!first) return operandOf(undefinedValue);
      return {
        value: options
          .map((option) => option.value)
          .sort()
          .join("|"),
        origin: worstOrigin(options.map((option) => option.origin)),
        absent: value.options.some(isPerhapsAbsent),
        fallback: (constants.length > 0 && others.length > 0) || options.some((option) => option.fallback),
        text: first.text,
        row: options.length === 1 ? first.row : null,
      };
    }
    case "rows":
      return {
        value: `row:${value.access}`,
        origin: "row",
        absent: value.absent,
        fallback: false,
        text: value.text,
        row: null,
      };
    case "text": {
      const parts = value.parts.filter((part): part is Value => typeof part !== "string").map(operandOf);
      return {
        value: `text:${value.parts.map((part) => (typeof part === "string" ? part : operandOf(part).value)).join("")}`,
        origin: parts.length === 0 ? "constant" : worstOrigin(parts.map((part) => part.origin)),
        absent: false,
        fallback: false,
        text: parts[0]?.text ?? "text",
        row: null,
      };
    }
    default:
      return {
        value: `unknown:${(unknownOperands += 1)}`,
        origin: "unknown",
        absent: false,
        fallback: false,
        text: "a value",
        row: null,
      };
  }
}

// Unknown values are never equal to each other; a counter keeps them apart. It never reaches a report.
let unknownOperands = 0;

const originsWorstFirst: readonly OriginKind[] = [
  "request",
  "unknown",
  "parameter",
  "job",
  "constant",
  "row",
  "principal",
];

function worstOrigin(origins: readonly OriginKind[]): OriginKind {
  return originsWorstFirst.find((origin) => origins.includes(origin)) ?? "unknown";
}
