/**
 * What the tracer asks of a library's model. One folder per library implements it; adding one touches that folder and
 * the list in `libraries/index.ts`. The interface is here because this is who asks: libraries depend on it, never the other way.
 */
import type {
  Operand,
  Predicate,
  RowsBeside,
  Selection,
  WrittenRow,
  WrittenValue,
} from "../constraint/predicate.js";
import type { DeclaredType, ResolvedMember, TypeIn } from "../link/program.js";
import type { Expression, FunctionId, Module, Span, TypeNode } from "../lower/module.js";
import type { Operation, PathKind } from "../vocabulary.js";
import type { SqlParser } from "../sql/parser.js";
import type { Table, TableColumn, Tenancy } from "../tenancy/tenancy.js";
import type { Delivery } from "./channel.js";
import type { Emission, Listening } from "./events.js";
import type { Facts } from "./facts.js";
import type { EntryPoint } from "./entry.js";
import type { Sending } from "./sending.js";
import type { Session, SessionChange } from "./session.js";
import type {
  ClassValue,
  ClientNote,
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
  /** What the model says of a package is true of its sources too, where the workspace at hand is the one it is made in. */
  readonly areSourcesKnown?: boolean;
  /**
   * Exports that no other library has. They are believed to be this library's also when the import leads nowhere: to
   * code that is generated at build time (`./generated/prisma/client`), or to a package that hands it on.
   */
  readonly exportNames?: readonly string[];
  /** Types that stand everywhere without an import, where nothing of the program is called so: `env: { EXPORTS: Queue }`. */
  readonly globalTypes?: readonly string[];
  /** Functions that stand everywhere without an import: `fetch`. Those that are not seen to be somebody else's. */
  readonly globalFunctions?: readonly string[];
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
  /** The same, where the tag is one of our values: a client that is a tag. */
  taggedBy?(tag: LibraryValue, template: Template, tracer: Tracer): Value | null;
  /**
   * One of our values may be a statement that runs when somebody awaits it. It does so here (`run`), or leaves our sight with
   * somebody who will (`handed-on`). Gives what comes of it; null for any other value.
   */
  runAwaited?(value: LibraryValue, stage: "run" | "handed-on", tracer: Tracer): Value | null;
  /** A method of one of our values. */
  callMethod?(receiver: LibraryValue | QueryValue, method: string, call: Call, tracer: Tracer): Value | null;
  /** The method adds to the value itself: from there on it is what the method gives. */
  changesItself?(receiver: LibraryValue, method: string): boolean;
  /** One of our values called as a function: `eb("a", "=", b)`. */
  callValue?(callee: LibraryValue, call: Call, tracer: Tracer): Value | null;
  /** What a class of the program has of one of ours that it extends (`extends Model`), for itself or for its instances: `heir`. */
  inherited?(heir: ClassValue | InstanceValue, base: LibraryBase, tracer: Tracer): LibraryValue | null;
  /** Types of our values that are rows with methods of their own. */
  readonly rowTypes?: readonly string[];
  /** A method of such a row. `row`: as it was read, as it came in, or with what was set on it since. */
  callOnRow?(row: Value, made: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null;
  /** What a row is behind a call of its method; null where it is what it was. */
  changedRow?(row: Value, made: LibraryValue, method: string, call: Call, tracer: Tracer): Value | null;
  /** A property of a row that is none of its columns. */
  memberOfRow?(row: RowsValue, made: LibraryValue, property: string, tracer: Tracer): Value | null;
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
   * A call of a function that leads nowhere we can see, for libraries whose client is one: `trx("invoices")`. As with
   * `recognize`, the schema has to know what it is given.
   */
  recognizeCall?(name: string, call: Call, tracer: Tracer): Value | null;
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

/** `class Invoices extends Repository<Invoice>`: what it extends in the end, through however many classes of the program. */
export interface LibraryBase {
  readonly external: ExternalValue;
  readonly typeArguments: readonly TypeIn[];
  /** What is given to its constructor: `super(Invoice, manager)`. */
  readonly arguments: readonly Value[];
  /** The class that extends it. */
  readonly by: ClassValue;
  /** Where that is written. */
  readonly site: Site;
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

export interface WrittenObject {
  readonly file: string;
  readonly object: Expression & { readonly kind: "object" };
}

/** By how it is written; the same function for the same question. */
export type WantedObject = (object: WrittenObject["object"]) => boolean;

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
  /** Runs a callback on a connection, or in a transaction, of its own, which is over when it comes back. */
  runOn(session: Session, callee: Value, args: readonly Value[]): Value;
  /** A connection that is known by the place where it is taken, and by nothing else. */
  connectionAt(site: Site, kind: Session["kind"], isPooled?: boolean): Session;
  /** Where a client of a declared type runs: absent where nobody asks, since no table is under row security. */
  declaredSession(symbol: SymbolicValue, kind: Session["kind"], isPooled?: boolean): Session | undefined;
  /** What is set, taken back, begun or ended there from here on. */
  change(session: Session | undefined, changes: readonly SessionChange[]): void;
  transactionOn(session: Session | undefined): SettingDetail["transaction"];
  /**
   * What was written down in a list of statements runs in one transaction, one after another. Gives what is set behind the
   * last of them.
   */
  together(session: Session, list: Span): readonly SettingChange[];
  /** A connection is given back to its pool; `isGone`: it is closed. */
  release(session: Session | undefined, isGone: boolean): void;
  /** The value of a property, following whatever the object is. */
  memberOf(object: Value, property: string): Value;
  /** The columns that say whose a row is, where an object that is written whole may put them. */
  broughtColumns(object: ObjectValue, writing: Writing): ReadonlyMap<string, Operand>;
  /** The values a declared type lets a program see, for callbacks and results. */
  valueOfType(type: TypeIn, site: Site, text: string): Value;
  /** Its type allows `null`, and no check before has found that it is something. */
  mayBeNull(value: SymbolicValue): boolean;
  /** A value as a library knows it: its own, or a class of the program that extends one of its own. */
  libraryValueOf(value: Value): LibraryValue | null;
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
  expect(callee: Value, index: number, path: readonly string[], type: TypeNode | TypeIn): void;
  /** A query begins here. Every place that begins one is in the inventory, also when nothing runs it. */
  begin(root: Omit<QueryRoot, "call" | "isRecognized">): void;
  /** A client of this library, or what is called by another word, adds the tenant to what it is asked, as far as its code shows. */
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
  deliver(delivery: Pick<Delivery, "kind" | "channel" | "value" | "payload" | "site">): void;
  /** Something leaves the service here: a mail, a call of an address that is not known beforehand. */
  send(sending: Pick<Sending, "destination" | "content" | "site">): void;
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
  /** Every object of the program that is written so, in whichever file. `isWanted` is asked once of each. */
  objectsWritten(isWanted: WantedObject): readonly WrittenObject[];
  /** The range of versions of a package that the manifest nearest to the file asks for: `^0.3.20`; null where none does. */
  dependencyRange(file: string, dependency: string): string | null;
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
  /** A query that changes in place, with what was added to it since. */
  latest(query: QueryValue): QueryValue;
  /** Hands a value to code we do not see. */
  escape(value: Value, site: Site): void;
  /** Writes an access down. The same place may be reached in several contexts: each is judged. */
  record(access: AccessDraft): void;
  /** How many of these rows there are: more than none says that they are there. */
  countOf(rows: RowsValue, site: Site): Value;
  /** What a promise gives: the rows, of a query that runs when somebody awaits it. */
  settle(value: Value, site: Site): Value;
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
  /** Where it runs, as far as its client says where it begins. */
  readonly session?: Session;
  /** Its client leads nowhere we can see: method and schema together said what it is. */
  readonly isRecognized: boolean;
  /** It is written in SQL, where whoever puts it right says so in SQL. */
  readonly isSql?: true;
  /** How a missing constraint would be written here, when it can be added in one place. */
  readonly repair: Repair | null;
  /** It is a path only where it turns out to reach what tenants have: files are everybody's. */
  readonly isPerhaps?: true;
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
  /** Row security decides about it, and whoever hands in its client knows what is set there. */
  readonly isOnOpenSession?: true;
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
  /** Where it runs, as far as its client says. */
  readonly session?: Session;
  /** What its client may do to it before it runs. */
  readonly client?: ClientNote;
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
      /** What it writes into other tables than its own. */
      readonly beside: readonly RowsBeside[];
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
      /** Its database is of another kind than the one whose schema is known. */
      readonly isElsewhere?: true;
    }
  | KeyDetail
  | StorageDetail
  | CallDetail
  | SettingDetail
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
  /** A layer hands on what it was given: whether that can be believed is said where the layer is called. */
  readonly isHandedOn?: true;
}

/** A setting of the database's, set by a statement of its own: what policies of row security read. */
export interface SettingDetail {
  readonly kind: "setting";
  readonly text: string;
  readonly settings: readonly SettingChange[];
  /** Whether a transaction is open where it is set; a connection that came in may have one. */
  readonly transaction: "open" | "none" | "unknown";
  /** The connection goes back to a pool. */
  readonly isPooled: boolean;
}

export interface SettingChange {
  /** `app.current_tenant` */
  readonly name: string;
  readonly value: Value;
  readonly until: "transaction" | "session";
  /** Values of the program that are a part of the statement's text. */
  readonly spliced: readonly Value[];
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
  /** Key and value are whoever's who calls the function around it: it is judged where that is called. */
  readonly isAnsweredFor?: boolean;
  /** Two caches may have the same keys without having the same entries: which it is, where that is known. */
  readonly store?: string;
  /** What is under it comes back, and what is not there is loaded and put there: `wrap(key, load)`. */
  readonly isReadThrough?: boolean;
  /** It is a cache only if data of tenants is put there: anything may be kept in a map. */
  readonly isIncidental?: boolean;
  /** Its parts are values as they are, and whatever is in them is in the key. */
  readonly arePartsWhole?: boolean;
  /** Entries are dropped by a mark that they share, of one tenant or of all: nothing comes back, and what is gone is loaded again. */
  readonly isForgetting?: boolean;
  /** Parts that cannot say what somebody wants them to, by their id: numbers, and words of a closed set. */
  readonly bounded: readonly string[];
}

/** An object in a store, or a file: what it is called says whose it is. */
export interface StorageDetail {
  readonly kind: "storage";
  /** The bucket, container or share that it lies in, where the call or its client says so. */
  readonly bucket: Value | null;
  readonly key: Value;
  /** That one; all whose keys begin so; all that lie below, whatever they are called. */
  readonly reaches: "one" | "beginning" | "below";
  /** What is put there; null for reading, deleting and whatever else stores nothing. */
  readonly stores: Value | null;
  /** The store refuses it where there is such an object already. */
  readonly isNew?: boolean;
  /** Whether `..` in a part of the key leads out of what stands before it; `perhaps` where it does in the URL that is asked for. */
  readonly climbs: "yes" | "perhaps" | "no";
  /** Parts that cannot say what somebody wants them to, by their id: numbers, and words of a closed set. */
  readonly bounded: readonly string[];
}
