/**
 * SQL is parsed by grammars that a shell hands in, synchronously: PostgreSQL's own (`libpg_query`), and Apache DataFusion's for
 * the others. Nothing here loads anything; a shell that has no parser hands in none, and SQL is then listed as unread.
 */

export interface SqlParser {
  /**
   * One or more statements on PostgreSQL's own grammar. Nodes are as libpg_query's JSON has them (`{ "CreateStmt": {…} }`);
   * offsets are in bytes of UTF-8.
   */
  postgres(text: string): PostgresResult;
  /** One or more statements of another dialect, as the JSON of `sqlparser-rs` has them (`{ "CreateTable": {…} }`). */
  other(text: string, dialect: OtherDialect): OtherResult;
}

export type PostgresResult =
  | { readonly ok: true; readonly statements: readonly PostgresStatement[] }
  | {
      readonly ok: false;
      readonly message: string;
      /** In bytes of UTF-8, from 0. */ readonly offset: number;
    };

export interface PostgresStatement {
  readonly node: Readonly<Record<string, unknown>>;
  readonly offset: number;
  /** Null for the last one: to the end. */
  readonly length: number | null;
}

export type OtherDialect = "mysql" | "sqlite" | "clickhouse";

export type OtherResult =
  | { readonly ok: true; readonly statements: readonly Readonly<Record<string, unknown>>[] }
  | {
      readonly ok: false;
      readonly message: string;
      /** Line from 1; null where the grammar does not say. */ readonly line: number | null;
    };
