import ts from "typescript";
import { expect, it } from "vitest";
import { lower } from "./lower.js";
import { positionOf } from "./positions.js";

it("lines and columns count from one, whatever ends a line", () => {
  const text = "a;\nbc;\r\n\nd;";
  const module = lower(ts, "a.ts", text);
  const at = (part: string) => positionOf(module, text.indexOf(part));
  expect(at("a")).toEqual({ line: 1, column: 1 });
  expect(at("c")).toEqual({ line: 2, column: 2 });
  expect(at("d")).toEqual({ line: 4, column: 1 });
  expect(positionOf(module, text.length)).toEqual({ line: 4, column: 3 });
});
