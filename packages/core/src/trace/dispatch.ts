/** Who answers a call: a function of the program, a library we have a model of, JavaScript itself, or nobody we follow. */
import type { Expression } from "../lower/module.js";
import { assignInto } from "./assignment.js";
import { addFacts } from "./assume.js";
import { callBuiltin, callBuiltinFunction, isAboutElements } from "./builtins.js";
import { assume } from "./assume.js";
import { ofKept, withSiteOf } from "./choice.js";
import { calledEach } from "./alternatives.js";
import { changeInPlace } from "./cells.js";
import { specialize, symbolicHere, valueOfType } from "./declared-types.js";
import { callFunction } from "./functions.js";
import { libraryBaseOf } from "./inherited.js";
import type { Call } from "./library.js";
import { bare, factsOf } from "./facts.js";
import { functionOf, noteHandedOn, noteOpenCall, rootOf, type Machine } from "./machine.js";
import { findWayOfMaking, inputsOf } from "./made.js";
import { memberOf } from "./members.js";
import { placed } from "./placed.js";
import { callOnRow, ownMethodOf, rowBehind, rowObjectOf } from "./rows.js";
import { startLater } from "./timers.js";
import { globalPackage } from "./names.js";
import {
  isEmptyList,
  isNothing,
  isUndefined,
  siteKey,
  unknown,
  type ExternalValue,
  type Frame,
  type FunctionValue,
  type LibraryValue,
  type QueryValue,
  type Site,
  type SymbolicValue,
  type Value,
} from "./value.js";

export function callMethod(
  machine: Machine,
  frame: Frame,
  receiver: Value,
  method: string,
  call: Call,
  written: Expression,
): Value {
  switch (receiver.kind) {
    case "choice": {
      const kept = ofKept(receiver, (one) => callMethod(machine, frame, one, method, call, written));
      if (kept) return kept;
      // The other options are the same call on another receiver; a receiver we cannot follow adds nothing to one we can.
      const options = receiver.options.filter((option) => !isNothing(option));
      const followed = options.filter(
        (option) =>
          option.kind !== "unknown" &&
          option.kind !== "external" &&
          option.kind !== "symbolic" &&
          option.kind !== "literal",
      );
      const filled = isAboutElements(method) ? options.filter((option) => !isEmptyList(option)) : followed;
      const called = filled.length > 0 ? filled : options;
      return withSiteOf(
        receiver,
        calledEach(machine, receiver, called, (option) =>
          callMethod(machine, frame, option, method, call, written),
        ),
      );
    }
    case "query": {
      const awaited = awaiting.has(method) ? machine.settle(receiver, call.site) : receiver;
      return awaited === receiver
        ? callLibraryMethod(machine, receiver, method, call)
        : callMethod(machine, frame, awaited, method, call, written);
    }
    case "library": {
      const onRow = callOnRow(machine, receiver, method, call);
      if (onRow) return onRow;
      const result = callLibraryMethod(machine, receiver, method, call);
      if (machine.modelOfName.get(receiver.library)?.changesItself?.(receiver, method))
        assignInto(machine, frame, written, result);
      return result;
    }
    case "external": {
      const model = machine.modelOfPackage.get(receiver.package);
      const called = { ...receiver, path: [...receiver.path, method] };
      if (model) return callExternal(machine, called, call);
      callGlobal(machine, called, call);
      const started = startLater(machine, called, call);
      if (started) return started;
      break;
    }
    case "rows":
    case "instance":
    case "class":
    case "module":
    case "object": {
      const isRow =
        receiver.kind === "rows" ||
        (receiver.kind === "object" && (receiver.others !== undefined || receiver.made !== undefined));
      const target = isRow
        ? (ownMethodOf(machine, receiver, method) ?? memberOfShape(machine, receiver, method, call))
        : memberOf(machine, receiver, method, call.site);
      if (target.kind !== "unknown" && !isUndefined(target)) return callValue(machine, target, call, method);
      const done = callOnRow(machine, receiver, method, call);
      const changed = done && rowBehind(machine, receiver, method, call);
      if (changed) assignInto(machine, frame, written, changed);
      if (done) return done;
      const isOfClass = receiver.kind === "instance" || receiver.kind === "class";
      const base = isOfClass ? libraryBaseOf(machine, receiver) : null;
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
      if (method === "apply") {
        const [self, list] = call.arguments;
        const given = list?.kind === "array" && list.rest === null ? list.elements : null;
        const trailing = given === null && list ? { trailing: list } : {};
        return callValue(
          machine,
          { ...receiver, self: self ?? receiver.self },
          { ...call, arguments: given ?? [unknown], spread: given === null, ...trailing },
          "apply",
        );
      }
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
      if (recognized) return placed(machine, recognized);
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
  return recognizedCall(machine, method, call) ?? unfollowed(machine, call, method, receiver);
}

/** A function that leads nowhere, or what may be one: a library's client is called so. */
function recognizedCall(machine: Machine, name: string, call: Call): Value | null {
  if (call.arguments.length === 0) return null;
  for (const model of machine.models) {
    if (!model.recognizeCall) continue;
    machine.isRecognizing = true;
    const recognized = model.recognizeCall(name, call, machine.tracer);
    machine.isRecognizing = false;
    if (recognized) return placed(machine, recognized);
  }
  return null;
}

/** A column is no method; what an object has besides, the program has put there. */
function memberOfShape(machine: Machine, row: Value, method: string, call: Call): Value {
  if (row.kind !== "object") return unknown;
  return rowObjectOf(machine, row) && !row.fields.has(method)
    ? unknown
    : memberOf(machine, row, method, call.site);
}

/** Methods of a promise. */
const awaiting = new Set(["then", "catch", "finally"]);

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
  if (receiver.kind === "query" && result?.kind === "query" && result.cell === receiver.cell)
    changeInPlace(machine, receiver, result);
  return result ? placed(machine, result) : unfollowed(machine, call, method);
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
  return result
    ? placed(machine, result)
    : unfollowed(machine, call, external.path.at(-1) ?? external.package);
}

/** `fetch(url)`, `globalThis.fetch(url)`: a model looks on, and what comes back is JavaScript's own. */
function callGlobal(machine: Machine, { package: name, path }: ExternalValue, call: Call): void {
  if (name !== globalPackage) return;
  const own = path[0] === "globalThis" || path[0] === "window" ? path.slice(1) : path;
  if (own.length !== 1) return;
  const model = machine.modelOfGlobalFunction.get(own[0]!);
  model?.callExternal?.({ kind: "external", package: name, path: own }, call, machine.tracer);
}

export function callValue(machine: Machine, target: Value, call: Call, text: string): Value {
  switch (target.kind) {
    case "function": {
      const given = call.trailing ? inTurn(machine, target, call, call.trailing) : null;
      return callFunction(machine, target, given ?? call.arguments, call.site, call.spread && given === null);
    }
    case "choice": {
      const options = target.options.filter((option) => !isUndefined(option));
      return calledEach(machine, target, options, (option) => callValue(machine, option, call, text));
    }
    case "external":
      if (machine.modelOfPackage.has(target.package)) return callExternal(machine, target, call);
      callGlobal(machine, target, call);
      return (
        callBuiltinFunction(target, call) ??
        startLater(machine, target, call) ??
        recognizedCall(machine, text, call) ??
        unfollowed(machine, call, text)
      );
    case "library": {
      const result = machine.modelOfName.get(target.library)?.callValue?.(target, call, machine.tracer);
      return result ? placed(machine, result) : unfollowed(machine, call, text);
    }
    case "symbolic": {
      const recognized = recognizedCall(machine, text, call);
      if (recognized) return recognized;
      noteUse(machine, target, call);
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
      return recognizedCall(machine, text, call) ?? unfollowed(machine, call, text);
  }
}

/** `(...args) => handler(...args)`: each parameter gets what stands at its place in the list. */
function inTurn(machine: Machine, target: FunctionValue, call: Call, list: Value): readonly Value[] | null {
  if (list.kind !== "symbolic" || list.row !== null || !list.id.startsWith("parameter:")) return null;
  const { parameters } = functionOf(machine, target);
  const before = call.arguments.slice(0, -1);
  const count = parameters.length - before.length + (parameters.at(-1)?.rest ? mostHandedOn : 0);
  const handedOn = Array.from({ length: Math.max(count, 0) }, (_, index) =>
    memberOf(machine, list, String(index), call.site),
  );
  return [...before, ...handedOn];
}

/** More than any handler takes. */
const mostHandedOn = 5;

/** Nothing is known about it that would contradict a library. */
export function leadsNowhere(machine: Machine, receiver: Value): boolean {
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

/**
 * A call we cannot follow: what it was given may be used in any way. What a method gives is a part of what it is called on
 * (`request.param("id")`); what any other call gives is known only by its place.
 */
function unfollowed(machine: Machine, call: Call, text: string, receiver: Value | null = null): Value {
  escapeAll(machine, call);
  noteHandedOn(machine, call.arguments, call.site);
  if (keeping.test(text)) noteKept(machine, call.arguments);
  const made = [...(receiver ? [receiver] : []), ...call.arguments].map((one) => bare(one, 2));
  if (
    receiver?.kind !== "symbolic" ||
    receiver.row !== null ||
    !/^(parameter|job|channel):/.test(receiver.id)
  ) {
    const madeAs = findWayOfMaking(text, call);
    const given: SymbolicValue = {
      ...symbolicHere(machine, call.site, `${text}()`),
      from: madeAs === "digest" ? [receiver, ...call.arguments].flatMap(inputsOf) : made,
      ...(madeAs && { madeAs }),
    };
    if (refusing.test(text)) assume(machine, given, true);
    return given;
  }
  const given = call.arguments.map((one) => (one.kind === "literal" ? String(one.value) : ""));
  const words = given.join(",").replace(/[^\w,-]/g, "_");
  const { implies: _, ...plain } = receiver;
  const id = `${receiver.id}.${text}(${words})`;
  const type = machine.expected.get(id) ?? null;
  const result: SymbolicValue = {
    ...plain,
    id,
    text: `${text}(${words})`,
    absent: false,
    type,
    present: [],
    from: made,
  };
  noteUse(machine, result, call);
  return type ? specialize(machine, result, type, call.site) : result;
}

/** Throws where the signature is not right: https://docs.stripe.com/webhooks#verify-official-libraries */
const refusing = /^constructEvent(?:Async)?$/;

/** Where the key comes first, and what is kept last but for how long. */
const keeping = /^(?:p?set(?:ex)?|put|hset|setItem|store)$/i;

function noteKept(machine: Machine, [key, ...others]: readonly Value[]): void {
  if (key?.kind !== "text") return;
  for (const value of others)
    if (!(value.kind === "literal" && typeof value.value === "number"))
      return void machine.kept.push({ key, value, facts: machine.facts, root: rootOf(machine) });
}

/** Somebody was given a function, a request, a response, and uses it: what held then is what whoever gave it may count on. */
function noteUse(machine: Machine, called: SymbolicValue, call: Call): void {
  if (!called.id.startsWith("parameter:")) return;
  noteOpenCall(machine, called.id.replace(/\([^)]*\)$/, "()"), {
    arguments: call.arguments,
    facts: machine.facts,
    site: call.site,
    root: rootOf(machine),
  });
  addFacts(machine, factsOf([{ kind: "called", value: called }]));
}

export function escapeAll(machine: Machine, call: Call): void {
  for (const argument of call.arguments) machine.escape(argument, call.site);
}
