/** The columns that say whose a row is, where an object that is written whole may put them. */
import type { Operand } from "../constraint/predicate.js";
import { keyColumns } from "../tenancy/lookup.js";
import { broughtBy } from "./brought.js";
import { choiceOf } from "./choice.js";
import type { Writing } from "./library.js";
import type { Machine } from "./machine.js";
import { operandOf } from "./operand.js";
import { isUndefined, type ObjectValue } from "./value.js";

export function broughtColumns(
  machine: Machine,
  object: ObjectValue,
  { table, isNew, columns, spelled }: Writing,
): ReadonlyMap<string, Operand> {
  const brought = new Map<string, Operand>();
  if (!object.open) return brought;
  for (const column of keyColumns(machine.tracer.tenancy, table)) {
    const name = spelled(column);
    // Of a new row, what can be replaced is the query's own fault.
    const named = [column.name, ...column.aliases].map((one) => columns.get(one)).find((one) => one);
    if (named && (isNew || !named.overwritable)) continue;
    const values = (object.others ?? [])
      .map((other) => broughtBy(machine, other, name))
      .filter((value) => value.kind !== "unknown" && !isUndefined(value));
    if (values.length > 0) brought.set(name, operandOf(choiceOf(values, name)));
  }
  return brought;
}
