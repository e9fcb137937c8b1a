/** Who calls a function, and whether they pass a value that it needs. */
import type { Program } from "../link/program.js";
import { mostCallers } from "./functions.js";
import { memberOf } from "./members.js";
import { moduleOf, parameterName, type Machine } from "./machine.js";
import { isPerhapsAbsent } from "./choice.js";
import { undefinedValue, type Site, type Value } from "./value.js";

export interface Supply {
  /** Calls that may leave the value out. */
  readonly omitted: readonly Site[];
  /** Calls that always pass it. */
  readonly supplied: readonly Site[];
  /** Nobody else can call it: it was never handed to code that we do not see. */
  readonly isClosed: boolean;
}

/** What the callers do about a parameter, or about a field of one; null when the value is no parameter. */
export function supplyOf(machine: Machine, valueId: string): Supply | null {
  // What may be one of several is none.
  const match = /^parameter:([^|]*)#(\d+)\.([^|]+)$/s.exec(valueId);
  if (!match) return null;
  const [, file, id, path] = match as unknown as [string, string, string, string];
  const names = path.split(".");
  const index = parameterIndex(machine, file, Number(id), names[0]!);
  if (index === null) return null;
  const key = `${file}#${id}`;
  const omitted: Site[] = [];
  const supplied: Site[] = [];
  const callers = machine.callers.get(key) ?? [];
  for (const caller of callers) {
    if (caller.arguments === null) continue;
    let given: Value = caller.arguments[index] ?? undefinedValue;
    for (const name of names.slice(1)) given = memberOf(machine, given, name, caller.site);
    (isPerhapsAbsent(given) ? omitted : supplied).push(caller.site);
  }
  return {
    omitted,
    supplied,
    isClosed:
      callers.length < mostCallers &&
      !machine.escaped.has(key) &&
      !isReachable(machine.program, file, Number(id)),
  };
}

/** A handler that something else registers by name: decorated methods are called by their framework. */
function isReachable(program: Program, file: string, id: number): boolean {
  const fn = program.module(file)?.functions[id];
  return fn === undefined || fn.decorators.length > 0;
}

/** Which parameter a name in the ids of values means. */
export function parameterIndex(machine: Machine, file: string, id: number, name: string): number | null {
  const module = moduleOf(machine, file);
  const { parameters } = module.functions[id]!;
  for (const [index, parameter] of parameters.entries()) {
    if (parameterName(module, parameter, index) === name) return index;
  }
  return null;
}
