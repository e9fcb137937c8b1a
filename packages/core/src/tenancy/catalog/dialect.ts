/** Which database a history is written for. What it means to drop a table, and whether there is row security, hangs on it. */
import type { MigrationText, SchemaChange, SqlDialect } from "./changes.js";

/**
 * PostgreSQL's grammar reads much of what is written for SQLite or MySQL as well, so its word alone counts little; the other
 * grammars are asked only where it fails.
 */
export function dialectOf(texts: readonly MigrationText[]): SqlDialect | null {
  const counts = new Map<SqlDialect, number>();
  for (const { dialect, changes } of texts) {
    const isSure = dialect !== "postgresql" || changes.some(isPostgres);
    if (dialect !== null) counts.set(dialect, (counts.get(dialect) ?? 0) + (isSure ? 1 : 1e-6));
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  if (most) return most[0];
  return texts.some(({ changes }) => changes.some(isRowSecurity)) ? "postgresql" : null;
}

/** Of those that are read here, PostgreSQL alone has it. */
function isRowSecurity({ kind }: SchemaChange): boolean {
  return kind === "row-security" || kind === "create-policy";
}

const postgresTypes =
  /^(uuid|jsonb|timestamptz|timestamp\b.*\btime zone|bytea|(small|big)?serial|citext|inet|cidr|tsvector|character varying|interval|vector|tstzrange)\b|\[\]$/i;

function isPostgres(change: SchemaChange): boolean {
  switch (change.kind) {
    case "row-security":
    case "create-policy":
    case "search-path":
    case "attach-partition":
    case "create-function":
    case "move-table":
      return true;
    case "create-table":
      return change.partitionOf !== null || change.columns.some(({ type }) => postgresTypes.test(type));
    case "add-column":
      return postgresTypes.test(change.column.type);
    case "alter-column":
      return change.type !== null && postgresTypes.test(change.type);
    default:
      return false;
  }
}
