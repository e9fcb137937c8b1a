/**
 * What a policy says of a row that somebody asks it about: `authorize(user, "read", invoice)`. Those that were registered for what
 * is asked are called back with who is asking and the row; where the answer is yes, one of them has said so, and what all of them
 * make sure of is known.
 */
import type { Expression } from "../lower/module.js";
import { forEachExpressionIn } from "../lower/visit.js";
import { answering, implied } from "./assume.js";
import { symbolicHere } from "./declared-types.js";
import { evaluate } from "./evaluate.js";
import { bare, meetOf, noFacts, type Facts } from "./facts.js";
import { summarized } from "./functions.js";
import {
  functionOf,
  keyOfFunction,
  moduleFrame,
  moduleOf,
  parameterName,
  startOf,
  type Machine,
} from "./machine.js";
import { inFreshContext } from "./modules.js";
import { registerIn, type Register } from "./policy-registers.js";
import { unknown, type ClassValue, type Frame, type FunctionValue, type Site, type Value } from "./value.js";

/** One that was registered. */
interface Policy {
  /** Null where it is no function that we follow. */
  readonly decides: FunctionValue | null;
  /** Each of the other arguments, as the words or the classes that it may be; null for anything. */
  readonly words: readonly (readonly string[] | null)[];
  readonly classes: readonly (readonly ClassValue[])[];
}

interface Policies {
  readonly all: readonly Policy[];
  /** Some are registered where nobody sees which. */
  readonly isOpen: boolean;
}

/** A call of a function that asks the policies of its file's register; null for any other. */
export function askedPolicy(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
): Value | null {
  const register = registerIn(moduleOf(machine, target.file));
  const asker = register?.askers.get(target.function);
  if (!register || !asker?.isAnswer) return null;
  const given = asker.given.map((index) => (index === null ? unknown : (args[index] ?? unknown)));
  const about = args.filter((_, index) => !asker.given.includes(index));
  return answer(machine, { file: target.file, register, about, given, all: args, site });
}

/** `policy.condition(actor, row)`, in a function that throws where the answer is no. */
export function calledPolicy(
  machine: Machine,
  frame: Frame,
  call: { readonly start: number },
  given: readonly Value[],
  site: Site,
): Value | null {
  const module = moduleOf(machine, frame.file);
  const register = registerIn(module);
  const owner = register?.calls.get(call.start);
  if (!register || owner === undefined) return null;
  let outermost: Frame | null = frame;
  while (outermost && outermost.function !== owner) outermost = outermost.parent;
  const asker = register.askers.get(owner);
  if (!outermost || !asker) return null;
  const { values } = outermost;
  const all = module.functions[owner]!.parameters.map(({ pattern }) => {
    const plain = pattern.kind === "default" ? pattern.pattern : pattern;
    return (plain.kind === "binding" ? values.get(plain.binding) : undefined) ?? unknown;
  });
  const about = all.filter((_, index) => !asker.given.includes(index));
  return answer(machine, { file: frame.file, register, about, given, all, site });
}

interface Asked {
  readonly file: string;
  readonly register: Register;
  /** What no policy is given: which of them is meant. */
  readonly about: readonly Value[];
  /** What policies are given. */
  readonly given: readonly Value[];
  readonly all: readonly Value[];
  readonly site: Site;
}

function answer(machine: Machine, asked: Asked): Value {
  // Which policies are meant, whoever calls may know.
  for (const value of asked.about) machine.tracer.needsArgument(value);
  const { all, isOpen } = policiesIn(machine, asked.file, asked.register);
  const meant = all.filter((policy) => mayBeMeant(machine, policy, asked));
  const value = {
    ...symbolicHere(machine, asked.site, "a policy"),
    from: asked.all.map((argument) => bare(argument, 2)),
  };
  if (isOpen || meant.length === 0 || meant.length > mostMeant) return value;
  return answering(value, meetOf(meant.map((policy) => allowed(machine, policy, asked))), noFacts);
}

/** Of more, which of them allows it is anybody's guess. */
const mostMeant = 24;

/** What holds where it has said yes. */
function allowed(machine: Machine, { decides }: Policy, { given, site }: Asked): Facts {
  if (decides === null) return noFacts;
  const { facts } = machine;
  const said = summarized(machine, decides, given, site);
  machine.facts = facts;
  return said ? implied(said, true) : noFacts;
}

function mayBeMeant(
  machine: Machine,
  { words, classes }: Policy,
  { register, about, given }: Asked,
): boolean {
  const spoken = about.flatMap((value) =>
    value.kind === "literal" && typeof value.value === "string" ? [value.value] : [],
  );
  const isKnown = about.every((value) => value.kind === "literal" || value.kind === "object");
  if (isKnown && spoken.length > 0) {
    const named = words.filter((one) => one === null || one.length > 0);
    const isOther = spoken.some((word, index) => {
      const one = named[index];
      return (
        one !== null &&
        one !== undefined &&
        !one.includes(word) &&
        !one.some((other) => register.words.has(other))
      );
    });
    if (isOther) return false;
  }
  if (classes.length === 0 || words.includes(null)) return true;
  const couldBe = (value: Value, of: readonly ClassValue[]): boolean => {
    const own = classesOf(machine, value);
    return own === null || own.some((one) => of.some((other) => isOf(machine, one, other)));
  };
  // `allow("read", Invoice, (user, invoice) => …)`: of which of them that is said is not.
  return classes.length === 1
    ? given.some((value) => couldBe(value, classes[0]!))
    : classes.every((of, index) => given[index] === undefined || couldBe(given[index], of));
}

/** Of what class it is, as far as that is known. */
function classesOf(machine: Machine, value: Value): readonly ClassValue[] | null {
  switch (value.kind) {
    case "instance":
      return value.as ? null : [{ kind: "class", file: value.file, class: value.class }];
    case "rows":
      return value.made && !value.many ? classesOf(machine, value.made) : null;
    case "object":
      return value.made ? classesOf(machine, value.made) : null;
    case "choice": {
      const all = value.options
        .filter(({ kind }) => kind !== "literal")
        .map((one) => classesOf(machine, one));
      return all.length === 0 || all.includes(null) ? null : all.flatMap((one) => one!);
    }
    case "symbolic":
      return machine.policySubjects.get(value.id) ?? null;
    default:
      return null;
  }
}

function isOf(machine: Machine, one: ClassValue, other: ClassValue): boolean {
  let at: { readonly file: string; readonly class: number } | null = one;
  for (let depth = 0; at && depth < deepestClass; depth += 1) {
    if (at.file === other.file && at.class === other.class) return true;
    at = machine.program.superclassOf(at.file, at.class);
  }
  return false;
}

const deepestClass = 12;

const known = new WeakMap<Machine, Map<string, Policies>>();

function policiesIn(machine: Machine, file: string, register: Register): Policies {
  let files = known.get(machine);
  if (!files) known.set(machine, (files = new Map()));
  let policies = files.get(file);
  if (!policies) {
    // A policy that asks another while they are being read.
    files.set(file, { all: [], isOpen: true });
    files.set(file, (policies = registered(machine, file, register)));
  }
  return policies;
}

function registered(machine: Machine, file: string, register: Register): Policies {
  const names = new Map([...register.keepers.keys()].map((id) => [nameOf(machine, file, id), id] as const));
  const all: Policy[] = [];
  let isOpen = false;
  for (const other of machine.program.files) {
    const module = machine.program.module(other);
    for (const { id, body } of module?.functions ?? []) {
      if (other === file && register.keepers.has(id)) continue;
      forEachExpressionIn(body, (expression) => {
        if (expression.kind !== "call" || expression.arguments.length < 2) return;
        const name = nameIn(machine, other, expression.callee);
        if (name === null || !names.has(name)) return;
        const keeper = inFreshContext(
          machine,
          () => evaluate(machine, moduleFrame(machine, other), expression.callee),
          startOf(other),
        );
        const isKeeper =
          keeper.kind === "function" && keeper.file === file && register.keepers.has(keeper.function);
        if (isKeeper) all.push(policyOf(machine, other, expression, register.keepers.get(keeper.function)!));
        else if (keeper.kind === "unknown" || keeper.kind === "symbolic")
          isOpen ||= expression.arguments.some(({ kind }) => kind === "function");
      });
    }
  }
  return { all, isOpen };
}

/** What a function is called where it is declared: `allow`, also of `allow = (…) => …` in a class. */
function nameOf(machine: Machine, file: string, id: number): string {
  const own = functionOf(machine, { file, function: id }).name;
  if (own !== null) return own;
  const fields = moduleOf(machine, file).classes.flatMap((one) => one.fields);
  const field = fields.find(
    ({ initializer }) => initializer?.kind === "function" && initializer.function === id,
  );
  return field?.name ?? "";
}

function nameIn(machine: Machine, file: string, callee: Expression): string | null {
  if (callee.kind === "member") return callee.property;
  if (callee.kind !== "name") return null;
  const { imports } = moduleOf(machine, file);
  const names = imports.flatMap((one) => one.names);
  const imported = names.find(({ binding }) => binding === callee.binding)?.imported;
  return imported === undefined || imported === "*" || imported === "default" ? callee.name : imported;
}

function policyOf(
  machine: Machine,
  file: string,
  call: Expression & { kind: "call" },
  index: number,
): Policy {
  const frame = moduleFrame(machine, file);
  const values = inFreshContext(
    machine,
    () => call.arguments.map((argument) => evaluate(machine, frame, argument)),
    startOf(file),
  );
  const [given, others] = [values[index], values.filter((_, at) => at !== index)];
  const decides = given?.kind === "function" ? given : null;
  const classes = others
    .map((value) => partsOf(value).filter((one) => one.kind === "class"))
    .filter((of) => of.length > 0);
  const words = others.flatMap((value) => {
    const parts = partsOf(value);
    if (parts.every((one) => one.kind === "class")) return [];
    const texts = parts.flatMap((one) => (one.kind === "literal" ? [String(one.value)] : []));
    return [texts.length === parts.length ? texts : null];
  });
  if (decides) noteSubjects(machine, decides, classes);
  return { decides, words, classes };
}

function partsOf(value: Value): readonly Value[] {
  return value.kind === "array" && value.rest === null ? value.elements : [value];
}

/** What a policy is called back with is what it was registered for. */
function noteSubjects(
  machine: Machine,
  { file, function: id }: FunctionValue,
  classes: readonly (readonly ClassValue[])[],
): void {
  if (classes.length < 2) return;
  const module = moduleOf(machine, file);
  for (const [index, parameter] of module.functions[id]!.parameters.entries()) {
    const of = classes[index];
    const name = parameterName(module, parameter, index);
    if (of) machine.policySubjects.set(`parameter:${keyOfFunction(file, id)}.${name}`, of);
  }
}
