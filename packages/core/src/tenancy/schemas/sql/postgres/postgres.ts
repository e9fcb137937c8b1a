/** A migration or a dump in PostgreSQL's own words, read statement by statement so that a fault costs one statement. */
import type { SqlParser } from "../../../../sql/parser.js";
import { splitStatements, type SqlStatement } from "../../../../sql/split.js";
import {
  changesVersion,
  type MigrationText,
  type SchemaChange,
  type UnreadStatement,
} from "../../../catalog/changes.js";
import { readStatement } from "./statement.js";

export function readPostgres(parser: SqlParser, text: string): MigrationText {
  const changes: SchemaChange[] = [];
  const unread: UnreadStatement[] = [];
  for (const statement of splitStatements(text)) {
    if (isAboutRows(statement.text)) continue;
    const parsed = parser.postgres(statement.text);
    if (!parsed.ok) {
      unread.push(unreadStatement(statement, "syntax", parsed.message));
      continue;
    }
    for (const { node } of parsed.statements) {
      const read = readStatement(parser, node);
      for (const change of read.changes) changes.push({ line: statement.line, ...change });
      if (read.unread) unread.push(unreadStatement(statement, read.unread.kind, read.unread.reason));
    }
  }
  return { version: changesVersion, dialect: "postgresql", changes, unread };
}

/**
 * Rows make up nearly all of a dump, and say nothing about tables. Only what stands before them is looked at, so that
 * another dialect's quotes (`INSERT INTO [a]`) still count as a syntax that is not PostgreSQL's.
 */
function isAboutRows(statement: string): boolean {
  return /^(?:insert\s+into|delete\s+from|update(?:\s+only)?)\s+["\w.]+\s*(?:\(["\w\s,]*\)\s*)?(?:values|select|default|set|where|using|as|$)/i.test(
    statement.slice(0, 2_000),
  );
}

function unreadStatement(
  statement: SqlStatement,
  kind: UnreadStatement["kind"],
  reason: string,
): UnreadStatement {
  const read = {
    line: statement.line,
    reason: oneLine(reason, 200),
    kind,
    text: oneLine(statement.text, 80),
  };
  return /\brow\s+level\s+security\b/i.test(statement.text) ? { ...read, rowSecurity: true } : read;
}

function oneLine(text: string, longest: number): string {
  const line = text
    .slice(0, 4 * longest)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
