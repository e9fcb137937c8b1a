/** One statement becomes the changes that it makes. What concerns no table is read and says nothing. */
import type { SchemaChange } from "../../../catalog/changes.js";
import { readAlterTable } from "./alter-table.js";
import { behindHead, nothing, parsed, tableNameAt, type Grammar, type ReadStatement } from "./grammar.js";
import { bodyOf, reducedCreateTable, typesIn, withoutCluster } from "./reduce.js";
import {
  createIndexChange,
  createTableChanges,
  dropChanges,
  renameTableChanges,
} from "./table-statements.js";
import { isBlockStatement, partsOf, type Statement } from "./tokens.js";
import { createViewChange, roughView } from "./views.js";

const heads =
  /^(CREATE|ALTER|DROP|RENAME|EXCHANGE|INSERT|UPDATE|DELETE|SELECT|REPLACE|SET|USE|PRAGMA|BEGIN|START|COMMIT|ROLLBACK|END|TRUNCATE|OPTIMIZE|GRANT|REVOKE|LOCK|UNLOCK|ANALYZE|VACUUM|WITH|CALL|SYSTEM|DETACH|ATTACH|DEALLOCATE|EXECUTE|PREPARE|SHOW)$/;

/** Any text has words; SQL begins with one of these. */
export function isStatement(statement: Statement): boolean {
  return heads.test(statement[0]!.key);
}

export function readStatement(grammar: Grammar, statement: Statement): ReadStatement {
  const keys = statement.slice(0, 8).map(({ key }) => key);
  if (isBlockStatement(statement)) return codeOf(statement);
  const what = keys
    .slice(1)
    .find((key) => /^(TABLE|VIEW|INDEX|TRIGGER|DICTIONARY|DATABASE|SCHEMA|USER|ROLE)$/.test(key));
  if (isOpen(statement)) return refused("a parenthesis of it is never closed");
  if (/^(CREATE|ALTER|DROP)$/.test(keys[0]!) && !beforeColumns(keys).some((key) => objects.test(key)))
    return refused("what it is about is nothing that is known");
  switch (keys[0]) {
    case "CREATE":
      if (keys[1] === "VIRTUAL") return readVirtualTable(statement);
      if (what === "TABLE") return readCreateTable(grammar, statement);
      if (what === "VIEW") return readView(grammar, statement);
      return what === "INDEX" ? readIndex(grammar, statement) : nothing;
    case "ALTER":
      return what === "TABLE" ? readAlterTable(grammar, statement) : nothing;
    case "DROP":
      return readDrop(grammar, statement);
    case "RENAME":
      return what === "TABLE" ? readRename(grammar, statement) : nothing;
    case "EXCHANGE":
      return readExchange(statement);
    case "PREPARE":
      return {
        changes: [],
        failure: { reason: "it runs SQL that is put together while it runs", kind: "dynamic" },
      };
    default:
      return isStatement(statement) ? nothing : refused("it begins like no statement of SQL");
  }
}

/** What a statement may create, change or drop, in any of these dialects. */
const objects =
  /^(TABLE|VIEW|INDEX|TRIGGER|DICTIONARY|DATABASE|SCHEMA|USER|ROLE|FUNCTION|PROCEDURE|EVENT|SERVER|TABLESPACE|LOGFILE|SEQUENCE|TYPE|EXTENSION|QUOTA|POLICY|PROFILE|COLLECTION|STATISTICS|AGGREGATE|RESOURCE|WORKLOAD)$/;

/** A column may be called `role` or `type`; `CURRENT_USER()` is no column. */
function beforeColumns(keys: readonly string[]): readonly string[] {
  const columns = keys.findIndex((key, index) => key === "(" && keys[index + 1] !== ")");
  return columns < 0 ? keys : keys.slice(0, columns);
}

function refused(reason: string): ReadStatement {
  return { changes: [], failure: { reason, kind: "syntax" } };
}

function isOpen(statement: Statement): boolean {
  let depth = 0;
  for (const { key } of statement) {
    if (key === "(") depth++;
    if (key === ")") depth--;
  }
  return depth > 0;
}

/** A trigger leaves the schema as it is; a procedure that changes tables does so when it is called. */
function codeOf(statement: Statement): ReadStatement {
  const changesTables = statement.some(
    ({ key }, at) => at > 0 && key === "TABLE" && /^(CREATE|ALTER|DROP)$/.test(statement[at - 1]!.key),
  );
  return changesTables
    ? {
        changes: [],
        failure: { reason: "it holds statements that change tables when it is called", kind: "code" },
      }
    : nothing;
}

function readCreateTable(grammar: Grammar, statement: Statement): ReadStatement {
  const line = statement[0]!.line;
  const copied = copiedTable(statement, line);
  if (copied) return copied;
  const body = bodyOf(statement);
  const types = typesIn(body ? partsOf(statement.slice(body.open + 1, body.close - 1)) : []);
  const wordings = [statement, reducedCreateTable(statement, grammar.dialect)];
  return parsed(grammar, wordings, ({ kind, content }) =>
    kind === "CreateTable"
      ? createTableChanges(content, line, grammar.dialect, (column) => types.get(column) ?? "")
      : null,
  );
}

/** ClickHouse's `CREATE TABLE a AS b`. */
function copiedTable(written: Statement, line: number): ReadStatement | null {
  const statement = withoutCluster(written);
  const named = tableNameAt(statement, behindHead(statement, "TABLE"));
  if (!named || statement[named.end]?.key !== "AS") return null;
  const source = tableNameAt(statement, named.end + 1);
  if (
    !source ||
    /^(SELECT|WITH|VALUES)$/.test(statement[named.end + 1]!.key) ||
    statement[source.end]?.key === "("
  )
    return null;
  return {
    changes: [
      {
        kind: "create-table",
        line,
        table: named.table,
        ifNotExists: statement.slice(0, named.end).some(({ key }) => key === "EXISTS"),
        columns: [],
        constraints: [],
        inherits: [],
        partitionOf: null,
        like: [source.table],
        fromQuery: false,
        temporary: false,
      },
    ],
    failure: null,
  };
}

/** SQLite's tables that a module keeps: what columns they have only the module knows. */
function readVirtualTable(statement: Statement): ReadStatement {
  const named = tableNameAt(statement, behindHead(statement, "TABLE"));
  if (!named) return nothing;
  const change: SchemaChange = {
    kind: "create-table",
    line: statement[0]!.line,
    table: named.table,
    ifNotExists: statement.slice(0, named.end).some(({ key }) => key === "EXISTS"),
    columns: [],
    constraints: [],
    inherits: [],
    partitionOf: null,
    like: [],
    fromQuery: true,
    temporary: false,
  };
  return { changes: [change], failure: null };
}

function readView(grammar: Grammar, statement: Statement): ReadStatement {
  const line = statement[0]!.line;
  const head = withoutCluster(statement);
  const named = tableNameAt(head, behindHead(head, "VIEW"));
  if (!named) return nothing;
  const read = parsed(grammar, [statement, reducedView(head, named.end)], ({ kind, content }) => {
    const change = kind === "CreateView" ? createViewChange(content, line) : null;
    return change && [change];
  });
  return read.failure ? { changes: [roughView(head, named.table, line)], failure: null } : read;
}

/** Without what stands between its name and its query: where ClickHouse puts its rows, and how it keeps them. */
function reducedView(statement: Statement, name: number): Statement {
  const as = statement.findIndex(({ key }, at) => at >= name && key === "AS");
  return as < 0 ? statement : [...statement.slice(0, name), ...statement.slice(as)];
}

function readIndex(grammar: Grammar, statement: Statement): ReadStatement {
  const line = statement[0]!.line;
  // Full texts and spaces are searched by them; they keep no rows apart.
  if (/^(FULLTEXT|SPATIAL)$/.test(statement[1]!.key)) return nothing;
  return parsed(grammar, [statement, withoutAlgorithm(statement)], ({ kind, content }) => {
    const change = kind === "CreateIndex" ? createIndexChange(content, line) : null;
    return change && [change];
  });
}

/** How MySQL is to make or drop an index, and whether it uses it. */
function withoutAlgorithm(statement: Statement): Statement {
  const at = statement.findIndex(
    ({ key }, index) => index > 3 && /^(ALGORITHM|LOCK|COMMENT|INVISIBLE|VISIBLE|USING)$/.test(key),
  );
  return at < 0 ? statement : statement.slice(0, at);
}

function readDrop(grammar: Grammar, statement: Statement): ReadStatement {
  const at = statement[1]?.key === "TEMPORARY" ? 2 : 1;
  if (!/^(TABLE|VIEW|INDEX)$/.test(statement[at]?.key ?? "")) return nothing;
  const idle = new Set(["SYNC", "ASYNC", "PERMANENTLY", "TEMPORARY"]);
  const plain = withoutCluster(statement).filter(({ key }) => !idle.has(key));
  const noDelay = plain.findIndex(({ key }, index) => key === "NO" && plain[index + 1]?.key === "DELAY");
  const reduced = withoutAlgorithm(noDelay < 0 ? plain : plain.slice(0, noDelay));
  return parsed(grammar, [statement, reduced], ({ kind, content }) =>
    kind === "Drop" ? dropChanges(content, statement[0]!.line) : null,
  );
}

function readRename(grammar: Grammar, statement: Statement): ReadStatement {
  return parsed(grammar, [withoutCluster(statement)], ({ kind, content }) =>
    kind === "RenameTable" ? renameTableChanges(content["value"], statement[0]!.line) : null,
  );
}

/** ClickHouse's `EXCHANGE TABLES a AND b`: each takes the other's name. */
function readExchange(statement: Statement): ReadStatement {
  const one = tableNameAt(statement, 2);
  const other = one && statement[one.end]?.key === "AND" ? tableNameAt(statement, one.end + 1) : null;
  if (!one || !other) return nothing;
  const line = statement[0]!.line;
  const between = `${one.table.name} and ${other.table.name}`;
  const rename = (from: string, schema: string | null, to: string): SchemaChange => ({
    kind: "rename-table",
    line,
    table: { schema, name: from },
    to,
    ifExists: false,
  });
  return {
    changes: [
      rename(one.table.name, one.table.schema, between),
      rename(other.table.name, other.table.schema, one.table.name),
      rename(between, one.table.schema, other.table.name),
    ],
    failure: null,
  };
}
