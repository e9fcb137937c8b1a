/**
 * What the solver asks about tables. The tenancy model answers, through an adapter, so that nothing in this folder knows
 * how a schema is read. Names in answers are canonical: two spellings of one column give the same `name`.
 */

export interface Facts {
  findTable(name: string): TableFacts | null;
}

export interface TableFacts {
  readonly name: string;
  /** Its rows belong to tenants: class tenant, child or root. */
  readonly isTenantTable: boolean;
  /** Its rows belong to no tenant, and to users: the users themselves, their sessions. */
  readonly isUsersTable: boolean;
  /**
   * Some rows may belong to nobody: a tenant key is nullable, or the table is a child of such a table. Rows of every
   * tenant may refer to a row that belongs to nobody, so such a row says nothing about who refers to it.
   */
  readonly hasSharedRows: boolean;
  /** The level whose tenants are its rows. */
  readonly rootLevel: string | null;
  /** Columns that hold a tenant key; not the `id` of a root table, which has a level all the same. */
  readonly keys: readonly KeyFacts[];
  /**
   * Of a table without a key whose rows belong to one parent row: the column that names it. Such a row is of its parent's
   * tenant, and nobody's where the parent is.
   */
  readonly parent: string | null;
  /** Its rows are held by rows elsewhere (`organizations.settings_id`), which are written after them. */
  readonly isHeld: boolean;
  /** Sets of columns that name one row together, and none of which says whose it is: `domain` and `slug`. */
  readonly names: readonly (readonly string[])[];
  findColumn(name: string): ColumnFacts | null;
}

export interface KeyFacts {
  readonly column: string;
  readonly level: string;
  readonly nullable: boolean;
}

export interface ColumnFacts {
  readonly name: string;
  /** The level of the tenant it names: of a tenant key, and of the primary key of a root table. */
  readonly level: string | null;
  /** The row elsewhere that it names; a table's own primary key names its own row. */
  readonly reference: { readonly table: string; readonly target: string } | null;
  /** The table whose row it means by its name alone, where it is no reference: what is written there is a use of that row. */
  readonly names: string | null;
  /** By it, alone or with others, rows are told apart, and it says nothing of whose they are: `slug`. */
  readonly isName: boolean;
  /** By it alone rows are told apart, and each has one. */
  readonly isPrimaryKey: boolean;
  readonly isOwner: boolean;
  readonly isSecret: boolean;
  /** Whoever knows what is in it is whom the row is of: a secret, and also a password, by which nobody looks for a row. */
  readonly isCredential: boolean;
}
