/** Rows that come along: `include` and `select`, at whatever depth. */
import { and } from "../../constraint/predicate.js";
import { isUndefined, type Clause, type ObjectValue, type Value } from "../../trace/value.js";
import { findRelation, relatedModel } from "./models.js";
import { joinOf, tableOf, whereOf, type Reader, type Rows } from "./where.js";

export function includedBy(reader: Reader, rows: Rows, args: ObjectValue): readonly Clause[] {
  return ["include", "select"].flatMap((name) => {
    const chosen = args.fields.get(name)?.value;
    return chosen
      ? [...reader.tracer.fieldsOf(chosen).fields].flatMap(([field, { value }]) =>
          includedField(reader, rows, field, value),
        )
      : [];
  });
}

function includedField(reader: Reader, rows: Rows, field: string, value: Value): readonly Clause[] {
  const relation = findRelation(rows.model, field);
  if (!relation || isUndefined(value) || (value.kind === "literal" && !value.value)) return [];
  const related: Rows = {
    model: relatedModel(reader.tracer.tenancy, relation),
    alias: `${rows.alias}.${field}`,
  };
  const on = joinOf(rows, relation, related);
  // Rows of an implicit many-to-many relation are tied by a table that the schema does not show: nothing can be said of them.
  if (!on) return [];
  const nested = reader.tracer.fieldsOf(value);
  const where = whereOf(reader, related, nested.fields.get("where")?.value);
  return [joined(related, and([on, where])), ...includedBy(reader, related, nested)];
}

export function joined(rows: Rows, on: (Clause & { kind: "resource" })["resource"]["on"]): Clause {
  return {
    kind: "resource",
    resource: { table: tableOf(rows.model), alias: rows.alias, join: "left", on, query: null, outputs: null },
  };
}
