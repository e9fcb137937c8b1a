/**
 * What a schema reader hands over: tables as one kind of schema describes them, before anybody asks whose rows they
 * hold. A reader knows its own kind of schema and nothing about tenants; the inference knows tenants and no schema.
 */
import type { RowSecurity } from "../catalog/row-security.js";
import type { Relation, TableColumn, TenancyProblem, View } from "../tenancy.js";

export interface SchemaSource {
  /** What the report calls it: `kysely types`, `prisma schema`, `drizzle schema`, `sql migrations`. */
  readonly kind: string;
  /**
   * `code`: says which tables the code can name, in the code's words. `database`: says what the database enforces: keys,
   * nullability, row security. A Prisma schema, from which the database is made, says both.
   */
  readonly speaksFor: "code" | "database" | "both";
  readonly tables: readonly RawTable[];
  readonly problems: readonly TenancyProblem[];
  /**
   * False when something of the schema could not be read, so that what is missing in it proves nothing: a migration in a
   * dialect that nobody can read, a table made by a program.
   */
  readonly complete: boolean;
  /** What its database speaks: `postgresql`, `mysql`, `sqlite`; null where it does not say. */
  readonly dialect?: string | null;
}

export interface RawTable {
  /** As the database calls it, with its schema unless that is the default one: `users`, `auth.users`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly columns: readonly TableColumn[];
  /** False when the schema names the table but its columns cannot be read. */
  readonly readable: boolean;
  readonly primaryKey: readonly string[];
  /** Column sets of which no two rows are equal; those of partial indexes are not among them. */
  readonly unique: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly relations: readonly Relation[];
  /** What a view reads from; null for a table. */
  readonly view: View | null;
  /** The table whose rows these are, for a partition. */
  readonly partitionOf: string | null;
  /** Null when the schema cannot say (types), or never speaks of it. */
  readonly rowSecurity: RowSecurity | null;
  /** The kind of its source; of a merged table all of them, joined. */
  readonly source: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Of a merged table that the code declares: where a migration makes it. */
  readonly madeAt: { readonly file: string; readonly line: number } | null;
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

/** A table of which a reader knows only some: the rest says "nothing known". */
export function rawTable(known: Pick<RawTable, "name" | "source"> & Partial<RawTable>): RawTable {
  return {
    aliases: [],
    columns: [],
    readable: true,
    primaryKey: [],
    unique: [],
    foreignKeys: [],
    relations: [],
    view: null,
    partitionOf: null,
    rowSecurity: null,
    file: null,
    line: null,
    madeAt: null,
    ...known,
  };
}
