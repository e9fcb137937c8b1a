import { describe, expect, it } from "vitest";
import type { MigrationFile } from "../../catalog/catalog.js";
import { changesVersion, type SchemaChange, type UnreadStatement } from "../../catalog/changes.js";
import { readMigrations } from "./migrations.js";

/** Creates tables `a`, adds columns `a.b`, drops columns `-a.b`; anything else is a statement that nobody reads. */
function file(path: string, statements = "", kind = "sql"): MigrationFile {
  const changes: SchemaChange[] = [];
  const unread: UnreadStatement[] = [];
  for (const [index, statement] of statements
    .split(/\s*;\s*/)
    .filter(Boolean)
    .entries()) {
    const change = changeOf(statement, index + 1);
    if (change) changes.push(change);
    else unread.push({ line: index + 1, kind: "syntax", reason: "syntax error", text: statement });
  }
  return { file: path, kind, text: { version: changesVersion, dialect: null, changes, unread } };
}

function changeOf(statement: string, line: number): SchemaChange | null {
  const [, drop, name, column] = /^(-?)(\w+)(?:\.(\w+))?$/.exec(statement) ?? [];
  if (name === undefined) return null;
  const table = { schema: null, name };
  if (drop) return { kind: "drop-column", line, table, column: column!, ifExists: false };
  if (column !== undefined)
    return {
      kind: "add-column",
      line,
      table,
      column: { name: column, type: "text", nullable: true, defaulted: false },
      ifNotExists: false,
    };
  return {
    kind: "create-table",
    line,
    table,
    ifNotExists: false,
    columns: [],
    constraints: [],
    inherits: [],
    partitionOf: null,
    like: [],
    fromQuery: false,
    temporary: false,
  };
}

/** The tables of every source with their columns, in the order in which they came. */
function read(...files: readonly MigrationFile[]): readonly string[] {
  return readMigrations(files).map(({ tables }) =>
    tables.map(({ name, columns }) => [name, ...columns.map((column) => column.name)].join(".")).join(" "),
  );
}

describe("the order of migrations", () => {
  it.each([
    ["numbers", ["db/1_a.sql", "db/2_b.sql", "db/10_c.sql"]],
    ["numbers with zeros", ["db/0009_a.sql", "db/0010_b.sql", "db/11_c.sql"]],
    ["timestamps", ["db/20231231235959_a.sql", "db/20240101120000_b.sql", "db/20240101120001-c.sql"]],
    ["dates", ["db/2023-09-30-x.sql", "db/2023-10-01-a.sql", "db/2024-01-01-b.sql"]],
    [
      "dates that are more or less exact",
      ["db/20230912150657_a.sql", "db/202310122339_b.sql", "db/20241231_c.sql"],
    ],
    ["versions", ["db/V1__z.sql", "db/V1_2__a.sql", "db/V1.10__b.sql", "db/V2__a.sql"]],
    ["a number at the end", ["db/step2.sql", "db/step3.sql", "db/step10.sql"]],
    ["a number before a name that begins with one", ["db/001_2fa.sql", "db/002_1st.sql", "db/003_a.sql"]],
    ["folders", ["db/0_init/migration.sql", "db/2_a/migration.sql", "db/10_b/migration.sql"]],
    [
      "folders up and down",
      ["db/2020-01-01-000000_x/up.sql", "db/2020-01-02-000000_a/up.sql", "db/2021-01-01-000000_a/up.sql"],
    ],
    ["folders of versions", ["db/0.9/01__b.sql", "db/0.9/02__a.sql", "db/0.10/01__a.sql"]],
    ["up files", ["db/000001_x.up.sql", "db/000002_a.up.sql", "db/000010_b.up.sql"]],
    ["programs beside SQL", ["db/001_x.ts", "db/002_a.sql", "db/003_a.js"]],
    ["repeatable ones", ["db/V1__z.sql", "db/V2__a.sql", "db/R__a.sql"]],
    ["a first one without a number", ["db/init.sql", "db/001_a.sql", "db/002_b.sql"]],
  ])("goes by %s", (_name, paths) => {
    const [first, ...later] = paths;
    const files = [file(first!, "t"), ...later.map((path, index) => file(path, `t.c${index}`))];
    const expected = [["t", ...later.map((_path, index) => `c${index}`)].join(".")];
    expect(read(...[...files].reverse())).toEqual(expected);
    expect(readMigrations(files)[0]!.problems).toEqual([]);
  });
});

describe("a history", () => {
  it("leaves out what takes a migration back", () => {
    expect(
      read(
        file("db/1_a.up.sql", "t; t.x"),
        file("db/1_a.down.sql", "-t.x"),
        file("db/2_a/up.sql", "t.y"),
        file("db/2_a/down.sql", "-t.y"),
        file("db/U3__a.sql", "-t.y"),
        file("db/revert/a.sql", "-t.y"),
      ),
    ).toEqual(["t.x.y"]);
  });

  it("is one for each folder and for each database that names speak of", () => {
    expect(
      read(
        file("one/migrations/1.sql", "a"),
        file("other/migrations/1.sql", "b"),
        file("both/mysql/1.sql", "c"),
        file("both/sqlite/1.sql", "d"),
        file("named/1_x.sql", "e"),
        file("named/2_x.mysql.up.sql", "e.mine"),
        file("named/2_x.postgres.up.sql", "e.yours"),
      ),
    ).toEqual(["c", "d", "e.mine", "e.yours", "a", "b"]);
  });

  it("is not run again by a dump of the whole schema beside it", () => {
    const sources = readMigrations([
      file("db/001_a.sql", "t; t.x"),
      file("db/002_a.sql", "t.y"),
      file("db/schema.sql", "t; t.x; t.y"),
    ]);
    expect(sources.map(({ problems, tables }) => [tables[0]!.columns.length, problems])).toEqual([
      [2, []],
      [2, []],
    ]);
  });

  it("makes at least one table, or tries to", () => {
    expect(read(file("queries/users.sql", ""), file("queries/teams.sql", "SELECT * FROM users"))).toEqual([]);
    expect(read(file("later/1.sql", "t.x"))).toEqual([]);
    expect(readMigrations([file("db/1.sql", "CREATE TABLE t (a vendor type)")])).toMatchObject([
      { tables: [], complete: false },
    ]);
  });

  it("has the policies that are kept in a folder beside it", () => {
    const secured = file("service/policies/t.sql");
    const change: SchemaChange = {
      kind: "row-security",
      line: 1,
      table: { schema: null, name: "t" },
      enabled: true,
      forced: true,
    };
    const policies = { ...secured, text: { ...secured.text, changes: [change] } };
    const sources = readMigrations([file("other/1.sql", "t"), file("service/tables/1.sql", "t"), policies]);
    expect(sources.map(({ tables }) => tables[0]!.rowSecurity?.enabled)).toEqual([undefined, true]);
  });

  it("needs no order in a folder of schema files", () => {
    const [source] = readMigrations([file("schema/constraints.sql", "t.x"), file("schema/tables.sql", "t")]);
    expect(source).toMatchObject({ problems: [], complete: true });
  });

  it("is called after the kind of its files", () => {
    const kinds = readMigrations([
      file("a/1.ts", "t", "kysely"),
      file("b/1.ts", "t", "knex"),
      file("c/1.sql", "t"),
    ]);
    expect(kinds.map(({ kind, speaksFor, tables }) => [kind, speaksFor, tables[0]!.source])).toEqual([
      ["kysely migrations", "database", "kysely migrations"],
      ["knex migrations", "database", "knex migrations"],
      ["sql migrations", "database", "sql migrations"],
    ]);
  });
});

describe("what nobody reads", () => {
  it("is told once for a file, for three files, and then counted", () => {
    const files = [1, 2, 3, 4, 5].map((number) => file(`db/${number}.sql`, "t?; ALTER x y; ALTER y z"));
    const [source] = readMigrations([file("db/0.sql", "t"), ...files]);
    expect(source!.complete).toBe(false);
    expect(source!.problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      "db/1.sql:1 A statement of this migration could not be read: syntax error (t?). The same goes for 2 more statements of this file.",
      "db/2.sql:1 A statement of this migration could not be read: syntax error (t?). The same goes for 2 more statements of this file.",
      "db/3.sql:1 A statement of this migration could not be read: syntax error (t?). The same goes for 2 more statements of this file.",
      "db/4.sql:1 6 more statements in 2 further migration files could not be read.",
    ]);
  });

  it("is no matter where it only moves data", () => {
    const [source] = readMigrations([file("db/1.sql", "t; INSERT INTO t VALUES (?)")]);
    expect(source).toMatchObject({ problems: [], complete: true });
  });

  it("is told once for a history where statements decide while they run", () => {
    const block = (path: string): MigrationFile => {
      const read = file(path, "t");
      const unread: UnreadStatement = { line: 4, kind: "dynamic", reason: "it runs a text", text: "DO $$ …" };
      return { ...read, text: { ...read.text, unread: [unread] } };
    };
    const [source] = readMigrations([block("a/1.sql")]);
    expect(source!.problems).toEqual([
      {
        file: "a/1.sql",
        line: 4,
        message: "A migration statement was not followed: it runs a text (DO $$ …).",
      },
    ]);
    expect(source!.complete).toBe(false);
  });
});
