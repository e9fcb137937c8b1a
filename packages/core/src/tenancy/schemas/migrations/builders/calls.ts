/** Calls: of functions that are here, which are followed, and on the database, which are read. */
import { unwrap } from "../../../../link/declarations.js";
import type { Expression } from "../../../../lower/module.js";
import { callBuiltIn } from "./built-in.js";
import { listOf } from "./elements.js";
import type { Follower } from "./follower.js";
import { keep, tried } from "./found.js";
import { frameOf, member } from "./members.js";
import { canChangeSchema, givesDatabase, stepOf } from "./operations.js";
import { followStatements } from "./statements.js";
import {
  database,
  isOfDatabase,
  literal,
  unknown,
  type Call,
  type Frame,
  type Step,
  type Value,
} from "./value.js";

export function call(
  follower: Follower,
  frame: Frame,
  { callee, arguments: given, start }: Expression & { kind: "call" },
): Value {
  const written = unwrap(callee);
  if (written.kind === "member") {
    const of = follower.evaluate(frame, written.object);
    const values = listOf(follower, frame, given);
    return invoke(follower, of, written.property, values, frame, written.nameStart, given[0]?.start);
  }
  const required = requiredBy(follower, frame, written, given);
  if (required) return required;
  const fn = follower.evaluate(frame, callee);
  const values = listOf(follower, frame, given);
  if (fn.kind === "function") return follower.apply(fn, values);
  if (fn.kind === "step" && fn.arguments === null)
    return taken(follower, stepOf(fn.of, fn.name, values, frame, start, given[0]?.start ?? start));
  if (fn.kind === "database" || fn.kind === "step") return stepOf(fn, "()", values, frame, start, start);
  tellOfLost(follower, values, frame, start);
  for (const each of values) if (each.kind === "function") follower.apply(each, [unknown, unknown]);
  return fn.kind === "library" ? stepOf(fn, "()", values, frame, start, start) : unknown;
}

/** `require("./tables")` where no variable takes it. */
function requiredBy(
  { program }: Follower,
  frame: Frame,
  callee: Expression,
  [given]: readonly Expression[],
): Value | null {
  const isRequire = callee.kind === "name" && callee.name === "require" && callee.binding === null;
  if (!isRequire || given?.kind !== "literal" || typeof given.value !== "string") return null;
  const found = program.resolve(frame.file, given.value);
  return found.kind === "module" ? found : unknown;
}

function invoke(
  follower: Follower,
  of: Value,
  name: string,
  given: readonly Value[],
  frame: Frame,
  start: number,
  argumentStart = start,
): Value {
  const known = callBuiltIn(of, name, given, (fn, values) => follower.apply(fn, values));
  if (known) return known;
  if (of.kind === "builder" || of.kind === "line") {
    if (name === "$call" && given[0]) return follower.apply(given[0], [of]);
    return write(follower, of, { name, arguments: given });
  }
  const fn = member(follower, of, name, frame, start);
  if (fn.kind === "function") return follower.apply(fn, given, of);
  if (fn.kind === "step") return taken(follower, stepOf(fn.of, name, given, frame, start, argumentStart));
  // Of what is not known, nobody knows what it does with its callbacks; they may be called.
  for (const each of given) if (each.kind === "function") follower.apply(each, [unknown, unknown]);
  if (of.kind !== "library" || of.package !== "") tellOfLost(follower, given, frame, start);
  return of.kind === "library" ? stepOf(of, name, given, frame, start, argumentStart) : unknown;
}

function write({ found }: Follower, on: Value & { kind: "builder" | "line" }, made: Call): Value {
  if (on.kind === "line") {
    on.calls.push(made);
    return on;
  }
  const calls = [made];
  on.lines.push(calls);
  found.push({ kind: "line", calls });
  return { kind: "line", calls };
}

/** A call on the database, or on something that leads to it. */
export function taken(follower: Follower, step: Step): Value {
  const { found } = follower;
  const [first = unknown, second = unknown] = step.arguments ?? [];
  if (step.name === "$call" || step.name === "$if" || step.name === "modify") {
    const made = follower.apply(step.name === "$if" ? second : first, [step.of]);
    return made.kind === "step" ? made : step.of;
  }
  const own = tried(found, () => follower.read(step));
  if (own.result) {
    // What its callbacks wrote down is part of what was read; statements that they hold are not.
    for (const each of own.found) if (each.kind !== "line") found.push(each);
    found.push({ kind: "read", step, read: own.result });
    return step;
  }
  keep(found, own.found);
  for (const each of step.arguments ?? []) {
    if (each.kind !== "function" || step.name === "catch") continue;
    follower.apply(each, [givesDatabase.test(step.name) && isOfDatabase(step) ? database : unknown]);
  }
  return step;
}

export function apply(follower: Follower, fn: Value, given: readonly Value[], self: Value = unknown): Value {
  if (fn.kind !== "function") return unknown;
  const body = follower.program.module(fn.file)?.functions[fn.function];
  if (!body || body.generator) return unknown;
  if (!follower.enterCall()) return unknown;
  const around = fn.frame ?? frameOf(follower, fn.file);
  const frame: Frame = {
    file: fn.file,
    function: fn.function,
    names: new Map(),
    self: body.kind === "arrow" ? around.self : self,
    parent: around,
  };
  const { value } = follower.comingBack(() => {
    for (const [index, { pattern, rest, default: fallback }] of body.parameters.entries()) {
      const argument = rest ? { kind: "list" as const, elements: given.slice(index) } : given[index];
      const missing = () => (fallback ? follower.evaluate(frame, fallback) : literal(null));
      follower.bind(frame, pattern, argument ?? missing());
    }
    return followStatements(follower, frame, body.body);
  });
  follower.leaveCall();
  return value;
}

export function tellOfLost(
  { found, lineOf }: Follower,
  given: readonly Value[],
  frame: Frame,
  start: number,
): void {
  if (!given.some(canChangeSchema)) return;
  found.push({ kind: "lost", line: lineOf({ file: frame.file, start }), text: "" });
}
