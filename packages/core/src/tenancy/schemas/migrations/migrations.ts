/**
 * Migrations as tables: the files of one history are applied in their order, and what stands at the end is the schema.
 * Several histories in a repository (a service each, a dialect each) are several sources.
 */
import type { MigrationText } from "../../catalog/changes.js";
import type { SchemaSource } from "../source.js";

export interface MigrationFile {
  /** Relative to the root, with `/`. */
  readonly file: string;
  /** What the report calls its kind: `sql`, `kysely`, `knex`. */
  readonly kind: string;
  readonly text: MigrationText;
}

export function readMigrations(files: readonly MigrationFile[]): readonly SchemaSource[] {
  void files;
  return [];
}
