/** The schema's models, as the program names them: by their class, by the name they are defined with. */
import { positionOf } from "../../lower/positions.js";
import { findTable } from "../../tenancy/lookup.js";
import { normalized, plural, singular } from "../../tenancy/names.js";
import type { Relation, Table, Tenancy } from "../../tenancy/tenancy.js";
import type { Tracer } from "../../trace/library.js";
import type { ClassValue, LibraryValue, Site, Value } from "../../trace/value.js";
import { dataOf, modelValue, type Model } from "./values.js";

const schemaKind = "sequelize models";

/** `db.Invoice` is the model that is called so: spelled so, and no other way. */
export function findModel(tracer: Tracer, name: string): Model | null {
  const [table] = tablesNamed(tracer.tenancy, name);
  return table ? modelOfTable(tracer, table) : null;
}

function modelOfTable(tracer: Tracer, table: Table): Model {
  const classes = (table.file !== null && tracer.moduleOf(table.file)?.classes) || [];
  const home = classes.find(({ name }) => name !== null && table.aliases.includes(name));
  return {
    name: modelName(table),
    table,
    home: home ? { kind: "class", file: table.file!, class: home.id } : null,
  };
}

/** Null for a class that is no model itself, such as one that others extend. */
export function modelOfClass(tracer: Tracer, home: ClassValue): Model | null {
  const name = tracer.moduleOf(home.file)?.classes[home.class]?.name;
  const named = name ? tablesNamed(tracer.tenancy, name) : [];
  const table = named.find(({ file }) => file === home.file) ?? null;
  return table && { name: modelName(table), table, home };
}

/** `sequelize.define(name, …)`: the model that the schema has read there. */
export function modelDefined(tracer: Tracer, name: string, site: Site): Model {
  const named = tablesNamed(tracer.tenancy, name);
  const module = tracer.moduleOf(site.file);
  const line = module && positionOf(module, site.start).line;
  const table =
    named.find((one) => one.file === site.file && one.line === line) ??
    named.find(({ file }) => file === site.file) ??
    named[0] ??
    null;
  return { name, table, home: null };
}

export function tableName({ table, name }: Model): string {
  return table?.name ?? name;
}

/** A model's name is what its table is also called; where both are the same, there is no other. */
function modelName(table: Table): string {
  return table.aliases[0] ?? table.name;
}

const indexes = new WeakMap<Tenancy, ReadonlyMap<string, readonly Table[]>>();

function tablesNamed(tenancy: Tenancy, name: string): readonly Table[] {
  let index = indexes.get(tenancy);
  if (!index) {
    const named = new Map<string, Table[]>();
    for (const table of tenancy.tables)
      if (table.source.includes(schemaKind))
        for (const each of new Set([...table.aliases, table.name]))
          named.set(each, [...(named.get(each) ?? []), table]);
    indexes.set(tenancy, (index = named));
  }
  return index.get(name) ?? [];
}

export function isOfSchema(tenancy: Tenancy): boolean {
  return tenancy.tables.some(({ source }) => source.includes(schemaKind));
}

/** The association that is called so, or is with this model. */
export function findRelation(from: Model, as: string | null, to: Model | null): Relation | null {
  const relations = from.table?.relations ?? [];
  const named = as === null ? null : relations.find(({ field }) => isSameName(field, as));
  if (named) return named;
  const withModel = to && relations.filter(({ table }) => table === to.table?.name);
  return withModel?.[0] ?? null;
}

/** Without a name of its own an association has the model's, which Sequelize puts into the plural where there are several. */
function isSameName(field: string, as: string): boolean {
  const forms = [as, singular(as), plural(as)].map(normalized);
  return forms.includes(normalized(field));
}

export function relatedModel(tracer: Tracer, relation: Relation): Model {
  const table = findTable(tracer.tenancy, relation.table);
  return table ? modelOfTable(tracer, table) : { name: relation.table, table, home: null };
}

/** A model, with the scopes that were asked for; null for anything else. */
export function modelValueOf(tracer: Tracer, value: Value): LibraryValue | null {
  const known = tracer.libraryValueOf(value);
  if (known) return dataOf(known)?.type === "model" ? known : null;
  // An import that leads nowhere: `../models/Invoice`, or what its index exports.
  if (value.kind !== "external") return null;
  const [specifier = "", ...path] = value.path;
  const name = path.findLast((step) => step !== "default") ?? specifier.slice(specifier.lastIndexOf("/") + 1);
  const model = findModel(tracer, name);
  return model && modelValue(model);
}

export function modelOf(tracer: Tracer, value: Value): Model | null {
  const data = dataOf(modelValueOf(tracer, value) ?? undefined);
  return data?.type === "model" ? data.model : null;
}
