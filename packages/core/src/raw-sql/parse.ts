/**
 * The grammars that a text is read with, in their order: the first that takes it says what it is. Texts are parsed once: a
 * function is walked again for each caller, and says the same each time.
 */
import type { OtherDialect, SqlParser } from "../sql/parser.js";
import { translated } from "../sql/translated/statements.js";
import type { Node } from "../sql/tree.js";
import { withQuotes } from "./text.js";

export type Dialect = "postgresql" | "mysql" | "sqlite" | "clickhouse";

export interface Grammar {
  readonly parser: SqlParser;
  /** At least one. */
  readonly dialects: readonly Dialect[];
}

export type Parsed =
  | { readonly ok: true; readonly statements: readonly Node[] }
  | {
      readonly ok: false;
      /** As a grammar says it: for PostgreSQL's, with our own numbers of parameters. */
      readonly message: string;
      readonly dialect: Dialect;
      /** In bytes, of PostgreSQL's. */
      readonly offset: number;
      /** The grammar does not take it. Otherwise it does, and what it says is not read. */
      readonly isRefused: boolean;
    };

const names: Readonly<Record<Dialect, string>> = {
  postgresql: "PostgreSQL",
  mysql: "MySQL",
  sqlite: "SQLite",
  clickhouse: "ClickHouse",
};

export function nameOfDialect(dialect: Dialect): string {
  return names[dialect];
}

/**
 * The database that the schemas are of comes first; where they do not say, or there are several, PostgreSQL does: its grammar is
 * its own source, and takes nothing else.
 */
export function grammarOf(parser: SqlParser, said: readonly string[]): Grammar {
  // Nobody else speaks it, and a text that is meant for another database is none of its.
  if (said.length === 1 && said[0] === "clickhouse") return { parser, dialects: ["clickhouse"] };
  const spoken = new Set(said.map((name) => dialectsByName.get(name) ?? name));
  const others = (["mysql", "sqlite"] as const).filter((dialect) => spoken.has(dialect));
  const isOther = others.length > 0 && !spoken.has("postgresql");
  return { parser, dialects: isOther ? [...others, "postgresql"] : ["postgresql", ...others] };
}

/** What databases and their libraries call themselves, that speak a dialect which is not called like them. */
const dialectsByName = new Map<string, Dialect>([
  ["postgres", "postgresql"],
  ["cockroach", "postgresql"],
  ["cockroachdb", "postgresql"],
  ["mariadb", "mysql"],
  ["singlestore", "mysql"],
]);

/** Its schemas are inside of a database; elsewhere what stands before the name of a table is one. */
export function speaksPostgres(said: string): boolean {
  return (dialectsByName.get(said) ?? said) === "postgresql";
}

const known = new WeakMap<SqlParser, Map<string, Parsed>>();
const mostRemembered = 1_000;

export function parse({ parser, dialects }: Grammar, sql: string): Parsed {
  let results = known.get(parser);
  if (!results) known.set(parser, (results = new Map()));
  const key = `${dialects.join()} ${sql}`;
  let result = results.get(key);
  if (!result) {
    if (results.size >= mostRemembered) results.clear();
    results.set(key, (result = parseWithAny(parser, dialects, sql)));
  }
  return result;
}

function parseWithAny(parser: SqlParser, dialects: readonly Dialect[], sql: string): Parsed {
  let refused: Parsed | null = null;
  for (const dialect of dialects) {
    const text = withQuotes(sql, dialect === "mysql" ? "`" : '"');
    const parsed = dialect === "postgresql" ? postgres(parser, text) : other(parser, dialect, text);
    if (parsed.ok || !parsed.isRefused) return parsed;
    refused ??= parsed;
  }
  return refused!;
}

function postgres(parser: SqlParser, sql: string): Parsed {
  const result = parser.postgres(sql);
  return result.ok
    ? { ok: true, statements: result.statements.map(({ node }) => node) }
    : { ...result, dialect: "postgresql", isRefused: true };
}

function other(parser: SqlParser, dialect: OtherDialect & Dialect, sql: string): Parsed {
  const failed = (message: string, isRefused: boolean): Parsed => ({
    ok: false,
    message,
    dialect,
    offset: 0,
    isRefused,
  });
  // The grammar ties it closer than `=`, MySQL like AND.
  if (sql.includes("&&")) return failed('the operator "&&"', false);
  // What it is set to is a word in one of SQLite's, and a constant in this grammar.
  if (dialect === "sqlite" && /^\s*pragma\b[^;]*;?\s*$/i.test(sql))
    return { ok: true, statements: [{ PragmaStmt: {} }] };
  let result = parser.other(dialect === "clickhouse" ? withoutOwnWords(sql) : sql, dialect);
  if (!result.ok && characterSet.test(sql)) result = parser.other(sql.replace(characterSet, ")"), dialect);
  if (!result.ok) return failed(sentencePart(result.message), true);
  const { statements, unread } = translated(result.statements, dialect);
  return unread[0] === undefined ? { ok: true, statements } : failed(unread[0], false);
}

/** `CAST(name AS CHAR CHARACTER SET utf8mb4)`, which this grammar does not know. */
const characterSet = /\s+character\s+set\s+\w+\s*\)/gi;

/**
 * ClickHouse's words that this grammar takes for names, or not at all, and that say nothing of which rows are meant: `FROM t FINAL`,
 * `ANY LEFT JOIN`, `GLOBAL IN`, `LIMIT 1 BY id`, `pair.1`. A mutation is the statement that it is elsewhere.
 */
function withoutOwnWords(sql: string): string {
  return sql
    .replace(mutation, (_, table: string, verb: string) =>
      /^delete$/i.test(verb) ? `DELETE FROM ${table}` : `UPDATE ${table} SET`,
    )
    .replace(
      ownWords,
      (found: string, quoted?: string, pair?: string) =>
        quoted ?? pair ?? (found.startsWith(")") ? ")" : " "),
    );
}

const mutation = /^\s*alter\s+table\s+([\w.`"]+)(?:\s+on\s+cluster\s+[\w'{}]+)?\s+(delete|update)\b/i;
const ownWords =
  /('(?:[^'\\]|\\.|'')*'|`[^`]*`|"[^"]*")|([a-z_]\w*)\.\d+\b|\)\.\d+\b|\bfinal\b|\b(?:any|all|asof|global)\s+(?=(?:left|right|inner|full|any|join|in|not)\b)|\blimit\s+\d+\s+by\s+[\w.]+(?:\s*,\s*[\w.]+)*/gi;

/** As it continues a sentence: `expected: …, found: …`. */
function sentencePart(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
