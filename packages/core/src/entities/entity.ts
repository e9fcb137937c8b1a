/** Entities of object-relational mappers as the program names them: by a class, by the name of one, by a type. */
import type { TypeIn } from "../link/program.js";
import { findTable } from "../tenancy/lookup.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Tracer } from "../trace/library.js";
import type { ClassValue, InstanceValue, Value } from "../trace/value.js";

export interface Entity {
  /** As the code calls it. */
  readonly name: string;
  /** Null when no schema here has it. */
  readonly table: Table | null;
  /** Null where it is no class of the program. */
  readonly class: ClassValue | null;
}

/** Null for what names no entity. `kind`: of the schemas in which it is looked for first. */
export function entityOf(tracer: Tracer, value: Value | undefined, kind: string): Entity | null {
  switch (value?.kind) {
    case "class": {
      const name = tracer.moduleOf(value.file)?.classes[value.class]?.name;
      return name ? entityNamed(tracer, name, kind, value) : null;
    }
    case "literal":
      return typeof value.value === "string" ? entityNamed(tracer, value.value, kind) : null;
    case "external": {
      const name = value.path.at(-1);
      return name === undefined ? null : entityNamed(tracer, name, kind);
    }
    // Whoever has an object has its class: `Invoice.prototype.constructor`, `invoice.constructor`.
    case "instance":
      return entityOf(tracer, { kind: "class", file: value.file, class: value.class }, kind);
    default:
      return null;
  }
}

export function entityOfType(tracer: Tracer, type: TypeIn | undefined, kind: string): Entity | null {
  if (!type) return null;
  const declared = tracer.typeOf(type);
  switch (declared.kind) {
    case "class":
    case "constructor":
      return entityOf(tracer, { kind: "class", file: declared.file, class: declared.class }, kind);
    case "external": {
      const name = declared.path.at(-1);
      return name === undefined ? null : entityNamed(tracer, name, kind);
    }
    case "interface": {
      const name = tracer.moduleOf(declared.file)?.types[declared.type]?.name;
      const table = name === undefined ? null : tableNamed(tracer, name, kind);
      return name !== undefined && table ? { name, table, class: null } : null;
    }
    default:
      return null;
  }
}

function entityNamed(tracer: Tracer, name: string, kind: string, made: ClassValue | null = null): Entity {
  return { name, table: tableNamed(tracer, name, kind, made?.file), class: made };
}

/** Two packages may have a class of the same name. */
function tableNamed({ tenancy }: Tracer, name: string, kind: string, file?: string): Table | null {
  const own = tenancy.tables.filter(
    (table) => table.source.includes(kind) && (table.aliases.includes(name) || table.name === name),
  );
  return own.find((table) => file !== undefined && table.file === file) ?? own[0] ?? findTable(tenancy, name);
}

/** The class that a table is made of. */
export function classOfTable(tracer: Tracer, { file, aliases }: Table, kind: string): ClassValue | null {
  if (file === null) return null;
  for (const name of aliases) {
    const index = tracer.moduleOf(file)?.classes.findIndex((one) => one.name === name) ?? -1;
    const entity = index < 0 ? null : entityOf(tracer, { kind: "class", file, class: index }, kind);
    if (entity?.class) return entity.class;
  }
  return null;
}

export function tableName({ name, table }: Entity): string {
  return table?.name ?? name;
}

/** One that nobody was seen to make with `new`. */
export function objectOf({ file, class: id }: ClassValue): InstanceValue {
  return { kind: "instance", file, class: id, arguments: null };
}

/** `new Invoice()`, and what is said to be made as one. */
export function entityOfObject(tracer: Tracer, value: Value | undefined, kind: string): Entity | null {
  switch (value?.kind) {
    case "object":
    case "rows":
      return value.made?.kind === "instance" ? entityOf(tracer, value.made, kind) : null;
    case "instance":
      return entityOf(tracer, value, kind);
    case "array":
      return entityOfObject(tracer, value.elements[0] ?? value.rest ?? undefined, kind);
    case "choice":
      return (
        value.options.map((one) => entityOfObject(tracer, one, kind)).find((one) => one !== null) ?? null
      );
    case "symbolic":
      return value.type ? entityOfType(tracer, value.type, kind) : null;
    default:
      return null;
  }
}
