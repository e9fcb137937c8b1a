/** What an entity's object writes into its row: columns by their properties, keys by the rows that they lead to. */
import type { WrittenRow } from "../constraint/predicate.js";
import { findTable } from "../tenancy/lookup.js";
import { writtenRows, type Spelling } from "../trace/builders.js";
import type { Tracer } from "../trace/library.js";
import type { ObjectField, ObjectValue, Site, Value } from "../trace/value.js";
import type { Entity } from "./entity.js";
import { columnName, findRelation, holdsKey, idsOf, propertyOf } from "./rows.js";

export function rowsOfObjects(
  tracer: Tracer,
  entity: Entity,
  value: Value,
  isNew: boolean,
): readonly WrittenRow[] {
  const spelling: Spelling = {
    columnOf: (_table, property) => columnName(entity, property),
    propertyOf: ({ name, aliases }) => aliases[0] ?? name,
    valueIn: (one) => one,
    resolve: (one) => (isObject(one) ? withKeys(tracer, entity, tracer.fieldsOf(one)) : one),
  };
  return writtenRows(tracer, { table: entity.table, isNew }, spelling, value);
}

/** The key that a row gets as it is made, where nobody else has said one: whoever holds the object has it from then on. */
export function withNewKey(entity: Entity, object: ObjectValue, site: Site): ObjectValue {
  const keys = idsOf(entity).map((id) => propertyOf(entity.table, id));
  const missing = keys.filter((key) => !object.fields.has(key));
  // A compound key is made of what the row says.
  if (keys.length > 1 || missing.length === 0 || object.others?.some(({ kind }) => kind === "rows"))
    return object;
  const value: Value = {
    kind: "symbolic",
    id: `computed:${site.file}:${site.start}`,
    origin: "constant",
    text: missing[0]!,
    absent: false,
    type: null,
    row: null,
  };
  const field: ObjectField = { value, sometimes: false, overwritable: false };
  return { ...object, fields: new Map([[missing[0]!, field], ...object.fields]) };
}

function isObject(value: Value): boolean {
  return value.kind === "object" || value.kind === "symbolic" || value.kind === "instance";
}

/** `organization: { id }`, `organization`: what is kept is the column that says which one. */
function withKeys(tracer: Tracer, entity: Entity, object: ObjectValue): ObjectValue {
  if (![...object.fields.keys()].some((name) => findRelation(entity, name))) return object;
  const fields = new Map<string, ObjectField>();
  for (const [name, field] of object.fields) {
    const relation = findRelation(entity, name);
    if (!relation) fields.set(name, field);
    else if (holdsKey(entity, relation))
      relation.columns.forEach((column, index) => {
        const related = findTable(tracer.tenancy, relation.table);
        const property = propertyOf(related, relation.targets[index] ?? "id");
        const value = keyOf(tracer, field.value, property);
        if (value) fields.set(propertyOf(entity.table, column), { ...field, value });
      });
  }
  return { ...object, fields };
}

function keyOf(tracer: Tracer, value: Value, property: string): Value | null {
  switch (value.kind) {
    case "object":
    case "rows":
    case "instance":
      return tracer.memberOf(value, property);
    case "choice": {
      const keys = value.options.flatMap((option) => keyOf(tracer, option, property) ?? []);
      return keys.length === 0 ? null : tracer.choose(keys, value.reason);
    }
    // A row that came in, or its key.
    case "symbolic":
      return value.type && tracer.membersOf(tracer.typeOf(value.type))?.has(property)
        ? tracer.memberOf(value, property)
        : value;
    case "literal":
      return value.value === undefined ? null : value;
    default:
      return value;
  }
}
