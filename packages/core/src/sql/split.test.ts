import { processorTime } from "@tenant-audit/testing";
import { describe, expect, it } from "vitest";
import { splitStatements } from "./split.js";

const texts = (script: string) => [...splitStatements(script)].map((statement) => statement.text);

describe("splitting a script", () => {
  it("ends a statement at its semicolon, and the last one at the end", () => {
    expect([...splitStatements("SELECT 1;\n\n  SELECT 2")]).toEqual([
      { text: "SELECT 1", offset: 0, line: 1 },
      { text: "SELECT 2", offset: 13, line: 3 },
    ]);
  });

  it.each([
    ["a string", "SELECT 'a;''b;'"],
    ["a string with escapes", "SELECT E'it\\'s; done'"],
    ["a quoted name", 'SELECT "a;""b;"'],
    ["a dollar quote", "DO $$ a; b; $$"],
    ["a dollar quote with a tag", "DO $x$ a; $$ b; $$ $x$"],
    [
      "a function in SQL's own words",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
    ],
    ["a rule with several actions", "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)"],
  ])("keeps together %s", (_, statement) => {
    expect(texts(`${statement}; SELECT 2`)).toEqual([statement, "SELECT 2"]);
  });

  it("takes a backslash at the end of an ordinary string for a letter", () => {
    expect(texts("SELECT 'a\\'; SELECT 2")).toEqual(["SELECT 'a\\'", "SELECT 2"]);
  });

  it("knows that a dollar inside a name quotes nothing", () => {
    expect(texts("SELECT a$b$c; SELECT $1; SELECT d$b$")).toEqual([
      "SELECT a$b$c",
      "SELECT $1",
      "SELECT d$b$",
    ]);
  });

  it("leaves comments out, nested ones as well, and counts their lines", () => {
    expect([...splitStatements("-- a;\n/* b; /* c; */\n d; */ SELECT -- ;\n 1;\nSELECT 2")]).toEqual([
      { text: "SELECT  \n 1", offset: 28, line: 3 },
      { text: "SELECT 2", offset: 44, line: 5 },
    ]);
  });

  it("passes over psql's own commands", () => {
    expect(texts("\\restrict abc'\n\\connect x\nSELECT 1;\n\\unrestrict")).toEqual(["SELECT 1"]);
  });

  it("passes over the rows of a COPY up to the line that ends them", () => {
    const dump =
      "COPY a (b) FROM stdin;\nit's; $$\n\\.x\n\\.\nSELECT 1;\nCOPY a FROM stdin;\r\nrow\r\n\\.\r\nSELECT 2;";
    expect([...splitStatements(dump)].map(({ text, line }) => [text, line])).toEqual([
      ["COPY a (b) FROM stdin", 1],
      ["SELECT 1", 5],
      ["COPY a FROM stdin", 6],
      ["SELECT 2", 9],
    ]);
  });

  it("reads a file with a byte order mark and Windows' line ends", () => {
    expect([...splitStatements("\uFEFFSELECT 1;\r\nSELECT 2;\r\n")]).toEqual([
      { text: "SELECT 1", offset: 1, line: 1 },
      { text: "SELECT 2", offset: 12, line: 2 },
    ]);
  });

  it.each([
    ["quotes", "'".repeat(300_001)],
    ["comments", "/*".repeat(300_000)],
    ["semicolons", ";".repeat(300_000)],
    ["dollars", "$a".repeat(300_000)],
    ["backslashes", "\\".repeat(300_000)],
    ["rows", `COPY a FROM stdin;\n${"\\.x\n".repeat(100_000)}`],
    ["one-line comments", "--\n".repeat(300_000)],
    ["bodies", `CREATE FUNCTION f() BEGIN ATOMIC ${"SELECT 1;".repeat(100_000)}`],
  ])("takes no longer for endless %s", (_, script) => {
    const spent = processorTime();
    texts(script);
    expect(spent()).toBeLessThan(2_000);
  });
});
