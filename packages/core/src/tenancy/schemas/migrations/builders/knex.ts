/** Knex's schema builder: what `knex.schema.createTable("users", (table) => …)` and its neighbours change. */
import type { SchemaChange, TableName } from "../../../catalog/changes.js";
import type { ReadCall } from "./follow.js";
import { guard } from "./found.js";
import { readKnexColumn } from "./knex-columns.js";
import { readKnexKey } from "./knex-keys.js";
import { addedConstraints, changed, emptyTable, tableNamed, unreadCall } from "./reading.js";
import { chainOf, textOf, textsOf, type Call } from "./value.js";

const makers = new Set(["createTable", "createTableIfNotExists"]);
const alterers = new Set(["alterTable", "table"]);
const others = new Set([
  "dropTable",
  "dropTableIfExists",
  "renameTable",
  "createTableLike",
  "createView",
  "createViewOrReplace",
  "createMaterializedView",
  "dropView",
  "dropViewIfExists",
  "dropMaterializedView",
  "dropMaterializedViewIfExists",
]);

export const readKnexCall: ReadCall = (step, host) => {
  const isMaker = makers.has(step.name);
  if (!isMaker && !alterers.has(step.name) && !others.has(step.name)) return null;
  if (step.root.kind !== "database" || step.arguments === null) return null;
  const { steps } = chainOf(step.of);
  if (!steps.some(({ name }) => name === "schema" || name === "createSchemaBuilder")) return null;
  const [named] = step.arguments;
  const callback = step.arguments.findLast(({ kind }) => kind === "function");
  // Without a callback, it is Kysely's builder, which says the rest in the calls behind it.
  if ((isMaker || alterers.has(step.name)) && !callback) return null;

  const line = host.lineOf(step);
  const within = steps.findLast(({ name }) => name === "withSchema");
  const schema = within ? textOf(within.arguments?.[0]) : null;
  const table = tableNamed(textOf(named), schema);
  if (!table || (within && schema === null)) return unreadCall("knex", line, step.name);
  if (!callback || others.has(step.name)) return otherCall(step.name, line, table, step.arguments);

  const made = host.written(callback).map((calls) => readLine(line, table, schema, calls, isMaker));
  const changes = made.flatMap((each) => each ?? []);
  const whole = isMaker ? createTable(line, table, step.name === "createTableIfNotExists", changes) : changes;
  const unread = made.includes(null) ? unreadCall("knex", line, step.name).unread : [];
  return { kind: "knex", changes: whole, unread };
};

function otherCall(
  name: string,
  line: number,
  table: TableName,
  given: Call["arguments"],
): ReturnType<ReadCall> {
  const to = textOf(given?.[1]);
  const ifExists = name.endsWith("IfExists");
  if (name.startsWith("dropTable")) return changed("knex", [{ kind: "drop-table", line, table, ifExists }]);
  if (name.startsWith("drop")) return changed("knex", [{ kind: "drop-view", line, view: table, ifExists }]);
  if (name === "createTableLike") {
    const like = tableNamed(to, table.schema);
    return like
      ? changed("knex", [{ ...emptyTable(line, table), like: [like] }])
      : unreadCall("knex", line, name);
  }
  if (name === "renameTable") {
    return to === null
      ? unreadCall("knex", line, name)
      : changed("knex", [{ kind: "rename-table", line, table, to, ifExists: false }]);
  }
  const materialized = name === "createMaterializedView";
  return changed("knex", [
    {
      kind: "create-view",
      line,
      view: table,
      materialized,
      reads: [],
      columns: null,
      securityInvoker: false,
    },
  ]);
}

/** Columns and keys are part of the table that is made; indexes come behind it. */
function createTable(
  line: number,
  table: TableName,
  ifNotExists: boolean,
  changes: readonly SchemaChange[],
): readonly SchemaChange[] {
  const columns = changes.flatMap((change) => (change.kind === "add-column" ? [change.column] : []));
  const constraints = changes.flatMap((change) =>
    change.kind === "add-constraint" ? [change.constraint] : [],
  );
  const rest = changes.filter(({ kind }) => kind !== "add-column" && kind !== "add-constraint");
  return [{ ...emptyTable(line, table), columns, constraints, ifNotExists }, ...rest];
}

/** One chain on the table: `table.uuid("id").primary()`. Null when it is decided at run time. */
function readLine(
  line: number,
  table: TableName,
  schema: string | null,
  calls: readonly Call[],
  isNew: boolean,
): readonly SchemaChange[] | null {
  const [first, ...modifiers] = calls;
  if (!first) return [];
  const isGuarded = modifiers.some(({ name }) => name === guard);
  const key = readKnexKey(line, table, schema, first, modifiers);
  if (key !== undefined) return key;
  const [name] = first.arguments ?? [];
  const column = textOf(name);
  switch (first.name) {
    case "dropColumn":
    case "dropColumns": {
      const columns = (first.arguments ?? []).map(textsOf);
      if (columns.includes(null)) return null;
      return columns
        .flatMap((each) => each ?? [])
        .map((each) => ({ kind: "drop-column", line, table, column: each, ifExists: isGuarded }));
    }
    case "renameColumn": {
      const to = textOf(first.arguments?.[1]);
      return column === null || to === null ? null : [{ kind: "rename-column", line, table, column, to }];
    }
    case "setNullable":
    case "dropNullable": {
      if (column === null) return null;
      const nullable = first.name === "setNullable";
      return [
        { kind: "alter-column", line, table, column, name: null, type: null, defaulted: null, nullable },
      ];
    }
    default: {
      const built = readKnexColumn(first, modifiers, table, schema);
      if (built === "none") return [];
      if (built === null) return null;
      const alter = modifiers.find((each) => each.name === "alter");
      if (alter && !isNew) {
        return built.columns.flatMap(({ name: changing, type, nullable, defaulted }) => [
          { kind: "alter-column", line, table, column: changing, name: null, type, nullable, defaulted },
          ...addedConstraints(line, table, built.constraints),
        ]);
      }
      return [
        ...built.columns.map((each): SchemaChange => ({
          kind: "add-column",
          line,
          table,
          column: each,
          ifNotExists: isGuarded,
        })),
        ...addedConstraints(line, table, built.constraints),
      ];
    }
  }
}
