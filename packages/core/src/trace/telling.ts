/**
 * What is told to whoever runs the service, and to nobody else: logs, traces, statistics. By the package that it is told to, or by
 * the name of what it is told to; or by a function of the program that does nothing with what it is given but that.
 */
import type { Program } from "../link/program.js";
import type { BindingId, Expression, FunctionNode, Module, Pattern, Statement } from "../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../lower/visit.js";
import { functionOfKey } from "./machine.js";
import { callKey } from "./value.js";

export interface Hearers {
  readonly program: Program;
  /** Which functions of the program (`file#id`) a call leads to, by `file:start:end` of the call. */
  readonly followed: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was found out of functions, by `file#id`; no while it is being found out. */
  readonly telling: Map<string, boolean>;
}

type Call = Expression & { readonly kind: "call" };

/** `logger.info(…)`, `new PostHog(key).capture(…)`, `track(…)`, which does no more than that. */
export function isTold(hearers: Hearers, file: string, call: Call): boolean {
  const module = hearers.program.module(file);
  if (module && isOfOperators(module, call.callee)) return true;
  const callees = hearers.followed.get(callKey({ file, start: call.start, end: call.end }));
  return callees !== undefined && [...callees].every((callee) => isTelling(hearers, callee));
}

/** Nothing of what it is given comes back from it, is kept by it, or goes anywhere but to whoever runs the service. */
function isTelling(hearers: Hearers, key: string): boolean {
  const known = hearers.telling.get(key);
  if (known !== undefined) return known;
  hearers.telling.set(key, false);
  const { file, function: id } = functionOfKey(key);
  const module = hearers.program.module(file);
  const fn = module?.functions[id];
  const answer = module !== undefined && fn !== undefined && tellsOnly(hearers, file, module, fn);
  hearers.telling.set(key, answer);
  return answer;
}

function tellsOnly(hearers: Hearers, file: string, module: Module, fn: FunctionNode): boolean {
  const inside = module.functions.filter((one) => isWithin(module, one, fn));
  const isOwn = (binding: BindingId): boolean =>
    inside.some(({ id }) => id === module.bindings[binding]?.scope);
  const isHarmless = (one: Expression): boolean => {
    switch (one.kind) {
      case "call":
        return isPlain(one.callee) || isTold(hearers, file, one);
      case "new":
        return isOfGlobal(one.callee, plainClasses) || isOfTelling(module, one.callee);
      case "assign":
        return isAssignedInside(module, inside, one.target, isOwn);
      case "tagged":
      case "import":
      case "yield":
      case "class":
      case "unknown":
        return false;
      default:
        return true;
    }
  };
  const isQuiet = (statement: Statement): boolean => {
    switch (statement.kind) {
      case "throw":
      case "class":
      case "unknown":
        return false;
      case "return":
        return statement.argument === null || saysNothing(statement.argument);
      default:
        return true;
    }
  };
  let isOnlyTelling = fn.body.length > 0;
  for (const { body } of inside) {
    forEachStatement(body, (statement) => (isOnlyTelling &&= isQuiet(statement)));
    forEachExpressionIn(body, (one) => (isOnlyTelling &&= isHarmless(one)));
  }
  return isOnlyTelling;
}

function isWithin(module: Module, fn: FunctionNode, outer: FunctionNode): boolean {
  for (
    let one: FunctionNode | undefined = fn;
    one;
    one = one.parent === null ? undefined : module.functions[one.parent]
  )
    if (one.id === outer.id) return true;
  return false;
}

/** What a call gives that may stand there was not made of what it was given. */
function saysNothing(expression: Expression): boolean {
  switch (expression.kind) {
    case "await":
      return saysNothing(expression.expression);
    case "call":
      return !isPlain(expression.callee);
    case "literal":
      return true;
    case "name":
      return expression.binding === null;
    default:
      return false;
  }
}

/** A variable of its own, or what is in an object that it made. */
function isAssignedInside(
  module: Module,
  inside: readonly FunctionNode[],
  target: Pattern,
  isOwn: (binding: BindingId) => boolean,
): boolean {
  if (target.kind === "binding") return isOwn(target.binding);
  if (target.kind !== "expression") return false;
  const root = rootOf(target.expression);
  if (root.kind !== "name" || root.binding === null || !isOwn(root.binding)) return false;
  let isMade = false;
  for (const { body } of inside)
    forEachStatement(body, (statement) => {
      if (statement.kind !== "variables") return;
      for (const { pattern, initializer } of statement.declarations)
        if (pattern.kind === "binding" && pattern.binding === root.binding)
          isMade = initializer?.kind === "object" || initializer?.kind === "array";
    });
  return isMade && module.bindings[root.binding]?.kind === "const";
}

function rootOf(expression: Expression): Expression {
  return expression.kind === "member" || expression.kind === "index" ? rootOf(expression.object) : expression;
}

function isOfGlobal(expression: Expression, names: ReadonlySet<string>): boolean {
  const root = rootOf(expression);
  return root.kind === "name" && root.binding === null && names.has(root.name);
}

/** It gives something made of what it is given, and changes nothing: `Object.assign` does. */
function isPlain(callee: Expression): boolean {
  const isOfObject = callee.kind === "member" && isOfGlobal(callee.object, objects);
  return isOfObject ? looking.test(callee.property) : isOfGlobal(callee, plainGlobals);
}

const objects = new Set(["Object"]);
const looking = /^(?:keys|values|entries|fromEntries)$/;
const plainGlobals = new Set(["JSON", "Math", "Date", "Number", "String", "Boolean", "console"]);
const plainClasses = new Set(["Date", "Map", "Set", "URL"]);

function isOfOperators(module: Module, callee: Expression): boolean {
  if (callee.kind !== "member") return isOfTelling(module, callee);
  const { object } = callee;
  const name = object.kind === "name" ? object.name : object.kind === "member" ? object.property : "";
  return operators.test(name) || isOfTelling(module, object);
}

/** It was imported from such a package, or made of what was. */
function isOfTelling(module: Module, expression: Expression): boolean {
  const root = rootOf(expression);
  if (root.kind === "new") return isOfTelling(module, root.callee);
  if (root.kind !== "name" || root.binding === null) return false;
  const { binding } = root;
  const kind = module.bindings[binding]?.kind;
  if (kind === "import")
    return module.imports.some(
      ({ specifier, names }) => packages.test(specifier) && names.some((name) => name.binding === binding),
    );
  if (kind !== "const") return false;
  const made = madeIn(module).get(binding);
  return made !== undefined && isOfTelling(module, made);
}

const made = new WeakMap<Module, ReadonlyMap<BindingId, Expression>>();

/** What each variable is made of with `new`. */
function madeIn(module: Module): ReadonlyMap<BindingId, Expression> {
  const known = made.get(module);
  if (known) return known;
  const found = new Map<BindingId, Expression>();
  for (const { body } of module.functions)
    forEachStatement(body, (statement) => {
      if (statement.kind !== "variables") return;
      for (const { pattern, initializer } of statement.declarations)
        if (pattern.kind === "binding" && initializer?.kind === "new")
          found.set(pattern.binding, initializer.callee);
    });
  made.set(module, found);
  return found;
}

const operators =
  /^_?(?:console|log|logger|telemetry|analytics|posthog|segment|mixpanel|amplitude|sentry|metrics|span)$/i;

const packages =
  /^(?:posthog-(?:node|js)|mixpanel(?:-browser)?|analytics-node|@segment\/|@amplitude\/|@rudderstack\/|@sentry\/|@datadog\/|dd-trace|hot-shots|newrelic|applicationinsights|@opentelemetry\/|pino|winston|bunyan|loglevel)(?:$|\b)/;
