/** Accesses, as they are written down: with what holds there, and how the walk came there. */
import type { AccessDraft } from "./library.js";
import { contextOf, rootOf, type Machine } from "./machine.js";

export function writeDown(machine: Machine, accesses: readonly AccessDraft[]): void {
  for (const access of accesses)
    machine.accesses.push({
      ...access,
      facts: machine.facts,
      context: contextOf(machine),
      root: rootOf(machine),
    });
}
