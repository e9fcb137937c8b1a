/** Calls: to functions of the program, to libraries we have a model of, and to everything else. */
import type { TypeIn } from "../link/program.js";
import type { Expression } from "../lower/module.js";
import { callBuiltin, constructBuiltin } from "./builtins.js";
import { evaluate, globalPackage, siteOf } from "./evaluate.js";
import type { Call } from "./library.js";
import {
  functionOf,
  keyOfFunction,
  maximalDepth,
  moduleOf,
  type CallerRecord,
  type Machine,
} from "./machine.js";
import { chosen, elementOf, libraryBaseOf, memberOf, symbolicAt, valueOfType } from "./members.js";
import { summaryOf, walkCall } from "./walk.js";
import { optionsOf, withAbsence } from "./choice.js";
import {
  isUndefined,
  siteKey,
  unknown,
  type ExternalValue,
  type Frame,
  type FunctionValue,
  type LibraryValue,
  type QueryValue,
  type Site,
  type Value,
} from "./value.js";

export function callExpression(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "call" },
): Value {
  const site = siteOf(frame, expression);
  const callee = expression.callee;
  if (callee.kind === "member") {
    const receiver = evaluate(machine, frame, callee.object);
    const call = callOf(machine, frame, expression, site);
    const result = callMethod(machine, frame, receiver, callee.property, call, callee.object);
    return expression.optional || callee.optional ? withAbsence(result) : result;
  }
  if (callee.kind === "super") {
    callOf(machine, frame, expression, site);
    return unknown;
  }
  const target = evaluate(machine, frame, callee);
  return callValue(machine, target, callOf(machine, frame, expression, site), calleeText(callee));
}

function callOf(
  machine: Machine,
  frame: Frame,
  expression: {
    readonly arguments: readonly Expression[];
    readonly typeArguments: readonly TypeIn["node"][];
  },
  site: Site,
): Call {
  const args: Value[] = [];
  let spread = false;
  for (const argument of expression.arguments) {
    const value = evaluate(machine, frame, argument);
    if (argument.kind !== "spread") args.push(value);
    else if (value.kind === "array" && value.rest === null) args.push(...value.elements);
    else {
      spread = true;
      args.push(elementOf(machine, value, site));
    }
  }
  return {
    site,
    arguments: args,
    typeArguments: expression.typeArguments.map((node) => ({
      file: frame.file,
      node,
      parameters: new Map(),
    })),
    spread,
    written: expression.arguments,
  };
}

// -------------------------------------------------------------------------------------------------- dispatch

function callMethod(
  machine: Machine,
  frame: Frame,
  receiver: Value,
  method: string,
  call: Call,
  written: Expression,
): Value {
  switch (receiver.kind) {
    case "choice": {
      // The other options are the same call on another receiver; a receiver we cannot follow adds nothing to one we can.
      const options = receiver.options.filter((option) => !isUndefined(option));
      const followed = options.filter(
        (option) =>
          option.kind !== "unknown" &&
          option.kind !== "external" &&
          option.kind !== "symbolic" &&
          option.kind !== "literal",
      );
      return chosen(
        (followed.length > 0 ? followed : options).map((option) =>
          callMethod(machine, frame, option, method, call, written),
        ),
        receiver.reason,
      );
    }
    case "library":
    case "query":
      return callLibraryMethod(machine, receiver, method, call);
    case "external": {
      const model = machine.modelOfPackage.get(receiver.package);
      if (model) return callExternal(machine, { ...receiver, path: [...receiver.path, method] }, call);
      break;
    }
    case "instance":
    case "class":
    case "module":
    case "object": {
      const target = memberOf(machine, receiver, method, call.site);
      if (target.kind !== "unknown" && !isUndefined(target)) return callValue(machine, target, call, method);
      const base = receiver.kind === "instance" ? libraryBaseOf(machine, receiver) : null;
      if (base) return callMethod(machine, frame, base, method, call, written);
      break;
    }
    case "function": {
      if (method === "call")
        return callValue(
          machine,
          { ...receiver, self: call.arguments[0] ?? receiver.self },
          { ...call, arguments: call.arguments.slice(1) },
          "call",
        );
      if (method === "bind") return { ...receiver, self: call.arguments[0] ?? receiver.self };
      break;
    }
    default:
      break;
  }
  const builtin = callBuiltin(machine, frame, receiver, method, call, written);
  if (builtin) return builtin;
  if (leadsNowhere(machine, receiver)) {
    const path = pathOf(written);
    for (const model of path ? machine.models : []) {
      machine.isRecognizing = true;
      const recognized = model.recognize?.(path!, method, call, machine.tracer);
      machine.isRecognizing = false;
      if (recognized) return recognized;
    }
    if (receiver.kind === "symbolic" && receiver.type) {
      const declared = machine.program.membersOf(machine.program.typeOf(receiver.type))?.get(method);
      const returns = declared?.type ? machine.program.typeOf(declared.type) : null;
      if (returns?.kind === "node" && returns.in.node.kind === "function" && returns.in.node.returns) {
        escapeAll(machine, call);
        return valueOfType(
          machine,
          { ...returns.in, node: returns.in.node.returns },
          call.site,
          `${method}()`,
        );
      }
    }
  }
  return unfollowed(machine, call, method);
}

/** Nothing is known about it that would contradict a library. */
function leadsNowhere(machine: Machine, receiver: Value): boolean {
  return (
    receiver.kind === "unknown" ||
    receiver.kind === "symbolic" ||
    (receiver.kind === "external" &&
      !machine.modelOfPackage.has(receiver.package) &&
      !(receiver.package === globalPackage && knownGlobals.has(receiver.path[0]!)))
  );
}

const knownGlobals = new Set([
  "Object",
  "Array",
  "Map",
  "Set",
  "Promise",
  "JSON",
  "Math",
  "Number",
  "String",
  "Date",
  "Reflect",
  "URLSearchParams",
  "URL",
  "document",
  "window",
]);

function pathOf(expression: Expression): readonly string[] | null {
  switch (expression.kind) {
    case "name":
      return [expression.name];
    case "this":
      return ["this"];
    case "member": {
      const object = pathOf(expression.object);
      return object ? [...object, expression.property] : null;
    }
    case "cast":
    case "await":
      return pathOf(expression.expression);
    case "call":
      // `getPrisma().invoice.findMany()`
      return pathOf(expression.callee);
    default:
      return null;
  }
}

function callLibraryMethod(
  machine: Machine,
  receiver: LibraryValue | QueryValue,
  method: string,
  call: Call,
): Value {
  if (receiver.kind === "query") reachTo(machine, receiver, call.site);
  const result = machine.modelOfName
    .get(receiver.library)
    ?.callMethod?.(receiver, method, call, machine.tracer);
  return result ?? unfollowed(machine, call, method);
}

/** The path of a query covers its whole chain, as far as it is written in one piece. */
function reachTo(machine: Machine, query: QueryValue, site: Site): void {
  const root = machine.roots.get(siteKey(query.root));
  if (root && site.file === root.site.file && site.start === root.site.start && site.end > root.site.end) {
    machine.roots.set(siteKey(query.root), { ...root, site: { ...root.site, end: site.end } });
  }
}

function callExternal(machine: Machine, external: ExternalValue, call: Call): Value {
  const result = machine.modelOfPackage.get(external.package)?.callExternal?.(external, call, machine.tracer);
  return result ?? unfollowed(machine, call, external.path.at(-1) ?? external.package);
}

function callValue(machine: Machine, target: Value, call: Call, text: string): Value {
  switch (target.kind) {
    case "function":
      return callFunction(machine, target, call.arguments, call.site, call.spread);
    case "choice": {
      const options = target.options.filter((option) => !isUndefined(option));
      return chosen(
        options.map((option) => callValue(machine, option, call, text)),
        target.reason,
      );
    }
    case "external":
      if (machine.modelOfPackage.has(target.package)) return callExternal(machine, target, call);
      return unfollowed(machine, call, text);
    case "library":
      return (
        machine.modelOfName.get(target.library)?.callValue?.(target, call, machine.tracer) ??
        unfollowed(machine, call, text)
      );
    case "symbolic": {
      const declared = target.type ? machine.program.typeOf(target.type) : null;
      if (declared?.kind === "node" && declared.in.node.kind === "function" && declared.in.node.returns) {
        escapeAll(machine, call);
        return valueOfType(
          machine,
          { ...declared.in, node: declared.in.node.returns },
          call.site,
          `${text}()`,
        );
      }
      return unfollowed(machine, call, text);
    }
    default:
      return unfollowed(machine, call, text);
  }
}

/** A call we cannot follow: what it was given may be used in any way, what it gives is known only by its place. */
function unfollowed(machine: Machine, call: Call, text: string): Value {
  escapeAll(machine, call);
  return symbolicAt(call.site, `${text}()`, null);
}

function escapeAll(machine: Machine, call: Call): void {
  for (const argument of call.arguments) machine.escape(argument, call.site);
}

// -------------------------------------------------------------------------------------------------- functions

export function callFunction(
  machine: Machine,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
  spread = false,
): Value {
  const fn = functionOf(machine, target);
  const key = keyOfFunction(target.file, target.function);
  noteCaller(machine, key, { site, arguments: spread ? null : args });
  const isOpen = fn.body.length > 0;
  const mayInline =
    isOpen && machine.stack.length < maximalDepth && !machine.stack.includes(key) && machine.budget > 0;
  const isTelling = !spread && depends(machine, target, args);
  if (mayInline && (isTelling || (target.closure !== null && hasWalksLeft(machine, key))))
    return walkCall(machine, target, spread ? null : args);
  for (const argument of args) if (argument.kind === "function") machine.escape(argument, site);
  if (!isOpen)
    return fn.returns
      ? valueOfType(
          machine,
          { file: target.file, node: fn.returns, parameters: new Map() },
          site,
          `${fn.name ?? "call"}()`,
        )
      : unknown;
  const declared = fn.returns ? { file: target.file, node: fn.returns, parameters: new Map() } : null;
  // A function inside a function means nothing without the variables around it.
  const summary =
    target.closure === null ? summaryOf(machine, target.file, target.function, target.self) : null;
  if (mayInline && !spread && machine.needsArguments.has(key)) return walkCall(machine, target, args);
  if (summary === null)
    return declared
      ? valueOfType(machine, declared, site, `${fn.name ?? "call"}()`)
      : symbolicAt(site, `${fn.name ?? "call"}()`, null);
  return substitute(machine, summary.returns, target, args, site, fn.name ?? "call");
}

/** An inner function is walked anew for each call; past this many, calls that pass nothing telling are not followed. */
const mostWalks = 24;

function hasWalksLeft(machine: Machine, key: string): boolean {
  const walks = (machine.walks.get(key) ?? 0) + 1;
  machine.walks.set(key, walks);
  return walks <= mostWalks;
}

/** The same call is met once for every context its function is walked in; one place counts once. */
function noteCaller(machine: Machine, key: string, caller: CallerRecord): void {
  const callers = machine.callers.get(key);
  if (!callers) machine.callers.set(key, [caller]);
  else if (callers.length < mostCallers && !callers.some((one) => siteKey(one.site) === siteKey(caller.site)))
    callers.push(caller);
}

/** Past this many, nobody reads on. */
export const mostCallers = 200;

/** Whether what the function does, or gives, depends on more than the identity of its arguments. */
function depends(machine: Machine, target: FunctionValue, args: readonly Value[]): boolean {
  const parameters = functionOf(machine, target).parameters;
  return args.some((argument, index) =>
    carriesMeaning(argument, parameters[index]?.type === null || parameters[index] === undefined, 2),
  );
}

function carriesMeaning(value: Value, untyped: boolean, depth: number): boolean {
  switch (value.kind) {
    case "query":
    case "function":
      return true;
    case "library":
      return untyped || value.type !== "client";
    case "object":
      return (
        depth > 0 &&
        [...value.fields.values()].some(
          (field) => carriesMeaning(field.value, true, depth - 1) || field.value.kind === "object",
        )
      );
    case "array":
      return depth > 0 && value.elements.some((element) => carriesMeaning(element, true, depth - 1));
    case "choice":
      return value.options.some((option) => carriesMeaning(option, untyped, depth));
    default:
      return false;
  }
}

/** A summary's result, with what this call passed in the place of the parameters. */
function substitute(
  machine: Machine,
  value: Value,
  target: FunctionValue,
  args: readonly Value[],
  site: Site,
  name: string,
): Value {
  const prefix = `parameter:${keyOfFunction(target.file, target.function)}.`;
  const fn = functionOf(machine, target);
  const indexOf = new Map(
    fn.parameters.map((parameter, index) => {
      const inner = parameter.pattern.kind === "default" ? parameter.pattern.pattern : parameter.pattern;
      return [
        inner.kind === "binding"
          ? moduleOf(machine, target.file).bindings[inner.binding]!.name
          : String(index),
        index,
      ] as const;
    }),
  );
  const replace = (one: Value): Value => {
    switch (one.kind) {
      case "symbolic": {
        if (!one.id.startsWith(prefix))
          return one.id.startsWith("value:") || one.id.startsWith("computed:")
            ? { ...one, id: `${one.id}@${site.file}:${site.start}`, text: `${name}()` }
            : one;
        const [head, ...path] = one.id.slice(prefix.length).split(".");
        const index = indexOf.get(head!);
        if (index === undefined) return one;
        let given: Value = args[index] ?? { kind: "literal", value: undefined };
        for (const step of path) given = memberOf(machine, given, step.replace(/\[\]$/, ""), site);
        return given.kind === "unknown" ? one : given;
      }
      case "choice":
        return chosen(one.options.map(replace), one.reason);
      case "object":
        return {
          ...one,
          fields: new Map(
            [...one.fields].map(([key, field]) => [key, { ...field, value: replace(field.value) }]),
          ),
        };
      case "array":
        return { ...one, elements: one.elements.map(replace), rest: one.rest ? replace(one.rest) : null };
      case "text":
        return {
          kind: "text",
          parts: one.parts.map((part) => (typeof part === "string" ? part : replace(part))),
        };
      default:
        return one;
    }
  };
  return replace(value);
}

// -------------------------------------------------------------------------------------------------- new and tags

export function constructExpression(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "new" },
): Value {
  const site = siteOf(frame, expression);
  const target = evaluate(machine, frame, expression.callee);
  const call = callOf(machine, frame, expression, site);
  for (const option of target.kind === "choice" ? target.options : [target]) {
    if (option.kind === "class")
      return { kind: "instance", file: option.file, class: option.class, arguments: call.arguments };
    if (option.kind === "external") {
      const model = machine.modelOfPackage.get(option.package);
      const constructed = model?.construct?.(option, call, machine.tracer);
      if (constructed) return constructed;
      const builtin = option.package === globalPackage ? constructBuiltin(option.path[0]!, call) : null;
      if (builtin) return builtin;
      escapeAll(machine, call);
      return { kind: "external", package: option.package, path: [...option.path, "()"] };
    }
  }
  escapeAll(machine, call);
  return unknown;
}

export function taggedExpression(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "tagged" },
): Value {
  const site = siteOf(frame, expression);
  const receiver = expression.tag.kind === "member" ? evaluate(machine, frame, expression.tag.object) : null;
  const tag =
    receiver && expression.tag.kind === "member"
      ? memberOf(machine, receiver, expression.tag.property, site)
      : evaluate(machine, frame, expression.tag);
  const values = expression.expressions.map((one) => evaluate(machine, frame, one));
  if (receiver && expression.tag.kind === "member" && isMethodOfLibrary(machine, receiver)) {
    // A tag is a function that is given the texts, then the values.
    const texts: Value = {
      kind: "array",
      elements: expression.texts.map((value) => ({ kind: "literal", value })),
      rest: null,
    };
    const call: Call = { site, arguments: [texts, ...values], typeArguments: [], spread: false, written: [] };
    return callMethod(machine, frame, receiver, expression.tag.property, call, expression.tag.object);
  }
  if (tag.kind === "external") {
    const result = machine.modelOfPackage
      .get(tag.package)
      ?.tagged?.(tag, { site, texts: expression.texts, values }, machine.tracer);
    if (result) return result;
  }
  for (const value of values) machine.escape(value, site);
  return symbolicAt(site, `${calleeText(expression.tag)}\`…\``, null);
}

/** A method of a library's value, or of something that only the library may recognise. */
function isMethodOfLibrary(machine: Machine, receiver: Value): boolean {
  return optionsOf(receiver).some(
    (option) =>
      option.kind === "library" ||
      (option.kind === "instance" && libraryBaseOf(machine, option) !== null) ||
      leadsNowhere(machine, option),
  );
}

function calleeText(callee: Expression): string {
  if (callee.kind === "name") return callee.name;
  if (callee.kind === "member") return callee.property;
  return "call";
}
