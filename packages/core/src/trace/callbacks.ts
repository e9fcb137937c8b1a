/** Functions that are handed to somebody else: to a library that calls them, to an array's method, or out of sight. */
import { addFacts } from "./assume.js";
import { joinedCells } from "./cells.js";
import { choiceOf } from "./choice.js";
import { beyond, meetOf, noFacts, type Facts } from "./facts.js";
import { callerAt, noteCaller } from "./functions.js";
import { keyOfFunction, snapshot, type Machine } from "./machine.js";
import { join } from "./state.js";
import { unknown, type FunctionValue, type Site, type Value } from "./value.js";
import { summaryOf, walkCall } from "./walk.js";
import { leaving, ranWhenAwaited, writeDown } from "./written.js";

export interface Invoked {
  readonly value: Value;
  /** What holds behind it, if it was called and came back. */
  readonly facts: Facts;
}

/** Deeper than this, callbacks of callbacks are not followed. */
const maximalStack = 24;

/**
 * Runs a callback now; whether the library really calls it is not known, so what it changes may or may not have happened.
 * `site`: the call that was given it, where whoever gave it counts as who calls it.
 */
export function invoke(
  machine: Machine,
  callee: Value,
  args: readonly Value[],
  site: Site | null = null,
): Invoked {
  if (callee.kind === "choice") {
    const invoked = callee.options.map((option) => invoke(machine, option, args, site));
    return {
      value: choiceOf(
        invoked.map((one) => one.value),
        callee.reason,
      ),
      facts: meetOf(invoked.map((one) => one.facts)),
    };
  }
  if (callee.kind === "external" && site) {
    const call = { site, arguments: args, typeArguments: [], spread: false, written: [] };
    const model = machine.modelOfPackage.get(callee.package);
    return { value: model?.callExternal?.(callee, call, machine.tracer) ?? unknown, facts: noFacts };
  }
  if (callee.kind !== "function") return nothing;
  const { facts, cells } = machine;
  const before = callee.closure && snapshot(machine, callee.closure);
  const value = walkCallback(machine, callee, args, site);
  if (value === null) return nothing;
  const gained = beyond(machine.facts, facts);
  if (before && callee.closure)
    join(machine, [{ ...snapshot(machine, callee.closure), facts }, before], "the callback");
  else {
    machine.facts = facts;
    machine.cells = joinedCells([machine.cells, cells], "the callback", () => [gained, noFacts]);
  }
  return { value, facts: gained };
}

/** Runs a callback that is called once, for certain, before the call comes back: `db.$transaction(callback)`. */
export function run(
  machine: Machine,
  callee: Value,
  args: readonly Value[],
  site: Site | null = null,
): Value {
  if (callee.kind !== "function") {
    const { value, facts } = invoke(machine, callee, args, site);
    addFacts(machine, facts);
    return value;
  }
  return walkCallback(machine, callee, args, site) ?? unknown;
}

/** What it gives; null where it is not followed. */
function walkCallback(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  site: Site | null,
): Value | null {
  if (machine.budget <= 0 || machine.stack.length >= maximalStack) return null;
  const key = keyOfFunction(callee.file, callee.function);
  if (machine.stack.filter((one) => one === key).length >= 2) return null;
  machine.budget -= 1;
  const caller = site && callerAt(machine, site, args);
  const value = walkCall(machine, callee, args);
  if (caller) noteCaller(machine, key, { ...caller, isFollowed: machine.budget >= 0 });
  return value;
}

const nothing: Invoked = { value: unknown, facts: noFacts };

/** The value goes where we cannot follow: callbacks may be called, queries may run. */
export function escape(machine: Machine, value: Value, site: Site, depth: number): void {
  switch (value.kind) {
    case "function":
      machine.escaped.add(keyOfFunction(value.file, value.function));
      if (machine.walked.has(keyOfFunction(value.file, value.function)) && value.closure === null) return;
      invokeUnknown(machine, value);
      return;
    case "query":
      writeDown(machine, leaving(machine, value, "escaped"));
      return;
    case "library":
      ranWhenAwaited(machine, value, "handed-on");
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
function invokeUnknown(machine: Machine, value: FunctionValue): void {
  const key = keyOfFunction(value.file, value.function);
  if (machine.stack.includes(key) || machine.stack.length >= maximalStack || machine.budget <= 0) return;
  machine.budget -= 1;
  if (!value.closure) return;
  if (value.closure.parent === null) {
    summaryOf(machine, value.file, value.function, value.self);
    return;
  }
  const before = snapshot(machine, value.closure);
  walkCall(machine, value, null);
  join(machine, [{ ...snapshot(machine, value.closure), facts: before.facts }, before], "the callback");
}
