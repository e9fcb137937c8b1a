/**
 * Rows that come along: `include`, at whatever depth. A `where` there, or a default scope with one, makes the join an inner one
 * unless `required: false` says otherwise (`_validateIncludedElement` in Sequelize's model.js; measured).
 */
import { always, and, type Predicate } from "../../constraint/predicate.js";
import type { Relation } from "../../tenancy/tenancy.js";
import { optionsOf } from "../../trace/choice.js";
import type { Tracer } from "../../trace/library.js";
import { isNothing, type Clause, type Value } from "../../trace/value.js";
import { findRelation, modelValueOf, relatedModel, tableName } from "./models.js";
import { replacedBy, scopesIn } from "./scopes.js";
import { dataOf, modelValue, type Model } from "./values.js";
import { whereOf, type Reader, type Rows } from "./where.js";

/** More than anybody nests them. */
const deepest = 12;

export function includedBy(
  reader: Reader,
  rows: Rows,
  include: Value | undefined,
  isInner = true,
): readonly Clause[] {
  if (include === undefined || isNothing(include)) return [];
  const depth = rows.alias.split("->").length;
  if (depth > deepest) return [];
  switch (include.kind) {
    case "array":
      return [...include.elements, ...(include.rest ? [include.rest] : [])].flatMap((one) =>
        includedBy(reader, rows, one, isInner),
      );
    case "choice":
      // It comes along on some paths only, and binds its own rows there.
      return include.options.flatMap((option) => includedBy(reader, rows, option, false));
    default:
      return oneIncluded(reader, rows, include, isInner);
  }
}

function oneIncluded(reader: Reader, rows: Rows, include: Value, isInner: boolean): readonly Clause[] {
  const { tracer } = reader;
  const asked = askedFor(tracer, include);
  const relation = asked && findRelation(rows.model, asked.as, asked.model);
  if (!relation) return [];
  const model = asked.model ?? relatedModel(tracer, relation);
  const own = asked.as ?? relation.field;
  const alias = rows.alias === rows.root ? own : `${rows.alias}->${own}`;
  const related: Rows = { model, alias, root: rows.root };
  const on = tieOf(rows, relation, related);
  // What a third table ties is tied to the row it is read with, whichever columns say so.
  if (!on) return [];
  const option = (name: string): Value | undefined =>
    include.kind === "object" ? include.fields.get(name)?.value : undefined;
  const scopes = scopesIn(tracer, asked.scoped ?? modelValue(model)).flatMap(optionsOf);
  const where = option("where");
  const wheres = scopes.map((scope) => replacedBy(tracer, tracer.memberOf(scope, "where"), where));
  const filters = [...wheres.map((one) => whereOf(reader, related, one)), whereOf(reader, related, where)];
  const required = option("required");
  const isSaid = required?.kind === "literal" && typeof required.value === "boolean";
  const hasFilter =
    (where !== undefined && !isNothing(where)) ||
    wheres.some((one) => !isNothing(one) && one.kind === "object");
  const isRequired = isInner && (isSaid ? required.value === true : hasFilter);
  const clause: Clause = {
    kind: "resource",
    resource: {
      table: tableName(model),
      alias,
      join: isRequired ? "inner" : "left",
      on: and([replacedTie(reader, related, option("on")) ?? on, ...filters]),
      query: null,
      outputs: null,
    },
  };
  return [clause, ...includedBy(reader, related, option("include"), isRequired)];
}

/** `on` stands in the place of the columns that tie an association. */
function replacedTie(reader: Reader, rows: Rows, on: Value | undefined): Predicate | null {
  return on === undefined || isNothing(on) ? null : whereOf(reader, rows, on);
}

interface Asked {
  readonly as: string | null;
  readonly model: Model | null;
  /** The model with the scopes that were asked for. */
  readonly scoped: (Value & { readonly kind: "library" }) | null;
}

/** `"customer"`, `Customer`, `{ model: Customer, as: "customer" }`, `{ association: "customer" }` */
function askedFor(tracer: Tracer, include: Value): Asked | null {
  if (include.kind === "literal")
    return typeof include.value === "string" ? { as: include.value, model: null, scoped: null } : null;
  const model = modelIn(tracer, include);
  if (model) return { as: null, ...model };
  if (include.kind !== "object") return null;
  const association = textIn(include.fields.get("association")?.value);
  const as = textIn(include.fields.get("as")?.value) ?? association;
  const named = include.fields.get("model")?.value;
  const found = named ? modelIn(tracer, named) : null;
  return as === null && !found ? null : { as, ...(found ?? { model: null, scoped: null }) };
}

function modelIn(tracer: Tracer, value: Value): Pick<Asked, "model" | "scoped"> | null {
  const known = modelValueOf(tracer, value);
  const data = known ? dataOf(known) : null;
  return known && data?.type === "model" ? { model: data.model, scoped: known } : null;
}

function textIn(value: Value | undefined): string | null {
  return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
}

/** The columns that tie related rows together; null when the schema does not show them. */
function tieOf(
  rows: Pick<Rows, "alias">,
  relation: Relation,
  related: Pick<Rows, "alias">,
): Predicate | null {
  const { columns, targets } = relation;
  if (columns.length === 0 || columns.length !== targets.length) return null;
  const ties = columns.map((name, index): Predicate => ({
    kind: "eqColumn",
    left: { table: related.alias, name: targets[index]! },
    right: { table: rows.alias, name },
  }));
  return ties.length > 0 ? and(ties) : always;
}
