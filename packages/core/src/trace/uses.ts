/**
 * What is done with what a query fetched, by how the code is written: whether anything of it goes anywhere, or it is only asked
 * whether there is one.
 */
import { innermostFunctionAt } from "../link/places.js";
import type { BindingId, Expression, FunctionNode, Module, Pattern, Statement } from "../lower/module.js";
import { childrenOf, forEachExpressionIn, forEachStatement } from "../lower/visit.js";
import { functionOfKey, keyOfFunction, type CallerRecord } from "./machine.js";
import { isTold, type Hearers } from "./telling.js";
import { callKey, type Site } from "./value.js";

/** `dropped`: nobody looks at it. `asked`: it decides what is done. `told`: whoever runs the service learns it. `returned`: whoever called decides. `kept`: in these variables. `used`: anything else. */
type Use =
  | "dropped"
  | "asked"
  | "told"
  | "returned"
  | "used"
  | { readonly kept: readonly BindingId[] }
  /** A function of the program is given it, which says what becomes of it. */
  | { readonly passed: (this: void) => "asked" | "used" };

type Found = Exclude<Use, { readonly passed: unknown }>;

export interface Known extends Hearers {
  readonly callers: ReadonlyMap<string, readonly CallerRecord[]>;
  /** Functions that went where we cannot see who calls them. */
  readonly escaped: ReadonlySet<string>;
  /** A column says which tenant a row is of: compared with another, it says that there is such a row, and no more. */
  isTenantKey(this: void, name: string): boolean;
  /** What was found out of parameters, by `file#id index`; no while it is being found out. */
  readonly asked: Map<string, boolean>;
}

/** A call on the way to what is asked about. */
interface CallOnTheWay {
  readonly site: Site;
  readonly callee: string;
}

/** Past this, it is given on from hand to hand. */
const mostCalls = 3;

/**
 * What a call gives goes nowhere: the code only decides by it what it does, and only by whether there is anything. `way`: where
 * only those who come this way matter.
 */
export function isOnlyAskedFor(
  known: Known,
  site: Site,
  way: readonly CallOnTheWay[] = [],
  steps = mostCalls,
): boolean {
  const module = known.program.module(site.file);
  const fn = module && innermostFunctionAt(module, site.start);
  if (!module || !fn) return false;
  const uses = usesOfCall({ known, file: site.file }, module, fn, site);
  if (uses.length === 0) return false;
  return uses.every(
    (use) =>
      use === "asked" ||
      use === "told" ||
      (use === "returned" && isOnlyAskedByCallers(known, keyOfFunction(site.file, fn.id), way, steps)),
  );
}

/** Whatever is done by it, nobody is given what the call gives. */
export function isDropped(known: Known, site: Site): boolean {
  const module = known.program.module(site.file);
  const fn = module && innermostFunctionAt(module, site.start);
  if (!module || !fn) return false;
  const uses = usesOfCall({ known, file: site.file }, module, fn, site);
  return uses.length > 0 && uses.every((use) => use === "dropped" || use === "asked" || use === "told");
}

function isOnlyAskedByCallers(
  known: Known,
  key: string,
  way: readonly CallOnTheWay[],
  steps: number,
): boolean {
  const index = way.findLastIndex(({ callee }) => callee === key);
  if (index >= 0 && steps > 0) return isOnlyAskedFor(known, way[index]!.site, way.slice(0, index), steps - 1);
  const sites = new Map(
    (known.callers.get(key) ?? []).map(({ site }) => [`${site.file}:${site.start}`, site]),
  );
  return (
    steps > 0 &&
    sites.size > 0 &&
    !known.escaped.has(key) &&
    [...sites.values()].every((site) => isOnlyAskedFor(known, site, [], steps - 1))
  );
}

/** Each use of what stands at a place of the function. */
function usesOfCall(
  place: Place,
  module: Module,
  fn: FunctionNode,
  { start, end }: Site,
): readonly Exclude<Found, object>[] {
  const isCall = (one: Expression): boolean => one.start === start && one.end === end && one.kind !== "name";
  const isAround = (one: Expression): boolean => one.start <= start && end <= one.end;
  return usesIn(place, [fn], isCall, isAround).flatMap((use) =>
    typeof use === "string" ? [use] : use.kept.flatMap((variable) => usesOfVariable(place, module, variable)),
  );
}

/** Where something is looked for. */
interface Place {
  readonly known: Known;
  readonly file: string;
}

function usesOfVariable(
  place: Place,
  module: Module,
  variable: BindingId,
  /** It was kept in these before; in one of them it is looked at already. */
  before: readonly BindingId[] = [],
): readonly Exclude<Found, object>[] {
  // Whoever imports it may do anything with it.
  if (module.bindings[variable]?.scope === 0 || before.length === mostVariables) return ["used"];
  const isVariable = (one: Expression): boolean => one.kind === "name" && one.binding === variable;
  const met = [...before, variable];
  return usesIn(place, functionsNaming(module, variable), isVariable).flatMap((use) =>
    typeof use === "string"
      ? [use]
      : use.kept
          .filter((one) => !met.includes(one))
          .flatMap((one) => usesOfVariable(place, module, one, met)),
  );
}

const naming = new WeakMap<Module, ReadonlyMap<BindingId, readonly FunctionNode[]>>();

function functionsNaming(module: Module, variable: BindingId): readonly FunctionNode[] {
  let functions = naming.get(module);
  if (!functions) naming.set(module, (functions = namesIn(module)));
  return functions.get(variable) ?? [];
}

function namesIn(module: Module): ReadonlyMap<BindingId, readonly FunctionNode[]> {
  const functions = new Map<BindingId, FunctionNode[]>();
  for (const fn of module.functions)
    forEachExpressionIn(fn.body, (one) => {
      if (one.kind !== "name" || one.binding === null) return;
      const before = functions.get(one.binding);
      if (!before) functions.set(one.binding, [fn]);
      else if (before.at(-1) !== fn) before.push(fn);
    });
  return functions;
}

/** Past this many, it is handed on from one to the next. */
const mostVariables = 4;

function usesIn(
  place: Place,
  functions: readonly FunctionNode[],
  isMeant: (one: Expression) => boolean,
  /** What is meant may be in it. */
  isAround: (one: Expression) => boolean = () => true,
): readonly Found[] {
  const uses: Found[] = [];
  const visit = (expression: Expression, use: Use): void => {
    if (!isAround(expression)) return;
    if (isMeant(expression)) uses.push(typeof use === "object" && "passed" in use ? use.passed() : use);
    else for (const [part, partsUse] of partsOf(place, expression, use)) visit(part, partsUse);
  };
  for (const fn of functions)
    forEachStatement(fn.body, (statement) => {
      for (const [expression, use] of expressionsOf(statement)) visit(expression, use);
    });
  return uses;
}

/** What an expression is made of, and what each part of it is used for where it is used so itself. */
function partsOf(place: Place, expression: Expression, use: Use): readonly (readonly [Expression, Use])[] {
  // What is told is told with all that is in it.
  if (use === "told" && expression.kind !== "call")
    return childrenOf(expression).map((one) => [one, "told"] as const);
  switch (expression.kind) {
    case "await":
    case "cast":
      return [[expression.expression, use]];
    case "unary":
      return [[expression.operand, expression.operator === "!" ? "asked" : "used"]];
    case "binary":
      return [
        sideOf(place.known, expression, expression.left, expression.right),
        sideOf(place.known, expression, expression.right, expression.left),
      ];
    case "logical":
      return [
        // `a || b` is either of them.
        [expression.left, expression.operator === "&&" ? "asked" : use],
        [expression.right, use],
      ];
    case "conditional":
      return [
        [expression.test, "asked"],
        [expression.then, use],
        [expression.else, use],
      ];
    case "member":
      // How many there are. What a column says is more than that.
      return [[expression.object, use === "asked" && counts.has(expression.property) ? "asked" : "used"]];
    case "call": {
      const isBoolean = expression.callee.kind === "name" && expression.callee.name === "Boolean";
      const given = isBoolean ? "asked" : isTold(place.known, place.file, expression) ? "told" : null;
      return [
        [expression.callee, "used"],
        ...expression.arguments.map(
          (one, index) =>
            [one, given ?? (isAskedInside(place, expression, index) ? "asked" : "used")] as const,
        ),
      ];
    }
    case "assign":
      return [
        [
          expression.value,
          expression.target.kind === "binding" ? { kept: [expression.target.binding] } : "used",
        ],
        ...(expression.target.kind === "expression" ? [[expression.target.expression, "used"] as const] : []),
      ];
    case "index":
      return [
        [expression.object, "used"],
        [expression.index, "used"],
      ];
    case "new":
      return [expression.callee, ...expression.arguments].map((one) => [one, "used"]);
    case "object":
      return expression.properties.map((property) => [property.value, "used"]);
    case "array":
      return expression.elements.map((one) => [one, "used"]);
    case "spread":
      return [[expression.expression, "used"]];
    case "template":
    case "sequence":
    case "tagged":
      return expression.expressions.map((one) => [one, "used"]);
    case "yield":
      return expression.expression ? [[expression.expression, "used"]] : [];
    case "import":
      return [[expression.specifier, "used"]];
    case "unknown":
      return expression.children.map((one) => [one, "used"]);
    default:
      return [];
  }
}

/** `isDefined(row)`: what is called only asks whether there is one, and answers with that. */
function isAskedInside({ known, file }: Place, call: Expression, index: number): boolean {
  const callees = known.followed.get(callKey({ file, start: call.start, end: call.end }));
  return callees !== undefined && [...callees].every((callee) => isParameterAsked(known, callee, index));
}

function isParameterAsked(known: Known, callee: string, index: number): boolean {
  const key = `${callee} ${index}`;
  const found = known.asked.get(key);
  if (found !== undefined) return found;
  known.asked.set(key, false);
  const { file, function: id } = functionOfKey(callee);
  const module = known.program.module(file);
  const pattern = module?.functions[id]?.parameters[index]?.pattern;
  const uses =
    module && pattern?.kind === "binding" ? usesOfVariable({ known, file }, module, pattern.binding) : [];
  const isAsked = uses.length > 0 && uses.every((use) => use === "asked" || use === "told");
  known.asked.set(key, isAsked);
  return isAsked;
}

/** `row.organizationId !== organizationId`: that there is one, and whether it is one's own. */
function sideOf(
  known: Known,
  { operator }: { readonly operator: string },
  side: Expression,
  other: Expression,
): readonly [Expression, Use] {
  if (!isComparison(operator)) return [side, "used"];
  // `row?.isPublic === true`: a mark that it has or not.
  if (side.kind === "member" && isMark(other)) return [side.object, "asked"];
  if (isPlain(other)) return [side, "asked"];
  return side.kind === "member" && known.isTenantKey(side.property) ? [side.object, "asked"] : [side, "used"];
}

const counts = new Set(["length", "size", "count"]);

function isMark(expression: Expression): boolean {
  return (
    expression.kind === "literal" && (typeof expression.value === "boolean" || expression.value === null)
  );
}

function isPlain(expression: Expression): boolean {
  return expression.kind === "literal" || (expression.kind === "name" && expression.binding === null);
}

function isComparison(operator: string): boolean {
  return /^(?:[!=]==?|[<>]=?)$/.test(operator);
}

function expressionsOf(statement: Statement): readonly (readonly [Expression, Use])[] {
  switch (statement.kind) {
    case "expression":
      return [[statement.expression, "dropped"]];
    case "variables":
      return statement.declarations.flatMap(({ pattern, initializer }) =>
        initializer ? [[initializer, keptAs(pattern)] as const] : [],
      );
    case "return":
      return statement.argument ? [[statement.argument, "returned"]] : [];
    case "throw":
      return [[statement.argument, "used"]];
    case "if":
      return [[statement.test, "asked"]];
    case "loop":
      return [
        ...(statement.test ? [[statement.test, "asked"] as const] : []),
        ...(statement.update ? [[statement.update, "used"] as const] : []),
        ...(statement.right ? [[statement.right, "used"] as const] : []),
      ];
    case "switch":
      return [
        [statement.discriminant, "used"],
        ...statement.cases.flatMap(({ test }) => (test ? [[test, "used"] as const] : [])),
      ];
    case "unknown":
      return statement.children.map((one) => [one, "used"]);
    default:
      return [];
  }
}

/** `const row = …`, `const { count } = …` */
function keptAs(pattern: Pattern): Use {
  if (pattern.kind === "binding") return { kept: [pattern.binding] };
  if (pattern.kind !== "object" || pattern.rest) return "used";
  const kept = pattern.properties.map(({ value }) => (value.kind === "binding" ? value.binding : null));
  return kept.includes(null) ? "used" : { kept: kept.filter((one) => one !== null) };
}
