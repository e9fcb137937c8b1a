/** What may stand in a `where` beside objects: `literal("…")`, `where(col("total"), …)`, `and(…)`, `or(…)`. */
import { andAsWritten, or, type Column, type Written } from "../../constraint/predicate.js";
import { readExpression } from "../../raw-sql/fragment.js";
import { splicedText } from "../../raw-sql/text.js";
import { worded } from "../../raw-sql/words.js";
import { isRespelling } from "../../sql/respelling.js";
import { isTenantKey } from "../../tenancy/lookup.js";
import type { LibraryValue, Value } from "../../trace/value.js";
import { dataOf, library } from "./values.js";
import { ofColumn, unknownFilter, writtenWhere, type Reader, type Rows } from "./where.js";

/** Null for what is no condition. */
export function conditionOf(reader: Reader, rows: Rows, value: LibraryValue): Written | null {
  const data = dataOf(value);
  if (data?.type !== "condition") return null;
  const given = value.holds ?? [];
  const [first, second, third] = given;
  switch (data.made) {
    case "and":
      return { predicate: andAsWritten(given.map((one) => writtenWhere(reader, rows, one))) };
    case "or":
      return { predicate: or(given.map((one) => writtenWhere(reader, rows, one).predicate)) };
    case "literal": {
      const text = splicedText(first && worded(reader.tracer, first), () => false);
      const fragment = { library, site: data.site, text, commonTables: new Map() };
      const { predicate, loose } = readExpression(reader.tracer, fragment);
      // Of SQL that says nothing, nothing is left out.
      return { predicate: predicate.kind === "true" ? unknownFilter("a constant") : predicate, loose };
    }
    case "where": {
      const column = first && columnIn(reader, rows, first);
      if (!column) return { predicate: unknownFilter("a comparison") };
      // `where(col("total"), Op.gt, 1)`
      const isNamed = second?.kind === "literal" && third !== undefined;
      const isEquality = !isNamed || second.value === "Op.eq" || second.value === "=";
      const given = isNamed ? third : second;
      const compared = given && (respelled(given) ?? given);
      return isEquality && compared
        ? ofColumn(reader, rows, column, compared)
        : { predicate: unknownFilter("a comparison") };
    }
    default:
      return { predicate: unknownFilter("a comparison") };
  }
}

function columnIn(reader: Reader, rows: Rows, value: Value): Column | null {
  const data = dataOf(value);
  const inner = respelled(value);
  if (inner) {
    const column = columnIn(reader, rows, inner);
    return column && !isTenantKey(reader.tracer.tenancy, column.name) ? column : null;
  }
  const [name] =
    (data?.type === "condition" && data.made === "column" && (value as LibraryValue).holds) || [];
  return name?.kind === "literal" ? columnNamed(rows, `$${String(name.value)}$`) : null;
}

/** What `fn("lower", col("email"))` is made of. */
function respelled(value: Value): Value | null {
  const data = dataOf(value);
  if (value.kind !== "library" || data?.type !== "condition" || data.made !== "expression") return null;
  const [name, inner, ...others] = value.holds ?? [];
  const isName = name?.kind === "literal" && typeof name.value === "string" && isRespelling(name.value);
  return isName && inner && others.length === 0 ? inner : null;
}

/** `organizationId`, `$customer.organizationId$`, `$customer.team.id$`, and `$Invoice.organizationId$` of the model itself. */
export function columnNamed({ model, alias, root }: Rows, name: string): Column {
  const path = /^\$(.+)\$$/.exec(name)?.[1]?.split(/\.|->/);
  if (!path)
    return {
      table: alias,
      name: name.startsWith(`${model.name}.`) ? name.slice(model.name.length + 1) : name,
    };
  const column = path.pop()!;
  return { table: path.length === 0 ? root : path.join("->"), name: column };
}
