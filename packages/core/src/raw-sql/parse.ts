/** Texts are parsed once: a function is walked again for each caller, and says the same each time. */
import type { PostgresResult, SqlParser } from "../sql/parser.js";

const known = new WeakMap<SqlParser, Map<string, PostgresResult>>();
const mostRemembered = 1_000;

export function parse(parser: SqlParser, sql: string): PostgresResult {
  let results = known.get(parser);
  if (!results) known.set(parser, (results = new Map()));
  let result = results.get(sql);
  if (!result) {
    if (results.size >= mostRemembered) results.clear();
    results.set(sql, (result = parser.postgres(sql)));
  }
  return result;
}
