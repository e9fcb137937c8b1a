/** What an insert or an update puts into rows: the columns of values, as far as the options let them be written. */
import type { WrittenRow } from "../../constraint/predicate.js";
import { findColumn } from "../../tenancy/lookup.js";
import { writtenRows, type Spelling } from "../../trace/builders.js";
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { isNothing, type ObjectField, type ObjectValue, type Value } from "../../trace/value.js";
import type { Model } from "./values.js";

const spelling: Spelling = {
  columnOf: (table, property) => (table && findColumn(table, property)?.name) ?? property,
  propertyOf: ({ name, aliases }) => aliases[0] ?? name,
  valueIn: (value) => value,
};

/** `fields`: the names that are written, whatever else the values hold. */
export function rowsWritten(
  tracer: Tracer,
  { table }: Model,
  values: Value | undefined,
  fields: Value | undefined,
  isNew = true,
): readonly WrittenRow[] {
  if (values === undefined) return [];
  const names = namesIn(fields);
  const given = names ? onlyNamed(tracer, values, names) : values;
  return writtenRows(tracer, { table, isNew }, spelling, given);
}

function namesIn(fields: Value | undefined): readonly string[] | null {
  if (fields?.kind !== "array" || fields.rest) return null;
  const names = fields.elements.flatMap((one) =>
    one.kind === "literal" && typeof one.value === "string" ? [one.value] : [],
  );
  return names.length === fields.elements.length ? names : null;
}

function onlyNamed(tracer: Tracer, values: Value, names: readonly string[]): Value {
  switch (values.kind) {
    case "array":
      return {
        ...values,
        elements: values.elements.map((one) => onlyNamed(tracer, one, names)),
        rest: values.rest && onlyNamed(tracer, values.rest, names),
      };
    case "choice":
      return { ...values, options: values.options.map((one) => onlyNamed(tracer, one, names)) };
    case "literal":
      return values;
    default: {
      const element = tracer.elementOf(values);
      if (element) return onlyNamed(tracer, element, names);
      const whole = tracer.fieldsOf(values);
      const fields = names.flatMap((name): (readonly [string, ObjectField])[] => {
        const field = whole.fields.get(name);
        if (field) return [[name, field]];
        if (!whole.open) return [];
        const value = tracer.memberOf(values, name);
        return [[name, { value, sometimes: true, overwritable: false }]];
      });
      return { kind: "object", fields: new Map(fields), open: false };
    }
  }
}

/** `findOrCreate({ where, defaults })` makes a row of both; what the defaults say comes first. */
export function withWhere(
  tracer: Tracer,
  model: Model,
  where: Value | undefined,
  defaults: Value | undefined,
): readonly WrittenRow[] {
  const filters = where && !isNothing(where) ? optionsOf(where) : [emptyObject];
  const rows = filters.flatMap((filter) => {
    const given = tracer.fieldsOf(filter);
    const written = tracer.fieldsOf(defaults ?? emptyObject);
    const columns = [...given.fields].filter(
      ([name, { value }]) => !name.startsWith("Op.") && value.kind !== "object" && value.kind !== "array",
    );
    const fields = new Map([...columns, ...written.fields]);
    const others = [...(given.others ?? []), ...(written.others ?? [])];
    const merged: ObjectValue = {
      kind: "object",
      fields,
      open: given.open || written.open,
      ...(others.length > 0 && { others }),
    };
    return writtenRows(tracer, { table: model.table, isNew: true }, spelling, merged);
  });
  return rows.length > 0 ? rows : [{ columns: new Map(), open: "the row is built elsewhere" }];
}

const emptyObject: ObjectValue = { kind: "object", fields: new Map(), open: false };
