/**
 * Registers of policies, as services write them for themselves: one function keeps a function with a word or a class
 * (`allow(User, "read", Invoice, (actor, invoice) => …)`), another calls what was kept with what it was given
 * (`can(actor, "read", invoice)`). Found by what the two do in one file, whatever they are called.
 */
import type { BindingId, Expression, FunctionId, Module, Pattern, Statement } from "../lower/module.js";
import { forEachExpressionIn, forEachStatement } from "../lower/visit.js";

export interface Register {
  /** Functions that keep what they are given, and as which of their parameters. */
  readonly keepers: ReadonlyMap<FunctionId, number>;
  readonly askers: ReadonlyMap<FunctionId, Asker>;
  /** Where a policy is called, by the call's start: for whom. */
  readonly calls: ReadonlyMap<number, FunctionId>;
  /** What is written there may stand for any word: `"manage"`, `"*"`. */
  readonly words: ReadonlySet<string>;
}

export interface Asker {
  /** What policies are given, by the asker's parameters; null for what is none of them. */
  readonly given: readonly (number | null)[];
  /** What it gives back says whether a policy allows it; otherwise it throws, or says the contrary, and has to be read. */
  readonly isAnswer: boolean;
}

const registers = new WeakMap<Module, Register | null>();

/** Null where a file has none. */
export function registerIn(module: Module): Register | null {
  let register = registers.get(module);
  if (register === undefined) registers.set(module, (register = read(module)));
  return register;
}

function read(module: Module): Register | null {
  const owners = module.functions.map((_, id) => ownerOf(module, id));
  const kept = keepingIn(module, owners);
  if (kept.keepers.size === 0) return null;
  const calls = new Map<number, FunctionId>();
  const given = new Map<FunctionId, readonly (number | null)[]>();
  forEachCall(module, (call, at) => {
    const owner = owners[at];
    if (owner === null || owner === undefined || !isOfKept(module, call.callee, kept)) return;
    const passed = passedBy(module, owner, call);
    if (!handsOn(passed)) return;
    calls.set(call.start, owner);
    if (!given.has(owner)) given.set(owner, passed);
  });
  if (calls.size === 0) return null;
  const named = functionsByName(module);
  for (let round = 0; round < mostRounds; round += 1) {
    forEachCall(module, (call, at) => {
      const owner = owners[at];
      const callee = calledIn(module, named, at, call.callee);
      const inner = callee === null ? undefined : given.get(callee);
      if (owner === null || owner === undefined || !inner || given.has(owner)) return;
      const own = passedBy(module, owner, call);
      const passed = inner.map((index) => (index === null ? null : (own[index] ?? null)));
      if (handsOn(passed)) given.set(owner, passed);
    });
  }
  const askers = new Map<FunctionId, Asker>();
  for (const [id, passed] of given) askers.set(id, { given: passed, isAnswer: givesAnswer(module, id) });
  const words = wordsIn(module, owners, new Set([...kept.keepers.keys(), ...askers.keys()]));
  return { keepers: kept.keepers, askers, calls, words };
}

/** `authorize` calls `cannot`, which calls `can`. */
const mostRounds = 4;

type Call = Expression & { kind: "call" };

function forEachCall(module: Module, visit: (call: Call, at: FunctionId) => void): void {
  for (const { id, body } of module.functions)
    forEachExpressionIn(body, (expression) => {
      if (expression.kind === "call") visit(expression, id);
    });
}

/** The outermost function around it, below the file and its classes. */
function ownerOf(module: Module, id: FunctionId): FunctionId | null {
  let owner = id;
  for (;;) {
    const { parent } = module.functions[owner]!;
    if (owner === 0) return null;
    if (parent === null || parent === 0) return owner;
    owner = parent;
  }
}

interface Kept {
  readonly keepers: ReadonlyMap<FunctionId, number>;
  /** Properties under which it is kept: `{ action, condition }`. */
  readonly properties: ReadonlySet<string>;
  /** What it is put into as it is: `this.policies`, `policies`. */
  readonly stores: ReadonlySet<string>;
}

function keepingIn(module: Module, owners: readonly (FunctionId | null)[]): Kept {
  const keepers = new Map<FunctionId, number>();
  const properties = new Set<string>();
  const stores = new Set<string>();
  const keep = (value: Expression | undefined, at: FunctionId): boolean => {
    const owner = owners[at];
    const index = value && owner ? parameterOf(module, owner, value) : null;
    if (index === null || !owner) return false;
    keepers.set(owner, index);
    return true;
  };
  for (const { id, body } of module.functions)
    forEachExpressionIn(body, (expression) => {
      if (expression.kind === "object") {
        for (const property of expression.properties)
          if (property.kind === "property" && typeof property.key === "string") {
            const isCallable = couldBeCalled(module, owners[id] ?? null, property.value);
            if (isCallable && keep(property.value, id)) properties.add(property.key);
          }
      } else if (expression.kind === "call" && expression.callee.kind === "member") {
        const last = expression.arguments.at(-1);
        const store = pathOf(expression.callee.object);
        if (!puttingIn.has(expression.callee.property) || store === null) return;
        if (couldBeCalled(module, owners[id] ?? null, last) && keep(last, id)) stores.add(store);
      } else if (expression.kind === "assign" && expression.target.kind === "expression") {
        const target = expression.target.expression;
        const store = target.kind === "index" ? pathOf(target.object) : null;
        if (store === null || !couldBeCalled(module, owners[id] ?? null, expression.value)) return;
        if (keep(expression.value, id)) stores.add(store);
      }
    });
  return { keepers, properties, stores };
}

const puttingIn = new Set(["set", "push", "add", "unshift"]);

/** What is declared to be a text or a number is no policy. */
function couldBeCalled(module: Module, owner: FunctionId | null, value: Expression | undefined): boolean {
  const index = owner !== null && value ? parameterOf(module, owner, value) : null;
  if (index === null || owner === null) return false;
  const { type } = module.functions[owner]!.parameters[index]!;
  const kinds = type?.kind === "union" ? type.types : type ? [type] : [];
  return kinds.length === 0 || kinds.some((one) => one.kind === "function" || one.kind === "reference");
}

/** Which of the function's parameters it is. */
function parameterOf(module: Module, id: FunctionId, value: Expression): number | null {
  const plain = plainly(value);
  if (plain.kind !== "name" || plain.binding === null) return null;
  const index = module.functions[id]!.parameters.findIndex(
    ({ pattern, rest }) => !rest && bindingOf(pattern) === plain.binding,
  );
  return index < 0 ? null : index;
}

function bindingOf(pattern: Module["functions"][number]["parameters"][number]["pattern"]): BindingId | null {
  if (pattern.kind === "default") return bindingOf(pattern.pattern);
  return pattern.kind === "binding" ? pattern.binding : null;
}

function plainly(value: Expression): Expression {
  return value.kind === "cast" || value.kind === "await" ? plainly(value.expression) : value;
}

function pathOf(value: Expression): string | null {
  const plain = plainly(value);
  if (plain.kind === "name") return `${plain.name}#${plain.binding ?? ""}`;
  if (plain.kind === "this") return "this";
  const object = plain.kind === "member" ? pathOf(plain.object) : null;
  return plain.kind === "member" && object !== null ? `${object}.${plain.property}` : null;
}

/** `policy.condition(…)`, `policies[action](…)`, `policies.get(action)(…)`, or a variable that was taken out of there. */
function isOfKept(module: Module, callee: Expression, { properties, stores }: Kept): boolean {
  const plain = plainly(callee);
  switch (plain.kind) {
    case "member":
      return plain.object.kind !== "this" && properties.has(plain.property);
    case "index":
      return stores.has(pathOf(plain.object) ?? "");
    case "call":
      return plain.callee.kind === "member" && stores.has(pathOf(plain.callee.object) ?? "");
    case "name":
      return plain.binding !== null && isTakenOut(module, plain.binding, stores, properties);
    default:
      return false;
  }
}

/** `const policy = policies.get(action)`, `for (const policy of policies)`, `const { condition } = ability` */
function isTakenOut(
  module: Module,
  binding: BindingId,
  stores: ReadonlySet<string>,
  properties: ReadonlySet<string>,
): boolean {
  const declared = module.bindings[binding]!;
  if (declared.scope === 0 || declared.kind === "import") return false;
  const mentions = (value: Expression | null): boolean => {
    let is = false;
    const statement: Statement | null = value && { kind: "expression", expression: value, start: 0, end: 0 };
    forEachExpressionIn(statement ? [statement] : [], (one) => {
      is ||= stores.has(pathOf(one) ?? "") || (one.kind === "member" && properties.has(one.property));
    });
    return is;
  };
  const takes = (pattern: Pattern | null, source: Expression | null): boolean =>
    pattern?.kind === "object"
      ? pattern.properties.some(
          ({ key, value }) => typeof key === "string" && properties.has(key) && bindingOf(value) === binding,
        )
      : pattern !== null && bindingOf(pattern) === binding && mentions(source);
  let isTaken = false;
  for (const { body } of module.functions)
    forEachStatement(body, (statement) => {
      if (statement.kind === "variables")
        isTaken ||= statement.declarations.some(({ pattern, initializer }) => takes(pattern, initializer));
      if (statement.kind === "loop") isTaken ||= takes(statement.left, statement.right);
    });
  return isTaken;
}

/** What a call inside it is given of what the function was given. */
function passedBy(module: Module, owner: FunctionId, call: Call): readonly (number | null)[] {
  return call.arguments.some(({ kind }) => kind === "spread")
    ? []
    : call.arguments.map((argument) => parameterOf(module, owner, argument));
}

/** Who is asking, and about what. */
function handsOn(passed: readonly (number | null)[]): boolean {
  return new Set(passed.filter((index) => index !== null)).size >= 2;
}

/** Functions that the file and its classes name: `can`, `this.can` of a class. */
function functionsByName(module: Module): ReadonlyMap<string, FunctionId> {
  const named = new Map<string, FunctionId>();
  module.bindings.forEach(({ kind, target }, binding) => {
    if (kind === "function" && target !== null) named.set(`#${binding}`, target);
  });
  for (const { body } of module.functions)
    forEachStatement(body, (statement) => {
      if (statement.kind !== "variables") return;
      for (const { pattern, initializer } of statement.declarations)
        if (pattern.kind === "binding" && initializer?.kind === "function")
          named.set(`#${pattern.binding}`, initializer.function);
    });
  for (const { id, fields, methods } of module.classes) {
    for (const { name, initializer } of fields)
      if (initializer?.kind === "function") named.set(`${id}.${name}`, initializer.function);
    for (const { name, kind, function: method } of methods)
      if (kind === "method") named.set(`${id}.${name}`, method);
  }
  return named;
}

function calledIn(
  module: Module,
  named: ReadonlyMap<string, FunctionId>,
  at: FunctionId,
  callee: Expression,
): FunctionId | null {
  if (callee.kind === "name") return named.get(`#${callee.binding ?? ""}`) ?? null;
  if (callee.kind !== "member" || callee.object.kind !== "this") return null;
  return named.get(`${module.functions[at]!.class ?? ""}.${callee.property}`) ?? null;
}

/** What it gives back comes of the policies' answers, as they are. */
function givesAnswer(module: Module, id: FunctionId): boolean {
  const returned: Expression[] = [];
  forEachStatement(module.functions[id]!.body, (statement) => {
    if (statement.kind === "return" && statement.argument) returned.push(plainly(statement.argument));
  });
  const isWritten = returned.every(({ kind }) => kind === "literal");
  return (
    !isWritten &&
    !returned.some(
      (value) => isContrary(value) || isMadeThere(module, value) || parameterOf(module, id, value) !== null,
    )
  );
}

function isContrary(value: Expression): boolean {
  return value.kind === "unary" && value.operator === "!";
}

/** An object is there, whatever is in it. */
function isMadeThere(module: Module, value: Expression): boolean {
  if (value.kind === "object" || value.kind === "array" || value.kind === "new") return true;
  if (value.kind !== "name" || value.binding === null) return false;
  let isMade = false;
  for (const { body } of module.functions)
    forEachStatement(body, (statement) => {
      if (statement.kind !== "variables") return;
      for (const { pattern, initializer } of statement.declarations)
        isMade ||=
          pattern.kind === "binding" &&
          pattern.binding === value.binding &&
          initializer !== null &&
          ["object", "array", "new"].includes(plainly(initializer).kind);
    });
  return isMade;
}

/** In the functions that keep and ask, and in their classes; elsewhere in the file, policies may be registered and asked. */
function wordsIn(module: Module, owners: readonly (FunctionId | null)[], parts: ReadonlySet<FunctionId>) {
  const classes = new Set([...parts].flatMap((id) => module.functions[id]!.class ?? []));
  const words = new Set<string>();
  for (const { id, body, class: of } of module.functions) {
    const owner = owners[id];
    const isPart =
      (of !== null && classes.has(of)) || (owner !== null && owner !== undefined && parts.has(owner));
    if (!isPart) continue;
    forEachExpressionIn(body, (one) => {
      if (one.kind === "literal" && typeof one.value === "string") words.add(one.value);
    });
  }
  return words;
}
