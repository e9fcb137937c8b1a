/** What JavaScript itself provides, as far as values flow through it: arrays, promises, a few constructors. */
import type { Expression } from "../lower/module.js";
import { assignInto } from "./assignment.js";
import { globalPackage, isOfProcess } from "./names.js";
import { emptyObject, namesOf, spreadInto } from "./objects.js";
import type { Call } from "./library.js";
import { functionOf, noteVainCheck, type Machine } from "./machine.js";
import { addFacts, answering, implied } from "./assume.js";
import { invoke } from "./callbacks.js";
import { bare, factsOf, noFacts, ofElements, withFacts } from "./facts.js";
import { askedIn, callCollection } from "./collections.js";
import { madeBy } from "./made.js";
import { madeAsLong, shorten } from "./lengths.js";
import { elementOf, memberOf } from "./members.js";
import { isPromise } from "./operators.js";
import { settable } from "./rows.js";
import { choiceOf, keptWhere, withAbsence } from "./choice.js";
import { noteInMap } from "./shared-maps.js";
import { joinedText, replacedIn } from "./texts.js";
import {
  isEmptyList,
  undefinedValue,
  unknown,
  type ArrayValue,
  type ExternalValue,
  type Frame,
  type FunctionValue,
  type ObjectValue,
  type SymbolicValue,
  type Value,
} from "./value.js";

/** Methods whose callback is given each element first. */
const iterating = new Set([
  "map",
  "flatMap",
  "filter",
  "find",
  "findLast",
  "findIndex",
  "forEach",
  "some",
  "every",
]);

export function callBuiltin(
  machine: Machine,
  frame: Frame,
  receiver: Value,
  method: string,
  call: Call,
  written: Expression,
): Value | null {
  if (receiver.kind === "external") {
    const made = madeBy({ ...receiver, path: [...receiver.path, method] }, call);
    if (made) return made;
  }
  // `process.env.ADMIN_EMAILS.split(",")`, `process.argv.slice(2)`
  if (receiver.kind === "external" && isReshaped(method, call) && isOfDeployment(receiver))
    return { ...receiver, path: [...receiver.path, `${method}()`] };
  // What is the same for all who ask is so in parts, and in any other form.
  if (receiver.kind === "symbolic" && receiver.origin === "constant" && isReshaped(method, call))
    return { ...receiver, id: `${receiver.id}.${method}()@${call.site.start}`, type: null };
  if (receiver.kind === "external" && receiver.package === globalPackage && receiver.path.length === 1)
    return callGlobal(machine, frame, receiver.path[0]!, method, call);
  if (receiver.kind === "external" && method === "timingSafeEqual" && isCrypto(receiver))
    return equalAsBytes(call);
  if (receiver.kind === "external" && method === "from" && isReadable(receiver))
    return call.arguments[0] ?? unknown;
  if (receiver.kind === "array" && receiver.isMap) noteInMap(machine, frame, written, method, call);
  if (listLike.has(receiver.kind)) {
    const collected =
      receiver.kind === "array" ? callCollection(machine, frame, receiver, method, call, written) : null;
    if (collected) return collected;
    const callback = call.arguments[0];
    if ((method === "includes" || method === "has") && callback) {
      const list = askedIn(receiver);
      const isThere = isAmong(callback, list);
      if (isThere !== null) return { kind: "literal", value: isThere };
      // Of what is filled elsewhere, the list says nothing.
      const listed = isEmptyList(list) ? noFacts : factsOf([{ kind: "listed", value: callback, list }]);
      // `name.includes("..")`: whoever asks of a text what is in it has looked at it.
      const asked = receiver.kind === "symbolic" ? { from: [bare(receiver, 2)] } : {};
      const answer = { ...computedAt(call), ...asked };
      const isOfText = asked.from !== undefined && callback.kind === "literal";
      return answering(answer, listed, isOfText ? factsOf([{ kind: "absent", value: answer }]) : noFacts);
    }
    if (iterating.has(method) && callback?.kind === "function")
      return iterate(machine, receiver, method, callback, call);
    // `names.filter(Boolean)`: whichever are kept, they are these.
    if (method === "filter" && callback) return receiver;
    if ((method === "find" || method === "findLast") && callback && callback.kind !== "unknown")
      return withAbsence(elementOf(machine, receiver, call.site));
    if (method === "reduce" && callback?.kind === "function") {
      const first = call.arguments[1] ?? elementOf(machine, receiver, call.site);
      return choiceOf(
        [
          first,
          machine.tracer.invoke(callback, [
            first,
            elementOf(machine, receiver, call.site),
            unknown,
            receiver,
          ]),
        ],
        "",
      );
    }
  }
  if (receiver.kind === "array") return callArray(machine, frame, receiver, method, call, written);
  if (receiver.kind === "rows" && passing.has(method)) return receiver;
  if (receiver.kind === "rows" && method === "at") return elementOf(machine, receiver, call.site);
  if (receiver.kind === "literal" && typeof receiver.value === "string" && method === "split") {
    const [separator] = call.arguments;
    if (separator?.kind === "literal" && typeof separator.value === "string")
      return {
        kind: "array",
        elements: receiver.value.split(separator.value).map((value) => ({ kind: "literal", value })),
        rest: null,
      };
  }
  if (receiver.kind === "literal" && typeof receiver.value === "string" && isTransparent(method))
    return { kind: "literal", value: receiver.value[method]() };
  const replaced = method === "replace" ? replacedIn(receiver, call) : null;
  if (replaced) return replaced;
  // Trimmed, lower-cased: still the value that came in.
  if ((receiver.kind === "symbolic" || receiver.kind === "text") && isTransparent(method)) return receiver;
  if (receiver.kind !== "library" && method === "then" && call.arguments[0]?.kind === "function")
    return invoke(machine, call.arguments[0], [machine.settle(receiver, call.site)]).value;
  if (receiver.kind !== "library" && receiver.kind !== "query" && promising.has(method)) {
    for (const callback of call.arguments)
      if (callback.kind === "function") machine.tracer.invoke(callback, method === "catch" ? [unknown] : []);
    return receiver;
  }
  return null;
}

/** `["id", "email"].includes(key)`, where all of it is written down. */
function isAmong(value: Value, list: Value): boolean | null {
  if (value.kind !== "literal" || list.kind !== "array" || list.rest !== null) return null;
  const isWritten = list.elements.length > 0 && list.elements.every((one) => one.kind === "literal");
  return isWritten ? list.elements.some((one) => one.kind === "literal" && one.value === value.value) : null;
}

function literalOf(value: string): Value {
  return { kind: "literal", value };
}

const listLike: ReadonlySet<Value["kind"]> = new Set(["array", "rows", "symbolic", "external"]);
/** Of what whoever runs the program says, also where a package hands the environment on. */
function isOfDeployment(value: ExternalValue): boolean {
  return value.path.includes("env") || isOfProcess(value);
}

/** A part of it, or it in another form: nothing that anybody else says is put into it. */
function isReshaped(method: string, { arguments: given }: Call): boolean {
  return reshaping.has(method) || (replacing.has(method) && given.every(({ kind }) => kind === "literal"));
}

const reshaping = new Set([
  ...["split", "trim", "trimStart", "trimEnd", "toLowerCase", "toUpperCase", "toString", "normalize"],
  ...["slice", "substring", "at", "pop", "shift", "entries", "values"],
]);
const replacing = new Set(["replace", "replaceAll", "join", "padStart", "padEnd"]);

/** Methods that ask about what is in a list: of one that is empty there is nothing to say. */
export function isAboutElements(method: string): boolean {
  return iterating.has(method) || method === "includes" || method === "has";
}

/** Those that ask something of each element. */
const deciding = new Set(["filter", "find", "findLast", "findIndex", "some", "every"]);
const passing = new Set(["filter", "slice", "sort", "reverse", "toSorted", "toReversed", "concat", "values"]);
const transparent = ["trim", "toString", "toLowerCase", "toUpperCase", "valueOf", "normalize"] as const;
const isTransparent = (method: string): method is (typeof transparent)[number] =>
  transparent.includes(method as (typeof transparent)[number]);
const promising = new Set(["catch", "finally"]);

function iterate(
  machine: Machine,
  receiver: Value,
  method: string,
  callback: FunctionValue,
  call: Call,
): Value {
  const element = elementOf(machine, receiver, call.site);
  const { value: result, facts } = invoke(machine, callback, [element, unknown, receiver], call.site);
  // What an asynchronous callback finds out holds once somebody waited for it, and a promise is true whatever it will say.
  const isLater = isAsynchronous(machine, callback);
  const ofEach = ofElements("each", element, facts);
  if (isLater && deciding.has(method))
    for (const outcome of [true, false])
      noteVainCheck(machine, call.site, withFacts(facts, implied(result, outcome).values()));
  const whenTrue = isLater ? noFacts : withFacts(facts, implied(result, true).values());
  const whenFalse = isLater ? noFacts : withFacts(facts, implied(result, false).values());
  switch (method) {
    case "map":
    case "flatMap": {
      if (!isLater) addFacts(machine, ofEach);
      const rest = method === "map" ? result : elementOf(machine, result, call.site);
      const list: ArrayValue = { kind: "array", elements: [], rest, ...(isLater && { settled: ofEach }) };
      return method === "map" ? madeAsLong(list, memberOf(machine, receiver, "length", call.site)) : list;
    }
    case "filter": {
      if (whenTrue.size === 0 && whenFalse.size === 0)
        return receiver.kind === "array" ? { ...receiver } : receiver;
      const whenEmpty = ofElements("each", element, whenFalse);
      return {
        kind: "array",
        elements: [],
        // It is so of the one at hand, and of all that are handed on together.
        rest: keptWhere(element, withFacts(whenTrue, ofElements("each", element, whenTrue).values())),
        ...(whenEmpty.size > 0 && { whenEmpty }),
      };
    }
    case "find":
    case "findLast":
      return whenTrue.size === 0
        ? element
        : choiceOf([element, undefinedValue], "whether one was found", [whenTrue, noFacts]);
    case "forEach":
      if (!isLater) addFacts(machine, ofEach);
      return undefinedValue;
    case "some":
      return answering(
        computedAt(call),
        ofElements("some", element, whenTrue),
        ofElements("each", element, whenFalse),
      );
    case "every":
      return answering(
        computedAt(call),
        ofElements("each", element, whenTrue),
        ofElements("some", element, whenFalse),
      );
    default:
      return unknown;
  }
}

/** Also without the word: `(id) => assertMember(id)` gives what it is given. */
function isAsynchronous(machine: Machine, callback: FunctionValue): boolean {
  const fn = functionOf(machine, callback);
  return (
    fn.async ||
    fn.body.some(
      (statement) =>
        statement.kind === "return" &&
        statement.argument !== null &&
        isPromise(machine, callback.file, statement.argument),
    )
  );
}

function computedAt({ site }: Call): SymbolicValue {
  return {
    kind: "symbolic",
    id: `computed:${site.file}:${site.start}`,
    origin: "unknown",
    text: "a computed value",
    absent: false,
    type: null,
    row: null,
  };
}

/** https://nodejs.org/api/crypto.html#cryptotimingsafeequala-b */
function equalAsBytes(call: Call): Value | null {
  const [left, right] = call.arguments;
  return left && right
    ? answering(computedAt(call), factsOf([{ kind: "equal", left, right }]), noFacts)
    : null;
}

function isCrypto({ package: name }: ExternalValue): boolean {
  return name === "crypto" || name === "node:crypto";
}

/** A stream of what is in a list: https://nodejs.org/api/stream.html#streamreadablefromiterable-options */
function isReadable({ package: name, path }: ExternalValue): boolean {
  return (name === "stream" || name === "node:stream") && path.at(-1) === "Readable";
}

/** `String(id)` is the id. */
export function callBuiltinFunction(target: ExternalValue, call: Call): Value | null {
  const made = madeBy(target, call);
  if (made) return made;
  const [first] = call.arguments;
  if (target.path.at(-1) === "timingSafeEqual" && isCrypto(target)) return equalAsBytes(call);
  if (target.package !== globalPackage || target.path.length !== 1 || !first) return null;
  if (target.path[0] === "Boolean")
    return answering(computedAt(call), implied(first, true), implied(first, false));
  if (!unchanging.has(target.path[0]!)) return null;
  return first.kind === "symbolic" && slashless.has(target.path[0]!)
    ? { ...first, madeAs: "segment" }
    : first;
}

/** What they give is one name in any path. */
const slashless = new Set(["Number", "BigInt", "parseInt", "parseFloat", "encodeURIComponent"]);

const unchanging = new Set([
  "String",
  "Number",
  "BigInt",
  "parseInt",
  "parseFloat",
  "decodeURIComponent",
  "encodeURIComponent",
  "decodeURI",
  "encodeURI",
  "structuredClone",
]);

function callArray(
  machine: Machine,
  frame: Frame,
  receiver: ArrayValue,
  method: string,
  call: Call,
  written: Expression,
): Value | null {
  shorten(receiver, method);
  switch (method) {
    case "push":
    case "unshift": {
      const added: ArrayValue = call.spread
        ? { ...receiver, rest: choiceOf([...(receiver.rest ? [receiver.rest] : []), ...call.arguments], "") }
        : {
            ...receiver,
            elements:
              method === "push"
                ? [...receiver.elements, ...call.arguments]
                : [...call.arguments, ...receiver.elements],
          };
      assignInto(machine, frame, written, added);
      return unknown;
    }
    case "concat": {
      let result: ArrayValue = receiver;
      for (const argument of call.arguments) {
        if (argument.kind === "array")
          result = {
            kind: "array",
            elements: [...result.elements, ...argument.elements],
            rest: argument.rest ?? result.rest,
          };
        else
          result = {
            ...result,
            rest: choiceOf(
              [...(result.rest ? [result.rest] : []), elementOf(machine, argument, call.site)],
              "",
            ),
          };
      }
      return result;
    }
    case "at":
    case "pop":
    case "shift":
      return elementOf(machine, receiver, call.site);
    case "join":
      return joinedText(receiver, call.arguments[0]);
    case "slice":
      return { ...receiver };
    case "sort":
    case "reverse":
    case "toSorted":
    case "toReversed":
    case "values":
      return receiver;
    default:
      return null;
  }
}

/** `JSON.parse(text)`: a copy; what a text says comes from where the text came from. */
function parsed(text: Value): Value | null {
  switch (text.kind) {
    case "symbolic":
      return { ...text, type: null };
    case "text": {
      const [only, ...others] = text.parts;
      return only !== undefined && typeof only !== "string" && others.length === 0 ? only : null;
    }
    // `JSON.parse(message.body ?? "{}")`: what it says where there is nothing is there for the types, and says nothing.
    case "choice": {
      const texts = text.options.filter(({ kind }) => kind !== "literal");
      const options = texts.flatMap((one) => parsed(one) ?? []);
      return texts.length > 0 && options.length === texts.length ? choiceOf(options, text.reason) : null;
    }
    default:
      return null;
  }
}

function callGlobal(machine: Machine, frame: Frame, name: string, method: string, call: Call): Value | null {
  const [first, ...others] = call.arguments;
  switch (`${name}.${method}`) {
    case "Promise.all":
    case "Promise.allSettled":
      if (first?.kind === "array") {
        if (method === "all") addFacts(machine, first.settled ?? noFacts);
        return {
          ...first,
          elements: first.elements.map((one) => machine.settle(one, call.site)),
          rest: first.rest ? machine.settle(first.rest, call.site) : null,
        };
      }
      return first ?? unknown;
    case "Promise.race":
    case "Promise.any":
      return first ? machine.settle(elementOf(machine, first, call.site), call.site) : unknown;
    case "JSON.stringify":
      // Rows are rows in writing, too.
      return first ? { kind: "text", parts: [first] } : undefinedValue;
    case "JSON.parse":
      return first ? parsed(first) : null;
    case "Object.keys": {
      const names = first ? namesOf(machine, first) : null;
      return names && { kind: "array", elements: names.map(literalOf), rest: null };
    }
    case "Object.fromEntries":
      // `Object.fromEntries(url.searchParams)`
      return first?.kind === "symbolic" ? { ...first, type: null } : null;
    case "Buffer.from":
    case "Promise.resolve":
    case "Object.freeze":
    case "Object.seal":
      return first ?? undefinedValue;
    case "Array.from": {
      if (!first) return unknown;
      const callback = others[0];
      if (callback?.kind === "function")
        return {
          kind: "array",
          elements: [],
          rest: machine.tracer.invoke(callback, [elementOf(machine, first, call.site), unknown]),
        };
      return first;
    }
    case "Object.assign": {
      const row = first && first.kind !== "object" ? settable(machine, first) : null;
      const base = first?.kind === "object" ? first : (row ?? { ...emptyObject, open: true });
      let shapes: readonly ObjectValue[] = [base];
      for (const source of others) shapes = spreadInto(machine, shapes, source, call.site);
      const { made } = base;
      const assigned = choiceOf(made ? shapes.map((shape) => ({ ...shape, made })) : shapes, "");
      const [target] = call.written;
      if (target) assignInto(machine, frame, target, assigned);
      return assigned;
    }
    default:
      return null;
  }
}
