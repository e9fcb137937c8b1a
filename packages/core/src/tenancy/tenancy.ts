/**
 * The tenancy model: which tables belong to a tenant, and by which column or parent. Made once per scan from schemas and
 * types; everything behind it only reads.
 */

import type { RowSecurity } from "./catalog/row-security.js";

export type TableClass = "tenant" | "child" | "root" | "global" | "unclassified";

export interface TenantLevel {
  /** `organization`, `project`. */
  readonly name: string;
  /** The table whose rows are the tenants of this level. No schema has it when they are kept elsewhere (an identity service) and only columns name them. */
  readonly table: string;
  /** The columns that name it elsewhere, as written in the schemas: `organization_id`, `orgId`. */
  readonly columns: readonly string[];
  /** The level above (an organization has projects), or null. */
  readonly parent: string | null;
  readonly confidence: Confidence;
  /** In words a reviewer can check. */
  readonly reason: string;
}

/**
 * `certain`: the schema or the configuration says so (a foreign key). `likely`: names say so, and nothing against it.
 * `doubtful`: a person should look.
 */
export type Confidence = "certain" | "likely" | "doubtful";

/** The table of users, and the columns elsewhere that hold a user's id as the owner of a row. */
export interface UserLevel {
  /** Null when users are kept elsewhere and only columns name them. */
  readonly table: string | null;
  readonly columns: readonly string[];
  readonly confidence: Confidence;
  readonly reason: string;
}

/** A row says that a user belongs to a tenant: what verifiers look up. */
export interface Membership {
  /** The column that holds the user's id. */
  readonly user: string;
  readonly tenants: readonly { readonly column: string; readonly level: string }[];
}

export interface TenantKey {
  readonly column: string;
  readonly level: string;
  /** A null key marks a row that belongs to nobody (a system default). */
  readonly nullable: boolean;
  /** As of the column: then no such rows are meant. */
  readonly isNullUnsaid?: true;
}

export interface TableColumn {
  readonly name: string;
  /** Other spellings that mean this column: a Prisma field and its `@map` name. */
  readonly aliases: readonly string[];
  readonly nullable: boolean;
  /** It is so because nobody has said anything, and the library takes that for yes. */
  readonly isNullUnsaid?: true;
  /** As the schema writes it, for people and for guesses: `String`, `uuid`, `Generated<string>`. */
  readonly type: string;
  /** The database fills it when an insert leaves it out. */
  readonly defaulted: boolean;
}

/** A column that holds the id of a row elsewhere, or several (`member_ids`). */
export interface Reference {
  readonly column: string;
  readonly table: string;
  readonly target: string;
  /** `holder`: the other way round, the row elsewhere holds the id of this one, and no second row does. */
  readonly source: "foreign key" | "name" | "holder";
}

/** A field that stands for other rows (Prisma's `project Project @relation(…)`). */
export interface Relation {
  readonly field: string;
  readonly table: string;
  readonly list: boolean;
  /** Columns here and there that are equal; empty when the schema does not say (implicit many-to-many). */
  readonly columns: readonly string[];
  readonly targets: readonly string[];
}

export interface View {
  readonly reads: readonly string[];
  /** Row security is that of who asks, not of the view's owner. */
  readonly securityInvoker: boolean;
  /** Its rows are a copy, made with the rights of whoever refreshes it. */
  readonly isMaterialized?: true;
}

export interface Table {
  readonly name: string;
  /** Other spellings that mean this table: the Prisma model's name beside its `@@map` name. */
  readonly aliases: readonly string[];
  readonly class: TableClass;
  /** Of a root its own id stands first, then the keys of the levels above. Empty for a child. */
  readonly keys: readonly TenantKey[];
  /** Of a child: through which column it reaches which parent. The first is the preferred one. */
  readonly via: readonly Reference[];
  /** Columns that hold a user's id: rows under it belong to that principal. Of the table of users its own id. */
  readonly owners: readonly string[];
  readonly primaryKey: readonly string[];
  /** Further unique column sets. */
  readonly unique: readonly (readonly string[])[];
  readonly columns: readonly TableColumn[];
  readonly references: readonly Reference[];
  /**
   * Columns that are no references for all the schema says, and by their names mean a row elsewhere: whose it is, is asked where
   * one is written. Nothing else hangs on them.
   */
  readonly named: readonly Reference[];
  readonly relations: readonly Relation[];
  /** Null for a table that ties no users to tenants. */
  readonly membership: Membership | null;
  /** Null when no schema here can say: there are no migrations of it. */
  readonly rowSecurity: RowSecurity | null;
  /** What a view reads from; null for a table. */
  readonly view: View | null;
  /** The table whose rows these are, for a partition. */
  readonly partitionOf: string | null;
  /** `kysely types`, `prisma schema`, `sql migrations`, `configuration`. */
  readonly source: string;
  readonly confidence: Confidence;
  /** In words a reviewer can check. */
  readonly reason: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Of a table that the code declares: where a migration makes it, if one does. */
  readonly madeAt: { readonly file: string; readonly line: number } | null;
}

export interface Tenancy {
  readonly levels: readonly TenantLevel[];
  /** Null when nothing here looks like a user. */
  readonly users: UserLevel | null;
  readonly tables: readonly Table[];
  /** What the databases of the schemas speak (`postgresql`, `mysql`, …), as far as the schemas say. */
  readonly dialects: readonly string[];
  /** What could not be read, or does not fit together; for the report, in sentences. */
  readonly problems: readonly TenancyProblem[];
}

export interface TenancyProblem {
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
}
