import type { MigrationFile, SqlParser } from "@tenant-audit/core";
import { describe, expect, it } from "vitest";
import { type MigrationCache, readMigrationFiles } from "./migrations.js";

function countingParser(): { readonly parser: SqlParser; readonly texts: string[] } {
  const texts: string[] = [];
  return {
    texts,
    parser: {
      postgres(text) {
        texts.push(text);
        return { ok: true, statements: [] };
      },
      other(text) {
        texts.push(text);
        return { ok: true, statements: [] };
      },
    },
  };
}

function read(
  files: Readonly<Record<string, string>>,
  parser: SqlParser,
  cache: MigrationCache = new Map(),
): readonly MigrationFile[] {
  return readMigrationFiles(
    Object.entries(files).map(([file, text]) => ({ file, text })),
    { parser, cache },
  );
}

describe("a SQL file", () => {
  it("that changes no schema is not parsed", () => {
    const { parser, texts } = countingParser();
    expect(read({ "seed.sql": "INSERT INTO invoices (created_at) VALUES (now());\n" }, parser)).toEqual([]);
    expect(texts).toEqual([]);
  });

  it.each(["CREATE TABLE a (id int)", "alter table a add b int", "Drop Table a", "RENAME TABLE a TO b"])(
    "that says %s is parsed",
    (text) => {
      const { parser, texts } = countingParser();
      expect(read({ "1.sql": text }, parser).map(({ file, kind }) => ({ file, kind }))).toEqual([
        { file: "1.sql", kind: "sql" },
      ]);
      expect(texts.length).toBeGreaterThan(0);
    },
  );

  it("gives what can be written down and read again", () => {
    const { parser } = countingParser();
    const files = read({ "1.sql": "CREATE TABLE a (id int)" }, parser);
    expect(JSON.parse(JSON.stringify(files))).toEqual(files);
  });
});

describe("the cache", () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`${index}.sql`, `CREATE TABLE t${index} (id int);`]),
  );

  it("reads one of three hundred files again when one has changed", () => {
    const { parser, texts } = countingParser();
    const cache: MigrationCache = new Map();
    read(files, parser, cache);
    texts.length = 0;
    const changed = "CREATE TABLE other (id int)";
    read({ ...files, "7.sql": changed }, parser, cache);
    expect(new Set(texts)).toEqual(new Set([changed]));
  });

  it("knows a file again under another name", () => {
    const { parser, texts } = countingParser();
    const cache: MigrationCache = new Map();
    read({ "1.sql": "DROP TABLE a" }, parser, cache);
    texts.length = 0;
    expect(read({ "2.sql": "DROP TABLE a" }, parser, cache).map(({ file }) => file)).toEqual(["2.sql"]);
    expect(texts).toEqual([]);
  });

  it("forgets files that are gone", () => {
    const { parser } = countingParser();
    const cache: MigrationCache = new Map();
    read(files, parser, cache);
    read({ "1.sql": "DROP TABLE a" }, parser, cache);
    expect(cache.size).toBe(1);
  });
});
