/** Rows that are objects with methods of their own, as mappers make them: what a call of such a method is, and what it leaves behind. */
import type { Table } from "../tenancy/tenancy.js";
import { libraryBaseOf } from "./inherited.js";
import { methodFor } from "./instances.js";
import type { Call } from "./library.js";
import { moduleOf, type Machine } from "./machine.js";
import { placed } from "./placed.js";
import type { FunctionValue, InstanceValue, LibraryValue, ObjectField, ObjectValue, Value } from "./value.js";

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
      if (value.made) return rowObjectOf(machine, value.made);
      const [first] = value.others ?? [];
      return first && first.kind !== "object" ? rowObjectOf(machine, first) : null;
    }
    default:
      return null;
  }
}

/** The object of a class that it stands for, read or new. */
function madeAs(machine: Machine, row: Value): Value | undefined {
  switch (row.kind) {
    case "rows":
      return row.many ? undefined : row.made;
    case "object": {
      const [first] = row.others ?? [];
      return row.made ?? (first && first.kind !== "object" ? madeAs(machine, first) : undefined);
    }
    default:
      return rowObjectOf(machine, row) ? row : undefined;
  }
}

/** A method that the class of a row has in the program. */
export function ownMethodOf(machine: Machine, row: Value, method: string): FunctionValue | null {
  const made = madeAs(machine, row);
  return made?.kind === "instance" ? methodFor(machine, made, method, row) : null;
}

/** A row on which something is set before it is saved, as an object: one that was read, or a new one of a class that the schema has. */
export function settable(machine: Machine, value: Value): ObjectValue | null {
  const before: ObjectValue = { kind: "object", fields: new Map(), open: true, others: [value] };
  const made = madeAs(machine, value);
  if (value.kind === "rows") return made ? { ...before, ...(made.kind === "instance" && { made }) } : null;
  if (value.kind === "instance" && value.arguments !== null) {
    const table = tableOf(machine, value);
    if (table) return newRow(value, value.arguments, table);
  }
  return made && (value.kind === "library" || value.kind === "instance") ? before : null;
}

function newRow(made: InstanceValue, given: readonly Value[], table: Table): ObjectValue {
  if (given.length > 0) return { kind: "object", fields: new Map(), open: true, others: given, made };
  const [id, ...more] = table.primaryKey;
  const key = table.columns.find(({ name }) => name === id);
  const known = key && more.length === 0 ? [[key.aliases[0] ?? key.name, newKey(made)] as const] : [];
  return { kind: "object", fields: new Map(known), open: false, made };
}

/** The key that its row gets when it is saved. */
function newKey({ file, class: id }: InstanceValue): ObjectField {
  const value: Value = {
    kind: "symbolic",
    id: `computed:${file}#${id}`,
    origin: "constant",
    text: "the new row's id",
    absent: false,
    type: null,
    row: null,
  };
  return { value, sometimes: false, overwritable: false };
}

/** The table of the schema that the class stands for. */
function tableOf(machine: Machine, { file, class: id }: InstanceValue): Table | null {
  const name = moduleOf(machine, file).classes[id]?.name;
  const { tables } = machine.tracer.tenancy;
  return (name && tables.find((one) => one.file === file && one.aliases.includes(name))) || null;
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
