/**
 * What the models of builders and mappers have in common: the rows that a statement writes, what those say of rows that are read
 * along with them, tables that are chosen, the joins' names, where a missing filter would be written.
 */
import {
  and,
  type Column,
  type Operand,
  type Predicate,
  type Resource,
  type Selection,
  type WrittenRow,
  type WrittenValue,
} from "../constraint/predicate.js";
import type { Expression } from "../lower/module.js";
import { findColumn, findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Table } from "../tenancy/tenancy.js";
import type { Call, Repair, Tracer } from "./library.js";
import { operandOf } from "./operand.js";
import {
  clausesOf,
  isUndefined,
  type Clause,
  type ObjectValue,
  type QueryValue,
  type Value,
} from "./value.js";

/** `table`: whose rows they are, where that is known. `isNew`: of an insert. */
export interface Target {
  readonly table: Table | null;
  readonly isNew: boolean;
}

/** The table that a statement is about, where the schema has it. */
export function tableOf({ tenancy }: Tracer, query: QueryValue): Table | null {
  const named = clausesOf(query).find((clause) => clause.kind === "resource");
  return named?.resource.table ? findTable(tenancy, named.resource.table) : null;
}

/** How a library spells columns and values in what it is handed to write. */
export interface Spelling {
  /** The column that a property stands for. */
  columnOf(table: Table | null, property: string): string;
  /** The property of a column. */
  propertyOf(column: Table["columns"][number]): string;
  valueIn(value: Value): Value;
  /** What is handed in place of rows, such as a callback that makes them. */
  resolve?(value: Value): Value;
}

/** The rows of an insert, or the one of an update; several where one of several is written. */
export function writtenRows(
  tracer: Tracer,
  target: Target,
  spelling: Spelling,
  given: Value,
): readonly WrittenRow[] {
  const each = (values: readonly Value[]): readonly WrittenRow[] =>
    values.flatMap((one) => writtenRows(tracer, target, spelling, one));
  const value = spelling.resolve?.(given) ?? given;
  switch (value.kind) {
    case "array":
      return each([...value.elements, ...(value.rest ? [value.rest] : [])]);
    case "choice":
      return each(value.options);
    case "literal":
      return [];
    default: {
      const element = tracer.elementOf(value);
      return element ? each([element]) : [writtenRow(tracer, target, spelling, tracer.fieldsOf(value))];
    }
  }
}

function writtenRow(
  tracer: Tracer,
  { table, isNew }: Target,
  spelling: Spelling,
  object: ObjectValue,
): WrittenRow {
  const columns = new Map<string, WrittenValue>();
  for (const [name, { value, sometimes, overwritable }] of object.fields) {
    // What is `undefined` is not written: an insert leaves it to the database, an update leaves it as it was (measured).
    if (isUndefined(value)) continue;
    const operand = operandOf(spelling.valueIn(value));
    columns.set(spelling.columnOf(table, name), { operand, sometimes, overwritable });
  }
  const spelled = spelling.propertyOf;
  const brought = table && tracer.broughtColumns(object, { table, isNew, columns, spelled });
  return {
    columns,
    open: object.open ? "the row is built elsewhere" : null,
    ...(brought && { brought }),
  };
}

/** The new row as a filter: whatever is read along with it is tied to what was written. */
export function asFilter(table: Table | null, alias: string, row: WrittenRow): Predicate {
  const written = [...row.columns].filter(
    ([, value]) => !value.sometimes && !value.overwritable && !value.operand.absent,
  );
  const equalities = written.map(([name, { operand }]): Predicate => ({
    kind: "eq",
    column: { table: alias, name },
    operand,
  }));
  const [id, ...others] = table?.primaryKey ?? [];
  const isId = (name: string): boolean =>
    table !== null && normalized(findColumn(table, name)?.name ?? name) === normalized(id!);
  if (id !== undefined && others.length === 0 && !written.some(([name]) => isId(name)))
    equalities.push({ kind: "eq", column: { table: alias, name: id }, operand: newId(alias) });
  return and(equalities);
}

/** The id that a row gets as it is made. */
function newId(alias: string): Operand {
  return {
    value: `new:${alias}`,
    origin: "row",
    absent: false,
    fallback: false,
    text: "the new row's id",
    row: null,
  };
}

/** A missing filter goes into the `where` that stands in the options, or into the options beside it; without any, behind what is passed. */
export function repairOfWhere(options: Expression | undefined, { site, written }: Call): Repair | null {
  const separator = written.length === 0 ? "" : ", ";
  if (!options) return { at: site.end - 1, template: `${separator}{ where: { {column}: {value} } }` };
  if (options.kind !== "object") return null;
  for (const property of options.properties) {
    if (property.kind !== "property" || property.key !== "where") continue;
    return property.value.kind === "object"
      ? { at: property.value.start + 1, template: " {column}: {value}," }
      : null;
  }
  // What is spread in may bring a `where` of its own.
  if (options.properties.some((property) => property.kind === "spread")) return null;
  return { at: options.start + 1, template: " where: { {column}: {value} }," };
}

/** One table or the other, never both; null where an arm is not one table. */
export function alternativesOf(arms: readonly (readonly Clause[])[]): Clause | null {
  const resources = arms
    .flat()
    .map((clause) => (clause.kind === "resource" ? clause.resource : null))
    .filter((resource) => resource !== null);
  const [resource, ...alternatives] = resources;
  const isOneEach = resources.length === arms.length && arms.flat().length === arms.length;
  return resource && isOneEach ? { kind: "resource", resource, alternatives } : null;
}

/** The joins that SQL has, as builders in TypeScript call them. */
export const sqlJoins: ReadonlyMap<string, Resource["join"]> = new Map([
  ["innerJoin", "inner"],
  ["leftJoin", "left"],
  ["rightJoin", "right"],
  ["fullJoin", "full"],
  ["crossJoin", "cross"],
  ["innerJoinLateral", "inner"],
  ["leftJoinLateral", "left"],
  ["crossJoinLateral", "cross"],
]);

/** The one column that a sub-query gives; null where it gives several, or nobody knows which. */
export function onlyOutput(query: Selection): Column | null {
  const outputs = query.outputs ? [...query.outputs] : [];
  return outputs.length === 1 && outputs[0]![0] !== "*" ? outputs[0]![1] : null;
}

/** Names as they are written: `"table as t"`, `"t.column as name"`. */
export interface Named {
  readonly name: string;
  readonly alias: string | null;
}

export function splitAlias(text: string): Named {
  const match = /^(.*?)\s+as\s+(\S+)$/i.exec(text.trim());
  return match ? { name: match[1]!.trim(), alias: match[2]! } : { name: text.trim(), alias: null };
}

/** Null for what is no plain column: a path into JSON, a star. */
export function columnOf(text: string): Column | null {
  const { name } = splitAlias(text);
  if (name.includes("->") || name.endsWith("*") || name === "") return null;
  const parts = name.split(".");
  return { table: parts.length > 1 ? parts[parts.length - 2]! : null, name: parts[parts.length - 1]! };
}

/** The name by which columns of a table are qualified when it has no alias. */
export function qualifierOf(table: string): string {
  return table.split(".").at(-1)!;
}
