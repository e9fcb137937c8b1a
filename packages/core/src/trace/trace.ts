/** Walks a program and writes down every access path it makes, with what constrains it at that point. */
import type { Program } from "../link/program.js";
import type { Tenancy } from "../tenancy/tenancy.js";
import type { Access, LibraryModel, QueryRoot, Tracer } from "./library.js";
import { emptyObject, spreadInto, united } from "./objects.js";
import { budgetPerRoot, snapshot, type Machine } from "./machine.js";
import { supplyOf, type Supply } from "./callers.js";
import { moduleValue } from "./modules.js";
import { symbolicAt, typedFallback, valueOfType } from "./declared-types.js";
import { elementOf, memberOf } from "./members.js";
import { accessesOf } from "./query.js";
import { join } from "./state.js";
import { summaryOf, walkCall, walkModule } from "./walk.js";
import { choiceOf } from "./choice.js";
import { siteKey, unknown, type Site, type Value } from "./value.js";

export interface Trace {
  /** In the order they were met; one place may occur several times, in different contexts. */
  readonly accesses: readonly Access[];
  /** Every place where a query begins, run or not, by `file:offset`. */
  readonly roots: ReadonlyMap<string, QueryRoot>;
  /** Libraries of which the program has a client that adds the tenant by itself. */
  readonly scopingClients: ReadonlySet<string>;
  /** Which functions of the program (`file#id`) a call was followed to, by `file:start:end` of the call. */
  readonly followed: ReadonlyMap<string, ReadonlySet<string>>;
  /** What callers do about a value that a function takes as a parameter; null for any other value. */
  supplyOf(value: string): Supply | null;
}

export interface TraceOptions {
  readonly program: Program;
  readonly tenancy: Tenancy;
  readonly models: readonly LibraryModel[];
  /** Files whose functions are walked; the others are entered only by calls from these. */
  readonly judged: ReadonlySet<string>;
  /** Files that make the project's clients, where they are not judged themselves. */
  readonly clientFiles?: Iterable<string>;
}

/** For values that models make up and that stand nowhere in the code. */
const nowhere: Site = { file: "", start: 0, end: 0 };

export function trace(options: TraceOptions): Trace {
  const machine = createMachine(options);
  for (const file of options.program.files) if (options.judged.has(file)) walkModule(machine, file);
  // Files that are only looked at for their clients: what those do counts wherever a client leads nowhere.
  for (const file of options.clientFiles ?? []) if (!options.judged.has(file)) evaluateExports(machine, file);
  return {
    accesses: machine.accesses,
    roots: machine.roots,
    scopingClients: machine.scopingClients,
    followed: machine.followed,
    supplyOf: (value) => supplyOf(machine, value),
  };
}

function createMachine(options: TraceOptions): Machine {
  const { program, tenancy, models } = options;
  const machine: Machine = {
    program,
    models,
    modelOfPackage: new Map(models.flatMap((model) => model.packages.map((name) => [name, model] as const))),
    modelOfName: new Map(models.map((model) => [model.name, model])),
    modelOfExport: new Map(
      models.flatMap((model) => (model.exportNames ?? []).map((name) => [name, model] as const)),
    ),
    accesses: [],
    roots: new Map(),
    summaries: new Map(),
    moduleValues: new Map(),
    moduleFrames: new Map(),
    instanceFields: new Map(),
    declarations: new Map(),
    walked: new Set(),
    stack: [],
    narrowed: new Set(),
    ruledOut: false,
    ruledOutAt: new Set(),
    budget: budgetPerRoot,
    depth: 0,
    openClasses: new Set(),
    walks: new Map(),
    callers: new Map(),
    followed: new Map(),
    escaped: new Set(),
    needsArguments: new Set(),
    scopingClients: new Set(),
    isRecognizing: false,
    pending: [],
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
    invoke: (callee, args) => invoke(machine, callee, args),
    memberOf: (object, property) => memberOf(machine, object, property, nowhere),
    valueOfType: (type, site, text) => valueOfType(machine, type, site, text),
    symbolic: (site, text) => symbolicAt(site, text, null),
    record: (access) => record(machine, access),
    begin: (root) => begin(machine, root),
    noteScopingClient: (library) => void machine.scopingClients.add(library),
    needsArgument: (value) => {
      const key = value.kind === "symbolic" ? /^parameter:(.*#\d+)\./s.exec(value.id)?.[1] : undefined;
      if (key !== undefined) machine.needsArguments.add(key);
    },
    choose: (values, reason) => choiceOf(values, reason),
    escape: (value, site) => escape(machine, value, site, 3),
    elementOf: (value) => (isArrayLike(machine, value) ? elementOf(machine, value, nowhere) : null),
    fieldsOf: (value) => united(spreadInto(machine, [emptyObject], value, nowhere)),
    typeOf: (type) => program.typeOf(type),
    membersOf: (type) => program.membersOf(type),
  };
  return machine;
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

function isArrayLike(machine: Machine, value: Value): boolean {
  if (value.kind === "array" || (value.kind === "rows" && value.many)) return true;
  if (value.kind !== "symbolic" || !value.type) return false;
  const declared = machine.program.typeOf(value.type);
  return declared.kind === "node" && declared.in.node.kind === "array";
}

function record(machine: Machine, access: Access): void {
  const end = machine.roots.get(siteKey(access.site))?.site.end ?? access.site.end;
  const stage = machine.ruledOut && access.stage === "run" ? "ruled-out" : access.stage;
  machine.accesses.push({ ...access, stage, site: { ...access.site, end: Math.max(end, access.site.end) } });
}

/** Runs a callback now; whether the library really calls it is not known, so what it changes may or may not have happened. */
function invoke(machine: Machine, callee: Value, args: readonly Value[]): Value {
  if (callee.kind === "choice")
    return choiceOf(
      callee.options.map((option) => invoke(machine, option, args)),
      callee.reason,
    );
  if (callee.kind !== "function") return unknown;
  if (machine.budget <= 0 || machine.stack.length >= 24) return unknown;
  const key = `${callee.file}#${callee.function}`;
  if (machine.stack.filter((one) => one === key).length >= 2) return unknown;
  machine.budget -= 1;
  if (!callee.closure) return walkCall(machine, callee, args);
  const before = snapshot(machine, callee.closure);
  const result = walkCall(machine, callee, args);
  join(machine, [snapshot(machine, callee.closure), before], "the callback");
  return result;
}

function settle(machine: Machine, value: Value, site: Site): Value {
  if (value.kind === "choice")
    return choiceOf(
      value.options.map((option) => settle(machine, option, site)),
      value.reason,
    );
  if (value.kind !== "query" || !machine.modelOfName.get(value.library)?.runsWhenAwaited) return value;
  machine.accesses.push(...accessesOf(value, machine.ruledOut ? "ruled-out" : "run", site.end));
  return { kind: "rows", access: siteKey(value.root), many: true, absent: false, text: "" };
}

function escape(machine: Machine, value: Value, site: Site, depth: number): void {
  switch (value.kind) {
    case "function":
      machine.escaped.add(`${value.file}#${value.function}`);
      if (machine.walked.has(`${value.file}#${value.function}`) && value.closure === null) return;
      invokeUnknown(machine, value);
      return;
    case "query":
      machine.accesses.push(...accessesOf(value, "escaped", value.root.end));
      return;
    case "choice":
      for (const option of value.options) escape(machine, option, site, depth);
      return;
    case "object":
      if (depth > 0) for (const field of value.fields.values()) escape(machine, field.value, site, depth - 1);
      return;
    case "array":
      if (depth > 0) for (const element of value.elements) escape(machine, element, site, depth - 1);
      return;
    default:
      return;
  }
}

/** Someone we do not see may call it, with anything. */
function invokeUnknown(machine: Machine, value: Value & { kind: "function" }): void {
  const key = `${value.file}#${value.function}`;
  if (machine.stack.includes(key) || machine.stack.length >= 24 || machine.budget <= 0) return;
  machine.budget -= 1;
  if (!value.closure) return;
  const before = snapshot(machine, value.closure);
  walkCall(machine, value, null);
  join(machine, [snapshot(machine, value.closure), before], "the callback");
}
