/** Columns and constraints, in `CREATE TABLE` and in `ALTER TABLE … ADD`. */
import type { ColumnChange, ConstraintChange } from "../../../catalog/changes.js";
import { child, children, isNode, isSet, type Node, strings, tableName, text } from "./node.js";

export interface ColumnRead {
  readonly column: ColumnChange;
  readonly constraints: readonly ConstraintChange[];
}

/** A `ColumnDef`. */
export function columnOf(definition: Node): ColumnRead {
  const name = text(definition, "colname") ?? "";
  const type = child(definition, "typeName");
  const constraints = children(definition, "constraints").map((each) => child(each, "Constraint"));
  const has = (...kinds: readonly string[]) =>
    constraints.some((constraint) => kinds.includes(text(constraint, "contype") ?? ""));
  const serial = isSerial(type);
  return {
    column: {
      name,
      type: typeText(type),
      nullable: !serial && !has("CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"),
      defaulted:
        serial ||
        has("CONSTR_IDENTITY", "CONSTR_GENERATED") ||
        constraints.some((constraint) => isDefault(constraint)),
    },
    constraints: constraints.flatMap((constraint) => constraintOf(constraint, [name]) ?? []),
  };
}

/** `DEFAULT NULL` fills nothing in. */
function isDefault(constraint: Node): boolean {
  return text(constraint, "contype") === "CONSTR_DEFAULT" && fillsIn(child(constraint, "raw_expr"));
}

export function fillsIn(expression: Node): boolean {
  let inner = expression;
  while (isNode(inner["TypeCast"])) inner = child(inner["TypeCast"], "arg");
  return !isSet(child(inner, "A_Const"), "isnull");
}

/** A `Constraint`; null for those that say nothing about keys: defaults, `NOT NULL`, exclusions. */
export function constraintOf(constraint: Node, own: readonly string[]): ConstraintChange | null {
  const name = text(constraint, "conname");
  const columns = () => {
    const keys = strings(constraint, "keys");
    return keys.length > 0 ? keys : own;
  };
  const kind = text(constraint, "contype");
  const index = text(constraint, "indexname");
  if (index !== null && (kind === "CONSTR_PRIMARY" || kind === "CONSTR_UNIQUE")) {
    return { kind: "using-index", name, index, primary: kind === "CONSTR_PRIMARY" };
  }
  switch (kind) {
    case "CONSTR_PRIMARY":
      return { kind: "primary-key", name, columns: columns() };
    case "CONSTR_UNIQUE":
      return { kind: "unique", name, columns: columns() };
    case "CONSTR_CHECK":
      return { kind: "check", name };
    case "CONSTR_FOREIGN": {
      const named = strings(constraint, "fk_attrs");
      return {
        kind: "foreign-key",
        name,
        columns: named.length > 0 ? named : own,
        table: tableName(child(constraint, "pktable")),
        targets: strings(constraint, "pk_attrs"),
      };
    }
    default:
      return null;
  }
}

const serials = new Set(["serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"]);

function isSerial(type: Node): boolean {
  return serials.has(strings(type, "names").at(-1) ?? "");
}

/** What the grammar makes of the words of the standard. */
const standardNames: Readonly<Record<string, string>> = {
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  bool: "boolean",
  bpchar: "char",
};

/** A `TypeName`, as people write it: `uuid`, `varchar(48)`, `text[]`. */
export function typeText(type: Node): string {
  const names = strings(type, "names");
  const isBuiltIn = names[0] === "pg_catalog" && names.length === 2;
  const last = names.at(-1) ?? "";
  const name = isBuiltIn ? (standardNames[last] ?? last) : names.join(".");
  const sizes = children(type, "typmods").flatMap((each) => {
    const constant = child(each, "A_Const");
    if (!isNode(constant["ival"])) return [];
    const value = constant["ival"]["ival"];
    return [typeof value === "number" ? value : 0];
  });
  // An interval's numbers are bits that stand for its fields.
  const size =
    sizes.length === 0 || last === "interval" || isUnsized(name, sizes) ? "" : `(${sizes.join(",")})`;
  return `${name}${size}${"[]".repeat(children(type, "arrayBounds").length)}`;
}

/** The grammar writes `char` as `char(1)`. */
function isUnsized(name: string, sizes: readonly number[]): boolean {
  return name === "char" && sizes[0] === 1;
}
