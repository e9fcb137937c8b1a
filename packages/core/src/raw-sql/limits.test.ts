/** Texts that nobody writes: they cost a moment, and say that they are not read. */
import { sqlParser } from "@tenant-audit/sql";
import { processorTime } from "@tenant-audit/testing";
import { expect, it } from "vitest";
import { readSql } from "./alternatives.js";
import { grammarOf } from "./parse.js";
import type { Piece, SqlText } from "./text.js";

const options = {
  grammar: grammarOf(sqlParser, []),
  siteOf: () => "here:0",
  elementOf: () => null,
  rowsOf: () => [],
  isTenantKey: () => true,
  parameters: [],
};

function choice(...options: readonly SqlText[]): Piece {
  return { kind: "choice", key: {}, options, reason: "it is so" };
}

function nestedText(depth: number): SqlText {
  let text: SqlText = ["select 1"];
  for (let level = 0; level < depth; level++) text = [...text, choice([" "], [" ", ...text])];
  return text;
}

const repeated = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join("");

it.each<[string, SqlText]>([
  [
    "tables to choose from",
    [
      "select 1 from ",
      ...Array.from({ length: 30 }, (_, index) =>
        choice([`${index === 0 ? "" : ", "}a${index}`], [`${index === 0 ? "" : ", "}b${index}`]),
      ),
    ],
  ],
  ["choices inside of choices", nestedText(18)],
  ["brackets", [`select * from t where ${"(".repeat(3_000)}a = 1${")".repeat(3_000)}`]],
  ["queries inside of queries", [`${"select * from (".repeat(400)}select 1${") as t".repeat(400)}`]],
  ["conditions", [`select * from t where a = 1${repeated(5_000, (index) => ` or a = ${index}`)}`]],
  [
    "conditions by turns",
    [`select * from t where ${repeated(150, () => "(a = 1 and (b = 2 or ")}true${"))".repeat(150)}`],
  ],
  ["values", [`select * from t where a in (0${repeated(20_000, (index) => `, ${index}`)})`]],
  ["rows", [`insert into t (a, b) values (1, 2)${repeated(5_000, (index) => `, (${index}, 2)`)}`]],
  [
    "named queries that double",
    [
      `with t0 as (select * from t)${repeated(40, (index) => `, t${index + 1} as (select a.* from t${index} a, t${index} b)`)} select * from t40`,
    ],
  ],
  [
    "named queries that double, with choices",
    [
      `with t0 as (select * from t where a = 1 `,
      choice(["and b = 2"], [""]),
      choice([`or c = 3`], [""]),
      `)${repeated(40, (index) => `, t${index + 1} as (select a.* from t${index} a, t${index} b)`)} select * from t40`,
    ],
  ],
  ["statements", [repeated(500, () => "select * from t;")]],
])("takes no longer for endless %s", (_, text) => {
  const spent = processorTime();
  readSql(options, text);
  expect(spent()).toBeLessThan(4_000);
});

it("says where there are too many alternatives", () => {
  const tables = Array.from({ length: 30 }, (_, index) =>
    choice([`${index === 0 ? "" : ", "}a${index}`], [`${index === 0 ? "" : ", "}b${index}`]),
  );
  expect(readSql(options, ["select 1 from ", ...tables])).toBeNull();
});

it("reads ten conditions that may be left out at once", () => {
  const filters = Array.from({ length: 10 }, (_, index) => choice([`and c${index} = ${index}`], [""]));
  const read = readSql(options, ["select * from t where true ", ...filters]);
  expect(read?.problems).toEqual([]);
  expect(read?.statements).toHaveLength(1);
});
