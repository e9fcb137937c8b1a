/** Names of tables, and which of them are the database's own. */
import { text, type Node } from "../sql/tree.js";

/** With the schema where it is written. */
export function nameOfTable(range: Node): string {
  const schema = text(range, "schemaname");
  const name = text(range, "relname") ?? "";
  return schema === null ? name : `${schema}.${name}`;
}

/** Catalogs of PostgreSQL and of what extends it: whose rows nobody's tenant has put there. */
const catalogs = new Set([
  "pg_catalog",
  "information_schema",
  "pg_toast",
  "timescaledb_information",
  "_timescaledb_catalog",
]);
/** What migrations keep their own history in. */
const histories = new Set(["kysely_migration", "kysely_migration_lock", "_prisma_migrations"]);

/** https://www.postgresql.org/docs/current/ddl-schemas.html: names that begin with `pg_` are reserved. */
export function isOfTheDatabase(range: Node): boolean {
  const schema = text(range, "schemaname");
  const name = text(range, "relname") ?? "";
  if (schema !== null && schema !== "public") return catalogs.has(schema);
  return name.startsWith("pg_") || histories.has(name);
}
