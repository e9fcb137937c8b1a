import { describe, expect, it } from "vitest";
import { sqlParser } from "./index.js";

const good = "CREATE TABLE a (id int);\nCREATE TABLE b (id int)";

/** One turn of the event loop: what a loader left for later has run. */
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("PostgreSQL", () => {
  it("gives each statement's node, offset and length, synchronously", () => {
    const read = sqlParser.postgres(good);
    expect(
      read.ok && read.statements.map(({ node, offset, length }) => [Object.keys(node), offset, length]),
    ).toEqual([
      [["CreateStmt"], 0, 23],
      [["CreateStmt"], 25, null],
    ]);
  });

  it("reads the same before and after the rest of the loader has had its turn", async () => {
    const before = sqlParser.postgres(good);
    await later();
    expect(sqlParser.postgres(good)).toEqual(before);
  });

  it("says in bytes where an error is, also behind letters of more than one byte", () => {
    expect(sqlParser.postgres("SELECT 'é😀' FORM t")).toEqual({
      ok: false,
      message: 'syntax error at or near "t"',
      offset: 21,
    });
  });

  it("takes an empty text for no statements", () => {
    expect(sqlParser.postgres("")).toEqual({ ok: true, statements: [] });
  });

  it("refuses a NUL instead of leaving out what stands behind it", () => {
    expect(sqlParser.postgres("SELECT 1;\0DROP TABLE a")).toEqual({
      ok: false,
      message: "it holds a NUL character",
      offset: 9,
    });
  });

  it.each([
    ["brackets", `SELECT ${"(".repeat(100_000)}`],
    ["sums", `SELECT 1${"+1".repeat(100_000)}`],
    ["unions", `SELECT 1${" UNION SELECT 1".repeat(20_000)}`],
    ["comments", `${"/*".repeat(100_000)} SELECT 1`],
  ])("refuses %s nested without end, and reads the next text", (_, text) => {
    expect(sqlParser.postgres(text).ok).toBe(false);
    const next = sqlParser.postgres(good);
    expect(next.ok && next.statements.length).toBe(2);
  });
});

describe("the other dialects", () => {
  it("reads what only MySQL, SQLite or ClickHouse write", () => {
    const statements = [
      sqlParser.other("CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB", "mysql"),
      sqlParser.other("CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite"),
      sqlParser.other("CREATE TABLE a (id UInt64) ENGINE = MergeTree ORDER BY id", "clickhouse"),
    ];
    expect(statements.map((read) => read.ok && read.statements.map((node) => Object.keys(node)))).toEqual([
      [["CreateTable"]],
      [["CreateTable"]],
      [["CreateTable"]],
    ]);
  });

  it("says on which line an error is", () => {
    expect(sqlParser.other("CREATE TABLE a (id int);\nCREATE TABEL é (id int)", "mysql")).toEqual({
      ok: false,
      message: "Expected: an object type after CREATE, found: TABEL",
      line: 2,
    });
  });

  it.each([
    ["brackets", `SELECT ${"(".repeat(100_000)}`],
    ["arrays", `SELECT ${"array[".repeat(50_000)}`],
    ["sums", `SELECT 1${"+1".repeat(100_000)}`],
  ])("refuses %s nested without end, and reads the next text", (_, text) => {
    expect(sqlParser.other(text, "mysql").ok).toBe(false);
    const next = sqlParser.other(good, "mysql");
    expect(next.ok && next.statements.length).toBe(2);
  });
});
