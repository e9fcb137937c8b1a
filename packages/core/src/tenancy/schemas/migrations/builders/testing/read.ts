/** Migrations that tests write down, read with the real grammars of SQL. */
import { sqlParser } from "@tenant-audit/sql";
import ts from "typescript";
import { link } from "../../../../../link/link.js";
import { lower } from "../../../../../lower/lower.js";
import type { MigrationFile } from "../../../../catalog/catalog.js";
import type { MigrationText } from "../../../../catalog/changes.js";
import { readBuilderMigrations } from "../builders.js";

export function readFiles(files: Readonly<Record<string, string>>): readonly MigrationFile[] {
  const modules = new Map(Object.entries(files).map(([file, text]) => [file, lower(ts, file, text)]));
  const program = link({ files: Object.keys(files), packages: [], aliases: [] }, modules);
  return readBuilderMigrations({ program, isRead: () => true, sql: sqlParser });
}

export function read(text: string): MigrationFile | undefined {
  return readFiles({ "1.ts": text })[0];
}

/** The body of `up(db)`. */
export function readUp(body: string): MigrationText | undefined {
  return read(`export async function up(db) { ${body} }`)?.text;
}
