/**
 * What the tracer asks of a library's model. One folder per library implements it; adding one touches that folder and
 * the list in `libraries/index.ts`. The interface is here because this is who asks: libraries depend on it, never the other way.
 */
import type { Operand, Predicate, Selection, WrittenRow, WrittenValue } from "../constraint/predicate.js";
import type { DeclaredType, ResolvedMember, TypeIn } from "../link/program.js";
import type { Expression, FunctionId, Module, TypeNode } from "../lower/module.js";
import type { Operation, PathKind } from "../vocabulary.js";
import type { SqlParser } from "../sql/parser.js";
import type { Table, TableColumn, Tenancy } from "../tenancy/tenancy.js";
import type { Delivery } from "./channel.js";
import type { Emission, Listening } from "./events.js";
import type { Facts } from "./facts.js";
import type { EntryPoint } from "./entry.js";
import type {
  ClassValue,
  ExternalValue,
  FunctionValue,
  InstanceValue,
  LibraryValue,
  ObjectValue,
  QueryValue,
  RowsValue,
  Site,
  SymbolicValue,
  Value,
} from "./value.js";

export interface LibraryModel {
  readonly name: string;
  /** The packages whose exports it models, by exact name; sub-paths count (`kysely/helpers/postgres` is `kysely`). */
  readonly packages: readonly string[];
  /**
   * Exports that no other library has. They are believed to be this library's also when the import leads nowhere: to
   * code that is generated at build time (`./generated/prisma/client`), or to a package that hands it on.
   */
  readonly exportNames?: readonly string[];
  /** Classes whose instances are clients; whoever wants to know a project's clients looks for files that name them. */
  readonly clients?: readonly string[];
  /**
   * Words of which every file that makes an access holds one. A shell that must be fast skips files without them, so a
   * word too many costs a moment, and one too few hides a leak. Without them, any file may make one.
   */
  readonly signs?: readonly string[];
  /** A value of a declared type from one of the packages: `db: Kysely<Database>`. Null when it is none of ours. */
  typed?(
    external: ExternalValue,
    typeArguments: readonly TypeIn[],
    tracer: Tracer,
    /** The value as it is known without its type. */
    symbol: SymbolicValue,
  ): Value | null;
  /** Generic types whose members are those of their first argument: `Insertable`. */
  readonly transparentTypes?: readonly string[];
  /** Generic types that are what a schema gives, and its value's type their first argument: `z.infer<typeof Invoice>`. */
  readonly inferringTypes?: readonly string[];
  /** The type of what one of our schemas lets through; null where it does not say. */
  describes?(schema: LibraryValue): TypeNode | null;
  /** `new X(…)`. */
  construct?(external: ExternalValue, call: Call, tracer: Tracer): Value | null;
  /** A call of something imported, or of something reached from it: `sql.raw(…)`, `jsonArrayFrom(…)`. */
  callExternal?(external: ExternalValue, call: Call, tracer: Tracer): Value | null;
  /** `` sql`…` `` */
  tagged?(external: ExternalValue, template: Template, tracer: Tracer): Value | null;
  /** A method of one of our values. */
  callMethod?(receiver: LibraryValue | QueryValue, method: string, call: Call, tracer: Tracer): Value | null;
  /** What a class of the program, or an instance of one, is to us that extends a class of ours: it has whatever that has. */
  inherited?(heir: ClassValue | InstanceValue, base: LibraryBase, tracer: Tracer): Value | null;
  /** One of our values called as a function: `eb("a", "=", b)`. */
  callValue?(callee: LibraryValue, call: Call, tracer: Tracer): Value | null;
  /** A property of an export that is one of our values as it stands: `Prisma.empty`. */
  constant?(external: ExternalValue): Value | null;
  /** A property of one of our values: `prisma.invoice`, `eb.fn`. */
  member?(receiver: LibraryValue | QueryValue, property: string, tracer: Tracer): Value | null;
  /**
   * A method call whose receiver leads nowhere we can see. Only what no other library could mean may be recognised, and
   * never by the method's name alone: the table or model must be one the schema knows. `path` is how the receiver is written:
   * `["ctx", "prisma", "invoice"]`.
   */
  recognize?(path: readonly string[], method: string, call: Call, tracer: Tracer): Value | null;
  /**
   * Entry points that a file has by where it stands, what it exports or how its classes are decorated. Called once for each
   * file that is judged, when all calls have been followed.
   */
  entriesIn?(file: string, module: Module, tracer: Tracer): void;
  /** What a decorated parameter gets, said as somebody else's `new X(…)`: `@InjectQueue("mails") queue: Queue`. */
  injects?(decorator: LibraryValue): Injected | null;
  /** How a missing constraint is written with this library; `{column}` stands for the tenant key. */
  readonly advice?: Advice;
  /** Its queries are promises: they run when somebody awaits them, and whoever gets one will. */
  readonly runsWhenAwaited?: boolean;
  /** Saying something to one of its queries changes that query: `builder.andWhere(…)`. */
  readonly buildersChange?: boolean;
  /** What a function of ours hands to its callback first, for types that say so: `Parameters<Parameters<typeof db.transaction>[0]>[0]`. */
  handed?(method: LibraryValue): Value | null;
}

export interface Injected {
  readonly made: ExternalValue;
  readonly arguments: readonly Value[];
}

export interface Advice {
  /** After "Add": `.where("{column}", "=", …)`. */
  readonly filter: string;
  /** After "Write": `"{column}" among the values`. */
  readonly value: string;
  /** Columns are spelled as the schema's other name for them (a Prisma field), where there is one. */
  readonly usesAliases?: boolean;
}

/** `class Invoices extends Repository<Invoice>` */
export interface LibraryBase {
  readonly base: ExternalValue;
  readonly typeArguments: readonly TypeIn[];
  /** The class that extends it. */
  readonly by: ClassValue;
  /** What its constructor gives on: `super(Invoice, manager)`. */
  readonly arguments: readonly Value[];
}

export interface Call {
  readonly site: Site;
  readonly arguments: readonly Value[];
  readonly typeArguments: readonly TypeIn[];
  /** Some argument was spread: positions after it are not to be believed. */
  readonly spread: boolean;
  /** The list that is spread, where it is the last argument and nothing else is. */
  readonly trailing?: Value;
  /** The arguments as they stand in the code: where something could be added. */
  readonly written: readonly Expression[];
}

export interface Template {
  readonly site: Site;
  readonly texts: readonly string[];
  readonly values: readonly Value[];
}

/** A row as it is written. */
export interface Writing {
  readonly table: Table;
  readonly isNew: boolean;
  /** What is written by name. */
  readonly columns: ReadonlyMap<string, WrittenValue>;
  /** How the code writes a column. */
  spelled(column: TableColumn): string;
}

/** What a model can ask of the tracer. */
export interface Tracer {
  readonly tenancy: Tenancy;
  /** For statements that are written in SQL; null where the shell has no parser. */
  readonly sql: SqlParser | null;
  /**
   * Calls a callback that the library would call, here and now. `site`: the call that was given it, where whoever made that
   * counts as who calls it.
   */
  invoke(callee: Value, args: readonly Value[], site?: Site): Value;
  /** The same of a callback that is called once, for certain, before the call comes back: what it makes sure of holds from there on. */
  run(callee: Value, args: readonly Value[], site?: Site): Value;
  /** The value of a property, following whatever the object is. */
  memberOf(object: Value, property: string): Value;
  /** The columns that say whose a row is, where an object that is written whole may put them. */
  broughtColumns(object: ObjectValue, writing: Writing): ReadonlyMap<string, Operand>;
  /** The values a declared type lets a program see, for callbacks and results. */
  valueOfType(type: TypeIn, site: Site, text: string): Value;
  /** A value known only to come from this place. */
  symbolic(site: Site, text: string): SymbolicValue;
  /** What an array holds, when the value is one or its declared type says so; null otherwise. */
  elementOf(value: Value): Value | null;
  /** The fields an object has, as far as its value or declared type says; `open` when there may be others. */
  fieldsOf(value: Value): ObjectValue;
  typeOf(type: TypeIn): DeclaredType;
  membersOf(type: DeclaredType): ReadonlyMap<string, ResolvedMember> | null;
  /** The type of what a schema lets through, whichever library it is of; null where it does not say. */
  typeOfSchema(schema: Value): TypeNode | null;
  /** What a function is given, at this place among its arguments and below it, has this type wherever it does not say so itself. */
  expect(callee: Value, index: number, path: readonly string[], type: TypeNode): void;
  /** A query begins here. Every place that begins one is in the inventory, also when nothing runs it. */
  begin(root: Omit<QueryRoot, "call" | "isRecognized">): void;
  /** A client of this library adds the tenant to what it is asked, as far as its code shows. */
  noteScopingClient(library: string): void;
  /** Data is reached here in a way that nobody reads: the function around it is a data layer. */
  noteReach(site: Site): void;
  /** The words that it can only be one of; null where it may be anything. */
  wordsOf(value: SymbolicValue): readonly string[] | null;
  /** A parameter decides which table is meant: calls that pass a known value are followed with it. */
  needsArgument(value: Value): void;
  /** What the method at hand does depends on what it is called on: calls of it are followed with that. */
  needsReceiver(): void;
  /** The outside comes in here. */
  enter(entry: EntryPoint): void;
  /** Something is put in here that comes out elsewhere. */
  deliver(delivery: Pick<Delivery, "kind" | "channel" | "value" | "site">): void;
  /** Somebody is called whenever an event is emitted. */
  listen(listening: Listening): void;
  /** Whoever listens to it is called here; with what, where that is known. */
  emit(emission: Pick<Emission, "emitter" | "event" | "arguments" | "site">): void;
  /**
   * Follows a function that runs later and on its own, with these arguments and whatever it closes over. Gives the name of
   * its root: `name` tells it from other runs of the same function.
   */
  runApart(callee: FunctionValue, args: readonly Value[], site: Site, name: string): string;
  /** What an expression of a file's own level stands for: a decorator, what a class extends, an exported value. */
  evaluateIn(file: string, expression: Expression): Value;
  /** The file as it is written; undefined where the program has none of that name. */
  moduleOf(file: string): Module | undefined;
  /** What a file exports under this name; unknown where it exports nothing so. */
  exportOf(file: string, name: string): Value;
  /** A function of a file as a value: a method gets the instance of its class that nobody was seen to make. */
  functionIn(file: string, id: FunctionId): FunctionValue;
  /** One of several values, decided by a condition that reads so. */
  choose(values: readonly Value[], reason: string): Value;
  /** One value where the condition came out as true, and another where it did not. */
  chooseBy(condition: Value, whenTrue: Value, whenFalse: Value, reason: string): Value;
  /** Hands a value to code we do not see. */
  escape(value: Value, site: Site): void;
  /** Writes an access down. The same place may be reached in several contexts: each is judged. */
  record(access: AccessDraft): void;
  /** What a builder has become by now. */
  changed(query: QueryValue): QueryValue;
  /** A builder that begins here, for a callback that is given it. */
  beginBuilder(query: QueryValue): QueryValue;
  /** Its type allows `null`, and no check before has found that it is something. */
  mayBeNull(value: SymbolicValue): boolean;
  /** What a class is called, and the class of a package that it extends in the end; null where it extends none. */
  libraryBaseOf(value: ClassValue | InstanceValue): LibraryBase | null;
  /** How many of these rows there are: more than none says that they are there. */
  countOf(rows: RowsValue, site: Site): Value;
  /** The value is there from here on, since the call would have thrown otherwise. */
  assume(value: Value): void;
}

export interface QueryRoot {
  /** The whole chain, as far as it is written in one piece. */
  readonly site: Site;
  /** The call that begins it: where a finding about it stands. */
  readonly call: Site;
  readonly kind: PathKind;
  readonly library: string;
  readonly operation: Operation;
  /** The tables it names where it begins, as written. */
  readonly tables: readonly string[];
  /**
   * It is seen to run on a client that is made in the program and is no transaction: on whichever connection is free, and
   * without what a transaction has set for itself.
   */
  readonly isOnPool: boolean;
  /** Its client leads nowhere we can see: method and schema together said what it is. */
  readonly isRecognized: boolean;
  /** It is written in SQL, where whoever puts it right says so in SQL. */
  readonly isSql?: true;
  /** How a missing constraint would be written here, when it can be added in one place. */
  readonly repair: Repair | null;
}

export interface Repair {
  /** Offset into the file. */
  readonly at: number;
  /** `{column}` and `{value}` stand for the tenant key and a variable that holds the tenant. */
  readonly template: string;
}

/** An access path as the program makes it in one context, before anyone judges it. */
export interface Access extends AccessDraft {
  /** What holds where it is made. */
  readonly facts: Facts;
  /** The function that was walked when it was met, and the calls that were followed from there to it. */
  readonly root: string;
  readonly context: string;
}

/** What a model says of one. */
export interface AccessDraft {
  readonly site: Site;
  readonly kind: PathKind;
  readonly library: string;
  readonly operation: Operation;
  /**
   * `run`: it is executed here. `ruled-out`: it is executed in code that the values at hand rule out, as far as we see.
   * `escaped`: it went where we cannot follow. `built`: the last we saw of it. `handed-on`: the same of one that runs as soon
   * as somebody awaits it.
   */
  readonly stage: "run" | "ruled-out" | "escaped" | "built" | "handed-on";
  readonly detail: AccessDetail;
}

/** What an upsert does when the row is there already. */
export interface Conflict {
  /** The columns that must be equal for a row to be in the way; null when they cannot be read. */
  readonly columns: readonly string[] | null;
  readonly updates: boolean;
  /** Which of the rows in the way it overwrites. */
  readonly where: Predicate;
}

export type AccessDetail =
  | {
      readonly kind: "query";
      readonly selection: Selection;
      readonly written: readonly WrittenRow[] | null;
      /** What an update puts into the rows that it finds. */
      readonly updated: readonly WrittenRow[];
      /** The table an insert or upsert writes. */
      readonly target: string | null;
      readonly conflict: Conflict | null;
      readonly unclear: readonly string[];
      /** Its table is a parameter: another context of the same place may say which. */
      readonly isOpenTable: boolean;
      /** Where it is written in SQL: its text, with `?` for values. */
      readonly text?: string;
    }
  /**
   * SQL that is not read. `isOpen`: a part of it is a parameter, and another context may say what it is. `parts`: values that are
   * made a part of its text. `isDefinition`: these are names, and it reaches no rows whatever they are.
   */
  | {
      readonly kind: "raw";
      readonly text: string;
      readonly reason: string;
      readonly isOpen: boolean;
      readonly parts: readonly Value[];
      readonly isDefinition: boolean;
    }
  | KeyDetail
  | CallDetail
  /** `payload` has its fields as far as its declared type says them. */
  | { readonly kind: "job"; readonly queue: string | null; readonly payload: Value };

/** A call of the project's own data layer. */
export interface CallDetail {
  readonly kind: "call";
  /** `InvoiceStore.find` */
  readonly layer: string;
  /** What it is given that names a tenant. */
  readonly passed: readonly { readonly name: string; readonly value: Value }[];
  /** It has to be given a tenant, as this; absent where nobody says so. */
  readonly needs?: string;
}

/** A key of a cache. */
export interface KeyDetail {
  readonly kind: "key";
  /** What the client puts before every key. */
  readonly prefix: Value | null;
  readonly key: Value;
  /** The field of a hash: as much a part of the key. */
  readonly field: Value | null;
  /** What is put under it; null for reading, deleting and whatever else stores nothing. */
  readonly stores: Value | null;
  /** It is handed on rather than kept (a channel, a stream, a list that workers empty): who gets it reads in it whose it is. */
  readonly isMessage: boolean;
  /** Parts that cannot say what somebody wants them to, by their id: numbers, and words of a closed set. */
  readonly bounded: readonly string[];
}
