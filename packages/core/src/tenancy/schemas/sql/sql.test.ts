import { describe, expect, it } from "vitest";
import { sqlParser } from "@tenant-audit/sql";
import { readSqlMigration } from "./sql.js";

const read = (text: string) => readSqlMigration(sqlParser, text);
const kinds = (text: string) => read(text).changes.map((change) => change.kind);

describe("reading a migration", () => {
  it("reads PostgreSQL, and says where each change stands", () => {
    const migration = read("-- Accounts.\nCREATE TABLE a (id int);\n\n/* … */ DROP TABLE b;\n");
    expect(migration.dialect).toBe("postgresql");
    expect(migration.changes.map(({ kind, line }) => [kind, line])).toEqual([
      ["create-table", 2],
      ["drop-table", 4],
    ]);
  });

  it("lets one fault cost one statement", () => {
    const migration = read("CREATE TABLE a (id int);\nCREATE TABLE b id int);\nDROP TABLE c;");
    expect(migration.changes.map((change) => change.kind)).toEqual(["create-table", "drop-table"]);
    expect(migration.unread).toEqual([
      {
        line: 2,
        kind: "syntax",
        reason: 'syntax error at or near "id"',
        text: "CREATE TABLE b id int)",
      },
    ]);
  });

  it("reads another dialect where PostgreSQL's grammar refuses", () => {
    const migration = read("CREATE TABLE `a` (`id` int AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;");
    expect([migration.dialect, migration.unread.length]).toEqual(["mysql", 0]);
  });

  it("says nothing about a file that only fills in rows", () => {
    expect(read("INSERT INTO a (b) VALUES ('x');\nUPDATE a SET b = 1;\nDELETE FROM a;")).toMatchObject({
      dialect: null,
      changes: [],
      unread: [],
    });
  });

  it.each([
    "CREATE TABEL broken (id int);",
    "CREATE TABEL b (role text);",
    "CREATE TABLE b (id int;",
    "ALTER TABEL a ADD COLUMN b int;",
  ])("lists what no dialect has: %s", (statement) => {
    const { changes, unread } = read(`CREATE TABLE a (id int);\n${statement}\nDROP TABLE c;`);
    expect(changes.map(({ kind }) => kind)).toEqual(["create-table", "drop-table"]);
    expect(unread).toMatchObject([{ line: 2, kind: "syntax" }]);
  });

  it.each([
    ["goose", "-- +goose Up", "-- +goose Down"],
    ["node-pg-migrate", "-- Up Migration", "-- Down Migration"],
    ["Play", "-- --- !Ups", "-- --- !Downs"],
    ["sql-migrate", "-- +migrate Up", "-- +migrate Down"],
    ["dbmate", "-- migrate:up", "-- migrate:down transaction:false"],
  ])("leaves out what goes back: %s", (_, up, down) => {
    expect(kinds(`${up}\nCREATE TABLE a (id int);\n${down}\nDROP TABLE a;\n`)).toEqual(["create-table"]);
    expect(kinds(`${down}\nDROP TABLE a;\n${up}\nCREATE TABLE a (id int);\n`)).toEqual(["create-table"]);
  });

  it.each([
    ["an empty file", ""],
    ["a file of letters", "lorem ipsum; dolor"],
    ["an open string", "CREATE TABLE a (b text DEFAULT 'x"],
    ["a NUL", "CREATE TABLE a\0 (b int)"],
    ["brackets without end", `CREATE TABLE a (b int DEFAULT ${"(".repeat(100_000)}`],
    [
      "a view nested deeply",
      `CREATE VIEW v AS ${"SELECT * FROM (".repeat(1_000)}SELECT 1${") a".repeat(1_000)}`,
    ],
    [
      "a block of nothing but its beginning",
      `DO $$ ${"BEGIN IF NOT EXISTS ".repeat(20_000)} ALTER TABLE a; $$`,
    ],
    ["a deep default", `CREATE TABLE a (b int DEFAULT 1${"+1".repeat(4_000)})`],
  ])("never throws: %s", (_, text) => {
    expect(() => read(text)).not.toThrow();
  });
});
