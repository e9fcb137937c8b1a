import { expect, it } from "vitest";
import { byCodeUnit, byFile, byPlace } from "./order.js";

it("sorts files by code unit, not by anybody's alphabet", () => {
  expect(["ä.ts", "a.ts", "Z.ts", "z.ts"].sort(byCodeUnit)).toEqual(["Z.ts", "a.ts", "z.ts", "ä.ts"]);
});

it("sorts places by file, then line, then column", () => {
  const places = [
    { file: "b.ts", line: 1, column: 1 },
    { file: "a.ts", line: 10, column: 1 },
    { file: "a.ts", line: 9, column: 7 },
    { file: "a.ts", line: 9, column: 2 },
  ];
  expect(places.sort(byPlace).map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
    "a.ts:9:2",
    "a.ts:9:7",
    "a.ts:10:1",
    "b.ts:1:1",
  ]);
});

it("sorts what has no file before what has one, and then by line", () => {
  const notes = [
    { file: "b.ts", line: null },
    { file: "a.ts", line: 3 },
    { file: null, line: null },
    { file: "a.ts", line: 2 },
  ];
  expect(notes.sort(byFile).map(({ file, line }) => `${file}:${line}`)).toEqual([
    "null:null",
    "a.ts:2",
    "a.ts:3",
    "b.ts:null",
  ]);
});
