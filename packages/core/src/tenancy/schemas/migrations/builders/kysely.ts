/** Kysely's schema builder: one chain of calls becomes the changes that it makes when it is executed. */
import type { ColumnChange, ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import type { Host, ReadCall } from "./follow.js";
import { guard } from "./found.js";
import { addedConstraints, changed, columnOfTable, emptyTable, tableNamed, unreadCall } from "./reading.js";
import { written } from "./raw.js";
import { chainOf, textOf, textsOf, type Call, type Step, type Value } from "./value.js";

/** One statement: what it begins with, what is added to it, and where. */
interface Statement {
  readonly host: Host;
  readonly line: number;
  /** Of `withSchema("auth")`. */
  readonly schema: string | null;
  readonly first: Step;
  readonly calls: readonly Step[];
}

interface BuiltColumn {
  readonly column: ColumnChange;
  readonly constraints: readonly ConstraintChange[];
  readonly ifNotExists: boolean;
}

/** What is made beside tables and views. */
const others = new Set([
  "createSchema",
  "dropSchema",
  "createType",
  "alterType",
  "dropType",
  "refreshMaterializedView",
]);

const starts = /^(create|alter|drop)(Table|Index|View)$/;

export const readKyselyCall: ReadCall = (step, host) => {
  if (step.name !== "execute" || step.root.kind !== "database" || step.of.kind !== "step") return null;
  const { steps } = chainOf(step.of);
  const start = steps.findLastIndex(({ name }) => name === "schema");
  const at = steps.findIndex(({ name }, index) => index > start && (starts.test(name) || others.has(name)));
  const first = steps[at];
  if (start < 0) return null;
  const line = host.lineOf(first ?? step);
  if (!first) return unreadCall("kysely", line, "schema");
  if (others.has(first.name)) return changed("kysely", []);
  const within = steps.slice(0, at).findLast(({ name }) => name === "withSchema");
  const schema = within ? textOf(within.arguments?.[0]) : null;
  const isKnown = !within || schema !== null;
  const changes = isKnown ? readStatement({ host, line, schema, first, calls: steps.slice(at + 1) }) : null;
  return changes ? changed("kysely", changes) : unreadCall("kysely", line, first.name);
};

function readStatement(statement: Statement): readonly SchemaChange[] | null {
  const { first, line, schema, calls } = statement;
  const name = textOf(first.arguments?.[0]);
  if (first.name === "createIndex") return createIndex(statement);
  if (first.name === "dropIndex")
    return name === null ? null : [{ kind: "drop-index", line, name, ifExists: has(calls, "ifExists") }];
  const table = tableNamed(name, schema);
  if (!table) return null;
  switch (first.name) {
    case "createTable":
      return createTable(statement, table);
    case "alterTable":
      return alterTable(statement, table);
    case "dropTable":
      return [{ kind: "drop-table", line, table, ifExists: has(calls, "ifExists") }];
    case "createView":
      return [
        {
          kind: "create-view",
          line,
          view: table,
          materialized: has(calls, "materialized"),
          reads: [],
          columns: null,
          securityInvoker: false,
        },
      ];
    case "dropView":
      return [{ kind: "drop-view", line, view: table, ifExists: has(calls, "ifExists") }];
    default:
      return null;
  }
}

function createTable(statement: Statement, table: TableName): readonly SchemaChange[] | null {
  const { line, calls } = statement;
  const columns: ColumnChange[] = [];
  const constraints: ConstraintChange[] = [];
  for (const call of calls) {
    if (call.name === "addColumn") {
      const built = columnOf(statement, call);
      if (!built) return null;
      columns.push(built.column);
      constraints.push(...built.constraints);
    } else if (/^add\w+Constraint$/.test(call.name)) {
      const constraint = constraintOf(statement, call);
      if (!constraint) return null;
      constraints.push(constraint);
    }
  }
  return [
    {
      ...emptyTable(line, table),
      columns,
      constraints,
      ifNotExists: has(calls, "ifNotExists"),
      temporary: has(calls, "temporary"),
      fromQuery: has(calls, "as"),
    },
  ];
}

function createIndex({ first, line, schema, calls }: Statement): readonly SchemaChange[] | null {
  const name = textOf(first.arguments?.[0]);
  const on = calls.find((call) => call.name === "on");
  const table = tableNamed(textOf(on?.arguments?.[0]), schema);
  if (name === null || !table) return null;
  const columns = calls.flatMap((call): readonly (string | null)[] => {
    if (call.name === "expression") return [null];
    if (call.name !== "column" && call.name !== "columns") return [];
    return textsOf(call.arguments?.[0])?.map(indexedColumn) ?? [null];
  });
  const [unique, partial] = [has(calls, "unique"), has(calls, "where")];
  return [{ kind: "create-index", line, table, name, columns, unique, partial }];
}

/** `"created_at desc"` names its order too. */
function indexedColumn(name: string): string {
  return name.split(" ")[0] ?? name;
}

function alterTable(statement: Statement, table: TableName): readonly SchemaChange[] | null {
  const changes: SchemaChange[] = [];
  for (const [index, call] of statement.calls.entries()) {
    const modifiers = statement.calls.slice(index + 1, index + 3);
    const made = alteration(statement, table, call, modifiers[0]?.name === "ifExists");
    if (!made) return null;
    changes.push(...made);
  }
  return changes;
}

function alteration(
  statement: Statement,
  table: TableName,
  call: Step,
  ifExists: boolean,
): readonly SchemaChange[] | null {
  const { line } = statement;
  const name = textOf(call.arguments?.[0]);
  const to = textOf(call.arguments?.[1]);
  switch (call.name) {
    case "addColumn": {
      const built = columnOf(statement, call);
      if (!built) return null;
      const { column, constraints, ifNotExists } = built;
      return [
        { kind: "add-column", line, table, column, ifNotExists },
        ...addedConstraints(line, table, constraints),
      ];
    }
    case "dropColumn":
      return name === null ? null : [{ kind: "drop-column", line, table, column: name, ifExists }];
    case "renameColumn":
      return name === null || to === null ? null : [{ kind: "rename-column", line, table, column: name, to }];
    case "renameTo":
      return name === null ? null : [{ kind: "rename-table", line, table, to: name, ifExists: false }];
    case "setSchema":
      return name === null ? null : [{ kind: "move-table", line, table, schema: name }];
    case "alterColumn":
      return alterColumn(statement, table, call);
    case "modifyColumn": {
      const column = columnOf(statement, call)?.column;
      if (!column) return null;
      const { type, nullable, defaulted } = column;
      return [
        { kind: "alter-column", line, table, column: column.name, name: null, type, nullable, defaulted },
      ];
    }
    case "dropConstraint":
      return name === null ? null : [{ kind: "drop-constraint", line, table, name, ifExists }];
    case "renameConstraint":
      return name === null || to === null ? null : [{ kind: "rename-constraint", line, table, name, to }];
    case "dropIndex":
      return name === null ? null : [{ kind: "drop-index", line, name, ifExists }];
    default: {
      if (!/^add\w+Constraint$/.test(call.name)) return [];
      const constraint = constraintOf(statement, call);
      return constraint && addedConstraints(line, table, [constraint]);
    }
  }
}

function alterColumn(
  { host, line }: Statement,
  table: TableName,
  call: Step,
): readonly SchemaChange[] | null {
  const [named, callback] = call.arguments ?? [];
  const column = textOf(named);
  const options = optionsOf(host, callback);
  if (column === null || !options || options.length === 0) return null;
  const setType = options.find(({ name }) => name === "setDataType");
  const type = setType ? typeOf(setType.arguments?.[0]) : null;
  const nullable = has(options, "setNotNull") ? false : has(options, "dropNotNull") ? true : null;
  const defaulted = has(options, "setDefault") ? true : has(options, "dropDefault") ? false : null;
  return [{ kind: "alter-column", line, table, column, name: null, type, nullable, defaulted }];
}

function constraintOf({ schema }: Statement, call: Step): ConstraintChange | null {
  const name = textOf(call.arguments?.[0]);
  if (name === null) return null;
  if (call.name === "addCheckConstraint") return { kind: "check", name };
  const columns = textsOf(call.arguments?.[1]);
  if (!columns) return null;
  if (call.name === "addPrimaryKeyConstraint") return { kind: "primary-key", name, columns };
  if (call.name === "addUniqueConstraint") return { kind: "unique", name, columns };
  const table = tableNamed(textOf(call.arguments?.[2]), schema);
  const targets = textsOf(call.arguments?.[3]);
  if (call.name !== "addForeignKeyConstraint" || !table || !targets) return null;
  return { kind: "foreign-key", name, columns, table, targets };
}

function columnOf({ host, schema }: Statement, call: Step): BuiltColumn | null {
  const [named, typed, callback] = call.arguments ?? [];
  const name = textOf(named);
  const options = optionsOf(host, callback);
  if (name === null || !options) return null;
  const type = typeOf(typed) ?? "unknown";
  const isKey = has(options, "primaryKey");
  const constraints: ConstraintChange[] = [];
  if (isKey) constraints.push({ kind: "primary-key", name: null, columns: [name] });
  if (has(options, "unique")) constraints.push({ kind: "unique", name: null, columns: [name] });
  const references = options.find((option) => option.name === "references");
  if (references) {
    const target = columnOfTable(textOf(references.arguments?.[0]) ?? "", schema);
    if (!target) return null;
    const { table, column } = target;
    constraints.push({ kind: "foreign-key", name: null, columns: [name], table, targets: [column] });
  }
  const defaulted =
    /^(small|big)?serial$/i.test(type) ||
    options.some((option) => /^(defaultTo|generated|autoIncrement|identity)/.test(option.name));
  const nullable = !isKey && !has(options, "notNull");
  const ifNotExists = has(options, "ifNotExists") || has(options, guard);
  return { column: { name, type, nullable, defaulted }, constraints, ifNotExists };
}

/** `"uuid"`, or SQL. */
function typeOf(type: Value | undefined): string | null {
  return textOf(type?.kind === "template" ? written(type) : type);
}

/** What `(col) => col.notNull()` calls. */
function optionsOf(host: Host, callback: Value | undefined): readonly Call[] | null {
  if (!callback || callback.kind === "literal") return [];
  return callback.kind === "function" ? host.written(callback).flat() : null;
}

function has(calls: readonly Call[], name: string): boolean {
  return calls.some((call) => call.name === name);
}
