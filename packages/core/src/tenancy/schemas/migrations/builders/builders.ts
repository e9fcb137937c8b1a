/**
 * Migrations written in TypeScript or JavaScript: what `up` does to the schema, statement by statement. What can't be
 * followed is listed as unread and never left out.
 */
import type { Program } from "../../../../link/program.js";
import { rangeOf } from "../../../../link/places.js";
import type { BindingId, Expression, FunctionNode, Statement } from "../../../../lower/module.js";
import { forEachExpressionIn } from "../../../../lower/visit.js";
import type { SqlParser } from "../../../../sql/parser.js";
import type { MigrationFile } from "../../../catalog/catalog.js";
import { changesVersion, type SchemaChange, type UnreadStatement } from "../../../catalog/changes.js";
import { readSqlMigration } from "../../sql/sql.js";
import { chainOf } from "./chain.js";
import { readKyselyChain, type BuilderFile } from "./kysely.js";

interface Input {
  readonly program: Program;
  isRead(file: string): boolean;
  readonly sql: SqlParser | null;
}

interface Read {
  readonly changes: readonly SchemaChange[];
  readonly unread: readonly UnreadStatement[];
}

const nothing: Read = { changes: [], unread: [] };

export function readBuilderMigrations(input: Input): readonly MigrationFile[] {
  return input.program.files.filter((file) => input.isRead(file)).flatMap((file) => readFile(input, file));
}

function readFile({ program, sql }: Input, file: string): readonly MigrationFile[] {
  const module = program.module(file);
  const up = module && program.exportOf(file, "up");
  if (!module || up?.kind !== "function" || up.file !== file) return [];
  const fn = module.functions[up.function];
  const database = fn && parameterOf(fn);
  if (!fn || database === null || database === undefined) return [];

  const source = { program, file, module };
  const read = fn.body.map((statement) => readStatement(source, sql, database, statement));
  const changes = read.flatMap((each) => each.changes);
  const unread = read.flatMap((each) => each.unread);
  if (changes.length === 0 && !asksForSchema(fn, database)) return [];
  return [{ file, kind: "kysely", text: { version: changesVersion, dialect: null, changes, unread } }];
}

function parameterOf({ parameters }: FunctionNode): BindingId | null {
  const pattern = parameters[0]?.pattern;
  return pattern?.kind === "binding" ? pattern.binding : null;
}

function readStatement(
  source: BuilderFile,
  sql: SqlParser | null,
  database: BindingId,
  statement: Statement,
): Read {
  const line = rangeOf(source.program, { file: source.file, ...statement }).line;
  if (statement.kind === "expression") {
    const { root, steps } = chainOf(statement.expression);
    const [first, ...rest] = steps;
    if (isDatabase(root, database) && first?.name === "schema") {
      const changes = readKyselyChain(source, rest, line);
      return changes ? { changes, unread: [] } : unreadAt(line, rest[0]?.name ?? "schema");
    }
    const isWhole = root.kind === "tagged" && root.expressions.length === 0 && first?.name === "execute";
    if (isWhole && sql) return readSql(sql, root.texts.join(""), line);
  }
  return mentions(statement, database) ? unreadAt(line, "up") : nothing;
}

function readSql(sql: SqlParser, text: string, first: number): Read {
  const { changes, unread } = readSqlMigration(sql, text);
  const moved = <Each extends { readonly line: number }>(each: Each): Each => ({
    ...each,
    line: each.line + first - 1,
  });
  return { changes: changes.map(moved), unread: unread.map(moved) };
}

function unreadAt(line: number, text: string): Read {
  return {
    changes: [],
    unread: [{ line, kind: "dynamic", reason: "it decides at run time what it does", text }],
  };
}

function isDatabase(expression: Expression, database: BindingId): boolean {
  return expression.kind === "name" && expression.binding === database;
}

/** A migration of which nothing can be read is still one. */
function asksForSchema({ body }: FunctionNode, database: BindingId): boolean {
  let found = false;
  forEachExpressionIn(body, (expression) => {
    found ||=
      expression.kind === "member" &&
      expression.property === "schema" &&
      isDatabase(expression.object, database);
  });
  return found;
}

function mentions(statement: Statement, database: BindingId): boolean {
  let found = false;
  forEachExpressionIn([statement], (expression) => {
    found ||= isDatabase(expression, database);
  });
  return found;
}
