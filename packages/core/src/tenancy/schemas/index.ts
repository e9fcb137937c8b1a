/** Every kind of schema that is read, in one list. To add one, write a folder beside these and name it here. */
import type { Program } from "../../link/program.js";
import type { SqlParser } from "../../sql/parser.js";
import { readDrizzle } from "./drizzle/drizzle.js";
import { readKysely } from "./kysely/kysely.js";
import { readBuilderMigrations } from "./migrations/builders/builders.js";
import { readMikroOrm } from "./mikro-orm/mikro-orm.js";
import { readMigrations, type MigrationFile } from "./migrations/migrations.js";
import { readPrisma } from "./prisma/prisma.js";
import { readSequelize } from "./sequelize/sequelize.js";
import type { SchemaSource, SchemaText } from "./source.js";
import { readTypeorm } from "./typeorm/typeorm.js";

/** Everything in a repository that may describe a schema. */
export interface SchemaInput {
  readonly program: Program;
  /** False for files whose tables are none of the service's: tests. */
  isRead(file: string): boolean;
  readonly prisma: readonly SchemaText[];
  readonly migrations: readonly MigrationFile[];
  readonly sql: SqlParser | null;
}

type Reader = (input: SchemaInput) => readonly SchemaSource[];

const readers: readonly Reader[] = [
  ({ program, isRead }) => readKysely(program, isRead),
  ({ program, isRead }) => readDrizzle(program, isRead),
  ({ program, isRead }) => readTypeorm(program, isRead),
  ({ program, isRead }) => readSequelize(program, isRead),
  ({ program, isRead }) => readMikroOrm(program, isRead),
  ({ prisma }) => readPrisma(prisma),
  ({ migrations, ...input }) => readMigrations([...migrations, ...readBuilderMigrations(input)]),
];

export function readSchemas(input: SchemaInput): readonly SchemaSource[] {
  return readers.flatMap((read) => read(input));
}
