/** Rows that come along: `include` and `select`, at whatever depth. */
import { always, and } from "../../constraint/predicate.js";
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

/** The fields that `select` names, where it is written out. */
export function selectedIn(args: ObjectValue): readonly string[] | null {
  const chosen = args.fields.get("select");
  if (chosen?.value.kind !== "object" || chosen.sometimes || chosen.overwritable || chosen.value.open)
    return null;
  return [...chosen.value.fields].flatMap(([name, { value }]) =>
    isUndefined(value) || (value.kind === "literal" && !value.value) ? [] : [name],
  );
}

function includedField(reader: Reader, rows: Rows, field: string, value: Value): readonly Clause[] {
  const relation = findRelation(rows.model, field);
  if (!relation || isUndefined(value) || (value.kind === "literal" && !value.value)) return [];
  const related: Rows = {
    model: relatedModel(reader.tracer.tenancy, relation),
    alias: `${rows.alias}.${field}`,
  };
  const on = joinOf(rows, relation, related);
  // Rows of an implicit many-to-many relation are tied by a table that the schema does not show. A tenant's rows are tied to
  // its own, and a user's to those the user may see; a row of everybody is tied to everybody's.
  if (!on && !isEverybodys(rows)) return [];
  const nested = reader.tracer.fieldsOf(value);
  const where = whereOf(reader, related, nested.fields.get("where")?.value);
  return [joined(related, and([on ?? always, where])), ...includedBy(reader, related, nested)];
}

function isEverybodys({ model: { table } }: Rows): boolean {
  return table?.class === "global" && table.owners.length === 0;
}

export function joined(rows: Rows, on: (Clause & { kind: "resource" })["resource"]["on"]): Clause {
  return {
    kind: "resource",
    resource: { table: tableOf(rows.model), alias: rows.alias, join: "left", on, query: null, outputs: null },
  };
}
