/**
 * What a schema reader hands over: tables as one kind of schema describes them, before anybody asks whose rows they
 * hold. A reader knows its own kind of schema and nothing about tenants; the inference knows tenants and no schema.
 */
import type { Relation, TableColumn, TenancyProblem } from "./tenancy.js";

export interface SchemaSource {
  /** `kysely types`, `prisma schema`: what the report calls it. */
  readonly kind: string;
  readonly tables: readonly RawTable[];
  readonly problems: readonly TenancyProblem[];
}

export interface RawTable {
  /** As the database calls it, with its schema unless that is the default one: `users`, `auth.users`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly columns: readonly TableColumn[];
  /** False when the schema names the table but its columns cannot be read. */
  readonly readable: boolean;
  readonly primaryKey: readonly string[];
  readonly unique: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly relations: readonly Relation[];
  /** The kind of its source; of a merged table all of them, joined. */
  readonly source: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

/** A schema file as the shell read it. */
export interface SchemaText {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly text: string;
}
