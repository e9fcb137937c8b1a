/** Kysely's schema builder: one chain of calls becomes the changes that it makes. */
import type { Expression, Module } from "../../../../lower/module.js";
import type { Program } from "../../../../link/program.js";
import type { ColumnChange, ConstraintChange, SchemaChange, TableName } from "../../../catalog/changes.js";
import { constantOf } from "../../reading/constants.js";
import { chainOf, type Step } from "./chain.js";

export interface BuilderFile {
  readonly program: Program;
  readonly file: string;
  readonly module: Module;
}

interface BuiltColumn {
  readonly column: ColumnChange;
  readonly constraints: readonly ConstraintChange[];
}

/** The steps behind `db.schema`. Null when one of them is decided at run time or is none that is known here. */
export function readKyselyChain(
  source: BuilderFile,
  steps: readonly Step[],
  line: number,
): readonly SchemaChange[] | null {
  const [first, ...rest] = steps;
  if (!first || rest.at(-1)?.name !== "execute") return null;
  const calls = rest.slice(0, -1);
  if (first.name === "createIndex") return createIndex(source, first, calls, line);
  const table = tableNameOf(textAt(source, first, 0));
  if (!table) return null;
  switch (first.name) {
    case "createTable":
      return createTable(source, table, calls, line);
    case "alterTable":
      return alterTable(source, table, calls, line);
    case "dropTable":
      return [{ kind: "drop-table", line, table, ifExists: has(calls, "ifExists") }];
    default:
      return null;
  }
}

function createTable(
  source: BuilderFile,
  table: TableName,
  calls: readonly Step[],
  line: number,
): readonly SchemaChange[] | null {
  const columns: ColumnChange[] = [];
  const constraints: ConstraintChange[] = [];
  for (const call of calls) {
    if (call.name === "ifNotExists") continue;
    if (call.name === "addColumn") {
      const built = columnOf(source, call);
      if (!built) return null;
      columns.push(built.column);
      constraints.push(...built.constraints);
    } else {
      const constraint = constraintOf(source, call);
      if (!constraint) return null;
      constraints.push(constraint);
    }
  }
  const ifNotExists = has(calls, "ifNotExists");
  const nothing = { inherits: [], partitionOf: null, like: [], fromQuery: false, temporary: false };
  return [{ kind: "create-table", line, table, ifNotExists, columns, constraints, ...nothing }];
}

const indexCalls = new Set([
  "on",
  "column",
  "columns",
  "unique",
  "where",
  "using",
  "ifNotExists",
  "expression",
]);

function createIndex(
  source: BuilderFile,
  first: Step,
  calls: readonly Step[],
  line: number,
): readonly SchemaChange[] | null {
  const name = textAt(source, first, 0);
  const on = calls.find((call) => call.name === "on");
  const table = on ? tableNameOf(textAt(source, on, 0)) : null;
  if (name === null || !table || calls.some((call) => !indexCalls.has(call.name))) return null;
  const columns: (string | null)[] = [];
  for (const call of calls) {
    if (call.name === "expression") columns.push(null);
    if (call.name === "column") columns.push(indexedColumn(textAt(source, call, 0)));
    if (call.name !== "columns") continue;
    const names = textsAt(source, call, 0);
    if (!names) return null;
    columns.push(...names.map(indexedColumn));
  }
  const [unique, partial] = [has(calls, "unique"), has(calls, "where")];
  return [{ kind: "create-index", line, table, name, columns, unique, partial }];
}

/** `"created_at desc"` names its order too. */
function indexedColumn(written: string | null): string | null {
  return written?.split(" ")[0] ?? null;
}

function alterTable(
  source: BuilderFile,
  table: TableName,
  calls: readonly Step[],
  line: number,
): readonly SchemaChange[] | null {
  const changes: SchemaChange[] = [];
  for (const call of calls) {
    const made = alteration(source, table, call, line);
    if (!made) return null;
    changes.push(...made);
  }
  return changes;
}

function alteration(
  source: BuilderFile,
  table: TableName,
  call: Step,
  line: number,
): readonly SchemaChange[] | null {
  const name = textAt(source, call, 0);
  const to = textAt(source, call, 1);
  if (call.name === "addColumn") {
    const built = columnOf(source, call);
    if (!built) return null;
    return [
      { kind: "add-column", line, table, column: built.column, ifNotExists: false },
      ...built.constraints.map(
        (constraint) => ({ kind: "add-constraint", line, table, constraint }) as const,
      ),
    ];
  }
  if (name === null) return null;
  if (call.name === "dropColumn")
    return [{ kind: "drop-column", line, table, column: name, ifExists: false }];
  if (call.name === "renameColumn" && to !== null)
    return [{ kind: "rename-column", line, table, column: name, to }];
  if (call.name === "renameTo") return [{ kind: "rename-table", line, table, to: name, ifExists: false }];
  if (call.name === "dropConstraint")
    return [{ kind: "drop-constraint", line, table, name, ifExists: false }];
  const constraint = constraintOf(source, call);
  return constraint && [{ kind: "add-constraint", line, table, constraint }];
}

function constraintOf(source: BuilderFile, call: Step): ConstraintChange | null {
  const name = textAt(source, call, 0);
  if (name === null) return null;
  if (call.name === "addCheckConstraint") return { kind: "check", name };
  const columns = textsAt(source, call, 1);
  if (!columns) return null;
  if (call.name === "addPrimaryKeyConstraint") return { kind: "primary-key", name, columns };
  if (call.name === "addUniqueConstraint") return { kind: "unique", name, columns };
  const table = tableNameOf(textAt(source, call, 2));
  const targets = textsAt(source, call, 3);
  if (call.name !== "addForeignKeyConstraint" || !table || !targets) return null;
  return { kind: "foreign-key", name, columns, table, targets };
}

function columnOf(source: BuilderFile, call: Step): BuiltColumn | null {
  const name = textAt(source, call, 0);
  const type = typeOf(source, call.arguments?.[1]);
  const options = optionsOf(source, call.arguments?.[2]);
  if (name === null || type === null || !options) return null;
  const isKey = has(options, "primaryKey");
  const constraints: ConstraintChange[] = [];
  if (isKey) constraints.push({ kind: "primary-key", name: null, columns: [name] });
  if (has(options, "unique")) constraints.push({ kind: "unique", name: null, columns: [name] });
  const references = options.find((option) => option.name === "references");
  if (references) {
    const target = textAt(source, references, 0);
    const dot = target?.lastIndexOf(".") ?? -1;
    const table = target === null || dot < 1 ? null : tableNameOf(target.slice(0, dot));
    if (target === null || !table) return null;
    constraints.push({
      kind: "foreign-key",
      name: null,
      columns: [name],
      table,
      targets: [target.slice(dot + 1)],
    });
  }
  const defaulted =
    /^(small|big)?serial$/i.test(type) ||
    options.some((option) => /^(defaultTo|generated|autoIncrement|identity)/.test(option.name));
  return { column: { name, type, nullable: !isKey && !has(options, "notNull"), defaulted }, constraints };
}

/** `"uuid"`, or SQL without anything put into it. */
function typeOf(source: BuilderFile, type: Expression | undefined): string | null {
  if (type?.kind === "tagged") return type.expressions.length === 0 ? type.texts.join("") : null;
  return type ? text(source, type) : null;
}

/** What `(col) => col.notNull()` calls, of a function written in place. */
function optionsOf({ module }: BuilderFile, given: Expression | undefined): readonly Step[] | null {
  if (!given) return [];
  const built = given.kind === "function" ? module.functions[given.function] : undefined;
  const [only, ...others] = built?.body ?? [];
  if (only?.kind !== "return" || !only.argument || others.length > 0) return null;
  const { root, steps } = chainOf(only.argument);
  const parameter = built?.parameters[0]?.pattern;
  const isColumn =
    root.kind === "name" && parameter?.kind === "binding" && root.binding === parameter.binding;
  return isColumn ? steps : null;
}

function has(steps: readonly Step[], name: string): boolean {
  return steps.some((step) => step.name === name);
}

function tableNameOf(name: string | null): TableName | null {
  if (name === null || name === "") return null;
  const dot = name.indexOf(".");
  return dot < 0 ? { schema: null, name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}

function textAt(source: BuilderFile, call: Step, index: number): string | null {
  const argument = call.arguments?.[index];
  return argument ? text(source, argument) : null;
}

function text({ program, file }: BuilderFile, expression: Expression): string | null {
  const value = constantOf(program, file, expression);
  return typeof value === "string" ? value : null;
}

function textsAt({ program, file }: BuilderFile, call: Step, index: number): readonly string[] | null {
  const argument = call.arguments?.[index];
  const value = argument && constantOf(program, file, argument);
  if (!Array.isArray(value)) return null;
  const texts = value.filter((each): each is string => typeof each === "string");
  return texts.length === value.length ? texts : null;
}
