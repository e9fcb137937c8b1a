import type { Range } from "@tenant-audit/core";
import picocolors from "picocolors";
import { expect, it } from "vitest";
import { codeFrame } from "./frame.js";

const colors = picocolors.createColors(false);

function range(line: number, column: number, endLine: number, endColumn: number): Range {
  return { file: "a.ts", line, column, endLine, endColumn };
}

it("underlines the place on its line, below the line before it", () => {
  expect(codeFrame("one();\ntwo(three);\nfour();\n", range(2, 5, 2, 10), 80, colors)).toEqual([
    "1 │ one();",
    "2 │ two(three);",
    "  │     ~~~~~",
  ]);
});

it("shows the first lines of a place that spans many, and underlines nothing", () => {
  const text = Array.from({ length: 20 }, (_, index) => `line${index + 1}();`).join("\r\n");
  expect(codeFrame(text, range(9, 1, 15, 3), 80, colors)).toEqual([
    " 8 │ line8();",
    " 9 │ line9();",
    "10 │ line10();",
    "11 │ line11();",
    "12 │ line12();",
  ]);
});

it("cuts a long line to what surrounds the place", () => {
  const text = `${"a".repeat(500)}BAD${"c".repeat(500)}`;
  const [line = "", underline = ""] = codeFrame(text, range(1, 501, 1, 504), 60, colors);
  expect(line.length).toBeLessThanOrEqual(60);
  expect(line.slice(underline.indexOf("~"), underline.lastIndexOf("~") + 1)).toBe("BAD");
});

it("counts a byte-order mark and tabs as one column each", () => {
  expect(codeFrame("\ufeff\tbad();", range(1, 3, 1, 6), 80, colors)).toEqual(["1 │   bad();", "  │   ~~~"]);
});

it("says nothing about a line that is not there", () => {
  expect(codeFrame("one();", range(7, 1, 7, 2), 80, colors)).toEqual([]);
});
