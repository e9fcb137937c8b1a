/**
 * The state of one trace over a program: what has been walked, what was found, and how much work is left.
 */
import type { Described, Program, TypeIn } from "../link/program.js";
import type {
  BindingId,
  Expression,
  FunctionId,
  FunctionNode,
  Module,
  Pattern,
  Span,
  TypeNode,
} from "../lower/module.js";
import type { Cells } from "./cells.js";
import type { Delivery } from "./channel.js";
import type { Sending } from "./sending.js";
import type { Emission, Listening } from "./events.js";
import type { Facts } from "./facts.js";
import type { EntryPoint } from "./entry.js";
import type { Access, LibraryModel, QueryRoot, Tracer, WantedObject, WrittenObject } from "./library.js";
import {
  callKey,
  frameOf,
  type Frame,
  type ClassValue,
  type FunctionValue,
  type LibraryValue,
  type Returned,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

export interface Machine {
  readonly program: Program;
  readonly models: readonly LibraryModel[];
  /** Some table is under row security, so that it matters on which connection a statement runs. */
  readonly hasRowSecurity: boolean;
  readonly modelOfPackage: ReadonlyMap<string, LibraryModel>;
  readonly modelOfGlobalType: ReadonlyMap<string, LibraryModel>;
  readonly modelOfGlobalFunction: ReadonlyMap<string, LibraryModel>;
  readonly modelOfName: ReadonlyMap<string, LibraryModel>;
  /** By the name of an export that no other library has. */
  readonly modelOfExport: ReadonlyMap<string, LibraryModel>;
  readonly accesses: Access[];
  /** In the order they were met; one handler may be met in several contexts. */
  readonly entries: EntryPoint[];
  /** What was put where it comes out elsewhere. */
  readonly deliveries: Delivery[];
  /** What leaves the service. */
  readonly sendings: Sending[];
  readonly listening: Listening[];
  readonly emissions: Emission[];
  /** Functions that are being run on their own, by the root's name. */
  readonly runs: Set<string>;
  /** Places where queries begin, and how far their chains reach. */
  readonly roots: Map<string, QueryRoot>;
  readonly summaries: Map<string, Summary | "running">;
  readonly moduleValues: Map<string, Value | "running">;
  readonly moduleFrames: Map<string, Frame>;
  readonly instanceFields: Map<string, ReadonlyMap<string, Value> | "running">;
  readonly declarations: Map<string, ReadonlyMap<BindingId, Declared>>;
  /** Functions whose bodies were walked in some context. */
  readonly walked: Set<string>;
  /** Functions on the stack of inlined calls, innermost last. */
  readonly stack: string[];
  /** Those of them that were entered with their parameters unknown. */
  readonly owners: string[];
  /** Paths (`parameter:…`) that hold a value here, because a check before said so. */
  narrowed: ReadonlySet<string>;
  /** What holds here. */
  facts: Facts;
  /** What queries that change in place have become here. */
  cells: Cells;
  /** The calls that were followed with their arguments to come here, outermost first. */
  readonly calls: string[];
  /** Whether what is made at a place (`file:start`) is made when the file is loaded, and never again. */
  readonly madeOnce: Map<string, boolean>;
  /** Names of calls, by `file:start:end`. */
  readonly callIds: Map<string, string>;
  /** Calls of what came in as a parameter (`next()`), by the value's id. */
  readonly openCalls: Map<string, OpenCall[]>;
  /** What was put on something that came in as a parameter: `request.user = user`. */
  readonly stores: Store[];
  /** What was put under a key of something that we do not follow: `cache.set(key, value)`. */
  readonly kept: KeptValue[];
  /** How functions come back when nothing is known of their arguments, by their root. */
  readonly completions: Map<string, readonly Returned[]>;
  /** Where a block comes to its end in which something was accessed, by the walk and the calls that led to it. */
  readonly blockEnds: Map<string, BlockEnd[]>;
  /** What a promise was asked that nobody waited for, by the function that was walked. */
  readonly vainChecks: Map<string, VainCheck[]>;
  /** Calls of functions that gave back a function of their own, in the order in which those were walked. */
  readonly makings: Map<Frame, number>;
  /** How deep evaluation is nested, so that no program exhausts the stack. */
  depth: number;
  /** Classes whose fields are being worked out. */
  readonly openClasses: Set<string>;
  /** Walking what the values at hand rule out. It is in the inventory, and counts where nothing else is known of the place. */
  ruledOut: boolean;
  /** Where such walks began; one each is enough. */
  readonly ruledOutAt: Set<string>;
  /** What the current root may still spend, in statements and calls. */
  budget: number;
  /** How often an inner function was walked for a call. */
  readonly walks: Map<string, number>;
  /** Every call of a function of the program that was followed, by the function's key. */
  readonly callers: Map<string, CallerRecord[]>;
  /** Which calls are among the callers: a function may have thousands. */
  readonly callersMet: Set<string>;
  /** What each call was followed to: functions' keys by `file:start:end` of the call. */
  readonly followed: Map<string, Set<string>>;
  /** Functions in which a parameter decides what a query is about; they are walked again for each call. */
  readonly needsArguments: Set<string>;
  /** What policies are called back with, by the parameters' ids: of the classes that they were registered for. */
  readonly policySubjects: Map<string, readonly ClassValue[]>;
  /** Libraries of which some client adds the tenant by itself. */
  readonly scopingClients: Set<string>;
  readonly objectsWritten: Map<WantedObject, readonly WrittenObject[]>;
  /** Places where data is reached in ways that no model reads. */
  readonly reaches: Site[];
  /** What was taken back of what is set on a connection each time it was given back, by the connection. */
  readonly releases: Map<string, readonly ReadonlySet<string>[]>;
  /** What the program's classes have of libraries' classes, by `side:file#class`; null for one that extends none of those. */
  readonly heirs: Map<string, { readonly value: LibraryValue | null } | null | "running">;
  /** What classes hand to the constructors of those they extend, where nobody was seen to make them. */
  readonly handedUp: Map<string, readonly Value[] | null | "running">;
  /** A model is looking at a call whose receiver leads nowhere. */
  isRecognizing: boolean;
  /** Functions that went where we cannot see who calls them. */
  readonly escaped: Set<string>;
  /** Function expressions that were met; those that nobody called are walked at the end of the root that made them. */
  readonly pending: Pending[];
  /** Types of what functions are given, by the values' ids, where whoever calls them has said so. */
  readonly expected: Map<string, TypeIn>;
  /** What types of packages stand for, where their models know. */
  readonly described: Described;
  tracer: Tracer;
  /** What `await` gives; some libraries' queries run here. */
  settle(value: Value, site: Site): Value;
  /** A value with the declared type it was given where it is stored. */
  typed(value: Value, file: string, node: TypeNode, span: Span): Value;
  /** The value goes where we cannot follow: callbacks may be called, queries may run. */
  escape(value: Value, site: Site): void;
}

export interface CallerRecord {
  readonly site: Site;
  /** Null when an argument was spread. */
  readonly arguments: readonly Value[] | null;
  /** What holds where it calls. */
  readonly facts: Facts;
  /** The function that was walked when the call was met, and the calls that led from there. */
  readonly root: string;
  readonly context: string;
  /** The function was walked with these arguments, so what it does is written down for this call. */
  readonly isFollowed: boolean;
}

/** A call of something that came in as a parameter. */
export interface OpenCall {
  readonly arguments: readonly Value[];
  readonly facts: Facts;
  readonly site: Site;
  /** The function that was walked when it was met. */
  readonly root: string;
}

/** `next(error)` goes elsewhere. */
export function goesOn({ arguments: [first] }: OpenCall): boolean {
  return first === undefined || first.kind === "object" || (first.kind === "literal" && !first.value);
}

/** `verify(request, reply, next)`: whoever gets what came in as a parameter may call it, with nothing more known than here. */
export function noteHandedOn(machine: Machine, values: readonly Value[], site: Site): void {
  for (const value of values)
    if (isHandedOn(value))
      noteOpenCall(machine, callOfParameter(value.id), {
        arguments: [],
        facts: machine.facts,
        site,
        root: rootOf(machine),
      });
}

/** What came in as a parameter, as it came: the request, or what runs the rest. */
export function isHandedOn(value: Value): value is SymbolicValue {
  return value.kind === "symbolic" && /^parameter:[^]*#\d+\.[^.]+(?:\.(?:next|\d+))?$/.test(value.id);
}

/** What a call of it is known by: a method's has parentheses. */
export function callOfParameter(id: string): string {
  return id.endsWith(".next") && id.split("#").at(-1)!.split(".").length > 2 ? `${id}()` : id;
}

export function noteOpenCall(machine: Machine, key: string, call: OpenCall): void {
  const known = machine.openCalls.get(key);
  if (known) known.push(call);
  else machine.openCalls.set(key, [call]);
}

/** Something was put on what came in as a parameter. */
export interface Store {
  /** `parameter:FILE#FUNCTION.request.user` */
  readonly target: string;
  readonly value: Value;
  readonly facts: Facts;
  readonly root: string;
  readonly site: Site;
}

export interface KeptValue {
  readonly key: Value;
  readonly value: Value;
  readonly facts: Facts;
  /** The function that was walked. */
  readonly root: string;
}

/** A function expression on its own, and what held where it stands. */
export interface Pending {
  readonly value: FunctionValue;
  readonly facts: Facts;
}

export interface Summary {
  readonly returns: Value;
  /** What holds whenever it comes back. */
  readonly facts: Facts;
}

/** How a module-level variable comes by its value. */
export interface Declared {
  readonly initializer: Expression | null;
  readonly pattern: Pattern | null;
  readonly type: TypeIn | null;
  /** Values assigned later, anywhere in the module. */
  readonly assigned: readonly Expression[];
  /** By some function, when that is called. */
  readonly isFilledLater: boolean;
}

/** Statements and calls one function may cost, with everything inlined into it; past that, values are unknown. */
export const budgetPerRoot = 60_000;
/** How deep calls are followed with their arguments. */
export const maximalDepth = 8;
/** How deep one evaluation may stand inside another; past that, values are unknown. */
export const maximalNesting = 500;
/** How deep what is kept for everybody may begin: a function's summary that was cut short would be wrong for all its callers. */
export const deepestBeginning = 200;

export function keyOfFunction(file: string, id: FunctionId): string {
  return `${file}#${id}`;
}

/** The top of a file: what runs when it is loaded, once, before there is anybody who asks. */
export function startOf(file: string): string {
  return keyOfFunction(file, 0);
}

/** The file of which it is the top; null for a function. */
export function fileStartedBy(key: string): string | null {
  return key.endsWith("#0") ? key.slice(0, -2) : null;
}

/** Also of the key of a root, which says after it which of its walks is meant: `FILE#FUNCTION@…`. */
export function functionOfKey(key: string): Pick<FunctionValue, "file" | "function"> {
  const [, file, id] = /^(.*?)#(\d+)(?:@.*)?$/s.exec(key) ?? [];
  return { file: file ?? "", function: Number(id) };
}

export function moduleOf(machine: Machine, file: string): Module {
  const module = machine.program.module(file);
  if (!module) throw new Error(`No module for ${file}: a value refers to a file that is not in the program.`);
  return module;
}

export function functionOf(machine: Machine, value: Pick<FunctionValue, "file" | "function">): FunctionNode {
  return moduleOf(machine, value.file).functions[value.function]!;
}

/** A function was walked in part only: it still has to be walked for its own sake. */
export function cutShort(machine: Machine): void {
  const current = machine.stack.at(-1);
  if (current !== undefined) machine.walked.delete(current);
}

/** What a parameter is called in the ids of values: its name, or its position where it is a pattern. */
export function parameterName(
  module: Module,
  parameter: FunctionNode["parameters"][number],
  index: number,
): string {
  const inner = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
  return inner.kind === "binding" ? module.bindings[inner.binding]!.name : String(index);
}

/** The frame that holds a module's own variables; it is shared by everything in the module. */
export function moduleFrame(machine: Machine, file: string): Frame {
  let frame = machine.moduleFrames.get(file);
  if (!frame) {
    frame = frameOf({ file, function: 0, parent: null, self: null });
    machine.moduleFrames.set(file, frame);
  }
  return frame;
}

/** Everything a branch may change, so that it can be put back. */
export interface Snapshot {
  readonly values: readonly (readonly [Frame, ReadonlyMap<BindingId, Value>])[];
  readonly narrowed: ReadonlySet<string>;
  readonly facts: Facts;
  readonly cells: Cells;
}

/** A short name for a call, by which contexts are told apart. */
export function callId(machine: Machine, site: Site): string {
  const key = callKey(site);
  let id = machine.callIds.get(key);
  if (id === undefined) machine.callIds.set(key, (id = String(machine.callIds.size)));
  return id;
}

/** Where the function that is walked stands among the calls that were followed. */
export function contextOf(machine: Machine): string {
  return machine.calls.join("/");
}

/** The function whose parameters are what they are; everything below it was followed with arguments. */
export function rootOf(machine: Machine): string {
  return machine.owners.at(-1) ?? "";
}

export function noteBlockEnd(machine: Machine, end: BlockEnd): void {
  const place = `${rootOf(machine)} ${contextOf(machine)}`;
  const known = machine.blockEnds.get(place);
  if (known) known.push(end);
  else machine.blockEnds.set(place, [end]);
}

/** A promise is always there, so that it lets everything pass: of what it says later, nothing holds. */
export interface VainCheck {
  readonly site: Site;
  /** What holds where it is asked. */
  readonly facts: Facts;
  /** What would hold behind it, if somebody had waited for the answer. */
  readonly meant: Facts;
}

export interface BlockEnd {
  /** Offsets into the file. */
  readonly start: number;
  readonly end: number;
  /** What holds there. */
  readonly facts: Facts;
}

/** Of more than this in one function, nobody has to be told. */
const mostVainChecks = 24;

export function noteVainCheck(machine: Machine, site: Site, meant: Facts): void {
  if (meant.size === 0 || machine.ruledOut) return;
  const root = rootOf(machine);
  const known = machine.vainChecks.get(root) ?? [];
  if (known.length >= mostVainChecks) return;
  machine.vainChecks.set(root, [...known, { site, facts: machine.facts, meant }]);
}

export function snapshot(machine: Machine, frame: Frame): Snapshot {
  const values: [Frame, ReadonlyMap<BindingId, Value>][] = [];
  for (let at: Frame | null = frame; at; at = at.parent) {
    at.isShared = true;
    values.push([at, at.values]);
  }
  return { values, narrowed: machine.narrowed, facts: machine.facts, cells: machine.cells };
}

/**
 * Walks what cannot run with the values at hand. Another call, or a value we have wrong, may still lead there, and every
 * place that reaches data belongs in the inventory.
 */
export function visitRuledOut(machine: Machine, frame: Frame, start: number, visit: () => void): void {
  const key = `${frame.file}:${start}`;
  if (machine.ruledOutAt.has(key)) return;
  machine.ruledOutAt.add(key);
  const before = snapshot(machine, frame);
  const returned = frame.returns.length;
  const { ruledOut } = machine;
  machine.ruledOut = true;
  visit();
  machine.ruledOut = ruledOut;
  frame.returns.length = returned;
  restore(machine, before);
}

export function restore(machine: Machine, state: Snapshot): void {
  for (const [frame, values] of state.values) {
    frame.values = values;
    frame.isShared = true;
  }
  machine.narrowed = state.narrowed;
  machine.facts = state.facts;
  machine.cells = state.cells;
}
