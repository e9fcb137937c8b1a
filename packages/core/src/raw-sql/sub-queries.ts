/** Queries inside of expressions that filter nothing: in a select list, a function's arguments, an ORDER BY. */
import type { Selection } from "../constraint/predicate.js";
import { selectionsUnder } from "../constraint/selections.js";
import { child, isNode } from "../sql/tree.js";
import type { Reading, Scope } from "./reading.js";
import { conditionOf } from "./conditions.js";
import { selectOf } from "./select.js";

/** Far more than people write. */
const mostNodes = 20_000;

export function nestedIn(reading: Reading, scope: Scope, ...nodes: readonly unknown[]): readonly Selection[] {
  const found: Selection[] = [];
  const pending = [...nodes].reverse();
  for (let steps = 0; pending.length > 0; steps++) {
    if (steps > mostNodes) {
      reading.problems.add("it is too large to be read");
      break;
    }
    const value = pending.pop();
    if (Array.isArray(value)) pending.push(...(value as readonly unknown[]).toReversed());
    else if (isNode(value)) {
      const link = value["SubLink"];
      const parameter = value["ParamRef"];
      if (isNode(link)) {
        found.push(selectOf(reading, scope, child(link, "subselect")).selection);
        pending.push(link["testexpr"]);
      } else if (isNode(parameter)) {
        const slot = reading.slotOf(Number(parameter["number"] ?? 0));
        if (slot?.kind === "query") found.push(slot.selection);
        if (slot?.kind === "expression") found.push(...slot.nested);
        if (slot?.kind === "condition") found.push(...selectionsUnder(conditionOf(reading, scope, value)));
      } else pending.push(...Object.values(value).reverse());
    }
  }
  return found;
}
