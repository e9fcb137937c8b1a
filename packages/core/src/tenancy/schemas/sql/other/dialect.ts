/** Which dialect a text is written in, by words that only one of them has. */
import type { OtherDialect } from "../../../../sql/parser.js";
import type { Statement } from "./tokens.js";

const words: Readonly<Record<OtherDialect, ReadonlySet<string>>> = {
  mysql: new Set(
    "AUTO_INCREMENT UNSIGNED ZEROFILL INNODB MYISAM UTF8MB4 CHARSET MEDIUMINT LONGTEXT MEDIUMTEXT TINYTEXT LONGBLOB MEDIUMBLOB CHANGE".split(
      " ",
    ),
  ),
  sqlite: new Set("AUTOINCREMENT PRAGMA ROWID STRICT NOCASE VIRTUAL FTS5 STRFTIME GLOB UNIXEPOCH".split(" ")),
  clickhouse: new Set(
    "NULLABLE LOWCARDINALITY CLUSTER CODEC DATETIME64 FIXEDSTRING UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FLOAT32 FLOAT64 MERGETREE REPLACINGMERGETREE SUMMINGMERGETREE AGGREGATINGMERGETREE REPLICATEDMERGETREE REPLICATEDREPLACINGMERGETREE DISTRIBUTED SIMPLEAGGREGATEFUNCTION AGGREGATEFUNCTION PROJECTION GRANULARITY MATERIALIZE EXCHANGE".split(
      " ",
    ),
  ),
};

const sqliteTypes: ReadonlySet<string> = new Set(["TEXT", "INTEGER", "REAL", "BLOB", "NUMERIC"]);

export interface Likelihood {
  /** The likeliest first. */
  readonly dialects: readonly OtherDialect[];
  /** Whether a word of the text speaks for the first one. */
  readonly isEvident: boolean;
}

export function likelyDialects(statements: readonly Statement[]): Likelihood {
  const points: Record<OtherDialect, number> = { mysql: 0, sqlite: 0, clickhouse: 0 };
  let plain = 0;
  let sized = 0;
  for (const { key, text } of statements.flat()) {
    for (const dialect of dialects) if (words[dialect].has(key)) points[dialect] += 2;
    // In this spelling, the type of ClickHouse's texts.
    if (text === "String") points.clickhouse++;
    if (sqliteTypes.has(key)) plain++;
    if (sizedTypes.test(key)) sized++;
  }
  // SQLite needs no more types than its five.
  if (plain > 0 && sized === 0) points.sqlite++;
  const sorted = [...dialects].sort((one, other) => points[other] - points[one]);
  return { dialects: sorted, isEvident: points[sorted[0]!] > 0 };
}

/** In the order in which they are tried where nothing speaks for one of them. */
const dialects: readonly OtherDialect[] = ["mysql", "sqlite", "clickhouse"];

const sizedTypes =
  /^(VARCHAR|CHAR|INT|BIGINT|SMALLINT|TINYINT|TIMESTAMP|DATETIME|BOOLEAN|JSON|DECIMAL|DOUBLE|STRING)$/;
