/**
 * Calls of the program's functions: answered from the function's summary with the arguments put in, or by walking the
 * function again where an argument carries meaning.
 */
import { chosen } from "./choice.js";
import { symbolicAt, valueOfType } from "./declared-types.js";
import {
  functionOf,
  keyOfFunction,
  maximalDepth,
  moduleOf,
  parameterName,
  type CallerRecord,
  type Machine,
} from "./machine.js";
import { memberOf } from "./members.js";
import { siteKey, unknown, type FunctionValue, type Site, type Value } from "./value.js";
import { summaryOf, walkCall } from "./walk.js";

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
  const call = `${caller.site.file}:${caller.site.start}:${caller.site.end}`;
  const followed = machine.followed.get(call);
  if (followed) followed.add(key);
  else machine.followed.set(call, new Set([key]));
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
  const module = moduleOf(machine, target.file);
  const indexOf = new Map(
    functionOf(machine, target).parameters.map(
      (parameter, index) => [parameterName(module, parameter, index), index] as const,
    ),
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
