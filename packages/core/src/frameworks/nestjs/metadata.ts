/**
 * What a guard is told of how a handler is decorated: `reflector.getAllAndOverride(KEY, [context.getHandler(), context.getClass()])`.
 * A guard is walked once for all routes that it stands before, so its question gives a property of the execution context that
 * each of them fills in with its own answer.
 */
import { memberRole, type Role } from "../../trace/entry.js";
import { undefinedValue, type SymbolicValue, type Value } from "../../trace/value.js";
import { findDecorator } from "./decorators.js";
import { executionContext } from "./roles.js";
import { serviceOf } from "./service.js";
import { dataOf, foreign, unfollowed, type Decorator } from "./values.js";
import type { Tracer } from "../../trace/library.js";

type Target = "handler" | "class";

export interface MetadataQuestion {
  readonly key: string;
  /** The first of its answers, a list of them, or one list of all that is in them. */
  readonly how: "first" | "all" | "merged";
  readonly targets: readonly Target[];
}

/** How a handler and its class are decorated; of the class, those it extends stand behind it. */
export interface Decorated {
  readonly handler: readonly Decorator[];
  readonly classes: readonly (readonly Decorator[])[];
}

const ways: Readonly<Record<string, MetadataQuestion["how"]>> = {
  get: "first",
  getMetadata: "first",
  getAllAndOverride: "first",
  getAll: "all",
  getAllAndMerge: "merged",
};

/** A method of the reflector; null where it can't be told what is asked, and of whom. */
export function answerOf(method: string, [key, of]: readonly Value[], tracer: Tracer): Value | null {
  const service = serviceOf(tracer);
  const how = ways[method];
  const named = key ? keyOfMetadata(key) : null;
  const asked = of?.kind === "array" && of.rest === null ? of.elements : of ? [of] : [];
  const targets = asked.map(targetOf);
  const [first] = targets;
  if (
    how === undefined ||
    named === null ||
    !first ||
    !targets.every((one) => one?.context === first.context)
  ) {
    service.isAskedElsewise ||= targets.some((one) => one !== null) || asked.some(isHandedIn);
    return null;
  }
  const question = { key: named, how, targets: targets.map((one) => one!.target) };
  const property = propertyOf(question);
  service.questions.set(property, question);
  const { implies: _, from: __, ...context } = first.value;
  return {
    ...context,
    id: `${first.context}.${property}`,
    text: `${method}()`,
    absent: true,
    type: null,
  };
}

/** `context.getHandler()` */
function targetOf(value: Value): { context: string; target: Target; value: SymbolicValue } | null {
  const match = value.kind === "symbolic" ? /^(parameter:.+)\.get(Handler|Class)\(\)$/s.exec(value.id) : null;
  return match && value.kind === "symbolic"
    ? { context: match[1]!, target: match[2] === "Handler" ? "handler" : "class", value }
    : null;
}

/** `isPublic(handler)`: a function that is asked of whatever somebody else has got from a context. */
function isHandedIn(value: Value): boolean {
  return value.kind === "symbolic" && /^parameter:[^#]*#\d+\.[^.]+$/.test(value.id);
}

/** Nothing in it that would make a path of it. */
function propertyOf({ key, how, targets }: MetadataQuestion): string {
  return `metadata:${how}:${targets.join(",")}:${encodeURIComponent(key).replace(/[.!'()*~]/g, "_")}`;
}

/** What metadata is kept under: a text, a symbol that is made once, a decorator that the reflector has made. */
function keyOfMetadata(value: Value): string | null {
  const data = dataOf(value);
  if (data?.type === "metadata-decorator") return keyOfMetadata(data.key);
  switch (value.kind) {
    case "literal":
      return `${typeof value.value} ${String(value.value)}`;
    case "external":
      return [value.package, ...value.path].join(" ");
    case "symbolic":
      return /^value:[^@]*$/.test(value.id) ? value.id : null;
    default:
      return null;
  }
}

/** Before anything is asked of what a class or a method is decorated with. */
export function noteMetadata(decorators: readonly Decorator[], tracer: Tracer): void {
  for (const one of decorators) {
    const key = keySetBy(one);
    if (key !== null) serviceOf(tracer).keys.add(key);
  }
}

function keySetBy(decorator: Decorator): string | null {
  const [key] = decorator.arguments;
  return findDecorator([decorator], "@nestjs/common", "SetMetadata") && key ? keyOfMetadata(key) : null;
}

/** The execution context as guards of this handler get it. */
export function contextOf(decorated: Decorated, tracer: Tracer): Role {
  const { questions, isAskedElsewise } = serviceOf(tracer);
  const answers = [...questions].map(([property, question]): readonly [string, Role] => {
    const value = answered(question, decorated, tracer);
    const own = memberRole(executionContext, property);
    return [property, value ? { ...own, kind: "nothing", value } : own];
  });
  const isAnswered = !isAskedElsewise && answers.length > 0 && answers.every(([, { value }]) => value);
  return {
    ...executionContext,
    members: {
      ...executionContext.members,
      ...Object.fromEntries(answers),
      // Where all answers are known, nothing else is found out by having asked.
      ...(isAnswered && { "getHandler()": handlerOf, "getClass()": classOf }),
    },
  };
}

const handlerOf: Role = { kind: "context", name: "handler", text: "the handler" };
const classOf: Role = { kind: "context", name: "controller", text: "the controller" };

/** Null where it is not known. */
function answered(
  { key, how, targets }: MetadataQuestion,
  { handler, classes }: Decorated,
  tracer: Tracer,
): Value | null {
  const found = targets.map((target) =>
    target === "handler" ? valueSet(handler, key, tracer) : valueOfClass(classes, key, tracer),
  );
  if (found.includes(null)) return null;
  const values = (found as readonly Value[]).filter((one) => one !== undefinedValue);
  switch (how) {
    case "first":
      return values[0] ?? undefinedValue;
    case "all":
      return { kind: "array", elements: found as readonly Value[], rest: null };
    case "merged":
      return merged(values);
  }
}

function merged(values: readonly Value[]): Value | null {
  const elements = values.map((one) => (one.kind === "array" ? one.elements : null));
  return elements.includes(null)
    ? null
    : { kind: "array", elements: elements.flatMap((one) => one!), rest: null };
}

/** Of a class, what it inherits counts where it says nothing itself. */
function valueOfClass(classes: readonly (readonly Decorator[])[], key: string, tracer: Tracer): Value | null {
  for (const decorators of classes) {
    const value = valueSet(decorators, key, tracer);
    if (value !== undefinedValue) return value;
  }
  return undefinedValue;
}

/**
 * Null where it may be set by something that is not followed. Decorators of other packages set keys of their own: one that
 * this program sets somewhere is none of theirs.
 */
function valueSet(decorators: readonly Decorator[], key: string, tracer: Tracer): Value | null {
  if (decorators.includes(unfollowed)) return null;
  if (decorators.includes(foreign) && !serviceOf(tracer).keys.has(key)) return null;
  const set = decorators
    .filter((one) => keySetBy(one) === key)
    .map((one) => one.arguments[1] ?? undefinedValue);
  const isOpen = decorators.some(
    (one) => findDecorator([one], "@nestjs/common", "SetMetadata") && keySetBy(one) === null,
  );
  const [value, ...others] = set;
  if (isOpen || others.length > 0) return null;
  return value === undefined ? undefinedValue : isPlain(value) ? value : null;
}

function isPlain(value: Value): boolean {
  return value.kind === "array"
    ? value.rest === null && value.elements.every(isPlain)
    : value.kind === "literal" || value.kind === "external";
}
