/**
 * Under which conditions a statement runs, as far as the functions decide in which it stands. Middleware that is added under a
 * condition may not be there, so it counts only for routes that are added under the same.
 */
import type { Module, Span, Statement } from "../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../lower/visit.js";
import type { Tracer } from "../trace/library.js";
import type { Site } from "../trace/value.js";

/** Two places are under the same condition where it has the same name. */
export function conditionsAt(site: Site, tracer: Tracer): readonly string[] {
  const module = tracer.moduleOf(site.file);
  if (!module) return [];
  return functionsAround(site, module).flatMap((fn) =>
    conditionsIn(fn.body, site).map((condition) => `${site.file}:${condition}`),
  );
}

function functionsAround(site: Site, { functions }: Module): Module["functions"] {
  return functions.filter((fn) => fn.kind === "module" || contains(fn, site));
}

function conditionsIn(statements: readonly Statement[], site: Span): readonly string[] {
  const passed: string[] = [];
  for (const statement of statements) {
    if (contains(statement, site)) return [...passed, ...conditionsInside(statement, site)];
    if (statement.end <= site.start && mayReturn(statement)) passed.push(`${statement.start} passed`);
  }
  return passed;
}

function conditionsInside(statement: Statement, site: Span): readonly string[] {
  const arms = armsOf(statement);
  if (arms === null) return conditionsOfExpression(statement, site);
  const arm = arms.find(({ body }) => body.some((one) => contains(one, site)));
  if (!arm) return [];
  const inside = conditionsIn(arm.body, site);
  return arm.name === null ? inside : [`${statement.start} ${arm.name}`, ...inside];
}

interface Arm {
  /** Null: it runs whenever the statement does. */
  readonly name: string | null;
  readonly body: readonly Statement[];
}

/** Null for statements that hold no others. */
function armsOf(statement: Statement): readonly Arm[] | null {
  switch (statement.kind) {
    case "if":
      return [
        { name: "then", body: statement.then },
        { name: "else", body: statement.else ?? [] },
      ];
    case "switch":
      return statement.cases.map(({ body }, index) => ({ name: `case ${index}`, body }));
    case "loop":
      // What a list says one by one is there once for each.
      return [{ name: statement.loop === "of" ? null : "loop", body: statement.body }];
    case "try":
      return [
        { name: null, body: statement.block },
        { name: "catch", body: statement.handler ?? [] },
        { name: null, body: statement.finalizer ?? [] },
      ];
    case "block":
    case "labeled":
      return [{ name: null, body: statement.body }];
    default:
      return null;
  }
}

/** `isSecure && app.use(authenticate)` */
function conditionsOfExpression(statement: Statement, site: Span): readonly string[] {
  const found: string[] = [];
  forEachExpressionIn([statement], (expression) => {
    const decided =
      expression.kind === "logical"
        ? [expression.right]
        : expression.kind === "conditional"
          ? [expression.then, expression.else]
          : [];
    for (const one of decided) if (contains(one, site)) found.push(`${one.start} chosen`);
  });
  return found;
}

/** Whoever throws instead keeps the whole service from starting. */
function mayReturn(statement: Statement): boolean {
  let found = false;
  forEachStatement([statement], ({ kind }) => (found ||= kind === "return"));
  return found;
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
