/**
 * Under which conditions a statement runs, as far as the function decides in which it stands, or the one that calls that. A hook that is added under
 * a condition may not be there, so it counts only for routes that are added under the same.
 */
import type { Expression, FunctionNode, Module, Span, Statement } from "../../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../../lower/visit.js";
import type { Tracer } from "../../trace/library.js";
import type { Site } from "../../trace/value.js";
import type { FunctionPlace, InstanceData } from "./values.js";

/**
 * Of what is said of an instance at a place. Each condition has a name of its own: two places are under the same one where
 * they have the same name.
 */
export function conditionsAt(site: Site, instance: InstanceData, tracer: Tracer): readonly string[] {
  const module = tracer.moduleOf(site.file);
  if (!module) return instance.conditions;
  const fn = functionAround(site, module);
  const own = conditionsUpTo(instance.owner, fn, site, module).map((one) => nameOf(one, site.file));
  return [
    ...instance.conditions,
    ...conditionsOfHelper({ file: site.file, function: fn.id }, instance, tracer),
    ...own,
  ];
}

/** In the function and those around it, as far as the instance is theirs. */
function conditionsUpTo(
  owner: FunctionPlace | null,
  fn: FunctionNode,
  site: Site,
  { functions }: Module,
): readonly string[] {
  const conditions = [...conditionsIn(fn.body, site)];
  for (let at = fn; at.parent !== null; at = functions[at.parent]!) {
    if (owner?.file === site.file && owner.function === at.id) break;
    conditions.unshift(...conditionsIn(functions[at.parent]!.body, at));
  }
  return conditions;
}

/** The innermost function in which a place is. */
export function functionPlaceAt(site: Site, tracer: Tracer): FunctionPlace | null {
  const module = tracer.moduleOf(site.file);
  return module ? { file: site.file, function: functionAround(site, module).id } : null;
}

function nameOf(condition: string, file: string): string {
  return `${file}:${condition}`;
}

function functionAround(site: Span, { functions }: Module): FunctionNode {
  const around = functions.filter((fn) => fn.id !== 0 && contains(fn, site));
  const [innermost] = around.sort((one, other) => one.end - one.start - (other.end - other.start));
  return innermost ?? functions[0]!;
}

/** `if (isSecure) addAuthentication(fastify)`: where whoever has the instance hands it on, that is a condition as well. */
function conditionsOfHelper(
  helper: FunctionPlace,
  { owner }: InstanceData,
  tracer: Tracer,
): readonly string[] {
  const module = owner ? tracer.moduleOf(owner.file) : undefined;
  if (!owner || !module || isWithinOwner(helper, owner, tracer)) return [];
  const { body } = module.functions[owner.function]!;
  const calls: Expression[] = [];
  forEachExpressionIn(body, (expression) => {
    if (expression.kind === "call" && isCallOf(helper, expression.callee, owner.file, tracer))
      calls.push(expression);
  });
  const [fewest = []] = calls
    .map((call) => conditionsIn(body, call))
    .sort((one, other) => one.length - other.length);
  return fewest.map((condition) => nameOf(condition, owner.file));
}

/** What stands inside of a function, at any depth, is its own. */
function isWithinOwner(helper: FunctionPlace, owner: FunctionPlace, tracer: Tracer): boolean {
  if (helper.function === 0) return true;
  if (helper.file !== owner.file) return false;
  const functions = tracer.moduleOf(owner.file)?.functions ?? [];
  for (let at: number | null = helper.function; at !== null; at = functions[at]?.parent ?? null)
    if (at === owner.function) return true;
  return false;
}

function isCallOf(helper: FunctionPlace, callee: Expression, file: string, tracer: Tracer): boolean {
  const isPlain = callee.kind === "name" || (callee.kind === "member" && callee.object.kind === "name");
  const called = isPlain ? tracer.evaluateIn(file, callee) : null;
  return called?.kind === "function" && called.file === helper.file && called.function === helper.function;
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

/** Whoever throws instead keeps the whole service from starting. Asked for each registration of those that come after it. */
function mayReturn(statement: Statement): boolean {
  let found = returning.get(statement);
  if (found === undefined) {
    found = false;
    forEachStatement([statement], ({ kind }) => (found ||= kind === "return"));
    returning.set(statement, found);
  }
  return found;
}

const returning = new WeakMap<Statement, boolean>();

function isWithin(statements: readonly Statement[], site: Span): boolean {
  return statements.some((statement) => contains(statement, site));
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
