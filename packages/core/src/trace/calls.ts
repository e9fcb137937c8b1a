/** Calls as they are written (a call, a `new`, a tagged template): the receiver and the arguments, evaluated once. */
import type { TypeIn } from "../link/program.js";
import type { Expression } from "../lower/module.js";
import { collectionOf } from "./collections.js";
import { symbolicHere } from "./declared-types.js";
import { choiceOf, optionsOf, withAbsence } from "./choice.js";
import { callMethod, callValue, escapeAll, leadsNowhere } from "./dispatch.js";
import { evaluate } from "./evaluate.js";
import { libraryBaseOf } from "./inherited.js";
import { inheritedMethod } from "./instances.js";
import type { Call, Template } from "./library.js";
import type { Machine } from "./machine.js";
import { elementOf, memberOf } from "./members.js";
import { calledPolicy } from "./policies.js";
import { callOnRow } from "./rows.js";
import { globalPackage, selfOf } from "./names.js";
import { handedOn } from "./operators.js";
import { siteOf, unknown, type Frame, type Site, type Value } from "./value.js";

export function callExpression(
  machine: Machine,
  frame: Frame,
  expression: Expression & { kind: "call" },
): Value {
  const site = siteOf(frame, expression);
  const callee = expression.callee;
  if (callee.kind === "member") {
    const inherited =
      callee.object.kind === "super" ? inheritedMethod(machine, frame, callee.property) : null;
    if (inherited)
      return callValue(machine, inherited, callOf(machine, frame, expression, site), callee.property);
    const receiver =
      callee.object.kind === "super" ? baseOf(machine, frame) : evaluate(machine, frame, callee.object);
    const call = callOf(machine, frame, expression, site);
    const said = calledPolicy(machine, frame, expression, call.arguments, site);
    if (said) return said;
    const result =
      (callee.object.kind === "super" ? callOnRow(machine, selfOf(frame), callee.property, call) : null) ??
      callMethod(machine, frame, receiver, callee.property, call, callee.object);
    return expression.optional || callee.optional ? withAbsence(result) : result;
  }
  if (callee.kind === "super") {
    callOf(machine, frame, expression, site);
    return unknown;
  }
  const target = evaluate(machine, frame, callee);
  const call = callOf(machine, frame, expression, site);
  return (
    calledPolicy(machine, frame, expression, call.arguments, site) ??
    callValue(machine, target, call, calleeText(callee))
  );
}

/** What a class extends that is not in the program: its own methods of the same names are none of that. */
function baseOf(machine: Machine, frame: Frame): Value {
  const self = selfOf(frame);
  const isOfClass = self.kind === "instance" || self.kind === "class";
  return (isOfClass ? libraryBaseOf(machine, self) : null) ?? unknown;
}

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
      const builtin = option.package === globalPackage ? collectionOf(option.path[0]!, call) : null;
      if (builtin) return builtin;
      escapeAll(machine, call);
      const isClock = isTheTime(option) && (call.arguments.length > 0 || call.spread);
      const path = isClock ? [...option.path, "of", "()"] : [...option.path, "()"];
      const from = path[0] === "URL" && option.package === globalPackage ? call.arguments : null;
      return { kind: "external", package: option.package, path, ...(from && { from }) };
    }
  }
  escapeAll(machine, call);
  return unknown;
}

/** `new Date()` is what the clock says, and `new Date(given)` what somebody says. */
function isTheTime({ package: name, path }: Value & { kind: "external" }): boolean {
  return name === globalPackage && path.length === 1 && path[0] === "Date";
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
  const tagged = taggedBy(machine, tag, { site, texts: expression.texts, values });
  if (tagged) return tagged;
  for (const value of values) machine.escape(value, site);
  return symbolicHere(machine, site, `${calleeText(expression.tag)}\`…\``);
}

/** By a client that is a tag, or by one of several. */
function taggedBy(machine: Machine, tag: Value, template: Template): Value | null {
  const made = optionsOf(tag).flatMap((option) =>
    option.kind === "library"
      ? (machine.modelOfName.get(option.library)?.taggedBy?.(option, template, machine.tracer) ?? [])
      : [],
  );
  return made.length > 0 ? choiceOf(made, "") : null;
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
  let trailing: Value | null = null;
  for (const argument of expression.arguments) {
    const value = handedOn(machine, frame, argument, evaluate(machine, frame, argument));
    trailing = null;
    if (argument.kind !== "spread") args.push(value);
    else if (value.kind === "array" && value.rest === null) args.push(...value.elements);
    else {
      trailing = spread ? null : value;
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
    ...(trailing && { trailing }),
    written: expression.arguments,
  };
}

function calleeText(callee: Expression): string {
  if (callee.kind === "name") return callee.name;
  if (callee.kind === "member") return callee.property;
  return "call";
}
