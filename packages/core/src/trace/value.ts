/**
 * What an expression can stand for, as far as we follow it. Values are plain and immutable: a changed object is a new
 * object, so that a branch can keep the old one.
 */
import type {
  Column,
  OriginKind,
  Overwriting,
  Predicate,
  Resource,
  RowsBeside,
  Selection,
  WrittenRow,
} from "../constraint/predicate.js";
import type { Cells } from "./cells.js";
import type { Facts } from "./facts.js";
import type { Session } from "./session.js";
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

/** Something we cannot follow; what a function gives that never comes back. */
export interface UnknownValue {
  readonly kind: "unknown";
  readonly isNever?: true;
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
  /** Read from a row: which access fetched it, in which context, and the column. */
  readonly row: RowColumn | null;
  /** It is the answer to a question: what holds when it is yes, and when it is no. */
  readonly implies?: { readonly whenTrue: Facts; readonly whenFalse: Facts };
  /** Where the code reads it. */
  readonly site?: Site;
  /** A call that we do not follow made it of these. */
  readonly from?: readonly Value[];
  /**
   * How it came of `from`. `kept`: a store of the service's own has it under a key, which comes first; `answer`: somebody who may
   * be such a store was asked for it. `digest`: only whoever has what is in it can name it. `segment`: it is one name in a path, and
   * leads nowhere else.
   */
  readonly madeAs?: "kept" | "answer" | "digest" | "segment";
  /** Where it counts as true, so many of `from` are made sure of, if the so many after them can be believed. */
  readonly vouches?: { readonly for: number; readonly against: number };
  /** Properties, as paths (`scope.projectId`), that a check before found to be there. */
  readonly present?: readonly string[];
  /** It is what is left of an object, of this type, when these properties are taken. */
  readonly without?: { readonly type: TypeIn | null; readonly names: readonly string[] };
  /** Its author has said of what type it is (`as`), and nothing has looked since. */
  readonly isCast?: true;
  /** A schema, or a type's argument, that we do not read says what is in it. */
  readonly isShaped?: true;
  /** A property that nobody names, of an object that is taken whole: its type has it, or nothing says what is in it. */
  readonly brought?: "declared" | "perhaps";
}

export interface ObjectValue {
  readonly kind: "object";
  readonly fields: ReadonlyMap<string, ObjectField>;
  /** Objects we do not know were spread in, or computed keys set: other fields may exist. */
  readonly open: boolean;
  /** What is in it besides comes from code that we do not follow. */
  readonly isElsewhere?: boolean;
  /** What was spread in without its fields being known: a property that is no field here is one of theirs. */
  readonly others?: readonly Value[];
  /** It is an object of this class, with what was set on it since: `new Invoice()`, a row that was read. */
  readonly made?: InstanceValue;
}

export interface ObjectField {
  readonly value: Value;
  /** Not set on every path. */
  readonly sometimes: boolean;
  /** What holds where it is set, and where it is not. */
  readonly when?: { readonly set: Facts; readonly unset: Facts };
  /** A spread of an unknown object comes after it and may replace it. */
  readonly overwritable: Overwriting;
  /** What may replace it, where that is known: an object whose property of that name it is then. */
  readonly by?: readonly Value[];
  /** Where it is not set, one of these objects has it or not: what was spread whole on those paths. */
  readonly otherwise?: readonly Value[];
}

export interface ArrayValue {
  readonly kind: "array";
  readonly elements: readonly Value[];
  /** What further elements look like, when there may be more. */
  readonly rest: Value | null;
  /** What holds once all its elements have come about, where they are promises. */
  readonly settled?: Facts;
  /** A `Map`: its elements are its entries. */
  readonly isMap?: boolean;
  /** What holds if there is nothing in it: of each of those that it was picked from. */
  readonly whenEmpty?: Facts;
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
  /** What came in and is only declared to be one: what it holds is what was put into it. */
  readonly as?: SymbolicValue;
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
  /** Of an address, what it is made of: `new URL("./worker.js", import.meta.url)`. */
  readonly from?: readonly Value[];
}

/** A value that a library's model made and alone understands: a client, an expression builder. */
export interface LibraryValue {
  readonly kind: "library";
  readonly library: string;
  /** `client`, `statement` (it runs when somebody awaits it), `written` (a text of SQL), or whatever else its model calls it. */
  readonly type: string;
  readonly data: unknown;
  /** Values of the program that stand in it, in the order in which its model keeps them: who calls may know them better. */
  readonly holds?: readonly Value[];
  /** Of a client: where its statements run, as far as that is seen. */
  readonly session?: Session;
}

/** A query under construction: where it began, and what was said of it since. */
/** What a client, by itself, may add to what it is asked. */
export type ClientNote =
  /**
   * A plugin or an extension of it may add the tenant, in a way that is not followed: `reason` says which. `onlyOwn`: to the rows
   * that a statement is about, and not to what it looks up beside them.
   */
  | { readonly kind: "limits"; readonly reason: string; readonly onlyOwn?: true }
  /**
   * Only its type is known, and one that adds the tenant has the same type. `of`: under which words such a client is noted
   * elsewhere, where that is not the library's name; `reason`: what it would be.
   */
  | { readonly kind: "declared"; readonly of?: readonly string[]; readonly reason?: string };

export interface QueryValue {
  readonly kind: "query";
  readonly library: string;
  readonly root: Site;
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert";
  readonly head: Step;
  /** It gives one row, or nothing. */
  readonly isOfOne?: true;
  /** Its rows have columns that stand together: a joined table's under its name. */
  readonly parts?: readonly string[];
  /** Whoever gets it may add to it, and is meant to. */
  readonly isOpen?: true;
  /** Where it runs, as far as its client says. */
  readonly session?: Session;
  /** What its client may do to it before it runs. */
  readonly client?: ClientNote;
  /** Its library changes it in place: all that have this in common are one. */
  readonly cell?: object;
  /** What it gives of its rows is this column of each. */
  readonly plucked?: string;
  /** It stands in another, as a condition or a sub-query, and never runs by itself. */
  readonly isPart?: true;
  /** What it is called where it stands in another. */
  readonly alias?: string;
  /** It is seen to begin on a client that is no transaction. */
  readonly isOnPool?: boolean;
  /** Values that its texts name (`:organizationId`), by their names. */
  readonly named?: ReadonlyMap<string, Value>;
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
  | {
      readonly kind: "filter";
      readonly predicate: Predicate;
      /** Where it is an `or` that is written without brackets: its arms. */
      readonly loose?: readonly Predicate[] | null;
      /** An `or` stands before it, where anything does. */
      readonly isAlternative?: true;
    }
  | { readonly kind: "clear-filters" }
  | { readonly kind: "nested"; readonly selection: Selection }
  | { readonly kind: "arm"; readonly selection: Selection }
  | { readonly kind: "output"; readonly name: string; readonly column: Column }
  | { readonly kind: "common-table"; readonly name: string; readonly selection: Selection }
  | { readonly kind: "written"; readonly rows: readonly WrittenRow[] }
  /** What is put into rows that are there already. */
  | { readonly kind: "updated"; readonly rows: readonly WrittenRow[] }
  | { readonly kind: "beside"; readonly written: RowsBeside }
  /** What an upsert does when the row exists: `columns` is null when the target cannot be read. */
  | {
      readonly kind: "conflict";
      readonly columns: readonly string[] | null;
      readonly updates: boolean;
      /** Of an update: which rows in the way it overwrites. */ readonly where: Predicate;
    }
  | { readonly kind: "unclear"; readonly reason: string; readonly isOpenTable?: boolean }
  /** The program decides which arm was said. */
  | {
      readonly kind: "choice";
      readonly arms: readonly (readonly Clause[])[];
      readonly reason: string;
      /** What holds where it is the arm at this place. */
      readonly given?: readonly Facts[];
    };

export interface RowColumn {
  readonly access: string;
  /** As of the rows. */
  readonly context?: string;
  readonly column: string;
}

/** Rows that an access fetched (or one of them). */
export interface RowsValue {
  readonly kind: "rows";
  readonly access: string;
  /** The calls that led to the access, outermost first, seen from the function at hand: "" where it stands in that itself. */
  readonly context?: string;
  readonly many: boolean;
  readonly absent: boolean;
  readonly text: string;
  /** The columns that were asked for, where that is known: what others would hold is not there. */
  readonly has?: readonly string[];
  /** Properties under which columns stand together: a joined table's under its name. */
  readonly parts?: readonly string[];
  /** What stands under one of them. */
  readonly part?: string;
  /** What is made of each of them: an object with methods of its own. */
  readonly made?: LibraryValue | InstanceValue;
}

/** One of several, decided when the program runs. */
export interface ChoiceValue {
  readonly kind: "choice";
  readonly options: readonly Value[];
  readonly reason: string;
  /** What holds when it is the option at this place. */
  readonly given?: readonly Facts[];
  /** The expression that decides. */
  readonly site?: Site;
  /** The same of choices that are made at once: they have their options in the same order. */
  readonly decision?: object;
  /** Where those were chosen that this was made of. */
  readonly earlier?: readonly Site[];
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
  readonly returns: Returned[];
  /** What a generator gives, one after another. */
  readonly yielded: Value[];
}

export interface Returned {
  readonly value: Value;
  /** What holds where it is returned. */
  readonly facts: Facts;
  /** Where that is: an offset into the file. */
  readonly end: number;
  /** What queries that change in place are there. */
  readonly cells: Cells;
}

export function frameOf(parts: Omit<Frame, "values" | "isShared" | "returns" | "yielded">): Frame {
  return { ...parts, values: new Map(), isShared: false, returns: [], yielded: [] };
}

export function setValue(frame: Frame, binding: BindingId, value: Value): void {
  if (frame.isShared) {
    frame.values = new Map(frame.values);
    frame.isShared = false;
  }
  (frame.values as Map<BindingId, Value>).set(binding, value);
}

export function siteOf(frame: Frame, span: { readonly start: number; readonly end: number }): Site {
  return { file: frame.file, start: span.start, end: span.end };
}

export const unknown: UnknownValue = { kind: "unknown" };

/** Nothing: the call does not come back. */
export const never: UnknownValue = { kind: "unknown", isNever: true };

export const undefinedValue: LiteralValue = { kind: "literal", value: undefined };

/** `[]`, and nothing that was put into it. */
export function isEmptyList(value: Value): boolean {
  return value.kind === "array" && value.elements.length === 0 && value.rest === null;
}

export function isUndefined(value: Value): boolean {
  return value.kind === "literal" && value.value === undefined;
}

/** Null too: neither has a member. */
export function isNothing(value: Value): boolean {
  return value.kind === "literal" && (value.value === null || value.value === undefined);
}

export function siteKey(site: Site): string {
  return `${site.file}:${site.start}`;
}

/** Two calls may begin at one place: `a.b().c()`. */
export function callKey(site: Site): string {
  return `${siteKey(site)}:${site.end}`;
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
