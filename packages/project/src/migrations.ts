/** The SQL files of a project, read: what each would do to a schema. Which of them are migrations is decided by the engine. */
import { createHash } from "node:crypto";
import {
  type MigrationFile,
  type MigrationText,
  type SqlParser,
  changesVersion,
  readSqlMigration,
} from "@tenant-audit/core";

export interface SqlFile {
  readonly file: string;
  readonly text: string;
}

/** What was read of a text, by that text's hash: a file that did not change is not parsed again. */
export type MigrationCache = Map<string, MigrationText>;

export interface MigrationReading {
  readonly parser: SqlParser;
  /** Holds what these files gave when they have been read, and nothing else. */
  readonly cache: MigrationCache;
  readonly onFile?: (done: number, total: number) => void;
}

export function readMigrationFiles(
  files: readonly SqlFile[],
  { parser, cache, onFile }: MigrationReading,
): readonly MigrationFile[] {
  const candidates = files.filter(({ text }) => mayChangeSchema(text));
  const used = new Map<string, MigrationText>();
  const read = candidates.map(({ file, text }, index): MigrationFile => {
    onFile?.(index + 1, candidates.length);
    const key = keyOf(text);
    const known = used.get(key) ?? cache.get(key) ?? readSqlMigration(parser, text);
    used.set(key, known);
    return { file, kind: "sql", text: known };
  });
  cache.clear();
  for (const [key, known] of used) cache.set(key, known);
  return read;
}

/** Seeds, reports and queries hold none of these words as statements, and most of them not at all. */
function mayChangeSchema(text: string): boolean {
  return /\b(?:create|alter|drop|rename)\b/i.test(text);
}

function keyOf(text: string): string {
  return `${changesVersion} ${createHash("sha256").update(text).digest("hex")}`;
}
