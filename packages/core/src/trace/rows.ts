/** Rows that are objects with methods of their own, as mappers make them: what a call of such a method is, and what it leaves behind. */
import { libraryBaseOf, methodFor } from "./instances.js";
import type { Call } from "./library.js";
import type { Machine } from "./machine.js";
import { placed } from "./placed.js";
import type { FunctionValue, LibraryValue, Value } from "./value.js";

/** What a library makes of a row; null for what is none, or has no methods. */
export function rowObjectOf(machine: Machine, value: Value): LibraryValue | null {
  switch (value.kind) {
    case "rows": {
      if (value.many || !value.made) return null;
      return rowObjectOf(machine, value.made);
    }
    case "instance": {
      const base = libraryBaseOf(machine, value);
      return base && rowObjectOf(machine, base);
    }
    case "library":
      return machine.modelOfName.get(value.library)?.rowTypes?.includes(value.type) ? value : null;
    case "object": {
      // With what was set on it since.
      const [first] = value.others ?? [];
      return first && first.kind !== "object" ? rowObjectOf(machine, first) : null;
    }
    default:
      return null;
  }
}

/** A method that the class of a row has in the program. */
export function ownMethodOf(machine: Machine, row: Value, method: string): FunctionValue | null {
  const first = row.kind === "object" ? row.others?.[0] : row;
  const made = first?.kind === "rows" && !first.many ? first.made : first;
  if (made?.kind !== "instance" || rowObjectOf(machine, made) === null) return null;
  return methodFor(machine, made, method, row);
}

/** Null where it is no method that rows have. */
export function callOnRow(machine: Machine, row: Value, method: string, call: Call): Value | null {
  const made = rowObjectOf(machine, row);
  const result =
    made && machine.modelOfName.get(made.library)?.callOnRow?.(row, made, method, call, machine.tracer);
  return result ? placed(machine, result) : null;
}

export function rowBehind(machine: Machine, row: Value, method: string, call: Call): Value | null {
  const made = rowObjectOf(machine, row);
  const model = made && machine.modelOfName.get(made.library);
  return (made && model?.changedRow?.(row, made, method, call, machine.tracer)) ?? null;
}
