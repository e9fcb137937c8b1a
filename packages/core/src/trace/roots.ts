/**
 * What a walk is known by: the function that is walked for its own sake. What a function makes for each of its callers (`wrap(list)`
 * gives `(request, response) => handler(request, response)`) is written in one place and does something else each time, so each
 * that was made has a root of its own.
 */
import { optionsOf } from "./choice.js";
import { functionOfKey, keyOfFunction, type Machine } from "./machine.js";
import type { Frame, FunctionValue } from "./value.js";

/** The root of a function when nothing is known of its arguments. */
export function ownRoot(machine: Pick<Machine, "makings">, target: FunctionValue): string {
  const key = keyOfFunction(target.file, target.function);
  if (!target.closure?.parent || !isReturnedBy(target.closure, target)) return key;
  let number = machine.makings.get(target.closure);
  if (number === undefined) machine.makings.set(target.closure, (number = machine.makings.size));
  return `${key}@${number}`;
}

/** Whether it is one of several that a function makes. */
export function isMade(root: string): boolean {
  return /#\d+@\d+$/.test(root);
}

/** The key of the function that is walked. */
export function keyOfRoot(root: string): string {
  const { file, function: id } = functionOfKey(root);
  return keyOfFunction(file, id);
}

/** Whether whoever called the function around it was given it. */
function isReturnedBy(maker: Frame, target: FunctionValue): boolean {
  return maker.returns.some(({ value }) =>
    optionsOf(value).some(
      (option) =>
        option.kind === "function" && option.function === target.function && option.file === target.file,
    ),
  );
}
