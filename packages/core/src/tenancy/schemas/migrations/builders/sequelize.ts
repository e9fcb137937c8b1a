/** Sequelize's query interface: `createTable("users", { id: { type, primaryKey: true } })` and its neighbours. */
import type { ColumnChange, ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import type { ReadCall } from "./follow.js";
import { addedConstraints, changed, emptyTable, tableOf, unreadCall } from "./reading.js";
import { chainOf, flagOf, propertyOf, textOf, textsOf, type Value } from "./value.js";

type Reader = (line: number, table: TableName, given: readonly Value[]) => readonly SchemaChange[] | null;

interface BuiltColumn {
  readonly column: ColumnChange;
  readonly constraints: readonly ConstraintChange[];
}

const readers: Readonly<Record<string, Reader>> = {
  createTable,
  dropTable: (line, table) => [{ kind: "drop-table", line, table, ifExists: true }],
  renameTable: (line, table, [, to]) => {
    const name = tableOf(to)?.name;
    return name === undefined ? null : [{ kind: "rename-table", line, table, to: name, ifExists: false }];
  },
  addColumn: (line, table, [, name, attribute]) => {
    const built = columnOf(textOf(name), attribute);
    if (!built) return null;
    const { column, constraints } = built;
    return [
      { kind: "add-column", line, table, column, ifNotExists: false },
      ...addedConstraints(line, table, constraints),
    ];
  },
  removeColumn: (line, table, [, name]) => {
    const column = textOf(name);
    return column === null ? null : [{ kind: "drop-column", line, table, column, ifExists: false }];
  },
  renameColumn: (line, table, [, from, name]) => {
    const [column, to] = [textOf(from), textOf(name)];
    return column === null || to === null ? null : [{ kind: "rename-column", line, table, column, to }];
  },
  changeColumn,
  addConstraint,
  removeConstraint: (line, table, [, given]) => {
    const name = textOf(given);
    return name === null ? null : [{ kind: "drop-constraint", line, table, name, ifExists: true }];
  },
  addIndex,
  removeIndex: (line, _table, [, given]) => {
    const name = textOf(given);
    return name === null ? [] : [{ kind: "drop-index", line, name, ifExists: true }];
  },
};

export const readSequelizeCall: ReadCall = (step, host) => {
  if (step.root.kind !== "database" || step.arguments === null || !Object.hasOwn(readers, step.name))
    return null;
  if (chainOf(step.of).steps.some(({ name }) => name === "schema")) return null;
  const line = host.lineOf(step);
  const table = tableOf(step.arguments[0]);
  const changes = table && readers[step.name]!(line, table, step.arguments);
  return changes ? changed("sequelize", changes) : unreadCall("sequelize", line, step.name);
};

function createTable(line: number, table: TableName, [, attributes, options]: readonly Value[]) {
  if (attributes?.kind !== "object" || attributes.open) return null;
  const built = [...attributes.properties].map(([name, attribute]) => columnOf(name, attribute));
  const known = built.filter((each) => each !== null);
  if (known.length !== built.length) return null;
  const keys = known.flatMap(({ constraints }) => constraints);
  const primary = keys.filter((key) => key.kind === "primary-key").flatMap((key) => key.columns);
  const constraints: ConstraintChange[] = keys.filter((key) => key.kind !== "primary-key");
  if (primary.length > 0) constraints.unshift({ kind: "primary-key", name: null, columns: primary });
  constraints.push(...uniqueKeys(propertyOf(options, "uniqueKeys")));
  return [
    {
      ...emptyTable(line, table),
      ifNotExists: true,
      columns: known.map(({ column }) => column),
      constraints,
    },
  ];
}

function uniqueKeys(keys: Value | undefined): readonly ConstraintChange[] {
  if (keys?.kind !== "object") return [];
  return [...keys.properties].flatMap(([name, key]) => {
    const columns = textsOf(propertyOf(key, "fields"));
    return columns ? [{ kind: "unique", name, columns } as const] : [];
  });
}

/** An attribute is a type, or an object that has one. Columns may be null unless `allowNull` says that they may not. */
function columnOf(attribute: string | null, written: Value | undefined): BuiltColumn | null {
  const isObject = written?.kind === "object";
  const name = (isObject ? textOf(written.properties.get("field")) : null) ?? attribute;
  if (name === null || !written || written.kind === "unknown") return null;
  const option = (key: string) => propertyOf(written, key);
  const isKey = flagOf(option("primaryKey"), false);
  const constraints: ConstraintChange[] = [];
  if (isKey) constraints.push({ kind: "primary-key", name: null, columns: [name] });
  if (option("unique") && flagOf(option("unique"), true))
    constraints.push({ kind: "unique", name: null, columns: [name] });
  const references = option("references");
  if (references && references.kind !== "literal" && references.kind !== "object") return null;
  if (references && !isNothing(references)) {
    const table = tableOf(propertyOf(references, "model") ?? references);
    if (!table) return null;
    const target = textOf(propertyOf(references, "key") ?? option("referencesKey"));
    const targets = target === null ? [] : [target];
    constraints.push({ kind: "foreign-key", name: null, columns: [name], table, targets });
  }
  const isCounted = flagOf(option("autoIncrement"), false);
  const nullable = !isKey && flagOf(option("allowNull"), true);
  const fallback = option("defaultValue");
  const defaulted = isCounted || (fallback !== undefined && !isNothing(fallback));
  const type = typeOf(isObject ? option("type") : written);
  const isOrphaned = /^set null$/i.test(textOf(option("onDelete")) ?? "");
  const isUnsaid = nullable && option("allowNull") === undefined && !isOrphaned;
  return {
    column: { name, type, nullable, ...(isUnsaid && { isNullUnsaid: true }), defaulted },
    constraints,
  };
}

function isNothing(value: Value): boolean {
  return value.kind === "literal" && value.value === null;
}

const types: Readonly<Record<string, string>> = {
  string: "varchar(255)",
  date: "timestamptz",
  dateonly: "date",
  double: "double precision",
  blob: "bytea",
  number: "integer",
};

/** `Sequelize.STRING(40)`, `DataTypes.ARRAY(DataTypes.UUID)`, `"uuid"`. */
function typeOf(type: Value | undefined, depth = 0): string {
  if (!type || depth > 5) return "unknown";
  if (type.kind === "literal") return textOf(type) ?? "unknown";
  if (type.kind === "library") return named(type.path.at(-1) ?? "unknown");
  if (type.kind === "made") return typeOf(type.callee, depth + 1);
  if (type.kind !== "step") return "unknown";
  const name = type.name === "()" && type.of.kind === "library" ? type.of.path.at(-1)! : type.name;
  const [first] = type.arguments ?? [];
  if (name === "ARRAY") return `${typeOf(first, depth + 1)}[]`;
  const size = first?.kind === "literal" && typeof first.value === "number" ? first.value : null;
  return name === "STRING" && size !== null ? `varchar(${size})` : named(name);
}

function named(name: string): string {
  const type = name.toLowerCase();
  return Object.hasOwn(types, type) ? types[type]! : type;
}

function changeColumn(line: number, table: TableName, [, given, attribute]: readonly Value[]) {
  const built = columnOf(textOf(given), attribute);
  if (!built) return null;
  const { column, constraints } = built;
  const allowNull = propertyOf(attribute, "allowNull");
  const nullable = allowNull ? flagOf(allowNull, true) : null;
  const type = attribute?.kind === "object" && !attribute.properties.has("type") ? null : column.type;
  const change: SchemaChange = {
    kind: "alter-column",
    line,
    table,
    column: column.name,
    name: null,
    type: type === "unknown" ? null : type,
    nullable,
    defaulted: propertyOf(attribute, "defaultValue") ? column.defaulted : null,
  };
  const added = constraints.filter(({ kind }) => kind !== "primary-key");
  return [change, ...addedConstraints(line, table, added)];
}

/** `addConstraint("users", { fields, type })`, and as it was before: `addConstraint("users", fields, { type })`. */
function addConstraint(line: number, table: TableName, [, second, third]: readonly Value[]) {
  const options = second?.kind === "object" ? second : third;
  const columns = textsOf(propertyOf(options, "fields") ?? (second?.kind === "list" ? second : undefined));
  const name = textOf(propertyOf(options, "name"));
  const type = textOf(propertyOf(options, "type"))?.toLowerCase();
  if (type === "check") return addedConstraints(line, table, [{ kind: "check", name }]);
  if (type === "default") return [];
  if (!columns) return null;
  if (type === "unique") return addedConstraints(line, table, [{ kind: "unique", name, columns }]);
  if (type === "primary key") return addedConstraints(line, table, [{ kind: "primary-key", name, columns }]);
  const references = propertyOf(options, "references");
  const target = tableOf(propertyOf(references, "table"));
  if (type !== "foreign key" || !target) return null;
  const targets = textsOf(propertyOf(references, "fields") ?? propertyOf(references, "field")) ?? [];
  return addedConstraints(line, table, [{ kind: "foreign-key", name, columns, table: target, targets }]);
}

/** `addIndex("users", ["email"], { unique: true })`, `addIndex("users", { fields: ["email"] })`. */
function addIndex(line: number, table: TableName, [, second, third]: readonly Value[]) {
  const options = second?.kind === "list" ? third : second;
  const fields = second?.kind === "list" ? second : propertyOf(options, "fields");
  if (fields?.kind !== "list") return null;
  const columns = fields.elements.map((each) => textOf(propertyOf(each, "name")) ?? textOf(each));
  const isUnique = textOf(propertyOf(options, "type"))?.toLowerCase() === "unique";
  const unique = isUnique || flagOf(propertyOf(options, "unique"), false);
  const name =
    textOf(propertyOf(options, "name") ?? propertyOf(options, "indexName")) ?? defaultName(table, columns);
  const partial = propertyOf(options, "where") !== undefined;
  const change: SchemaChange = { kind: "create-index", line, table, name, columns, unique, partial };
  return [change];
}

function defaultName({ name }: TableName, columns: readonly (string | null)[]): string | null {
  if (columns.includes(null)) return null;
  return `${name}_${columns.join("_")}`.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
