/**
 * Under which conditions a statement runs, of those that the function decides in which it stands. A hook that is added under
 * a condition may not be there, so it counts only for routes that are added under the same.
 */
import type { Expression, Module, Span, Statement } from "../../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../../lower/visit.js";
import type { Site } from "../../trace/value.js";

/** Each has a name of its own: two places are under the same condition where they have the same name. */
export function conditionsAround(site: Site, module: Module | undefined): readonly string[] {
  const body = module ? bodyAround(site, module) : [];
  return conditionsIn(body, site).map((condition) => `${site.file}:${condition}`);
}

function bodyAround(site: Span, { functions }: Module): readonly Statement[] {
  const [innermost] = functions
    .filter((fn) => fn.id === 0 || contains(fn, site))
    .sort((one, other) => other.start - one.start || one.end - other.end || other.id - one.id);
  return innermost?.body ?? [];
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
  const inArm = (arm: readonly Statement[], name: string): readonly string[] => [
    `${statement.start} ${name}`,
    ...conditionsIn(arm, site),
  ];
  switch (statement.kind) {
    case "if":
      if (isWithin(statement.then, site)) return inArm(statement.then, "then");
      return statement.else && isWithin(statement.else, site) ? inArm(statement.else, "else") : [];
    case "switch": {
      const index = statement.cases.findIndex((one) => isWithin(one.body, site));
      return index < 0 ? [] : inArm(statement.cases[index]!.body, `case ${index}`);
    }
    case "loop":
      // What a list says one by one is there once for each.
      if (statement.loop === "of") return conditionsIn(statement.body, site);
      return isWithin(statement.body, site) ? inArm(statement.body, "loop") : [];
    case "try":
      if (statement.handler && isWithin(statement.handler, site)) return inArm(statement.handler, "catch");
      return conditionsIn([...statement.block, ...(statement.finalizer ?? [])], site);
    case "block":
    case "labeled":
      return conditionsIn(statement.body, site);
    default:
      return conditionsOfExpression(statement, site);
  }
}

/** `isSecure && fastify.addHook(…)` */
function conditionsOfExpression(statement: Statement, site: Span): readonly string[] {
  const found: string[] = [];
  const note = (decided: Expression): void => {
    if (contains(decided, site)) found.push(`${decided.start} chosen`);
  };
  forEachExpressionIn([statement], (expression) => {
    if (expression.kind === "logical") note(expression.right);
    if (expression.kind === "conditional") [expression.then, expression.else].forEach(note);
  });
  return found;
}

/** Whoever throws instead keeps the whole service from starting. */
function mayReturn(statement: Statement): boolean {
  let found = false;
  forEachStatement([statement], ({ kind }) => (found ||= kind === "return"));
  return found;
}

function isWithin(statements: readonly Statement[], site: Span): boolean {
  return statements.some((statement) => contains(statement, site));
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
