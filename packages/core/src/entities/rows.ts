/** Rows of an entity as they stand in a statement, and those that are related to them. */
import { always, and, type Column, type Predicate, type Selection } from "../constraint/predicate.js";
import { findTable } from "../tenancy/lookup.js";
import { normalized } from "../tenancy/names.js";
import type { Relation, Table } from "../tenancy/tenancy.js";
import type { Tracer } from "../trace/library.js";
import { isUndefined, type Clause, type Value } from "../trace/value.js";
import { tableName, type Entity } from "./entity.js";

export interface Rows {
  readonly entity: Entity;
  readonly alias: string;
}

/** Null for a column, and where no schema tells. */
export function findRelation({ table }: Entity, property: string): Relation | null {
  return table?.relations.find(({ field }) => field === property) ?? null;
}

export function relatedEntity(tracer: Tracer, relation: Relation): Entity {
  const table = findTable(tracer.tenancy, relation.table);
  return { name: relation.table, table, class: null };
}

/** The column that a property is kept in; properties of an object inside are `address.street`. */
export function columnName({ table }: Entity, property: string): string {
  const known = table?.columns.find(({ name, aliases }) => aliases.includes(property) || name === property);
  if (known) return known.name;
  const last = property.slice(property.lastIndexOf(".") + 1);
  const alike = table?.columns.find((column) => normalized(column.name) === normalized(last));
  return alike?.name ?? last;
}

export function columnAt(rows: Rows, property: string): Column {
  return { table: rows.alias, name: columnName(rows.entity, property) };
}

/** The columns that tie related rows together; null when the schema does not show them. */
export function tieOf(rows: Rows, relation: Relation, related: Rows): Predicate | null {
  const { columns, targets } = relation;
  if (columns.length === 0 || columns.length !== targets.length) return null;
  return and(
    columns.map((name, index) => ({
      kind: "eqColumn",
      left: { table: related.alias, name: targets[index]! },
      right: { table: rows.alias, name },
    })),
  );
}

/** Whether these rows have the column that says which row is related. */
export function holdsKey({ table }: Entity, relation: Relation): boolean {
  return (
    !relation.list &&
    relation.columns.length > 0 &&
    relation.columns.every((name) =>
      table?.references.some(
        (one) =>
          normalized(one.column) === normalized(name) && normalized(one.table) === normalized(relation.table),
      ),
    )
  );
}

/** One column says which row is its own; otherwise `id`, as nearly always. */
export function idOf({ table }: Entity): string {
  const [id, ...others] = table?.primaryKey ?? [];
  return id !== undefined && others.length === 0 ? id : "id";
}

/** All of the columns that together say which row it is. */
export function idsOf({ table }: Entity): readonly string[] {
  return table && table.primaryKey.length > 0 ? table.primaryKey : ["id"];
}

export function propertyOf(table: Table | null, column: string): string {
  return table?.columns.find(({ name }) => name === column)?.aliases[0] ?? column;
}

export function from(rows: Rows): Clause {
  return {
    kind: "resource",
    resource: {
      table: tableName(rows.entity),
      alias: rows.alias,
      join: "from",
      on: always,
      query: null,
      outputs: null,
    },
  };
}

export function selectionOfRows(site: string, rows: Rows, where: Predicate): Selection {
  const { entity, alias } = rows;
  return {
    site,
    resources: [{ table: tableName(entity), alias, join: "from", on: always, query: null, outputs: null }],
    where,
    nested: [],
    arms: [],
    outputs: null,
  };
}

/** The rows that come along: `relations: { customer: true }`, `["customer", "lines.product"]`. */
export function joinedRows(
  tracer: Tracer,
  rows: Rows,
  value: Value | undefined,
  /** What is said of the rows that come along, by their paths. */
  depth = 5,
): readonly Clause[] {
  if (!value || isUndefined(value) || depth === 0) return [];
  switch (value.kind) {
    case "array": {
      const paths = value.elements.flatMap((one) =>
        one.kind === "literal" && typeof one.value === "string" ? [one.value.split(".")] : [],
      );
      const heads = [...new Set(paths.map(([head]) => head!))];
      return heads.flatMap((head) => {
        const below = paths.filter(([first, ...rest]) => first === head && rest.length > 0);
        const inner: Value = {
          kind: "array",
          elements: below.map(([, ...rest]) => ({ kind: "literal", value: rest.join(".") })),
          rest: null,
        };
        return joinedRow(tracer, rows, head, inner, depth);
      });
    }
    case "object":
      return [...value.fields].flatMap(([name, field]) =>
        field.value.kind === "literal" && !field.value.value
          ? []
          : joinedRow(tracer, rows, name, field.value, depth),
      );
    case "choice":
      return value.options.flatMap((option) => joinedRows(tracer, rows, option, depth));
    default:
      return [];
  }
}

function joinedRow(tracer: Tracer, rows: Rows, name: string, below: Value, depth: number): readonly Clause[] {
  const relation = findRelation(rows.entity, name);
  if (!relation) return [];
  const related: Rows = { entity: relatedEntity(tracer, relation), alias: `${rows.alias}.${name}` };
  const on = tieOf(rows, relation, related);
  // Rows that a third table ties are tied to the row they are read with, whichever columns say so.
  if (!on) return [];
  const { entity, alias } = related;
  return [
    {
      kind: "resource",
      resource: { table: tableName(entity), alias, join: "left", on, query: null, outputs: null },
    },
    ...joinedRows(tracer, related, below, depth - 1),
  ];
}
