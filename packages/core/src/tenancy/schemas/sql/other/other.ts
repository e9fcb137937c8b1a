/** Migrations of MySQL, SQLite and ClickHouse: each statement by itself, so that one that nobody reads hides no other. */
import type { OtherDialect, SqlParser } from "../../../../sql/parser.js";
import {
  changesVersion,
  type MigrationText,
  type SchemaChange,
  type UnreadStatement,
} from "../../../catalog/changes.js";
import { likelyDialects } from "./dialect.js";
import { isStatement, readStatement } from "./statement.js";
import { statementsOf, textOf, type Statement } from "./tokens.js";

/** Null when no dialect here reads any of it. */
export function readOtherDialect(parser: SqlParser, text: string): MigrationText | null {
  const statements = statementsOf(text);
  let best: MigrationText | null = null;
  const { dialects, isEvident } = likelyDialects(statements);
  for (const dialect of dialects) {
    const read = readAs(parser, dialect, statements);
    if (read && (!best || read.unread.length < best.unread.length)) best = read;
    if (best && (isEvident || best.unread.length === 0)) break;
  }
  // Where nothing speaks for it and it reads everything, any other would have done.
  return best && !isEvident && best.unread.length === 0 ? { ...best, dialect: null } : best;
}

function readAs(
  parser: SqlParser,
  dialect: OtherDialect,
  statements: readonly Statement[],
): MigrationText | null {
  const changes: SchemaChange[] = [];
  const unread: UnreadStatement[] = [];
  let isRead = false;
  for (const statement of statements) {
    const { changes: own, failure } = readStatement({ parser, dialect }, statement);
    for (const change of own) changes.push(change);
    if (failure) unread.push({ line: statement[0]!.line, text: firstWords(statement), ...failure });
    if (!failure && (own.length > 0 || isStatement(statement))) isRead = true;
  }
  return isRead ? { version: changesVersion, dialect, changes, unread } : null;
}

function firstWords(statement: Statement): string {
  const text = textOf(statement.slice(0, 40)).replace(/\s+/g, " ");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
