/** Walks a program and writes down every access path it makes, with what constrains it at that point. */
import { innermostFunctionAt } from "../link/places.js";
import { typeFromNowhere, type Program } from "../link/program.js";
import type { Delivery } from "./channel.js";
import type { SqlParser } from "../sql/parser.js";
import { findTable, isTenantKey } from "../tenancy/lookup.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import type { EntryPoint, Role } from "./entry.js";
import type { Access, AccessDraft, LibraryModel, QueryRoot, Tracer } from "./library.js";
import { emptyObject, spelledOut, spreadInto, united } from "./objects.js";
import { evaluate } from "./evaluate.js";
import { assume, countOf, implied } from "./assume.js";
import { escape, invoke, run } from "./callbacks.js";
import { callListeners } from "./events.js";
import { runApart, runMade } from "./apart.js";
import { modelsOfPackages } from "./models.js";
import { latest, noCells } from "./cells.js";
import { placed } from "./placed.js";
import { forgetFacts, noFacts } from "./facts.js";
import {
  budgetPerRoot,
  contextOf,
  functionOf,
  functionOfKey,
  keyOfFunction,
  moduleFrame,
  moduleOf,
  parameterName,
  rootOf,
  startOf,
  type BlockEnd,
  type CallerRecord,
  type KeptValue,
  type Machine,
  type OpenCall,
  type Store,
  type VainCheck,
} from "./machine.js";
import { parameterIndex, supplyOf, type Supply } from "./callers.js";
import { isDropped, isOnlyAskedFor, type Known as UsesKnown } from "./uses.js";
import { callerAt } from "./functions.js";
import { libraryBaseOf } from "./inherited.js";
import { inFreshContext, moduleValue, valueOfSymbol } from "./modules.js";
import { mayBeNull, symbolicHere, typedFallback, valueOfType } from "./declared-types.js";
import { elementOf, memberOf } from "./members.js";
import { broughtColumns } from "./brought-columns.js";
import { accessesOf } from "./query.js";
import type { Rewriting } from "./rewrite.js";
import { ownRoot } from "./roots.js";
import type { Sending } from "./sending.js";
import { describedBy, typeOfSchema } from "./shapes.js";
import {
  changeSession,
  connectionAt,
  declaredSession,
  leaveSession,
  runTogether,
  transactionOn,
} from "./settings.js";
import { substitution } from "./substitution.js";
import { ownSelf, summaryOf, walkModule, walkTopLevel } from "./walk.js";
import { objectsWritten } from "./written-objects.js";
import { ranWhenAwaited, withoutGivenBack, writeDown } from "./written.js";
import { choiceOf, optionsOf } from "./choice.js";
import {
  siteKey,
  type FunctionValue,
  type Returned,
  type RowsValue,
  type Site,
  type Value,
} from "./value.js";
import { wordsOf } from "./words.js";

export interface Trace {
  /** In the order they were met; one place may occur several times, in different contexts. */
  readonly accesses: readonly Access[];
  readonly entries: readonly EntryPoint[];
  /** What was put into queues and the like. */
  readonly deliveries: readonly Delivery[];
  /** What leaves the service. */
  readonly sendings: readonly Sending[];
  /** Every place where a query begins, run or not, by `file:offset`. */
  readonly roots: ReadonlyMap<string, QueryRoot>;
  /** Libraries of which the program has a client that adds the tenant by itself. */
  readonly scopingClients: ReadonlySet<string>;
  /** Places where data is reached in ways that no model reads. */
  readonly reaches: readonly Site[];
  /** What was taken back of what is set on a connection each time it was given back, by the connection. */
  readonly releases: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  /** Which functions of the program (`file#id`) a call was followed to, by `file:start:end` of the call. */
  readonly followed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every call of a function that was seen, by the function's key. */
  readonly callers: ReadonlyMap<string, readonly CallerRecord[]>;
  /** Which call a name in a context stands for: `file:start:end`. */
  readonly callNames: ReadonlyMap<string, string>;
  readonly stores: readonly Store[];
  readonly kept: readonly KeptValue[];
  readonly completions: ReadonlyMap<string, readonly Returned[]>;
  /** What holds where a block ends in which something was accessed: by the walk and the calls that led to it. */
  readonly blockEnds: ReadonlyMap<string, readonly BlockEnd[]>;
  /** Promises that were asked what they will say, by the function that was walked. */
  readonly vainChecks: ReadonlyMap<string, readonly VainCheck[]>;
  readonly openCalls: ReadonlyMap<string, readonly OpenCall[]>;
  /** Functions that went where we cannot see who calls them. */
  readonly escaped: ReadonlySet<string>;
  /** A property of a value, step by step: `["users", "[]", "id"]`. */
  memberOf(value: Value, path: readonly string[]): Value;
  /** Which parameter of a function a name in the ids of values means. */
  parameterIndex(fn: string, name: string): number | null;
  /** What is walked when a function is walked for its own sake. */
  rootOf(fn: FunctionValue): string;
  /** What the parameters of the handlers around a function stand for, by the handlers' keys. */
  parametersAround(fn: FunctionValue): ReadonlyMap<string, readonly Role[]>;
  /** Whether a parameter of a function takes the rest of what it is given. */
  takesRest(fn: string, index: number): boolean;
  /** The function that another stands in; null at the top of a file and for methods. */
  parentOf(fn: string): string | null;
  /** Where a function stands; null where the program has none of that key. */
  findSiteOf(fn: string): Site | null;
  /** The functions around a place, innermost first. */
  functionsAround(site: Site): readonly string[];
  /** What a function says, as one of its callers would. */
  asSeenBy(this: void, callee: string, caller: CallerRecord): Rewriting;
  /** Gives back the memory that what callers say takes up: all of a large program is more than a process has. */
  forgetSeen(): void;
  /** What a call gives goes nowhere: the code only decides by it what it does. */
  isOnlyAskedFor(site: Site, way?: readonly { readonly site: Site; readonly callee: string }[]): boolean;
  /** Nobody is given what a call gives. */
  isDropped(site: Site): boolean;
  /** What callers do about a value that a function takes as a parameter; null for any other value. */
  supplyOf(value: string): Supply | null;
}

export interface TraceOptions {
  readonly program: Program;
  readonly tenancy: Tenancy;
  readonly sql?: SqlParser | null;
  readonly models: readonly LibraryModel[];
  /** Files whose functions are walked; the others are entered only by calls from these. */
  readonly judged: ReadonlySet<string>;
  /** Files that make the project's clients, where they are not judged themselves. */
  readonly clientFiles?: Iterable<string>;
}

/** For values that models make up and that stand nowhere in the code. */
const nowhere: Site = { file: "", start: 0, end: 0 };

export function trace(options: TraceOptions): Trace {
  forgetFacts();
  const machine = createMachine(options);
  for (const file of options.program.files) if (options.judged.has(file)) walkModule(machine, file);
  for (const file of options.program.files) if (options.judged.has(file)) enterByConvention(machine, file);
  // Files that are only looked at for their clients: what those do counts wherever a client leads nowhere.
  for (const file of options.clientFiles ?? []) {
    if (options.judged.has(file)) continue;
    evaluateExports(machine, file);
    walkTopLevel(machine, file);
  }
  callListeners(machine);
  // A caller's record is of one callee.
  const seenBy = new Map<CallerRecord, Rewriting>();
  const uses: UsesKnown = {
    program: options.program,
    callers: machine.callers,
    escaped: machine.escaped,
    isTenantKey: (name) => isTenantKey(options.tenancy, name),
    followed: machine.followed,
    asked: new Map(),
    telling: new Map(),
  };
  return {
    accesses: withoutGivenBack(machine),
    entries: machine.entries,
    deliveries: machine.deliveries,
    sendings: machine.sendings,
    roots: machine.roots,
    scopingClients: machine.scopingClients,
    reaches: machine.reaches,
    releases: machine.releases,
    followed: machine.followed,
    callers: machine.callers,
    callNames: machine.callIds,
    stores: machine.stores,
    kept: machine.kept,
    completions: machine.completions,
    blockEnds: machine.blockEnds,
    vainChecks: machine.vainChecks,
    openCalls: machine.openCalls,
    escaped: machine.escaped,
    memberOf: (value, path) =>
      path.reduce(
        (at, step) =>
          step === "[]" ? elementOf(machine, at, nowhere) : memberOf(machine, at, step, nowhere),
        value,
      ),
    parameterIndex: (fn, name) => {
      const { file, function: id } = functionOfKey(fn);
      return parameterIndex(machine, file, id, name);
    },
    rootOf: (fn) => ownRoot(machine, fn),
    parametersAround: ({ closure }) => {
      const around = new Map<string, readonly Role[]>();
      for (let frame = closure; frame?.parent; frame = frame.parent) {
        const key = keyOfFunction(frame.file, frame.function);
        const entry = machine.entries.find(
          ({ handler }) => keyOfFunction(handler.file, handler.function) === key,
        );
        if (entry) around.set(key, entry.parameters);
      }
      return around;
    },
    takesRest: (fn, index) => {
      const { file, function: id } = functionOfKey(fn);
      return options.program.module(file)?.functions[id]?.parameters[index]?.rest ?? false;
    },
    parentOf: (fn) => {
      const { file, function: id } = functionOfKey(fn);
      const parent = options.program.module(file)?.functions[id]?.parent ?? null;
      return parent === null || parent === 0 ? null : keyOfFunction(file, parent);
    },
    findSiteOf: (fn) => {
      const { file, function: id } = functionOfKey(fn);
      const node = options.program.module(file)?.functions[id];
      return node ? { file, start: node.start, end: node.end } : null;
    },
    functionsAround: (site) => {
      const module = options.program.module(site.file);
      const functions: string[] = [];
      let fn = module && innermostFunctionAt(module, site.start);
      for (; fn && fn.id !== 0; fn = fn.parent === null ? undefined : module!.functions[fn.parent])
        functions.push(keyOfFunction(site.file, fn.id));
      return functions;
    },
    asSeenBy: (callee, caller) => {
      let terms = seenBy.get(caller);
      if (!terms) {
        terms = substitution(machine, functionOfKey(callee), caller.arguments, caller.site, caller.context);
        seenBy.set(caller, terms);
      }
      return terms;
    },
    forgetSeen: () => {
      for (const terms of seenBy.values()) terms.forget();
    },
    isOnlyAskedFor: (site, way) => isOnlyAskedFor(uses, site, way),
    isDropped: (site) => isDropped(uses, site),
    supplyOf: (value) => supplyOf(machine, value),
  };
}

function createMachine(options: TraceOptions): Machine {
  const { program, tenancy, models } = options;
  const machine: Machine = {
    program,
    models,
    hasRowSecurity: tenancy.tables.some(({ rowSecurity }) => rowSecurity?.enabled),
    modelOfPackage: modelsOfPackages(models),
    modelOfGlobalType: new Map(
      models.flatMap((model) => (model.globalTypes ?? []).map((name) => [name, model] as const)),
    ),
    modelOfGlobalFunction: new Map(
      models.flatMap((model) => (model.globalFunctions ?? []).map((name) => [name, model] as const)),
    ),
    modelOfName: new Map(models.map((model) => [model.name, model])),
    modelOfExport: new Map(
      models.flatMap((model) => (model.exportNames ?? []).map((name) => [name, model] as const)),
    ),
    accesses: [],
    entries: [],
    deliveries: [],
    sendings: [],
    listening: [],
    emissions: [],
    runs: new Set(),
    roots: new Map(),
    summaries: new Map(),
    moduleValues: new Map(),
    moduleFrames: new Map(),
    instanceFields: new Map(),
    declarations: new Map(),
    walked: new Set(),
    stack: [],
    owners: [],
    narrowed: new Set(),
    facts: noFacts,
    cells: noCells,
    calls: [],
    callIds: new Map(),
    madeOnce: new Map(),
    openCalls: new Map(),
    stores: [],
    kept: [],
    completions: new Map(),
    blockEnds: new Map(),
    vainChecks: new Map(),
    makings: new Map(),
    ruledOut: false,
    ruledOutAt: new Set(),
    budget: budgetPerRoot,
    depth: 0,
    openClasses: new Set(),
    heirs: new Map(),
    handedUp: new Map(),
    walks: new Map(),
    callers: new Map(),
    callersMet: new Set(),
    followed: new Map(),
    escaped: new Set(),
    needsArguments: new Set(),
    policySubjects: new Map(),
    scopingClients: new Set(),
    objectsWritten: new Map(),
    reaches: [],
    releases: new Map(),
    isRecognizing: false,
    pending: [],
    expected: new Map(),
    described: (type) => describedBy(machine, type),
    tracer: null as unknown as Tracer,
    settle: (value, site) => settle(machine, value, site),
    escape: (value, site) => escape(machine, value, site, 3),
    typed: (value, file, node, span) =>
      typedFallback(
        machine,
        value,
        { file, node, parameters: new Map() },
        { file, start: span.start, end: span.end },
      ),
  };
  machine.tracer = {
    tenancy,
    sql: options.sql ?? null,
    invoke: (callee, args, site) => invoke(machine, callee, args, site).value,
    run: (callee, args, site) => run(machine, callee, args, site),
    runOn: (session, callee, args) => {
      leaveSession(machine, session);
      const given = run(machine, callee, args);
      leaveSession(machine, session);
      return given;
    },
    connectionAt,
    declaredSession: (symbol, kind, isPooled) => declaredSession(machine, symbol, kind, isPooled),
    change: (session, changes) => changeSession(machine, session, changes),
    transactionOn: (session) => transactionOn(session, machine.facts),
    together: (session, list) => runTogether(machine, session, list),
    release: (session, isGone) => {
      if (!session) return;
      if (isGone) changeSession(machine, session, [{ kind: "reset", name: null }]);
      leaveSession(machine, session);
    },
    countOf: (rows, site) => countOf(machine, rows, site),
    mayBeNull: (value) => mayBeNull(machine, value),
    assume: (value) => assume(machine, placed(machine, value), true),
    memberOf: (object, property) => memberOf(machine, object, property, nowhere),
    broughtColumns: (object, writing) => broughtColumns(machine, object, writing),
    valueOfType: (type, site, text) => valueOfType(machine, type, site, text),
    libraryValueOf: (value) =>
      value.kind === "library" ? value : value.kind === "class" ? libraryBaseOf(machine, value) : null,
    symbolic: (site, text) => symbolicHere(machine, site, text),
    record: (access) => record(machine, access),
    begin: (root) => begin(machine, root),
    noteReach: (site) => void machine.reaches.push(site),
    noteScopingClient: (library) => void machine.scopingClients.add(library),
    needsArgument: (value) => {
      const key = value.kind === "symbolic" ? /^parameter:(.*#\d+)\./s.exec(value.id)?.[1] : undefined;
      if (key !== undefined) machine.needsArguments.add(key);
    },
    enter: (entry) =>
      void machine.entries.push({ ...entry, root: entry.root ?? runMade(machine, entry.handler) }),
    needsReceiver: () => {
      const classOf = (key: string): string | null => {
        const { file, function: id } = functionOfKey(key);
        const owner = program.module(file)?.functions[id]?.class ?? null;
        return owner === null ? null : `${file}#${owner}`;
      };
      const own = classOf(machine.stack.at(-1) ?? "#");
      // Also those of its methods that call it in turn.
      for (const key of machine.stack.toReversed()) {
        if (own === null || classOf(key) !== own) return;
        machine.needsArguments.add(key);
      }
    },
    deliver: (one) =>
      void machine.deliveries.push({
        ...one,
        facts: machine.facts,
        root: rootOf(machine),
        context: contextOf(machine),
      }),
    send: (one) => void machine.sendings.push({ ...one, facts: machine.facts, root: rootOf(machine) }),
    listen: (listening) => void machine.listening.push(listening),
    emit: ({ emitter, event, arguments: given, site }) =>
      void machine.emissions.push({ ...callerAt(machine, site, given), emitter, event }),
    runApart: (callee, args, site, name) => runApart(machine, callee, args, site, name),
    evaluateIn: (file, expression) =>
      inFreshContext(machine, () => evaluate(machine, moduleFrame(machine, file), expression), startOf(file)),
    objectsWritten: (isWanted) => objectsWritten(machine, isWanted),
    dependencyRange: (file, dependency) => program.dependencyRange(file, dependency),
    moduleOf: (file) => program.module(file),
    exportOf: (file, name) => valueOfSymbol(machine, program.exportOf(file, name)),
    functionIn: (file, id) => ({
      kind: "function",
      file,
      function: id,
      closure: null,
      self: ownSelf(machine, file, id),
    }),
    choose: (values, reason) => choiceOf(values, reason),
    chooseBy: (condition, whenTrue, whenFalse, reason) =>
      choiceOf([whenTrue, whenFalse], reason, [implied(condition, true), implied(condition, false)]),
    escape: (value, site) => escape(machine, value, site, 3),
    latest: (query) => latest(machine, query),
    settle: (value, site) => settle(machine, value, site),
    elementOf: (value) => (isArrayLike(machine, value) ? elementOf(machine, value, nowhere) : null),
    fieldsOf: (value) =>
      united(spreadInto(machine, [emptyObject], value, nowhere).map((shape) => spelledOut(machine, shape))),
    wordsOf: (value) => wordsOf(machine, value),
    typeOf: (type) => program.typeOf(type),
    membersOf: (type) => program.membersOf(type, machine.described),
    typeOfSchema: (schema) => typeOfSchema(machine, schema),
    expect: (callee, index, path, type) => {
      for (const option of optionsOf(callee)) {
        const parameter = option.kind === "function" && functionOf(machine, option).parameters[index];
        if (option.kind !== "function" || !parameter) continue;
        const name = parameterName(moduleOf(machine, option.file), parameter, index);
        const id = [`parameter:${keyOfFunction(option.file, option.function)}.${name}`, ...path].join(".");
        machine.expected.set(id, "node" in type ? type : typeFromNowhere(type));
      }
    },
  };
  return machine;
}

function enterByConvention(machine: Machine, file: string): void {
  const module = machine.program.module(file);
  if (!module) return;
  for (const model of machine.models) model.entriesIn?.(file, module, machine.tracer);
}

/** A client may also be what a function returns: `forOrganization(id)`. */
function evaluateExports(machine: Machine, file: string): void {
  const module = machine.program.module(file);
  for (const one of module?.exports ?? []) {
    if (one.kind !== "local") continue;
    const value = moduleValue(machine, file, one.binding);
    // What a file exports may stand in another one.
    if (value.kind === "function" && value.closure === null)
      summaryOf(machine, value.file, value.function, value.self);
  }
}

/** The same place is met again when its function is walked in another context. */
function begin(machine: Machine, root: Omit<QueryRoot, "call" | "isRecognized">): void {
  noteOpenSession(machine, root);
  const known = machine.roots.get(siteKey(root.site));
  const isRecognized = machine.isRecognizing && (known?.isRecognized ?? true);
  machine.roots.set(
    siteKey(root.site),
    known
      ? {
          ...root,
          site: known.site,
          call: known.call,
          isRecognized,
          isOnPool: known.isOnPool && root.isOnPool,
        }
      : { ...root, call: root.site, isRecognized },
  );
}

/** What is set where it runs, whoever passes the client knows. */
function noteOpenSession(machine: Machine, { session, tables }: Pick<QueryRoot, "session" | "tables">): void {
  if (!machine.hasRowSecurity || !session) return;
  const { tenancy } = machine.tracer;
  if (!tables.some((name) => findTable(tenancy, name)?.rowSecurity?.enabled)) return;
  machine.tracer.needsArgument(session.id);
  machine.tracer.needsReceiver();
}

function isArrayLike(machine: Machine, value: Value): boolean {
  if (value.kind === "array" || (value.kind === "rows" && value.many)) return true;
  if (value.kind !== "symbolic" || !value.type) return false;
  const declared = machine.program.typeOf(value.type);
  return declared.kind === "node" && declared.in.node.kind === "array";
}

function record(machine: Machine, access: AccessDraft): void {
  const end = machine.roots.get(siteKey(access.site))?.site.end ?? access.site.end;
  const stage = machine.ruledOut && access.stage === "run" ? "ruled-out" : access.stage;
  writeDown(machine, [{ ...access, stage, site: { ...access.site, end: Math.max(end, access.site.end) } }]);
}

function settle(machine: Machine, value: Value, site: Site): Value {
  if (value.kind === "choice")
    return choiceOf(
      value.options.map((option) => settle(machine, option, site)),
      value.reason,
      value.given,
    );
  if (value.kind === "library") return ranWhenAwaited(machine, value, "run") ?? value;
  if (value.kind !== "query" || value.isPart || !machine.modelOfName.get(value.library)?.runsWhenAwaited)
    return value;
  writeDown(machine, accessesOf(value, machine.ruledOut ? "ruled-out" : "run", site.end));
  const rows: RowsValue = {
    kind: "rows",
    access: siteKey(value.root),
    context: contextOf(machine),
    many: !value.isOfOne,
    absent: false,
    text: "",
    ...(value.parts && { parts: value.parts }),
  };
  if (value.plucked === undefined) return rows;
  const rest = memberOf(machine, { ...rows, many: false }, value.plucked, site);
  return { kind: "array", elements: [], rest };
}
