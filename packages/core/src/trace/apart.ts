/** Functions that run later and on their own, with arguments that are known: a queue's processor, a handler of events. */
import { noFacts } from "./facts.js";
import { functionOf, keyOfFunction, snapshot, type Machine } from "./machine.js";
import { noteCaller } from "./functions.js";
import { inFreshContext } from "./modules.js";
import { ownRoot } from "./roots.js";
import { join } from "./state.js";
import type { FunctionValue, Site, Value } from "./value.js";
import { recordBuilt, walkCall } from "./walk.js";

/** Gives the name of its root. What it changes outside of itself may or may not have happened. */
export function runApart(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  site: Site,
  name: string,
): string {
  const key = keyOfFunction(callee.file, callee.function);
  const root = `${key}@${name}`;
  if (machine.runs.has(root) || functionOf(machine, callee).body.length === 0) return root;
  machine.runs.add(root);
  const before = callee.closure && snapshot(machine, callee.closure);
  inFreshContext(machine, () => {
    machine.owners.push(root);
    recordBuilt(machine, walkCall(machine, callee, args));
    noteCaller(machine, key, {
      site,
      arguments: args,
      facts: noFacts,
      root,
      context: "",
      isFollowed: machine.budget >= 0,
    });
  });
  if (before && callee.closure) join(machine, [snapshot(machine, callee.closure), before], "the callback");
  // One of a module's own finds the same whoever asks.
  if (callee.closure?.parent) machine.runs.delete(root);
  return root;
}

/** A handler that was made for its route is walked as that one, once; gives the name of its root. */
export function runMade(machine: Machine, handler: FunctionValue): string {
  const root = ownRoot(machine, handler);
  const isMade = root !== keyOfFunction(handler.file, handler.function);
  if (!isMade || !handler.closure || machine.completions.has(root)) return root;
  const before = snapshot(machine, handler.closure);
  inFreshContext(machine, () => walkCall(machine, handler, null));
  join(machine, [snapshot(machine, handler.closure), before], "the callback");
  return root;
}
