/**
 * Migrations written in TypeScript or JavaScript: what `up` does to the schema, statement by statement. What can't be
 * followed is listed as unread and never left out.
 */
import type { Program } from "../../../../link/program.js";
import type { SqlParser } from "../../../../sql/parser.js";
import type { MigrationFile } from "../../../catalog/catalog.js";
import { changesVersion, type UnreadStatement } from "../../../catalog/changes.js";
import { findEntry } from "./entry.js";
import { follow, type Followed, type ReadCall } from "./follow.js";
import type { Read } from "./found.js";
import { readKyselyCall } from "./kysely.js";
import { readKnexCall } from "./knex.js";
import { readSqlCall } from "./raw.js";
import { readSequelizeCall } from "./sequelize.js";
import { findTool } from "./tool.js";
import { readTypeormCall } from "./typeorm.js";
import { chainOf } from "./value.js";

interface Input {
  readonly program: Program;
  isRead(file: string): boolean;
  readonly sql: SqlParser | null;
}

export function readBuilderMigrations({ program, isRead, sql }: Input): readonly MigrationFile[] {
  const readers: readonly ReadCall[] = [
    readKyselyCall,
    readKnexCall,
    readTypeormCall,
    readSequelizeCall,
    readSqlCall(sql),
  ];
  const readCall: ReadCall = (step, host) => {
    for (const reader of readers) {
      const read = reader(step, host);
      if (read) return read;
    }
    return null;
  };
  return program.files.filter(isRead).flatMap((file) => {
    const entry = findEntry(program, file);
    if (!entry) return [];
    const followed = follow(program, file, entry.up, entry.self, readCall);
    const migration = migrationOf(file, followed, findTool(program, entry));
    if (!migration) return [];
    // Its query runner drops tables as Sequelize does and runs texts as anything does, but only it asks for a class.
    const isClass = /^(sql|sequelize)$/.test(migration.kind) && entry.self.kind === "migration";
    return [isClass ? { ...migration, kind: "typeorm" } : migration];
  });
}

/** Null when nothing in it has to do with a schema. */
function migrationOf(file: string, { found, whole }: Followed, tool: string | null): MigrationFile | null {
  const reads = readsOf(found);
  const kind = kindOf(reads) ?? tool;
  if (kind === null) return null;
  const changes = reads.flatMap((read) => read.changes);
  const unread = reads.flatMap((read) => read.unread);
  for (const each of found) {
    if (each.kind !== "lost") continue;
    unread.push(dynamic(each.line, "it hands the database to a function that is not here", "up"));
  }
  if (!whole) unread.push(dynamic(1, "it is too long to be followed to its end", "up"));
  if (changes.length === 0 && unread.length === 0) return null;
  unread.sort((one, other) => one.line - other.line);
  return { file, kind, text: { version: changesVersion, dialect: null, changes, unread } };
}

/** Where a chain goes on after something that was read of it, the longer one says it all. */
function readsOf(found: Followed["found"]): readonly Read[] {
  const replaced = new Set(
    found.flatMap((each) =>
      each.kind === "read" && each.step.name === "execute" ? chainOf(each.step.of).steps : [],
    ),
  );
  return found.flatMap((each) => (each.kind === "read" && !replaced.has(each.step) ? [each.read] : []));
}

function dynamic(line: number, reason: string, text: string): UnreadStatement {
  return { line, kind: "dynamic", reason, text };
}

/** A statement in plain SQL says least about the tool. */
function kindOf(reads: readonly Read[]): string | null {
  return (reads.find(({ kind }) => kind !== "sql") ?? reads[0])?.kind ?? null;
}
