/**
 * Calls of the program's functions: answered from the function's summary with the arguments put in, or by walking the
 * function again where an argument carries meaning.
 */
import type { FunctionNode } from "../lower/module.js";
import { addFacts } from "./assume.js";
import { optionsOf } from "./choice.js";
import { symbolicHere, valueOfType } from "./declared-types.js";
import {
  contextOf,
  functionOf,
  goesOn,
  keyOfFunction,
  callOfParameter,
  isHandedOn,
  maximalDepth,
  moduleOf,
  noteHandedOn,
  noteOpenCall,
  parameterName,
  rootOf,
  type CallerRecord,
  type Machine,
  type Summary,
} from "./machine.js";
import { bare, meetOf, withFacts } from "./facts.js";
import { askedPolicy } from "./policies.js";
import type { Rewriting } from "./rewrite.js";
import { substitution } from "./substitution.js";
import { callKey, unknown, type FunctionValue, type Site, type Value } from "./value.js";
import { summaryOf, walkCall } from "./walk.js";

export function callFunction(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
  spread = false,
): Value {
  const fn = functionOf(machine, target);
  const key = keyOfFunction(target.file, target.function);
  const caller = callerAt(machine, site, spread ? null : args);
  const follow = (): Value => {
    const result = walkCall(machine, target, spread ? null : args, site);
    // What was cut short was not written down, and what was spread is not known there.
    noteCall(machine, key, { ...caller, isFollowed: !spread && machine.budget >= 0 });
    return result;
  };
  const asked = spread ? null : askedPolicy(machine, target, args, site);
  if (asked) {
    noteCall(machine, key, { ...caller, isFollowed: false });
    return asked;
  }
  const isOpen = fn.body.length > 0;
  const mayInline =
    isOpen && machine.stack.length < maximalDepth && !machine.stack.includes(key) && machine.budget > 0;
  const isTelling = !spread && depends(machine, target, args);
  if (mayInline && (isTelling || (target.closure !== null && hasWalksLeft(machine, key)))) return follow();
  for (const argument of args) if (argument.kind === "function") machine.escape(argument, site);
  const declared = fn.returns ? { file: target.file, node: fn.returns, parameters: new Map() } : null;
  // A function inside a function means nothing without the variables around it; those of a module are always there.
  const isOfModule = target.closure === null || target.closure.parent === null;
  const summary =
    isOpen && isOfModule ? summaryOf(machine, target.file, target.function, sharedSelf(target, fn)) : null;
  if (mayInline && !spread && (machine.needsArguments.has(key) || isOfArguments(fn, summary)))
    return follow();
  noteCall(machine, key, { ...caller, isFollowed: false });
  if (summary === null || spread) noteHandedOn(machine, args, site);
  if (summary !== null) return answerFrom(machine, summary, target, spread ? null : args, site);
  if (!declared && !isOpen) return unknown;
  const given = declared
    ? valueOfType(machine, declared, site, `${fn.name ?? "call"}()`)
    : symbolicHere(machine, site, `${fn.name ?? "call"}()`);
  return given.kind === "symbolic" ? { ...given, from: args.map((argument) => bare(argument, 2)) } : given;
}

/** What a function gives for these arguments, as its summary has it; null where it has none. Nothing is walked again. */
export function summarized(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
): Value | null {
  const fn = functionOf(machine, target);
  noteCall(machine, keyOfFunction(target.file, target.function), {
    ...callerAt(machine, site, args),
    isFollowed: false,
  });
  const summary = summaryOf(machine, target.file, target.function, sharedSelf(target, fn));
  return summary && answerFrom(machine, summary, target, args, site);
}

/**
 * What is given back hangs on what was passed: a query to be put into another, or to be run; a function that has what was passed
 * in it (`items.find(byId(id))`).
 */
function isOfArguments(fn: FunctionNode, summary: Summary | null): boolean {
  if (fn.parameters.length === 0 || summary === null) return false;
  const given = optionsOf(summary.returns);
  const isOneReturn = fn.body.length === 1 && fn.body[0]!.kind === "return";
  return given.some(isStatement) || (isOneReturn && given.every(isClosure));
}

/** It runs, or is added to, where it is given back. */
function isStatement(value: Value): boolean {
  return value.kind === "query" || (value.kind === "library" && value.type === "statement");
}

function isClosure(value: Value): boolean {
  return value.kind === "function" && value.closure !== null && value.closure.parent !== null;
}

/** What a class says for those below it is the same for each of them, whichever asks first. */
function sharedSelf({ file, self }: FunctionValue, fn: FunctionNode): Value | null {
  if (self?.kind === "rows" || self?.kind === "object") return null;
  const isOfClass = self?.kind === "instance" || self?.kind === "class";
  const isInherited = isOfClass && (self.file !== file || self.class !== fn.class);
  return isInherited && fn.class !== null ? null : self;
}

/** An inner function is walked anew for each call; past this many, calls that pass nothing telling are not followed. */
const mostWalks = 24;

function hasWalksLeft(machine: Machine, key: string): boolean {
  const walks = (machine.walks.get(key) ?? 0) + 1;
  machine.walks.set(key, walks);
  return walks <= mostWalks;
}

/** Who calls here, with this. */
export function callerAt(
  machine: Machine,
  site: Site,
  args: readonly Value[] | null,
): Omit<CallerRecord, "isFollowed"> {
  return { site, arguments: args, facts: machine.facts, root: rootOf(machine), context: contextOf(machine) };
}

/** The call itself is of this function. */
function noteCall(machine: Machine, key: string, caller: CallerRecord): void {
  const call = callKey(caller.site);
  const followed = machine.followed.get(call);
  if (followed) followed.add(key);
  else machine.followed.set(call, new Set([key]));
  noteCaller(machine, key, caller);
}

/** Whoever calls it, or hands it to somebody who does. The same call is met once for every context its function is walked in. */
export function noteCaller(machine: Machine, key: string, caller: CallerRecord): void {
  const call = callKey(caller.site);
  const met = `${key} ${call} ${caller.root} ${caller.context}`;
  if (machine.callersMet.has(met)) return;
  const callers = machine.callers.get(key) ?? [];
  // As it stands, a call says what a lookup behind it was made with, and who gets there: without it a guard would be none.
  if (callers.length >= mostCallers && caller.context !== "") return;
  machine.callersMet.add(met);
  callers.push(caller);
  machine.callers.set(key, callers);
}

/** Past this many, those that were only met below another call are left out, and nobody reads on. */
export const mostCallers = 200;

/** Whether what the function does, or gives, depends on more than the identity of its arguments. */
function depends(machine: Machine, target: FunctionValue, args: readonly Value[]): boolean {
  const parameters = functionOf(machine, target).parameters;
  return args.some((argument, index) =>
    carriesMeaning(argument, parameters[index]?.type === null || parameters[index] === undefined, 2),
  );
}

function carriesMeaning(value: Value, untyped: boolean, depth: number): boolean {
  switch (value.kind) {
    case "query":
    case "function":
      return true;
    case "library":
      return untyped || value.type !== "client";
    case "rows":
      // What is called on it is known where its type says nothing.
      return untyped && value.made !== undefined && !value.many;
    case "object":
      return (
        depth > 0 &&
        [...value.fields.values()].some(
          (field) => carriesMeaning(field.value, true, depth - 1) || field.value.kind === "object",
        )
      );
    case "array":
      return depth > 0 && value.elements.some((element) => carriesMeaning(element, true, depth - 1));
    case "choice":
      return value.options.some((option) => carriesMeaning(option, untyped, depth));
    default:
      return false;
  }
}

/** A summary's result, and what it proves, with what this call passed in the place of the parameters. */
function answerFrom(
  machine: Machine,
  summary: Summary,
  target: FunctionValue,
  args: readonly Value[] | null,
  site: Site,
): Value {
  const replace = substitution(machine, target, args, site, contextOf(machine));
  noteCalledThere(machine, target, args ?? [], site, replace);
  addFacts(machine, replace.facts(summary.facts));
  return replace.value(summary.returns);
}

/** `verify(request, response, next)`: where that calls what it was given, whoever gave it knows what was made sure of there. */
function noteCalledThere(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
  { facts }: Rewriting,
): void {
  const key = keyOfFunction(target.file, target.function);
  const module = moduleOf(machine, target.file);
  for (const [index, parameter] of functionOf(machine, target).parameters.entries()) {
    const given = args[index];
    if (given === undefined || !isHandedOn(given)) continue;
    const called = `parameter:${key}.${parameterName(module, parameter, index)}`;
    for (const [name, by] of [
      [called, callOfParameter(given.id)],
      [`${called}.next()`, `${given.id}.next()`],
    ] as const) {
      const calls = (machine.openCalls.get(name) ?? []).filter(goesOn);
      if (calls.length === 0) continue;
      const gained = facts(meetOf(calls.map((call) => call.facts)));
      noteOpenCall(machine, by, {
        site,
        root: rootOf(machine),
        arguments: [],
        facts: withFacts(machine.facts, gained.values()),
      });
    }
  }
}
