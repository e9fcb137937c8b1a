/** Walking functions: with the arguments of one call, once for all calls, and those that nobody was seen to call. */
import { bind } from "./assignment.js";
import { joinedCells } from "./cells.js";
import { choiceOf, optionsOf } from "./choice.js";
import { beyond, meetOf } from "./facts.js";
import { lightened } from "./heavy.js";
import {
  callId,
  contextOf,
  deepestBeginning,
  functionOf,
  keyOfFunction,
  moduleFrame,
  moduleOf,
  rootOf,
  startOf,
  type Machine,
  type Summary,
} from "./machine.js";
import { inFreshContext } from "./modules.js";
import { withDefault } from "./parameters.js";
import { isMade, ownRoot } from "./roots.js";
import { walkStatements } from "./statements.js";
import {
  frameOf,
  never,
  undefinedValue,
  unknown,
  type FunctionValue,
  type Returned,
  type Site,
  type Value,
} from "./value.js";
import { keepsAnswers, noteKeptAnswer } from "./kept-answers.js";
import { leaving, ranWhenAwaited, writeDown } from "./written.js";

/** Walks a function with these arguments (null: its parameters, whatever they are) and gives what it returns. */
export function walkCall(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[] | null,
  /** The call that is followed, where there is one. */
  site: Site | null = null,
): Value {
  const fn = functionOf(machine, target);
  const key = keyOfFunction(target.file, target.function);
  machine.walked.add(key);
  machine.stack.push(key);
  if (site) machine.calls.push(callId(machine, site));
  const around = args === null ? machine.calls.splice(0) : null;
  // What stands in a function that is run on its own, or that was made for one route, runs with it.
  const isOfRun =
    target.closure !== null &&
    target.closure.parent !== null &&
    (machine.runs.has(rootOf(machine)) || isMade(rootOf(machine)));
  const root = isOfRun || !around ? rootOf(machine) : ownRoot(machine, target);
  if (around) machine.owners.push(root);
  const frame = frameOf({
    file: target.file,
    function: target.function,
    parent: target.closure ?? moduleFrame(machine, target.file),
    self: target.self,
  });
  const { narrowed, facts } = machine;
  const met = machine.accesses.length;
  try {
    fn.parameters.forEach((parameter, index) => {
      const given =
        args === null
          ? null
          : parameter.rest
            ? ({ kind: "array", elements: args.slice(index), rest: null } satisfies Value)
            : (args[index] ?? undefinedValue);
      bind(machine, frame, parameter.pattern, withDefault(machine, frame, target, index, given));
    });
    const given = keepsAnswers(machine, target.file, fn) ? [...frame.values.values()] : null;
    const completion = walkStatements(machine, frame, fn.body);
    if (completion === "normal")
      frame.returns.push({
        value: undefinedValue,
        facts: machine.facts,
        end: fn.end,
        cells: machine.cells,
      });
    else if (frame.returns.length === 0 && !fn.generator) return machine.budget < 0 ? unknown : never;
    const { returns } = frame;
    if (args !== null && machine.accesses.length > met) noteCompletion(machine, returns);
    if (args === null) machine.completions.set(root, returns);
    if (fn.generator) {
      // It runs bit by bit, for whoever goes through it: behind the call, nothing of it has happened.
      machine.facts = facts;
      return lightened(listOf(frame.yielded));
    }
    machine.facts = meetOf(returns.map((one) => one.facts));
    const givens = returns.map((one) => beyond(one.facts, machine.facts));
    const returned = choiceOf(
      returns.map((one) => one.value),
      "what it returns",
      givens,
    );
    machine.cells = joinedCells(
      returns.map((one) => one.cells),
      "what it returns",
      () => givens,
    );
    if (given) noteKeptAnswer(machine, frame, fn, given, returned);
    // Nobody in sight was given it.
    if (args === null) recordBuilt(machine, returned);
    return lightened(returned);
  } finally {
    if (site) machine.calls.pop();
    if (around) {
      machine.owners.pop();
      machine.calls.push(...around);
    }
    machine.stack.pop();
    machine.narrowed = narrowed;
  }
}

/** As many as somebody asks for, each of them one of these. */
function listOf(values: readonly Value[]): Value {
  return { kind: "array", elements: [], rest: values.length === 0 ? unknown : choiceOf(values, "") };
}

/** What holds where a call comes back that was followed, and in which something was accessed. */
function noteCompletion(machine: Machine, returns: readonly Returned[]): void {
  const key = `${rootOf(machine)} ${contextOf(machine)}`;
  machine.completions.set(key, [...(machine.completions.get(key) ?? []), ...returns]);
}

/** A function's result when nothing is known of its arguments. Each function is walked this way once. */
export function summaryOf(machine: Machine, file: string, id: number, self: Value | null): Summary | null {
  const key = keyOfFunction(file, id);
  const known = machine.summaries.get(key);
  if (known === "running") return null;
  if (known) return known;
  if (machine.depth > deepestBeginning) return null;
  machine.summaries.set(key, "running");
  const summary = inFreshContext(machine, () => {
    const firstPending = machine.pending.length;
    const value = walkCall(
      machine,
      { kind: "function", file, function: id, closure: null, self: self ?? ownSelf(machine, file, id) },
      null,
    );
    const { facts } = machine;
    walkPending(machine, firstPending);
    return { returns: value, facts } satisfies Summary;
  });
  machine.summaries.set(key, summary);
  return summary;
}

/** A query that is returned is judged as it is, unless some caller is seen to run it. */
export function recordBuilt(machine: Machine, value: Value): void {
  for (const option of optionsOf(value)) {
    if (option.kind === "query") writeDown(machine, leaving(machine, option, "built"));
    if (option.kind === "library") ranWhenAwaited(machine, option, "handed-on");
    if (option.kind === "object")
      for (const field of option.fields.values()) recordBuilt(machine, field.value);
  }
}

export function ownSelf(machine: Machine, file: string, id: number): Value | null {
  const { functions, classes } = moduleOf(machine, file);
  const owner = functions[id]!.class;
  if (owner === null) return null;
  const isStatic = classes[owner]!.methods.some((method) => method.function === id && method.static);
  return isStatic
    ? { kind: "class", file, class: owner }
    : { kind: "instance", file, class: owner, arguments: null };
}

/** Function expressions that nobody called may still be called later, by someone we do not see. */
function walkPending(machine: Machine, from: number): void {
  while (machine.pending.length > from) {
    const { value, facts } = machine.pending.pop()!;
    if (machine.walked.has(keyOfFunction(value.file, value.function))) continue;
    machine.facts = facts;
    if (functionOf(machine, value).body.length > 0) walkCall(machine, value, null);
  }
}

/** What a file does as it is imported, without what its functions would do. */
export function walkTopLevel(machine: Machine, file: string): void {
  const { functions } = moduleOf(machine, file);
  const walk = (): void => void walkStatements(machine, moduleFrame(machine, file), functions[0]?.body ?? []);
  inFreshContext(machine, walk, startOf(file));
}

/** Walks the top level of a module, then every function of it that was not walked on the way. */
export function walkModule(machine: Machine, file: string): void {
  const module = moduleOf(machine, file);
  inFreshContext(
    machine,
    () => {
      const frame = moduleFrame(machine, file);
      walkStatements(machine, frame, module.functions[0]?.body ?? []);
      walkPending(machine, 0);
    },
    startOf(file),
  );
  for (const fn of module.functions) {
    if (fn.id === 0 || machine.summaries.has(keyOfFunction(file, fn.id))) continue;
    const isTopLevel = fn.parent === 0 || fn.class !== null;
    const isClosure = fn.kind === "arrow" || fn.kind === "function";
    if (isTopLevel && (fn.class !== null || !isClosure || !machine.walked.has(keyOfFunction(file, fn.id))))
      summaryOf(machine, file, fn.id, null);
  }
  for (const fn of module.functions) {
    if (fn.id !== 0 && !machine.walked.has(keyOfFunction(file, fn.id))) summaryOf(machine, file, fn.id, null);
  }
}
