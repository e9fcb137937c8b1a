/** TypeORM's query runner: `createTable(new Table({ name, columns }))` and its neighbours. */
import type { ColumnChange, ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import type { ReadCall } from "./follow.js";
import { addedConstraints, changed, emptyTable, tableOf, unreadCall } from "./reading.js";
import { flagOf, propertyOf, textOf, textsOf, type Value } from "./value.js";

type Reader = (line: number, table: TableName, given: readonly Value[]) => readonly SchemaChange[] | null;

const readers: Readonly<Record<string, Reader>> = {
  createTable: (line, table, [given, ifNotExists]) =>
    createTable(line, table, given, flagOf(ifNotExists, false)),
  addColumn: (line, table, [, given]) => addColumns(line, table, [given]),
  addColumns: (line, table, [, given]) => addColumns(line, table, elementsOf(given)),
  changeColumn,
  createForeignKey: (line, table, [, given]) => addAll(line, table, [given], foreignKeyOf),
  createForeignKeys: (line, table, [, given]) => addAll(line, table, elementsOf(given), foreignKeyOf),
  createUniqueConstraint: (line, table, [, given]) => addAll(line, table, [given], uniqueOf),
  createUniqueConstraints: (line, table, [, given]) => addAll(line, table, elementsOf(given), uniqueOf),
  createPrimaryKey: (line, table, [, given]) => {
    const columns = textsOf(given);
    return columns && addedConstraints(line, table, [{ kind: "primary-key", name: null, columns }]);
  },
  createIndex: (line, table, [, given]) => createIndexes(line, table, [given]),
  createIndices: (line, table, [, given]) => createIndexes(line, table, elementsOf(given)),
  dropColumns: (line, table, [, given]) => dropColumns(line, table, elementsOf(given)),
  dropColumn: (line, table, [, given]) => dropColumns(line, table, [given]),
  dropForeignKey: dropConstraint,
  dropUniqueConstraint: dropConstraint,
  dropIndex: (line, _table, [, given]) => {
    const name = nameOf(given);
    return name === null ? [] : [{ kind: "drop-index", line, name, ifExists: true }];
  },
};

/** What Sequelize's query interface calls alike is TypeORM's when something of TypeORM is handed in. */
const shared = new Set(["createTable", "addColumn", "changeColumn"]);

export const readTypeormCall: ReadCall = (step, host) => {
  if (step.of.kind !== "database" || step.arguments === null || !Object.hasOwn(readers, step.name))
    return null;
  const isMade = step.arguments.some(({ kind }) => kind === "made");
  if (shared.has(step.name) && !isMade) return null;
  const line = host.lineOf(step);
  const table = tableOf(settingsOf(step.arguments[0]));
  const changes = table && readers[step.name]!(line, table, step.arguments);
  return changes ? changed("typeorm", changes) : unreadCall("typeorm", line, step.name);
};

/** What `new TableColumn({…})` is given, or the object itself. */
function settingsOf(value: Value | undefined): Value | undefined {
  return value?.kind === "made" ? value.arguments[0] : value;
}

function elementsOf(value: Value | undefined): readonly (Value | undefined)[] {
  return value?.kind === "list" ? value.elements : value ? [undefined] : [];
}

function nameOf(value: Value | undefined): string | null {
  return textOf(value) ?? textOf(propertyOf(settingsOf(value), "name"));
}

function createTable(
  line: number,
  table: TableName,
  given: Value | undefined,
  ifNotExists: boolean,
): readonly SchemaChange[] | null {
  const settings = settingsOf(given);
  const columns = elementsOf(propertyOf(settings, "columns")).map(columnOf);
  const keys = [
    ...elementsOf(propertyOf(settings, "foreignKeys")).map(foreignKeyOf),
    ...elementsOf(propertyOf(settings, "uniques")).map(uniqueOf),
  ];
  const indexes = createIndexes(line, table, elementsOf(propertyOf(settings, "indices")));
  const known = columns.filter((each) => each !== null);
  const constraints = keys.filter((each) => each !== null);
  const isOpen = settings?.kind !== "object" || settings.open;
  if (isOpen || known.length < columns.length || constraints.length < keys.length || !indexes) return null;
  const primary = known.filter(({ isKey }) => isKey).map(({ column }) => column.name);
  if (primary.length > 0) constraints.unshift({ kind: "primary-key", name: null, columns: primary });
  constraints.push(...known.flatMap(({ unique }) => unique));
  return [
    { ...emptyTable(line, table), ifNotExists, columns: known.map(({ column }) => column), constraints },
    ...indexes,
  ];
}

/** Columns may not be null unless `isNullable` says that they may. */
function columnOf(given: Value | undefined): {
  readonly column: ColumnChange;
  readonly isKey: boolean;
  readonly unique: readonly ConstraintChange[];
} | null {
  const settings = settingsOf(given);
  const option = (key: string) => propertyOf(settings, key);
  const name = textOf(option("name"));
  if (name === null) return null;
  const length = option("length");
  const size = length?.kind === "literal" && length.value !== null ? `(${String(length.value)})` : "";
  const type = (textOf(option("type")) ?? "unknown") + size + (flagOf(option("isArray"), false) ? "[]" : "");
  const isKey = flagOf(option("isPrimary"), false);
  const nullable = !isKey && flagOf(option("isNullable"), false);
  const defaulted = option("default") !== undefined || flagOf(option("isGenerated"), false);
  const isUnique = flagOf(option("isUnique"), false);
  return {
    column: { name, type, nullable, defaulted },
    isKey,
    unique: isUnique ? [{ kind: "unique", name: null, columns: [name] }] : [],
  };
}

function addColumns(
  line: number,
  table: TableName,
  given: readonly (Value | undefined)[],
): readonly SchemaChange[] | null {
  const built = given.map(columnOf);
  if (built.includes(null)) return null;
  return built.flatMap((each): readonly SchemaChange[] =>
    each
      ? [
          { kind: "add-column", line, table, column: each.column, ifNotExists: false },
          ...addedConstraints(line, table, each.unique),
        ]
      : [],
  );
}

function changeColumn(
  line: number,
  table: TableName,
  [, before, after]: readonly Value[],
): readonly SchemaChange[] | null {
  const column = nameOf(before);
  const built = columnOf(after);
  if (column === null || !built) return null;
  const { name: to, type, nullable, defaulted } = built.column;
  const name = to === column ? null : to;
  return [{ kind: "alter-column", line, table, column, name, type, nullable, defaulted }];
}

function dropColumns(
  line: number,
  table: TableName,
  given: readonly (Value | undefined)[],
): readonly SchemaChange[] | null {
  const names = given.map(nameOf);
  if (names.includes(null)) return null;
  return names
    .filter((name) => name !== null)
    .map((column) => ({ kind: "drop-column", line, table, column, ifExists: false }));
}

/** A key is often found in the table as it stands, and has no name here. */
function dropConstraint(
  line: number,
  table: TableName,
  [, given]: readonly Value[],
): readonly SchemaChange[] | null {
  const name = nameOf(given);
  return name === null ? null : [{ kind: "drop-constraint", line, table, name, ifExists: false }];
}

function addAll(
  line: number,
  table: TableName,
  given: readonly (Value | undefined)[],
  read: (value: Value | undefined) => ConstraintChange | null,
): readonly SchemaChange[] | null {
  const constraints = given.map(read);
  if (constraints.includes(null)) return null;
  return addedConstraints(
    line,
    table,
    constraints.filter((each) => each !== null),
  );
}

function foreignKeyOf(given: Value | undefined): ConstraintChange | null {
  const settings = settingsOf(given);
  const columns = textsOf(propertyOf(settings, "columnNames"));
  const table = tableOf(propertyOf(settings, "referencedTableName"));
  const targets = textsOf(propertyOf(settings, "referencedColumnNames"));
  if (!columns || !table || !targets) return null;
  return { kind: "foreign-key", name: nameOf(given), columns, table, targets };
}

function uniqueOf(given: Value | undefined): ConstraintChange | null {
  const columns = textsOf(propertyOf(settingsOf(given), "columnNames"));
  return columns && { kind: "unique", name: nameOf(given), columns };
}

function createIndexes(
  line: number,
  table: TableName,
  given: readonly (Value | undefined)[],
): readonly SchemaChange[] | null {
  const indexes = given.map((each): SchemaChange | null => {
    const settings = settingsOf(each);
    const columns = textsOf(propertyOf(settings, "columnNames"));
    const unique = flagOf(propertyOf(settings, "isUnique"), false);
    const partial = propertyOf(settings, "where") !== undefined;
    return columns && { kind: "create-index", line, table, name: nameOf(each), columns, unique, partial };
  });
  return indexes.includes(null) ? null : indexes.filter((each) => each !== null);
}
