/** Finds the calls that matter among all calls of the program: those that make tables, relations, policies and connections. */
import { unwrap } from "../../../link/declarations.js";
import type { Program } from "../../../link/program.js";
import type { Expression, Module } from "../../../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../../../lower/visit.js";
import type { Evaluator } from "./evaluate.js";
import { findMaker } from "./tables.js";
import { chainOf, drizzle, pathInDrizzle, type CallValue, type Value } from "./value.js";

interface Found {
  /** Calls that make tables and views, with what the code calls the result. */
  readonly makers: readonly Made[];
  readonly relations: readonly CallValue[];
  readonly policies: readonly CallValue[];
}

export interface Made {
  readonly value: CallValue;
  /** The variable it is given to. */
  readonly variable: string | null;
  /** Inside a function, of whose parameters nothing is known here. */
  readonly isInFunction: boolean;
}

export function findCalls(program: Program, isRead: (file: string) => boolean, evaluator: Evaluator): Found {
  const makers: Made[] = [];
  const relations: CallValue[] = [];
  const policies: CallValue[] = [];
  for (const file of program.files) {
    const module = program.module(file);
    if (!module || !isRead(file)) continue;
    const leaves = createLeaves(file, module, program, evaluator);
    if (!leaves) continue;
    for (const { id, body } of module.functions) {
      const variables = namesGiven(module, body);
      const inside = new Set<Expression>();
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "call" || inside.has(expression)) return;
        const interest = leaves(expression.callee, id === 0);
        if (!interest) return;
        // `pgView("name").as(…)` is one thing: its beginning is not looked at again.
        for (const part of beginningsOf(expression)) inside.add(part);
        const value = evaluator.evaluate(file, expression);
        if (value.kind !== "call") return;
        const path = pathInDrizzle(value.callee);
        if (path && /^(?:relations|defineRelations|defineRelationsPart)$/.test(path.at(-1) ?? ""))
          relations.push(value);
        else if (pathInDrizzle(chainOf(value).root)?.at(-1) === "pgPolicy") policies.push(value);
        else if (makesTable(value))
          makers.push({ value, variable: variables.get(expression) ?? null, isInFunction: id !== 0 });
      });
    }
  }
  return { makers, relations, policies };
}

/** Whether a chain of calls has a call in it that makes a table or a view. */
function makesTable(value: Value): boolean {
  for (let at = value; at.kind === "call" || at.kind === "member";) {
    if (at.kind === "call" && findMaker(at.callee)) return true;
    at = at.kind === "call" ? at.callee : at.object;
  }
  return false;
}

/** The calls that a chain of calls begins with. */
function beginningsOf(expression: Expression & { kind: "call" }): readonly Expression[] {
  const parts: Expression[] = [];
  let at = unwrap(expression.callee);
  while (at.kind === "call" || at.kind === "member") {
    if (at.kind === "call") parts.push(at);
    at = unwrap(at.kind === "call" ? at.callee : at.object);
  }
  return parts;
}

/**
 * Whether a call may be one of ours, judged by the name that it begins with, so that the rest of the program's calls cost
 * nothing. Null for a file that has no such name.
 */
function createLeaves(
  file: string,
  module: Module,
  program: Program,
  evaluator: Evaluator,
): ((callee: Expression, isTop: boolean) => boolean) | null {
  const known = new Map<number, "always" | "at the top" | "never">();
  const interestIn = (leaf: Expression & { kind: "name" }): "always" | "at the top" | "never" => {
    if (leaf.binding === null) return "never";
    const symbol = program.symbolOf(file, leaf.binding);
    if (symbol.kind === "external") return interestOf({ ...symbol, kind: "library" });
    if (symbol.kind === "function") return touches(program.module(symbol.file)) ? "at the top" : "never";
    if (symbol.kind === "module") return touches(program.module(symbol.file)) ? "always" : "never";
    if (symbol.kind !== "variable" || !touches(program.module(symbol.file))) return "never";
    return interestOf(evaluator.evaluate(file, leaf));
  };
  if (module.imports.length === 0) return null;
  return (callee, isTop) => {
    let at = unwrap(callee);
    while (at.kind === "member" || at.kind === "call")
      at = unwrap(at.kind === "member" ? at.object : at.callee);
    if (at.kind !== "name" || at.binding === null) return false;
    let interest = known.get(at.binding);
    if (!interest) known.set(at.binding, (interest = interestIn(at)));
    return interest === "always" || (interest === "at the top" && isTop);
  };
}

function interestOf(value: Value): "always" | "at the top" | "never" {
  switch (value.kind) {
    case "function":
      return "at the top";
    case "object":
    case "module":
      return "always";
    case "library":
    case "call":
    case "member": {
      const path = pathInDrizzle(chainOf(value).root);
      return path && (path.length === 0 || starts.test(path.join("."))) ? "always" : "never";
    }
    default:
      return "never";
  }
}

const starts =
  /(?:Table|View|TableCreator|Schema|^snakeCase|^camelCase|elations|elationsPart|pgPolicy|withRLS|\.table)$/;

/** Whether a file speaks with the library itself. */
function touches(module: Module | undefined): boolean {
  if (!module) return false;
  const isOurs = (specifier: string) => specifier === drizzle || specifier.startsWith(`${drizzle}/`);
  return (
    module.imports.some(({ specifier }) => isOurs(specifier)) ||
    module.exports.some((each) => each.kind !== "local" && isOurs(each.specifier))
  );
}

/** Which name the result of an expression is given. */
function namesGiven(
  module: Module,
  body: Module["functions"][number]["body"],
): ReadonlyMap<Expression, string> {
  const names = new Map<Expression, string>();
  forEachStatement(body, (statement) => {
    if (statement.kind !== "variables") return;
    for (const { pattern, initializer } of statement.declarations) {
      const name = pattern.kind === "binding" ? module.bindings[pattern.binding]?.name : undefined;
      if (name !== undefined && name !== "default" && initializer) names.set(unwrap(initializer), name);
    }
  });
  return names;
}
