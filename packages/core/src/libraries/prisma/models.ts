/** The schema's models as the client names them. */
import { findColumn, findTable } from "../../tenancy/lookup.js";
import { normalized } from "../../tenancy/names.js";
import type { Relation, Table, TableColumn, Tenancy } from "../../tenancy/tenancy.js";
import type { Model } from "./values.js";

const schemaKind = "prisma schema";

/** `prisma.alertRule` is `model AlertRule`: spelled so, and no other way. */
export function findModel(tenancy: Tenancy, property: string): Model | null {
  const table = modelsOf(tenancy).get(property);
  return table ? { name: property, table } : null;
}

const indexes = new WeakMap<Tenancy, ReadonlyMap<string, Table>>();

function modelsOf(tenancy: Tenancy): ReadonlyMap<string, Table> {
  const known = indexes.get(tenancy);
  if (known) return known;
  const models = new Map<string, Table>();
  const tables = tenancy.tables.filter((table) => table.source.includes(schemaKind));
  const add = (name: string, table: Table): void => {
    const property = name.charAt(0).toLowerCase() + name.slice(1);
    if (!models.has(property)) models.set(property, table);
  };
  // A mapped model's own name is its alias; the table's name is only a model's where nothing is mapped.
  for (const table of tables) table.aliases.forEach((alias) => add(alias, table));
  for (const table of tables) add(table.name, table);
  indexes.set(tenancy, models);
  return models;
}

/** A field of the model that stands for other rows; null for a column, and where no schema tells. */
export function findRelation(model: Model, field: string): Relation | null {
  return model.table?.relations.find((relation) => relation.field === field) ?? null;
}

export function relatedModel(tenancy: Tenancy, relation: Relation): Model {
  return { name: relation.field, table: findTable(tenancy, relation.table) };
}

/** Whether the relation's key stands in this model's own table. */
export function holdsKey(model: Model, relation: Relation): boolean {
  const references = model.table?.references ?? [];
  return (
    !relation.list &&
    relation.columns.length > 0 &&
    relation.columns.every((column) =>
      references.some(
        (reference) =>
          normalized(reference.column) === normalized(column) &&
          normalized(reference.table) === normalized(relation.table),
      ),
    )
  );
}

/** Where no schema tells, every field is taken for a column. */
export function isColumn(model: Model, field: string): boolean {
  return model.table === null || findColumn(model.table, field) !== null;
}

export function columnOf(model: Model, field: string): TableColumn | null {
  return model.table && findColumn(model.table, field);
}

export function isSameColumn(model: Model, one: string, other: string): boolean {
  const name = (column: string): string => normalized(columnOf(model, column)?.name ?? column);
  return name(one) === name(other);
}
