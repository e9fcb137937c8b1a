/**
 * What a migration does to a schema, whatever language it is written in: SQL of any dialect, a Kysely or Knex schema
 * builder. Every reader of migrations speaks in these changes, and `catalog.ts` alone applies them, in order.
 *
 * All of it is plain, readonly JSON, so what was read of one file can be cached by the hash of its text.
 */

/** Raised whenever the shape below or what readers put into it changes, so that cached changes of another shape are not read. */
export const changesVersion = 4;

/** One migration file, read. It depends on that file's text alone. */
export interface MigrationText {
  readonly version: number;
  /** Null where every statement reads the same in all of them. */
  readonly dialect: SqlDialect | null;
  readonly changes: readonly SchemaChange[];
  /** Statements that nobody can read here, and those that are noted and never run (a `DO` block). */
  readonly unread: readonly UnreadStatement[];
}

export type SqlDialect = "postgresql" | "mysql" | "sqlite" | "clickhouse";

export interface UnreadStatement {
  /** From 1. */
  readonly line: number;
  /** A clause that continues "could not be read: …" or "…": `syntax error at or near "ENGINE"`. */
  readonly reason: string;
  /** `syntax`: the grammar refuses it. `dynamic`: it decides at run time what it does. `code`: a function or block with statements of its own. */
  readonly kind: "syntax" | "dynamic" | "code";
  /** The first words of the statement, on one line, at most 80 characters. */
  readonly text: string;
  /** It speaks of row security, so tables that nothing else enables it for may have it all the same. */
  readonly rowSecurity?: true;
}

/** As written, with quotes taken off and unquoted names folded as the dialect folds them. */
export interface TableName {
  /** Null when the statement leaves it to the search path. */
  readonly schema: string | null;
  readonly name: string;
}

export interface ColumnChange {
  readonly name: string;
  /** As the dialect writes it: `uuid`, `varchar(48)`, `text[]`. */
  readonly type: string;
  readonly nullable: boolean;
  /** Nobody has said so: whoever builds the statement writes it down like that. */
  readonly isNullUnsaid?: true;
  /** The database fills it when an insert leaves it out: a default, a serial, an identity, a generated column. */
  readonly defaulted: boolean;
}

export type ConstraintChange =
  | { readonly kind: "primary-key"; readonly name: string | null; readonly columns: readonly string[] }
  | { readonly kind: "unique"; readonly name: string | null; readonly columns: readonly string[] }
  /** The key of an index that already stands: `ADD CONSTRAINT … UNIQUE USING INDEX`. */
  | {
      readonly kind: "using-index";
      readonly name: string | null;
      readonly index: string;
      readonly primary: boolean;
    }
  | {
      readonly kind: "foreign-key";
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly table: TableName;
      /** Empty when the statement leaves them out: the primary key over there. */
      readonly targets: readonly string[];
    }
  | { readonly kind: "check"; readonly name: string | null };

export type SchemaChange = { readonly line: number } & (
  | {
      readonly kind: "create-table";
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly columns: readonly ColumnChange[];
      readonly constraints: readonly ConstraintChange[];
      /** `INHERITS (…)`: its columns are also this table's. */
      readonly inherits: readonly TableName[];
      /** `PARTITION OF …`: the rows are those of that table. */
      readonly partitionOf: TableName | null;
      /** `LIKE other`: columns copied, keys not. */
      readonly like: readonly TableName[];
      /** `CREATE TABLE … AS SELECT`: its columns can't be known. */
      readonly fromQuery: boolean;
      /** `TEMPORARY`, `UNLOGGED` tables are tables; temporary ones are gone with the session. */
      readonly temporary: boolean;
    }
  | { readonly kind: "drop-table"; readonly table: TableName; readonly ifExists: boolean }
  | {
      readonly kind: "rename-table";
      readonly table: TableName;
      readonly to: string;
      readonly ifExists: boolean;
    }
  | { readonly kind: "move-table"; readonly table: TableName; readonly schema: string }
  | {
      readonly kind: "add-column";
      readonly table: TableName;
      readonly column: ColumnChange;
      readonly ifNotExists: boolean;
    }
  | {
      readonly kind: "drop-column";
      readonly table: TableName;
      readonly column: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "rename-column";
      readonly table: TableName;
      readonly column: string;
      readonly to: string;
    }
  /** Null leaves that property as it is. `name` renames at the same time (MySQL's `CHANGE`). */
  | {
      readonly kind: "alter-column";
      readonly table: TableName;
      readonly column: string;
      readonly nullable: boolean | null;
      readonly type: string | null;
      readonly defaulted: boolean | null;
      readonly name: string | null;
    }
  | { readonly kind: "add-constraint"; readonly table: TableName; readonly constraint: ConstraintChange }
  | {
      readonly kind: "drop-constraint";
      readonly table: TableName;
      /** Null for MySQL's `DROP PRIMARY KEY`. */
      readonly name: string | null;
      readonly ifExists: boolean;
    }
  /** A constraint's, an index's or a policy's new name. */
  | {
      readonly kind: "rename-constraint";
      readonly table: TableName;
      readonly name: string;
      readonly to: string;
    }
  | {
      readonly kind: "create-index";
      readonly table: TableName;
      readonly name: string | null;
      /** Null for an expression. */
      readonly columns: readonly (string | null)[];
      readonly unique: boolean;
      /** It has a `WHERE`: unique only among some rows. */
      readonly partial: boolean;
    }
  | { readonly kind: "drop-index"; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: "rename-index"; readonly name: string; readonly to: string }
  | { readonly kind: "attach-partition"; readonly table: TableName; readonly partition: TableName }
  | {
      readonly kind: "create-view";
      readonly view: TableName;
      readonly materialized: boolean;
      /** The tables and views it reads from, each once. */
      readonly reads: readonly TableName[];
      /** Its columns, where the query names them; `from` is the column they repeat, if they do. Null when they can't be known (`SELECT *` of something unknown). */
      readonly columns: readonly ViewColumn[] | null;
      /** `security_invoker`: row security is that of who asks, not of the view's owner. */
      readonly securityInvoker: boolean;
    }
  | { readonly kind: "drop-view"; readonly view: TableName; readonly ifExists: boolean }
  /** From here on, unqualified names are looked up and made there. `pg_dump` sets it to nothing. */
  | { readonly kind: "search-path"; readonly schemas: readonly string[] }
  | {
      readonly kind: "row-security";
      readonly table: TableName;
      readonly enabled: boolean | null;
      readonly forced: boolean | null;
    }
  | { readonly kind: "create-policy"; readonly table: TableName; readonly policy: PolicyChange }
  /** Null leaves that part as it is. */
  | {
      readonly kind: "alter-policy";
      readonly table: TableName;
      readonly name: string;
      readonly to: string | null;
      readonly roles: readonly string[] | null;
      readonly using: PolicyTerm | null;
      readonly check: PolicyTerm | null;
    }
  | {
      readonly kind: "drop-policy";
      readonly table: TableName;
      readonly name: string;
      readonly ifExists: boolean;
    }
  /** A function in SQL whose body is one expression: policies call it by name. */
  | {
      readonly kind: "create-function";
      readonly function: TableName;
      readonly returns: PolicyValue | null;
      readonly securityDefiner: boolean;
    }
);

export interface ViewColumn {
  readonly name: string;
  readonly from: { readonly table: TableName; readonly column: string } | null;
}

export type PolicyVerb = "select" | "insert" | "update" | "delete";

export interface PolicyChange {
  readonly name: string;
  /** Permissive policies are joined by OR, restrictive ones by AND. */
  readonly permissive: boolean;
  /** `ALL` is all four. */
  readonly verbs: readonly PolicyVerb[];
  /** `public` for everybody. */
  readonly roles: readonly string[];
  /** Which rows are seen; null when the policy has none. */
  readonly using: PolicyTerm | null;
  /** Which rows may be written; null when the policy has none, and then `using` stands for it. */
  readonly check: PolicyTerm | null;
}

/** A policy's condition, as far as it says which rows belong to whom. */
export type PolicyTerm =
  | { readonly kind: "and"; readonly terms: readonly PolicyTerm[] }
  | { readonly kind: "or"; readonly terms: readonly PolicyTerm[] }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "equals"; readonly left: PolicyValue; readonly right: PolicyValue }
  /** `x IN (SELECT …)`, `x = ANY (SELECT …)`: the values of one column of a query. */
  | { readonly kind: "in-query"; readonly value: PolicyValue; readonly query: PolicyQuery }
  | { readonly kind: "exists"; readonly query: PolicyQuery }
  | {
      readonly kind: "unknown";
      readonly text: string;
      /** It holds no row to anybody, whatever comes out of it: `auth.uid() IS NOT NULL`, `status <> 'draft'`. */
      readonly indifferent?: true;
      /** For `x IS NULL`: a row without a tenant may be everybody's. */
      readonly isNull?: PolicyValue;
    };

export interface PolicyQuery {
  readonly from: readonly TableName[];
  /** By the alias that the query uses, where it differs from the name. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The column it selects, for `in-query`. */
  readonly selects: PolicyValue | null;
  readonly where: PolicyTerm | null;
}

export type PolicyValue =
  /** `table` as the policy writes it; null for a bare column name. */
  | { readonly kind: "column"; readonly table: string | null; readonly column: string }
  | {
      readonly kind: "setting";
      /** Null when it is computed. */
      readonly name: string | null;
      /** `current_setting(name, true)`: NULL when it was never set, where the other form raises. */
      readonly missingOk: boolean;
      /** `nullif(…, '')`: a setting reads back as '' after a transaction that set it locally. */
      readonly emptyIsNull: boolean;
      /** `coalesce(…, x)`: something else stands in when it is missing. */
      readonly fallback: boolean;
      readonly cast: string | null;
    }
  /** `auth.uid()`, `current_user`: the name, lower case, with its schema. */
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "unknown"; readonly text: string };
