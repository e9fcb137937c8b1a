/** A migration written in SQL: its text becomes the changes that it makes to the schema. */
import { changesVersion, type MigrationText } from "../../catalog/changes.js";
import type { SqlParser } from "../../../sql/parser.js";
import { readOtherDialect } from "./other/other.js";
import { readPostgres } from "./postgres/postgres.js";
import { upwardPart } from "./sections.js";

/**
 * Depends on the text alone, so what it returns can be kept by the text's hash. Never throws: what no grammar reads is
 * listed as unread, and the rest is read.
 *
 * Nothing in a file says its dialect. PostgreSQL's grammar is asked first; where it refuses a statement, the reading with
 * fewer refusals stands.
 */
export function readSqlMigration(parser: SqlParser, text: string): MigrationText {
  const upward = upwardPart(text);
  const postgres = readPostgres(parser, upward);
  if (refusals(postgres) > 0) {
    const other = readOtherDialect(parser, upward);
    if (other !== null && isBetter(other, postgres)) return other;
  }
  const saysNothing = postgres.changes.length === 0 && postgres.unread.length === 0;
  return saysNothing ? { version: changesVersion, dialect: null, changes: [], unread: [] } : postgres;
}

/** Of two readings that refuse as much, the one that understood more of the rest. */
function isBetter(reading: MigrationText, than: MigrationText): boolean {
  const fewer = refusals(than) - refusals(reading);
  return fewer > 0 || (fewer === 0 && reading.changes.length > than.changes.length);
}

function refusals(read: MigrationText): number {
  return read.unread.filter((statement) => statement.kind === "syntax").length;
}
